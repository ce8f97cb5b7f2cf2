#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "files/atomic_file.h"
#include "files/folder.h"
#include "registry/status_macros.h"
#include "tensor2tensor/cli/commands.h"
#include "tensor2tensor/cli/console.h"
#include "tensor2tensor/evaluation/from_torch.h"
#include "tensor2tensor/library/device.h"
#include "tensor2tensor/library/find_problem.h"
#include "tensor2tensor/library/run.h"
#include "tensor2tensor/library/run_config.h"
#include "tensor2tensor/library/warm_start.h"
#include "tensor2tensor/runs/checkpoint.h"
#include "tensor2tensor/runs/codec_store.h"
#include "tensor2tensor/runs/provenance.h"
#include "trainer/trainer.h"

namespace t2t {
namespace {

struct TrainCommand {
  std::vector<std::string> problems, sets, configs;
  std::string model, out, from, max_time, device;
  int64_t steps = -1;
  bool dump = false, force = false;
  DataOptions data;

  absl::StatusOr<Config> Configuration(const Library& library, RunProblems& run_problems) const {
    Config config;
    if (!model.empty()) {
      // A key that nothing reads is an error in a file of one's own, and harmless in a registered preset.
      const Origin origin = library.presets.Find(model).ok() ? Origin::kPreset : Origin::kFile;
      T2T_RETURN_IF_ERROR(MergeConfiguration(library, model, origin, config));
    }
    for (const std::string& file : configs) {
      T2T_ASSIGN_OR_RETURN(const std::vector<std::string> bases, BasesOf(library, file));
      if (!model.empty() && !bases.empty()) {
        return absl::InvalidArgumentError(absl::StrCat(
            "--model ", model, ": ", file, " extends ", absl::StrJoin(bases, ", "),
            ", which would win over it; change that line, or say --set model.KEY=VALUE"));
      }
      T2T_RETURN_IF_ERROR(MergeConfiguration(library, file, Origin::kFile, config));
    }
    Binder root = config.Root();
    const std::vector<std::string> rated =
        root.Has("problems") ? root.Section("problems").Names() : std::vector<std::string>();
    for (const std::string& list : problems) {
      for (absl::string_view problem : absl::StrSplit(list, ';')) {
        T2T_ASSIGN_OR_RETURN(const std::string name, run_problems.Add(std::string(problem)));
        if (std::find(rated.begin(), rated.end(), name) != rated.end()) continue;  // a file's rate
        T2T_RETURN_IF_ERROR(config.SetValue(absl::StrCat("problems.", name), "1", "--problem"));
      }
    }
    if (steps >= 0)
      T2T_RETURN_IF_ERROR(config.SetValue("trainer.steps", absl::StrCat(steps), "--steps"));
    if (!max_time.empty())
      T2T_RETURN_IF_ERROR(config.SetValue("trainer.max_time", max_time, "--max-time"));
    if (!device.empty()) T2T_RETURN_IF_ERROR(config.SetValue("trainer.device", device, "--device"));
    if (!from.empty()) T2T_RETURN_IF_ERROR(config.SetValue("trainer.from", from, "--from"));
    for (const std::string& set : sets) T2T_RETURN_IF_ERROR(config.Set(set));
    return config;
  }

  // The run that this one is to begin with, if any; puts its model's options below those of `config`. Where this one has
  // begun already, none is needed, and the other may be gone: the options are its own.
  absl::StatusOr<std::optional<WarmStart>> BeginWith(const Library& library, Config& config) const {
    std::string run;
    config.Root().Section("trainer").Field("from", &run, "");
    config.Restart();
    if (run.empty()) return std::optional<WarmStart>();
    const bool begun = !out.empty() && !CheckpointFolder(out).Steps().empty();
    T2T_ASSIGN_OR_RETURN(WarmStart start, WarmStart::Open(library, begun ? out : run));
    T2T_RETURN_IF_ERROR(start.MergeModelOptions(config));
    return begun ? std::nullopt : std::optional<WarmStart>(std::move(start));
  }

  // What lies in a folder that is no run is not ours to clear away or to mix with a run's files.
  absl::Status CheckFolder() const {
    T2T_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(out));
    if (names.empty() || Exists(out + "/config.yaml") || Exists(out + "/.lock"))
      return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat("--out ", out, ": is no run, and it holds '",
                                                   names[0], "'; name a new or an empty folder"));
  }

