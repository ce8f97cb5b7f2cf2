#include "tensor2tensor/models/task.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "registry/status_macros.h"
#include "registry/suggest.h"

namespace t2t {

const TaskPort* Task::Find(absl::string_view port) const {
  for (const auto* ports : {&inputs, &targets}) {
    for (const TaskPort& candidate : *ports) {
      if (candidate.port.name == port) return &candidate;
    }
  }
  return nullptr;
}

namespace {

// The input that the target's scheme decides along; "" where it has none.
absl::StatusOr<std::string> FindGuide(const ProblemSpec& spec, const Port& port,
                                      const TaskPort& made, Binder& options) {
  const std::string place = absl::StrCat(spec.name, ".", port.name);
  std::string guide = port.aligned_with;
  if (made.scheme->guide() == Scheme::Guide::kNone) return std::string();
  if (made.scheme->guide() == Scheme::Guide::kAligned) {
    if (!guide.empty()) return guide;
    return absl::InvalidArgumentError(
        absl::StrCat(place, ": the scheme '", made.scheme_name,
                     "' needs a target that the problem declares to be aligned with an input"));
  }
  std::vector<std::string> inputs;
  for (const Port& input : spec.inputs) inputs.push_back(input.name);
  if (!port.along.empty()) guide = port.along;
  if (guide.empty() && inputs.size() == 1) guide = inputs[0];
  options.Field("along", &guide, "the input that the target is read along");
  if (std::find(inputs.begin(), inputs.end(), guide) != inputs.end()) return guide;
  const std::string needs = absl::StrCat(place, ": the scheme '", made.scheme_name,
                                         "' reads the target along an input; ");
  if (inputs.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(needs, "the problem has none"));
  }
  return absl::InvalidArgumentError(absl::StrCat(needs, made.config_path, ".along = '", guide,
                                                 "' is not one of: ", absl::StrJoin(inputs, ", "),
                                                 Suggestion(guide, inputs)));
}

absl::StatusOr<TaskPort> MakePort(const ProblemSpec& spec, const Port& port, bool target,
                                  const Registry<Modality>& modalities,
                                  const Registry<SchemeFactory>& schemes, Config& config) {
  const std::string place = absl::StrCat(spec.name, ".", port.name);
  TaskPort made;
  made.port = port;
  const auto entry = modalities.Find(port.modality);
  if (!entry.ok()) return Annotate(entry.status(), place);
  made.modality = &(*entry)->value;
  made.config_path = absl::StrCat("ports.", spec.name, ".", port.name);
  T2T_RETURN_IF_ERROR(config.MergeDefaults(made.config_path,
                                           port.options.empty() ? "{}" : port.options,
                                           absl::StrCat("problem ", spec.name)));
  if (target) {
    T2T_RETURN_IF_ERROR(config.MergeDefaults(made.config_path, made.modality->of_target,
                                             absl::StrCat("a target of modality ", port.modality)));
  }
  Binder options = config.Root().Section("ports").Section(spec.name).Section(port.name);
  options.Field("share", &made.share, "ports of one key share vocabulary and table");
  auto codec = made.modality->make_codec(options);
  if (!codec.ok()) return Annotate(codec.status(), place);
  made.codec = *std::move(codec);
  made.way = &made.modality->WayOf(*made.codec);
  made.adapter = made.way->adapter;
  if (target) {
    made.head = made.codec->head().empty() ? made.way->head : made.codec->head();
    if (made.head.empty()) {
      return absl::UnimplementedError(absl::StrCat(
          "problem '", spec.name, "' has the target '", port.name, "' of modality ", port.modality,
          ", as ", made.codec->Describe(), ", which has no head yet: it can be an input only"));
    }
    const std::vector<std::string>& fitting = made.way->schemes;
    // The first one that fits the codec and has what it needs.
    made.scheme_name = !port.scheme.empty() ? port.scheme : fitting.empty() ? "" : fitting[0];
    for (auto name = fitting.rbegin(); port.scheme.empty() && name != fitting.rend(); ++name) {
      T2T_ASSIGN_OR_RETURN(const auto* entry_of, schemes.Find(*name));
      const std::unique_ptr<Scheme> scheme = entry_of->value();
      const bool lacks_guide =
          scheme->guide() == Scheme::Guide::kAligned && port.aligned_with.empty();
      if (!lacks_guide && scheme->FitsCodec(*made.codec).ok()) made.scheme_name = *name;
    }
    options.Field("scheme", &made.scheme_name,
                  "how the target comes about, see `t2t list schemes`");
    if (std::find(fitting.begin(), fitting.end(), made.scheme_name) == fitting.end()) {
      return absl::InvalidArgumentError(absl::StrCat(place, ": scheme '", made.scheme_name,
                                                     "' does not fit modality ", port.modality,
                                                     "; fitting: ", absl::StrJoin(fitting, ", ")));
    }
    T2T_ASSIGN_OR_RETURN(const auto* scheme, schemes.Find(made.scheme_name));
    made.scheme = scheme->value();
    T2T_ASSIGN_OR_RETURN(made.guide, FindGuide(spec, port, made, options));
  } else {
    options.Field("drop", &made.drop,
                  "share of training's rows that do not see this input, which may then be missing");
    if (!(made.drop >= 0 && made.drop < 1)) options.Error("drop", "must be from 0 to below 1");
    if (!options.status().ok()) return options.status();
  }
  if (!target && made.adapter.empty()) {
    return absl::UnimplementedError(absl::StrCat("problem '", spec.name, "' has the input '",
                                                 port.name, "' of modality ", port.modality,
                                                 ", which cannot be an input yet"));
  }
  return made;
}

}  // namespace

