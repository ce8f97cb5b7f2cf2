#include "tensor2tensor/library/warm_start.h"

#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "registry/status_macros.h"
#include "tensor2tensor/library/find_problem.h"
#include "tensor2tensor/library/run.h"
#include "tensor2tensor/library/run_config.h"
#include "tensor2tensor/runs/checkpoint.h"
#include "tensor2tensor/runs/codec_store.h"

namespace t2t {
namespace {

// The configuration of a run, bound.
absl::StatusOr<Config> BoundConfig(const Library& library, const std::string& run) {
  T2T_ASSIGN_OR_RETURN(Config config, ReadRunConfig(run));
  RunProblems problems(library);
  T2T_RETURN_IF_ERROR(problems.AddKept(run));
  RunOptions unused;
  T2T_ASSIGN_OR_RETURN(const auto tasks, BindRun(library, problems.registry(), config, &unused));
  T2T_RETURN_IF_ERROR(BindModel(library, tasks, config));
  return config;
}

// What a port's configuration says of its units.
std::map<std::string, std::string> UnitOptions(const Config& config, const std::string& port) {
  std::map<std::string, std::string> options;
  for (const auto& [path, value] : config.bound_values()) {
    absl::string_view key = path;
    if (!absl::ConsumePrefix(&key, port + ".")) continue;
    const bool other = key == "share" || key == "scheme" || absl::StartsWith(key, "augment.") ||
                       absl::StartsWith(key, "decode.");
    if (!other) options[std::string(key)] = value;
  }
  return options;
}

// "ports.<problem>.<port>" of "ports.<problem>.<port>.head.bias", "shared.<key>", "tags", "body".
std::string PartOf(const std::string& name) {
  const std::vector<absl::string_view> words = absl::StrSplit(name, '.');
  const size_t depth = words[0] == "ports" ? 3 : words[0] == "shared" ? 2 : 1;
  return absl::StrJoin(words.begin(),
                       words.begin() + static_cast<ptrdiff_t>(std::min(depth, words.size())), ".");
}

// The weights of the checkpoint that decoding would take, those of the moving average where it is kept.
absl::StatusOr<NamedTensors> WeightsOf(const std::string& run, std::string* checkpoint) {
  const CheckpointFolder checkpoints(run);
  *checkpoint = checkpoints.Resolve("best").ok() ? "best" : "last";
  T2T_ASSIGN_OR_RETURN(const int64_t step, checkpoints.Resolve(*checkpoint));
  absl::StrAppend(checkpoint, ", step ", step);
  T2T_ASSIGN_OR_RETURN(const Checkpoint kept, checkpoints.Load(step, /*with_optimizer=*/false));
  return DecodingWeights(kept);
}

std::string Counted(const std::map<std::string, int64_t>& parts) {
  return absl::StrJoin(parts, ", ", [](std::string* out, const auto& part) {
    absl::StrAppend(out, part.first, " (", part.second, ")");
  });
}

}  // namespace

absl::Status MergeModelOptions(const Library& library, const std::string& from, Config& config) {
  T2T_ASSIGN_OR_RETURN(const Config other, BoundConfig(library, from));
  for (const auto& [path, value] : other.bound_values()) {
    absl::string_view rest = path;
    if (!absl::ConsumePrefix(&rest, "model.")) continue;
    std::string yaml = value;
    std::vector<absl::string_view> keys = absl::StrSplit(rest, '.');
    for (; !keys.empty(); keys.pop_back()) yaml = absl::StrCat("{", keys.back(), ": ", yaml, "}");
    T2T_RETURN_IF_ERROR(config.MergeDefaults("model", yaml, from));
  }
  return absl::OkStatus();
}

absl::Status CopyVocabularies(const Library& library, const std::string& from,
                              const std::vector<Task>& tasks, const Config& config,
                              const std::string& run) {
  T2T_ASSIGN_OR_RETURN(const Config other, BoundConfig(library, from));
  std::map<std::string, bool> alike;  // by the codec's folder
  for (const Task& task : tasks) {
    for (const auto* ports : {&task.inputs, &task.targets}) {
      for (const TaskPort& port : *ports) {
        const auto theirs = UnitOptions(other, port.config_path);
        if (!port.codec->needs_learning() || theirs.empty()) continue;
        const auto [place, first] = alike.emplace(CodecFolder(task, port), true);
        place->second = place->second && theirs == UnitOptions(config, port.config_path);
      }
    }
  }
  for (const auto& [folder, fits] : alike) {
    if (!fits) continue;
    T2T_RETURN_IF_ERROR(CopyCodec(from, folder, run));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> CopyWeights(const std::string& from, const std::vector<Task>& tasks,
                                        const std::string& run, Model& model) {
  std::set<std::string> foreign;  // parts whose rows stand for other units
  for (const Task& task : tasks) {
    for (const auto* ports : {&task.inputs, &task.targets}) {
      for (const TaskPort& port : *ports) {
        if (!port.codec->needs_learning() || SameCodec(from, run, CodecFolder(task, port)))
          continue;
        foreign.insert(absl::StrCat("ports.", task.spec.name, ".", port.port.name));
        if (!port.share.empty()) foreign.insert("shared." + port.share);
      }
    }
  }
  std::string checkpoint;
  T2T_ASSIGN_OR_RETURN(const NamedTensors weights, WeightsOf(from, &checkpoint));
  NamedTensors fitting, parameters;
  for (const auto& parameter : model.named_parameters())
    parameters[parameter.key()] = parameter.value();
  std::map<std::string, int64_t> taken, fresh, unused, unlike;
  std::vector<std::string> body;  // what does not fit
  for (const auto& [name, parameter] : parameters) {
    const std::string part = PartOf(name);
    const auto theirs = weights.find(name);
    if (theirs == weights.end()) {
      ++fresh[part];
      if (part == "body") body.push_back(absl::StrCat("  new     ", name));
    } else if (foreign.count(part) > 0) {
      ++unlike[part + ", which has another vocabulary"];
    } else if (theirs->second.sizes() != parameter.sizes()) {
      const std::string shapes =
          absl::StrCat(name, ": [", absl::StrJoin(theirs->second.sizes(), ", "), "], here [",
                       absl::StrJoin(parameter.sizes(), ", "), "]");
      ++unlike[shapes];
      if (part == "body") body.push_back("  shape   " + shapes);
    } else {
      ++taken[part];
      fitting[name] = theirs->second;
    }
  }
  for (const auto& [name, tensor] : weights) {
    if (parameters.count(name) > 0) continue;
    ++unused[PartOf(name)];
    if (PartOf(name) == "body") body.push_back(absl::StrCat("  unused  ", name));
  }
  if (!body.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--from ", from, ": its body is another one; say no model options, or those of ", from,
        "/config.yaml:\n", absl::StrJoin(body, "\n")));
  }
  CopyTensors(fitting, parameters);
  std::string text = absl::StrCat("from ", from, " (", checkpoint, "): ", fitting.size(), " of ",
                                  parameters.size(), " tensors taken: ", Counted(taken));
  if (!fresh.empty()) absl::StrAppend(&text, "\n  new here: ", Counted(fresh));
  if (!unlike.empty()) absl::StrAppend(&text, "\n  not taken: ", Counted(unlike));
  if (!unused.empty()) absl::StrAppend(&text, "\n  only there: ", Counted(unused));
  return text;
}

}  // namespace t2t
