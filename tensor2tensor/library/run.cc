#include "tensor2tensor/library/run.h"

#include <ATen/ATen.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "files/atomic_file.h"
#include "files/folder.h"
#include "registry/status_macros.h"
#include "tensor2tensor/evaluation/from_torch.h"
#include "tensor2tensor/evaluation/predict.h"
#include "tensor2tensor/library/device.h"
#include "tensor2tensor/library/find_problem.h"
#include "tensor2tensor/runs/checkpoint.h"
#include "tensor2tensor/runs/codec_store.h"

namespace t2t {

absl::StatusOr<const Task*> Run::FindTask(const std::string& name) const {
  // With parameters in another order it is the same problem.
  const auto problem = MakeProblem(problems, name);
  const std::string own_name = problem.ok() ? (*problem)->Spec().name : name;
  std::vector<std::string> names;
  std::vector<const Task*> family;  // of the name with any parameters
  for (const Task& task : tasks) {
    if (task.spec.name == own_name || (name.empty() && tasks.size() == 1)) return &task;
    if (absl::StartsWith(task.spec.name, absl::StrCat(name, ":"))) family.push_back(&task);
    names.push_back(task.spec.name);
  }
  if (family.size() == 1) return family[0];
  if (name.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        folder, ": holds several problems; say which with --problem", Suggestion("", names)));
  }
  return absl::NotFoundError(
      absl::StrCat(folder, ": was not trained on '", name, "'", Suggestion(name, names)));
}

absl::StatusOr<DecodeChoices> Run::Decoding(const std::vector<std::string>& sets) const {
  DecodeChoices choices = options.validation.decode;
  Config given;
  for (const std::string& set : sets) T2T_RETURN_IF_ERROR(given.Set(set));
  Binder root = given.Root();
  if (root.Has("method")) {  // how is begun anew; what is to be obeyed stays
    const auto begin_anew = [](DecodeOptions& decode) {
      DecodeOptions fresh;
      fresh.constraint = decode.constraint;
      decode = fresh;
    };
    begin_anew(choices.usual);
    for (auto& [target, own] : choices.own) begin_anew(own);
  }
  choices.usual.Bind(root);
  for (auto& [target, own] : choices.own) own.Bind(root);
  T2T_RETURN_IF_ERROR(given.Finish());
  T2T_RETURN_IF_ERROR(CheckUtilities(choices, "utility"));
  return choices;
}

absl::StatusOr<Config> ReadRunConfig(const std::string& folder) {
  const std::string path = folder + "/config.yaml";
  if (!Exists(path)) {
    return absl::NotFoundError(absl::StrCat(folder, ": is not a run (it has no config.yaml)"));
  }
  T2T_ASSIGN_OR_RETURN(const std::string yaml, ReadFile(path));
  Config config;
  T2T_RETURN_IF_ERROR(config.MergeYaml(yaml, Origin::kPreset, path));
  return config;
}

absl::Status CopyRunFiles(const std::string& from, const std::string& to) {
  namespace fs = std::filesystem;
  T2T_RETURN_IF_ERROR(MakeFolders(to));
  for (const char* part : {"config.yaml", "ports", "problems"}) {
    const fs::path source = fs::path(from) / part;
    if (!Exists(source.string())) continue;
    std::error_code error;
    fs::copy(source, fs::path(to) / part, fs::copy_options::recursive, error);
    if (error) {
      return absl::ErrnoToStatus(error.value(),
                                 absl::StrCat("cannot copy ", source.string(), " to ", to));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Run> OpenRun(const Library& library, const std::string& folder,
                            const OpenOptions& options) {
  Run run;
  run.folder = folder;
  T2T_ASSIGN_OR_RETURN(run.config, ReadRunConfig(folder));
  RunProblems problems(library);
  T2T_RETURN_IF_ERROR(problems.AddKept(folder));
  run.problems = problems.registry();
  T2T_ASSIGN_OR_RETURN(run.tasks, BindRun(library, run.problems, run.config, &run.options));
  SetThreads(options.threads);
  T2T_ASSIGN_OR_RETURN(const c10::Device device, ChooseDevice(options.device));
  T2T_RETURN_IF_ERROR(LoadCodecs(folder, run.tasks));
  T2T_ASSIGN_OR_RETURN(
      run.model, Model::Make(run.tasks, library.model_registries(), run.config, std::nullopt));
  const CheckpointFolder checkpoints(folder);
  run.checkpoint = options.checkpoint;
  if (run.checkpoint.empty()) run.checkpoint = checkpoints.Resolve("best").ok() ? "best" : "last";
  T2T_ASSIGN_OR_RETURN(const int64_t step, checkpoints.Resolve(run.checkpoint));
  T2T_ASSIGN_OR_RETURN(Checkpoint checkpoint, checkpoints.Load(step, /*with_optimizer=*/false));
  NamedTensors parameters;
  for (const auto& parameter : run.model->named_parameters())
    parameters[parameter.key()] = parameter.value();
  const LoadReport report = CopyTensors(DecodingWeights(checkpoint), parameters);
  if (!report.exact()) {
    return absl::InvalidArgumentError(absl::StrCat(
        checkpoints.PathOf(step), ": does not fit the model of config.yaml: ", report.Text()));
  }
  T2T_RETURN_IF_ERROR(FromTorch([&] {
    run.model->to(device);
    run.model->eval();
    return absl::OkStatus();
  }));
  run.state = std::move(checkpoint.state);
  return run;
}

}  // namespace t2t
