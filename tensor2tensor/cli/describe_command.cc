#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "files/folder.h"
#include "problems/folder/folder_problem.h"
#include "problems/shards/shard_reader.h"
#include "registry/status_macros.h"
#include "tensor2tensor/cli/commands.h"
#include "tensor2tensor/cli/console.h"
#include "tensor2tensor/cli/describe_data.h"
#include "tensor2tensor/evaluation/evaluate.h"
#include "tensor2tensor/library/find_problem.h"
#include "tensor2tensor/library/run.h"

namespace t2t {
namespace {

struct DescribeOptions {
  DataOptions data;
  int64_t sample = 2000;
};

absl::Status DescribeProblem(const Library& library, const std::string& name,
                             const DescribeOptions& options) {
  const std::string& data = options.data.data;
  T2T_ASSIGN_OR_RETURN(const auto problem, FindProblem(library, name));
  const ProblemSpec spec = problem->Spec();
  DescribeLine("problem", absl::StrCat(spec.name, ", revision ", spec.revision));
  DescribeLine("what", spec.summary);
  DescribeLine("parameters", spec.parameters);
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
      DescribeLine(target ? "target" : "input", text);
    }
  }
  DescribeLine("source", spec.provenance.source);
  DescribeLine("licence", spec.provenance.licence);
  DescribeLine("download", spec.provenance.size);
  DescribeLine("published", spec.provenance.published);
  const std::string folder = DatasetFolder(data, spec.dataset_name());
  const auto manifest = ReadManifest(folder);
  if (!manifest.ok()) {
    DescribeLine("data",
                 absl::StrCat("not there yet; `t2t datagen ", name, "` makes it in ", folder));
    if (IsProblemFolder(name.substr(0, name.find(':')))) {
      T2T_ASSIGN_OR_RETURN(GenerateOptions generate, options.data.Generate());
      generate.offline = true;
      DescribePreview(task, *problem, generate);
    }
    return absl::OkStatus();
  }
  if (manifest->revision != spec.revision) {
    DescribeLine("data", absl::StrCat("in ", folder, ", of revision ", manifest->revision,
                                      "; training makes it anew"));
  }
  for (const SourceRecord& record : manifest->sources)
    DescribeLine("from", absl::StrCat(record.origin, record.date.empty() ? "" : ", ", record.date));
  for (const SplitManifest& split : manifest->splits)
    DescribeLine("split",
                 absl::StrCat(split.name, ", ",
                              spec.sample > 0 && split.name == "train"
                                  ? absl::StrCat(std::min(spec.sample, split.examples), " of ")
                                  : "",
                              split.examples, " examples"));
  for (const auto& [why, count] : manifest->left_out)
    DescribeLine("left out", absl::StrCat(count, " ", why));
  for (const auto& [split, count] : manifest->seen_in_training)
    DescribeLine("overlap", absl::StrCat(count, " examples of ", split,
                                         " have the inputs of a training example"));
  T2T_ASSIGN_OR_RETURN(const auto reader, SplitReader::Open(data, spec, spec.splits[0]));
  if (reader->size() > 0) {
    T2T_ASSIGN_OR_RETURN(const Example example, reader->Read(0));
    DescribeExample(task, example);
  }
  const bool trains =
      std::find(spec.splits.begin(), spec.splits.end(), "train") != spec.splits.end();
  if (options.sample == 0 || !trains) return absl::OkStatus();
  return DescribeLengths(task, data, options.sample);
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
  DescribeLine("run", folder);
  for (const Task& task : run.tasks)
    DescribeLine("problem", absl::StrCat(task.spec.name, ": ", task.spec.summary));
  DescribeLine("parameters", absl::StrCat(run.model->parameter_count()));
  DescribeLine("step",
               absl::StrCat(run.state.value("step", int64_t{0}), " (", run.checkpoint, ")"));
  DescribeLine("trained", absl::StrFormat("%.0f s", run.state.value("seconds", 0.0)));
  for (const Task& task : run.tasks) {
    for (const TaskPort& port : task.targets) {
      const std::string& target = port.port.name;
      std::map<std::string, std::string> options =
          run.options.validation.decode.Of(task.spec.name, target).Values();
      const std::string method = options.extract("method").mapped();
      DescribeLine("decoded", absl::StrCat(task.spec.name, ".", target, ": method ", method, ", ",
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
    DescribeLine("try", options);
  }
  return absl::OkStatus();
}

}  // namespace

Action AddDescribeCommand(CLI::App& app, const Library& library) {
  auto name = std::make_shared<std::string>();
  auto options = std::make_shared<DescribeOptions>();
  CLI::App* command = app.add_subcommand(
      "describe", "describe a problem, a preset (parameters and memory) or a run");
  command->add_option("name", *name, "a problem, a preset, or the folder of a problem or a run")
      ->required();
  command
      ->add_option("--sample", options->sample,
                   "training examples whose lengths are measured; 0 = none")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  options->data.AddTo(*command, DataOptions::Use::kReads);
  return [name, options, &library]() -> absl::Status {
    if (IsProblemFolder(*name)) return DescribeProblem(library, *name, *options);
    if (Exists(*name + "/config.yaml")) return DescribeRun(library, *name);
    const std::string family = name->substr(0, name->find(':'));
    if (library.presets.Find(family).ok()) return DescribePreset(library, *name);
    if (!absl::IsNotFound(FindProblem(library, *name).status()))
      return DescribeProblem(library, *name, *options);
    if (Exists(*name)) return DescribeRun(library, *name);  // says what is missing
    std::vector<std::string> names = library.problems.Names();
    for (const std::string& preset : library.presets.Names()) names.push_back(preset);
    return absl::NotFoundError(absl::StrCat("'", *name, "' is no problem, preset or run folder",
                                            Suggestion(*name, names)));
  };
}

}  // namespace t2t