  // A run folder keeps the configuration it was begun with; another one is refused unless forced.
  absl::Status CheckConfiguration(const Library& library, const Config& config) const {
    if (!Exists(out + "/config.yaml")) return absl::OkStatus();
    T2T_ASSIGN_OR_RETURN(Config before, ReadRunConfig(out));
    RunProblems kept(library);
    T2T_RETURN_IF_ERROR(kept.AddKept(out));
    RunOptions unused;
    T2T_ASSIGN_OR_RETURN(const auto tasks, BindRun(library, kept.registry(), before, &unused));
    T2T_RETURN_IF_ERROR(LoadCodecs(out, tasks));
    T2T_RETURN_IF_ERROR(
        Model::Make(tasks, library.model_registries(), before, std::nullopt).status());
    const std::vector<std::string> differences = Config::Differences(before, config);
    if (differences.empty()) return absl::OkStatus();
    for (const std::string& difference : differences) {
      if (absl::StartsWith(difference, "ports.") && absl::StrContains(difference, ".vocab.")) {
        return absl::InvalidArgumentError(
            absl::StrCat(out,
                         ": its vocabularies are learned and stay as they are; another --out "
                         "begins anew: ",
                         difference));
      }
    }
    if (!force) {
      return absl::InvalidArgumentError(
          absl::StrCat(out,
                       ": was begun with another configuration; --force takes the new one, "
                       "another --out begins anew:\n  ",
                       absl::StrJoin(differences, "\n  ")));
    }
    Say(absl::StrCat("the configuration changes:\n  ", absl::StrJoin(differences, "\n  ")));
    return absl::OkStatus();
  }

  // A port's name is an option of `t2t decode`, which must not have one of that name already.
  static absl::Status CheckPortNames(const CLI::App& decode, const Task& task) {
    for (const TaskPort& port : task.inputs) {
      if (decode.get_option_no_throw("--" + port.port.name) == nullptr) continue;
      return absl::InvalidArgumentError(
          absl::StrCat("problem '", task.spec.name, "': the input '", port.port.name,
                       "' has the name of an option of `t2t decode`; call it otherwise"));
    }
    return absl::OkStatus();
  }

