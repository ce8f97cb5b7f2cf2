#include "tensor2tensor/library/run_config.h"

#include <filesystem>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "files/atomic_file.h"
#include "registry/status_macros.h"
#include "trainer/mixture_unit.h"

namespace t2t {
namespace {

constexpr int kDeepest = 16;  // of extends: a circle is found by it

struct Text {
  std::string yaml, place;
  std::string folder;  // that paths in it are relative to; "" for a preset
};

// The text of a file (by its path, relative to `beside`) or of a preset (by its name).
absl::StatusOr<Text> Read(const Library& library, const std::string& name,
                          const std::string& beside) {
  Text text;
  text.place = name;
  const bool path =
      absl::StrContains(name, "/") || absl::EndsWith(name, ".yaml") || absl::EndsWith(name, ".yml");
  if (!path) {
    T2T_ASSIGN_OR_RETURN(const auto* preset, library.presets.Find(name));
    text.yaml = preset->value;
    return text;
  }
  if (!beside.empty() && name[0] != '/') text.place = absl::StrCat(beside, "/", name);
  T2T_ASSIGN_OR_RETURN(text.yaml, ReadFile(text.place));
  text.folder = std::filesystem::path(text.place).parent_path().string();
  if (text.folder.empty()) text.folder.push_back('.');
  return text;
}

absl::Status Merge(const Library& library, const std::string& name, const std::string& beside,
                   Origin origin, int depth, Config& config) {
  if (depth > kDeepest) return absl::InvalidArgumentError(absl::StrCat(name, ": extends itself"));
  T2T_ASSIGN_OR_RETURN(const Text text, Read(library, name, beside));
  T2T_ASSIGN_OR_RETURN(const std::vector<std::string> bases,
                       Config::Extends(text.yaml, text.place));
  for (const std::string& base : bases) {
    T2T_RETURN_IF_ERROR(Merge(library, base, text.folder, Origin::kPreset, depth + 1, config));
  }
  return config.MergeYaml(text.yaml, origin, text.place);
}

}  // namespace

absl::Status MergeConfiguration(const Library& library, const std::string& name_or_path,
                                Origin origin, Config& config) {
  return Merge(library, name_or_path, "", origin, 0, config);
}

absl::StatusOr<std::vector<std::string>> BasesOf(const Library& library,
                                                 const std::string& name_or_path) {
  T2T_ASSIGN_OR_RETURN(const Text text, Read(library, name_or_path, ""));
  return Config::Extends(text.yaml, text.place);
}

namespace {

// Of values that all have one length none would be left.
absl::Status CheckLength(const TaskPort& port, int64_t max_length) {
  if (port.codec->needs_learning() || port.codec->fixed_length() <= max_length)
    return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      port.config_path, ": every value has ", port.codec->fixed_length(),
      " units, but data.max_length = ", max_length, " leaves out what is longer; set it to ",
      port.codec->fixed_length(), " or more"));
}

}  // namespace