absl::StatusOr<Task> MakeTask(const ProblemSpec& spec, const Registry<Modality>& modalities,
                              const Registry<SchemeFactory>& schemes, Config& config) {
  Task task;
  task.spec = spec;
  if (spec.targets.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("problem '", spec.name, "' has no target"));
  }
  for (const Port& port : spec.inputs) {
    T2T_ASSIGN_OR_RETURN(TaskPort made, MakePort(spec, port, false, modalities, schemes, config));
    task.inputs.push_back(std::move(made));
  }
  for (const Port& port : spec.targets) {
    T2T_ASSIGN_OR_RETURN(TaskPort made, MakePort(spec, port, true, modalities, schemes, config));
    if (made.codec->masks()) {
      return absl::InvalidArgumentError(absl::StrCat(
          made.config_path, ".augment: takes away some of what a target is to say; inputs only"));
    }
    for (const TaskPort& input : task.inputs) {
      if (input.drop == 0 ||
          (input.port.name != made.guide && input.port.name != port.aligned_with))
        continue;
      return absl::InvalidArgumentError(absl::StrCat(input.config_path, ".drop: the target '",
                                                     port.name, "' is read along this input"));
    }
    if (const TaskPort* guide = task.Find(made.guide);
        made.scheme->aligns() && guide != nullptr && guide->codec->axes() > 1) {
      return absl::InvalidArgumentError(absl::StrCat(
          spec.name, ".", port.name, ": the scheme '", made.scheme_name, "' goes along '",
          made.guide, "' in order, but ", guide->codec->Describe(), " has units on a grid"));
    }
    const TaskPort* turned = made.codec->reorders() ? &made : nullptr;
    for (const std::string& name : {port.aligned_with, made.guide}) {
      const TaskPort* followed = task.Find(name);
      if (followed != nullptr && followed->codec->reorders()) turned = followed;
    }
    if (turned != nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat(turned->config_path, ".augment: puts units into another order, which ",
                       spec.name, ".", port.name, " would not follow"));
    }
    if (const TaskPort* along = task.Find(port.aligned_with);
        along != nullptr && along->codec->stretches()) {
      return absl::InvalidArgumentError(
          absl::StrCat(along->config_path, ".augment: changes the number of units, of which ",
                       spec.name, ".", port.name, " has one each"));
    }
    if (!port.aligned_with.empty() &&
        std::none_of(spec.inputs.begin(), spec.inputs.end(),
                     [&](const Port& input) { return input.name == port.aligned_with; })) {
      return absl::InvalidArgumentError(absl::StrCat(spec.name, ".", port.name,
                                                     " is aligned with '", port.aligned_with,
                                                     "', which is no input"));
    }
    task.targets.push_back(std::move(made));
  }
  return task;
}

std::string CodecFolder(const Task& task, const TaskPort& port) {
  return port.share.empty() ? absl::StrCat(task.spec.name, "/", port.port.name)
                            : absl::StrCat("shared/", port.share);
}

}  // namespace t2t