  absl::Status Run(const CLI::App& app, const Library& library) const {
    RunProblems run_problems(library);
    T2T_ASSIGN_OR_RETURN(Config config, Configuration(library, run_problems));
    if (!out.empty()) T2T_RETURN_IF_ERROR(run_problems.AddKept(out));
    T2T_ASSIGN_OR_RETURN(const std::optional<WarmStart> start, BeginWith(library, config));
    RunOptions options;
    // First without data: what is wrong with the configuration must not wait for a download.
    {
      T2T_ASSIGN_OR_RETURN(const auto tasks,
                           BindRun(library, run_problems.registry(), config, &options));
      std::vector<ProblemSpec> specs;
      for (const Task& task : tasks) {
        T2T_RETURN_IF_ERROR(CheckPortNames(*app.get_subcommand("decode"), task));
        specs.push_back(task.spec);
      }
      T2T_RETURN_IF_ERROR(data.CheckSources(specs));
      T2T_RETURN_IF_ERROR(BindModel(library, tasks, config));
      if (start.has_value()) T2T_RETURN_IF_ERROR(start->CheckModel(config));
      T2T_RETURN_IF_ERROR(Trainer::CheckNames(tasks, options.trainer, options.validation));
      T2T_RETURN_IF_ERROR(config.Finish());
      if (dump) {
        std::cout << config.Dump(true);
        return absl::OkStatus();
      }
    }
    if (out.empty())
      return absl::InvalidArgumentError("--out FOLDER is missing: where the run is kept");
    T2T_RETURN_IF_ERROR(CheckFolder());
    config.Restart();
    options = {};
    T2T_ASSIGN_OR_RETURN(const std::vector<Task> tasks,
                         BindRun(library, run_problems.registry(), config, &options));
    SetThreads(options.trainer.threads);
    T2T_ASSIGN_OR_RETURN(const c10::Device device_found, ChooseDevice(options.trainer.device));
    for (const Task& task : tasks) {
      T2T_ASSIGN_OR_RETURN(const auto problem,
                           MakeProblem(run_problems.registry(), task.spec.name));
      T2T_RETURN_IF_ERROR(PrepareProblem(*problem, data, /*any_complete=*/false).status());
    }
    T2T_RETURN_IF_ERROR(MakeFolders(out));
    const auto lock = FileLock::TryAcquire(out + "/.lock");
    if (!lock.ok()) return Annotate(lock.status(), absl::StrCat(out, ": is being trained"));
    T2T_RETURN_IF_ERROR(RemoveTemporaries(out));
    // Vocabularies of a start that failed may be of another configuration.
    if (!Exists(out + "/config.yaml")) {
      T2T_RETURN_IF_ERROR(RemoveAll(out + "/ports"));
      if (start.has_value()) T2T_RETURN_IF_ERROR(start->CopyVocabularies(tasks, config, out));
    }
    T2T_RETURN_IF_ERROR(LearnCodecs(out, tasks, data.data, Say, options.data.on_error == "skip"));
    TrainSetup setup;
    setup.run_folder = out;
    setup.data_folder = data.data;
    setup.tasks = &tasks;
    setup.rates = options.problems;
    setup.mixture = options.mixture;
    T2T_ASSIGN_OR_RETURN(setup.model, Model::Make(tasks, library.model_registries(), config,
                                                  static_cast<uint64_t>(options.trainer.seed)));
    T2T_RETURN_IF_ERROR(config.Finish());
    T2T_RETURN_IF_ERROR(CheckConfiguration(library, config));
    if (start.has_value()) {
      T2T_ASSIGN_OR_RETURN(const std::string report,
                           start->CopyWeights(tasks, config, out, *setup.model));
      Say(report);
    }
    setup.model->to(device_found);
    setup.trainer = options.trainer;
    setup.validation = options.validation;
    setup.data = options.data;
    setup.optimizer = options.optimizer;
    setup.schedule = options.schedule;
    setup.data_may_differ = force;
    const std::string bound = config.Dump(false);
    setup.configuration = bound;
    const auto provenance = RunProvenance();
    Say(absl::StrFormat("%s parameters on %s, %d threads, %s, seed %d, revision %s",
                        absl::StrCat(setup.model->parameter_count()), device_found.str(),
                        provenance["threads"].get<int>(),
                        provenance["cpu_capability"].get<std::string>(), options.trainer.seed,
                        provenance["revision"].get<std::string>()));
    auto made = Trainer::Make(std::move(setup));
    if (absl::IsFailedPrecondition(made.status())) {
      return absl::InvalidArgumentError(absl::StrCat(
          made.status().message(), "; --force goes on with it, another --out begins anew"));
    }
    T2T_ASSIGN_OR_RETURN(const auto trainer, std::move(made));
    // Not before the trainer has taken the checkpoint: a forced configuration that does not fit it
    // must not replace the one that does.
    T2T_RETURN_IF_ERROR(run_problems.Keep(out));
    T2T_RETURN_IF_ERROR(WriteFileAtomically(out + "/config.yaml", bound));
    return trainer->Run();
  }
};

}  // namespace

Action AddTrainCommand(CLI::App& app, const Library& library) {
  auto train = std::make_shared<TrainCommand>();
  CLI::App* command =
      app.add_subcommand("train", "train a model, or go on with a run that was stopped");
  command
      ->add_option("--problem", train->problems,
                   "a problem, or a folder with manifest.yaml; may be repeated (rates: --set "
                   "problems.NAME=2)")
      ->allow_extra_args(false);
  command->add_option("--model", train->model,
                      "a preset, such as transformer_tiny (see t2t list presets), or a YAML file");
  command
      ->add_option("--config", train->configs, "a YAML file or preset of the run; may be repeated")
      ->allow_extra_args(false);
  command->add_option("--set", train->sets, "section.key=value; may be repeated")
      ->allow_extra_args(false);
  command->add_option("--out", train->out, "folder of the run");
  command->add_option("--from", train->from,
                      "a run to begin with: its vocabularies and weights, and its model where "
                      "nothing else is said");
  command->add_option("--steps", train->steps, "trainer.steps")->check(CLI::NonNegativeNumber);
  command->add_option("--max-time", train->max_time, "trainer.max_time, such as 6m or 1h30m");
  command->add_option("--device", train->device, "trainer.device: auto, cpu or cuda");
  command->add_flag("--dump-config", train->dump, "print every value with its origin, and stop");
  command->add_flag("--force", train->force,
                    "let a run go on with a changed configuration or data set");
  train->data.AddTo(*command, DataOptions::Use::kMakes);
  return [train, &app, &library] { return train->Run(app, library); };
}

}  // namespace t2t