absl::StatusOr<std::vector<Task>> BindRun(const Library& library,
                                          const Registry<ProblemFactory>& problems, Config& config,
                                          RunOptions* options) {
  Binder root = config.Root();
  root.Field("problems", &options->problems, "what is trained: problem: rate");
  Binder mixture = root.Section("mixture");
  options->mixture.Bind(mixture);
  Binder trainer = root.Section("trainer"), validation = root.Section("validation"),
         data = root.Section("data");
  Binder optimizer = root.Section("optimizer"), schedule = root.Section("schedule");
  options->trainer.Bind(trainer);
  options->validation.Bind(validation);
  options->data.Bind(data);
  options->optimizer.Bind(optimizer);
  options->schedule.Bind(schedule);
  options->schedule = options->schedule.WithRunSteps(options->trainer.steps);
  T2T_RETURN_IF_ERROR(root.status());  // before a codec takes it for its own
  if (options->problems.empty()) {
    return absl::InvalidArgumentError(
        "no problem is named: --problem NAME, or problems: {NAME: rate} in the configuration");
  }
  std::vector<Task> tasks;
  std::map<std::string, double> rates;  // by the problem's own name: its parameters in their order
  std::map<std::string, std::string> names;  // as written -> its own
  for (const auto& [instance, rate] : options->problems) {
    if (rate <= 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("problems.", instance, " = ", rate, ": a rate must be positive"));
    }
    T2T_ASSIGN_OR_RETURN(const auto problem, MakeProblem(problems, instance));
    T2T_ASSIGN_OR_RETURN(Task task,
                         MakeTask(problem->Spec(), library.modalities, library.schemes, config));
    for (const TaskPort& port : task.targets) {
      Binder target = root.Section("ports").Section(task.spec.name).Section(port.port.name);
      if (!target.Has("decode")) continue;
      DecodeChoices& decode = options->validation.decode;
      DecodeOptions own = decode.usual;
      Binder section = target.Section("decode");
      own.Bind(section);
      decode.own[absl::StrCat(task.spec.name, ".", port.port.name)] = own;
    }
    if (!rates.emplace(task.spec.name, rate).second) {
      return absl::InvalidArgumentError(absl::StrCat("problems.", instance, ": is '",
                                                     task.spec.name, "', which stands there too"));
    }
    names[instance] = names[task.spec.name] = task.spec.name;
    T2T_RETURN_IF_ERROR(CheckMixtureUnit(options->mixture.unit, task));
    tasks.push_back(std::move(task));
  }
  options->problems = std::move(rates);
  T2T_RETURN_IF_ERROR(options->mixture.Resolve(names, options->problems));
  T2T_RETURN_IF_ERROR(root.status());
  for (const Task& task : tasks) {
    for (const auto* ports : {&task.inputs, &task.targets}) {
      for (const TaskPort& port : *ports)
        T2T_RETURN_IF_ERROR(CheckLength(port, options->data.batching.max_length));
    }
  }
  return tasks;
}

namespace {

// Whether adapter and head can be made before anything is learned.
bool SizesKnown(const Codec& codec) { return !codec.needs_learning() || codec.frame_width() > 0; }

}  // namespace

absl::Status BindModel(const Library& library, const std::vector<Task>& tasks, Config& config) {
  Binder model = config.Root().Section("model");
  ModelOptions options;
  options.Bind(model);
  T2T_ASSIGN_OR_RETURN(const auto* entry, library.bodies.Find(options.body));
  T2T_ASSIGN_OR_RETURN(const auto made, entry->value(model, 1));
  T2T_RETURN_IF_ERROR(CheckDecoders(tasks, *made, options.share_body));
  const auto bind_adapter = [&](const TaskPort& port,
                                Binder& of_port) -> absl::StatusOr<std::shared_ptr<InputAdapter>> {
    T2T_ASSIGN_OR_RETURN(const auto* adapter, library.adapters.Find(port.adapter));
    return adapter->value(*port.codec, of_port, made->width());
  };
  for (const Task& task : tasks) {
    for (const TaskPort& port : task.inputs) {
      if (!SizesKnown(*port.codec)) continue;
      Binder of_port = config.Root().Section(port.config_path);
      T2T_RETURN_IF_ERROR(bind_adapter(port, of_port).status());
    }
    for (const TaskPort& port : task.targets) {
      T2T_RETURN_IF_ERROR(Annotate(port.scheme->FitsBody(*made),
                                   absl::StrCat(task.spec.name, ".", port.port.name)));
      Binder of_port = config.Root().Section(port.config_path);
      double forget = 0, along_weight = 0;
      if (port.scheme->reads_along()) T2T_RETURN_IF_ERROR(BindAlongWeight(of_port, &along_weight));
      if (port.scheme->in_order()) T2T_RETURN_IF_ERROR(BindForget(of_port, &forget));
      if (!SizesKnown(*port.codec)) continue;
      if (port.scheme->feeds_back()) {
        T2T_ASSIGN_OR_RETURN(const auto adapter, bind_adapter(port, of_port));
        T2T_RETURN_IF_ERROR(CheckFeedback(port, *adapter));
      }
      HeadOptions head;
      head.width = made->width();
      T2T_ASSIGN_OR_RETURN(const auto* head_entry, library.heads.Find(port.head));
      T2T_RETURN_IF_ERROR(head_entry->value(*port.codec, of_port, head).status());
    }
  }
  return model.status();
}

}  // namespace t2t
