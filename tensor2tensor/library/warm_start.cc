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

constexpr char kModel[] = "model.";

// What a port's configuration says of its units.
std::map<std::string, std::string> UnitOptions(const Config& config, const std::string& port) {
  std::map<std::string, std::string> options;
  for (const auto& [path, value] : config.bound_values()) {
    absl::string_view key = path;
    if (!absl::ConsumePrefix(&key, port + ".")) continue;
    const bool other = key == "share" || key == "scheme" || key == "along" ||
                       absl::StartsWith(key, "augment.") || absl::StartsWith(key, "decode.") ||
                       key == "forget" || key == "ctc_weight" || key == "drop" ||
                       key == "flow.steps" || key == "flow.samples";
    if (!other) options[std::string(key)] = value;
  }
  return options;
}

// How the port's target comes about; "" where it is none.
std::string SchemeOf(const Config& config, const std::string& port) {
  const auto found = config.bound_values().find(port + ".scheme");
  return found == config.bound_values().end() ? "" : found->second;
}

// "ports.<problem>.<port>" of "ports.<problem>.<port>.head.bias", "shared.<key>", "tags", "body".
std::string PartOf(const std::string& name) {
  const std::vector<absl::string_view> words = absl::StrSplit(name, '.');
  const int depth = words[0] == "ports" ? 3 : words[0] == "shared" ? 2 : 1;
  return absl::StrJoin(words.begin(), words.begin() + depth, ".");
}

std::string Counted(const std::map<std::string, int64_t>& parts) {
  return absl::StrJoin(parts, ", ", [](std::string* out, const auto& part) {
    absl::StrAppend(out, part.first, " (", part.second, ")");
  });
}

}  // namespace

absl::StatusOr<WarmStart> WarmStart::Open(const Library& library, const std::string& from) {
  WarmStart start;
  start.from_ = from;
  T2T_ASSIGN_OR_RETURN(start.config_, ReadRunConfig(from));
  RunProblems problems(library);
  T2T_RETURN_IF_ERROR(problems.AddKept(from));
  RunOptions unused;
  T2T_ASSIGN_OR_RETURN(const auto tasks,
                       BindRun(library, problems.registry(), start.config_, &unused));
  T2T_RETURN_IF_ERROR(BindModel(library, tasks, start.config_));
  const CheckpointFolder checkpoints(from);
  start.checkpoint_ = checkpoints.Resolve("best").ok() ? "best" : "last";
  T2T_RETURN_IF_ERROR(checkpoints.Resolve(start.checkpoint_).status());
  return start;
}

absl::Status WarmStart::MergeModelOptions(Config& config) const {
  for (const auto& [path, value] : config_.bound_values()) {
    absl::string_view rest = path;
    if (!absl::ConsumePrefix(&rest, kModel)) continue;
    std::string yaml = value;
    std::vector<absl::string_view> keys = absl::StrSplit(rest, '.');
    for (; !keys.empty(); keys.pop_back()) yaml = absl::StrCat("{", keys.back(), ": ", yaml, "}");
    T2T_RETURN_IF_ERROR(config.MergeDefaults("model", yaml, from_));
  }
  return absl::OkStatus();
}

absl::Status WarmStart::CheckModel(const Config& config) const {
  std::vector<std::string> different;
  for (const std::string& difference : Config::Differences(config_, config)) {
    if (absl::StartsWith(difference, kModel) && !absl::StartsWith(difference, "model.dropout:") &&
        !absl::StartsWith(difference, "model.checkpoint_activations:")) {
      different.push_back(difference);
    }
  }
  if (different.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "--from ", from_, ": its model is another one; say no model options, or those of ", from_,
      "/config.yaml:\n  ", absl::StrJoin(different, "\n  ")));
}

bool WarmStart::Alike(const TaskPort& port, const Config& config) const {
  const auto theirs = UnitOptions(config_, port.config_path);
  return !theirs.empty() && theirs == UnitOptions(config, port.config_path);
}

absl::Status WarmStart::CopyVocabularies(const std::vector<Task>& tasks, const Config& config,
                                         const std::string& run) const {
  std::map<std::string, bool> fits;  // by the codec's folder: all ports of both runs agree
  for (const Task& task : tasks) {
    for (const auto* ports : {&task.inputs, &task.targets}) {
      for (const TaskPort& port : *ports) {
        if (!port.codec->needs_learning() || UnitOptions(config_, port.config_path).empty())
          continue;
        const auto [place, first] = fits.emplace(CodecFolder(task, port), true);
        place->second = place->second && Alike(port, config);
      }
    }
  }
  for (const auto& [folder, fit] : fits) {
    if (!fit) continue;
    T2T_RETURN_IF_ERROR(CopyCodec(from_, folder, run));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> WarmStart::CopyWeights(const std::vector<Task>& tasks,
                                                   const Config& config, const std::string& run,
                                                   Model& model) const {
  std::set<std::string> foreign;  // parts whose units mean something else there
  // Parts whose head decides something else there: a stop, a blank.
  std::set<std::string> other_scheme;
  for (const Task& task : tasks) {
    for (const auto* ports : {&task.inputs, &task.targets}) {
      for (const TaskPort& port : *ports) {
        if (SchemeOf(config_, port.config_path) != SchemeOf(config, port.config_path))
          other_scheme.insert(absl::StrCat("ports.", task.spec.name, ".", port.port.name));
        const bool same =
            port.codec->needs_learning()
                ? SameCodec(from_, run, CodecFolder(task, port))
                : UnitOptions(config_, port.config_path).empty() || Alike(port, config);
        if (same) continue;
        foreign.insert(absl::StrCat("ports.", task.spec.name, ".", port.port.name));
        if (!port.share.empty()) foreign.insert("shared." + port.share);
      }
    }
  }
  const CheckpointFolder checkpoints(from_);
  T2T_ASSIGN_OR_RETURN(const int64_t step, checkpoints.Resolve(checkpoint_));
  T2T_ASSIGN_OR_RETURN(const Checkpoint kept, checkpoints.Load(step, /*with_optimizer=*/false));
  const NamedTensors weights = DecodingWeights(kept);
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
      ++unlike[part + ", which has other units there"];
    } else if (other_scheme.count(part) > 0 && absl::StartsWith(name, part + ".head.")) {
      ++unlike[part + ".head, which another scheme has trained there"];
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
    return absl::InvalidArgumentError(
        absl::StrCat("--from ", from_, ": its body does not fit:\n", absl::StrJoin(body, "\n")));
  }
  CopyTensors(fitting, parameters);
  std::string text =
      absl::StrCat("from ", from_, " (", checkpoint_, ", step ", step, "): ", fitting.size(),
                   " of ", parameters.size(), " tensors taken: ", Counted(taken));
  if (!fresh.empty()) absl::StrAppend(&text, "\n  new here: ", Counted(fresh));
  if (!unlike.empty()) absl::StrAppend(&text, "\n  not taken: ", Counted(unlike));
  if (!unused.empty()) absl::StrAppend(&text, "\n  only there: ", Counted(unused));
  return text;
}

}  // namespace t2t
