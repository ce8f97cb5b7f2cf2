#include <cstdio>
#include <map>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "files/folder.h"
#include "modalities/codecs/utf8.h"
#include "problems/folder/folder_problem.h"
#include "problems/shards/shard_reader.h"
#include "registry/status_macros.h"
#include "tensor2tensor/cli/commands.h"
#include "tensor2tensor/cli/console.h"
#include "tensor2tensor/evaluation/evaluate.h"
#include "tensor2tensor/library/find_problem.h"
#include "tensor2tensor/library/run.h"

namespace t2t {
namespace {

constexpr int64_t kExampleCharacters = 160;  // of a value that is shown; genes are long

void Line(const std::string& name, const std::string& value) {
  if (!value.empty()) printf("%-12s %s\n", name.c_str(), value.c_str());
}

absl::Status DescribeProblem(const Library& library, const std::string& name,
                             const std::string& data) {
  T2T_ASSIGN_OR_RETURN(const auto problem, FindProblem(library, name));
  const ProblemSpec spec = problem->Spec();
  Line("problem", absl::StrCat(spec.name, ", revision ", spec.revision));
  Line("what", spec.summary);
  Line("parameters", spec.parameters);
  Config config;
  T2T_ASSIGN_OR_RETURN(const Task task,
                       MakeTask(spec, library.modalities, library.schemes, config));
  for (const auto* ports : {&task.inputs, &task.targets}) {
    const bool target = ports == &task.targets;
    for (const TaskPort& port : *ports) {
      std::string text =
          absl::StrCat(port.port.name, ": ", port.port.modality, ", ", port.codec->Describe());
      if (target) {
        absl::StrAppend(&text, "; scheme ", port.scheme_name, "; metrics ",
                        absl::StrJoin(MetricNames(task, port), ", "));
      }
      Line(target ? "target" : "input", text);
    }
  }
  Line("source", spec.provenance.source);
  Line("licence", spec.provenance.licence);
  Line("download", spec.provenance.size);
  Line("published", spec.provenance.published);
  const std::string folder = DatasetFolder(data, spec.dataset_name());
  const auto manifest = ReadManifest(folder);
  if (!manifest.ok()) {
    Line("data", absl::StrCat("not there yet; `t2t datagen ", name, "` makes it in ", folder));
    return absl::OkStatus();
  }
  for (const SplitManifest& split : manifest->splits)
    Line("split", absl::StrCat(split.name, ", ",
                               spec.sample > 0 && split.name == "train"
                                   ? absl::StrCat(std::min(spec.sample, split.examples), " of ")
                                   : "",
                               split.examples, " examples"));
  for (const auto& [why, count] : manifest->left_out)
    Line("left out", absl::StrCat(count, " ", why));
  for (const auto& [split, count] : manifest->seen_in_training)
    Line("overlap",
         absl::StrCat(count, " examples of ", split, " have the inputs of a training example"));
  T2T_ASSIGN_OR_RETURN(const auto reader, SplitReader::Open(data, spec, spec.splits[0]));
  if (reader->size() > 0) {
    T2T_ASSIGN_OR_RETURN(const Example example, reader->Read(0));
    for (const auto* ports : {&task.inputs, &task.targets}) {
      for (const TaskPort& port : *ports) {
        const auto value = example.ports.find(port.port.name);
        if (value != example.ports.end())
          Line("example",
               absl::StrCat(port.port.name, " = ",
                            Utf8Shortened(port.codec->Show(value->second), kExampleCharacters)));
      }
    }
  }
  return absl::OkStatus();
}

absl::Status DescribePreset(const Library& library, const std::string& name) {
  T2T_ASSIGN_OR_RETURN(const auto* preset, library.presets.Find(name));
  printf("%s", preset->value.c_str());
  Config config;
  T2T_RETURN_IF_ERROR(MergeConfiguration(library, name, Origin::kPreset, config));
  Binder model = config.Root().Section("model");
  std::string body = "transformer";
  model.Field("body", &body, "");
  T2T_ASSIGN_OR_RETURN(const auto* entry, library.bodies.Find(body));
  T2T_ASSIGN_OR_RETURN(const auto made, entry->value(model, 1));
  int64_t parameters = 0;
  for (const auto& parameter : made->parameters()) parameters += parameter.numel();
  // A table of 8,000 units beside the body; weights, gradients and the optimizer's two moments.
  const int64_t table = 8001 * made->width();
  const double mib = static_cast<double>(parameters + table) * 4 / (1 << 20);
  printf("\nparameters   %.2f million in the body; a vocabulary of 8,000 adds %.2f million\n",
         static_cast<double>(parameters) / 1e6, static_cast<double>(table) / 1e6);
  printf(
      "memory       %.0f MiB of weights; %.0f MiB to train with AdamW, and activations beside it\n",
      mib, 4 * mib);
  return absl::OkStatus();
}

absl::Status DescribeRun(const Library& library, const std::string& folder) {
  T2T_ASSIGN_OR_RETURN(const Run run, OpenRun(library, folder, {}));
  Line("run", folder);
  for (const Task& task : run.tasks)
    Line("problem", absl::StrCat(task.spec.name, ": ", task.spec.summary));
  Line("parameters", absl::StrCat(run.model->parameter_count()));
  Line("step", absl::StrCat(run.state.value("step", int64_t{0}), " (", run.checkpoint, ")"));
  Line("trained", absl::StrFormat("%.0f s", run.state.value("seconds", 0.0)));
  for (const Task& task : run.tasks) {
    for (const TaskPort& port : task.targets) {
      const std::string& target = port.port.name;
      std::map<std::string, std::string> options =
          run.options.validation.decode.Of(task.spec.name, target).Values();
      const std::string method = options.extract("method").mapped();
      Line("decoded", absl::StrCat(task.spec.name, ".", target, ": method ", method, ", ",
                                   absl::StrJoin(options, ", ", absl::PairFormatter(" "))));
    }
  }
  for (const Task& task : run.tasks) {
    std::string options = absl::StrCat("t2t decode ", folder, " --problem ", task.spec.name);
    for (const TaskPort& port : task.inputs) {
      absl::StrAppend(&options, " --", port.port.name,
                      port.modality->is_file() ? " FILE" : " TEXT");
    }
    if (std::any_of(task.targets.begin(), task.targets.end(),
                    [](const TaskPort& port) { return port.modality->is_file(); })) {
      absl::StrAppend(&options, " --save FOLDER");
    }
    Line("try", options);
  }
  return absl::OkStatus();
}

}  // namespace

Action AddDescribeCommand(CLI::App& app, const Library& library) {
  auto name = std::make_shared<std::string>();
  auto data = std::make_shared<DataOptions>();
  CLI::App* command = app.add_subcommand(
      "describe", "describe a problem, a preset (parameters and memory) or a run");
  command->add_option("name", *name, "a problem, a preset, or the folder of a problem or a run")
      ->required();
  data->AddTo(*command, DataOptions::Use::kReads);
  return [name, data, &library]() -> absl::Status {
    if (IsProblemFolder(*name)) return DescribeProblem(library, *name, data->data);
    if (Exists(*name + "/config.yaml")) return DescribeRun(library, *name);
    const std::string family = name->substr(0, name->find(':'));
    if (library.presets.Find(family).ok()) return DescribePreset(library, *name);
    if (!absl::IsNotFound(FindProblem(library, *name).status()))
      return DescribeProblem(library, *name, data->data);
    if (Exists(*name)) return DescribeRun(library, *name);  // says what is missing
    std::vector<std::string> names = library.problems.Names();
    for (const std::string& preset : library.presets.Names()) names.push_back(preset);
    return absl::NotFoundError(absl::StrCat("'", *name, "' is no problem, preset or run folder",
                                            Suggestion(*name, names)));
  };
}

}  // namespace t2t
