#include "tensor2tensor/evaluation/judge_ports.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tensor2tensor/evaluation/evaluate.h"

namespace t2t {
namespace {

const TaskPort* FindAmong(const std::vector<TaskPort>& ports, const Port& wanted) {
  for (const TaskPort& port : ports) {
    if (port.port.name == wanted.name && port.port.modality == wanted.modality) return &port;
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<JudgePorts> FindJudge(const std::vector<Task>& judges, const Task& judged,
                                     const std::string& target) {
  const TaskPort& made = *judged.Find(target);
  for (const Task& task : judges) {
    if (FindAmong(task.inputs, made.port) == nullptr) continue;
    const bool has_inputs =
        std::all_of(task.inputs.begin(), task.inputs.end(), [&](const TaskPort& input) {
          return FindAmong(judged.inputs, input.port) != nullptr ||
                 FindAmong(judged.targets, input.port) != nullptr;
        });
    if (!has_inputs) continue;
    for (const TaskPort& input : judged.inputs) {
      const TaskPort* answer = FindAmong(task.targets, input.port);
      if (answer == nullptr) continue;
      const std::vector<std::string> metrics = MetricNames(task, *answer);
      if (!std::all_of(metrics.begin(), metrics.end(), IsOfCost))
        return JudgePorts{&task, target, input.port.name};
    }
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "cannot judge ", judged.spec.name, ".", target, ": no problem of it has an input '", target,
      "' (", made.port.modality, "), no others that ", judged.spec.name,
      " lacks, and a target that is an input of that one, by name and modality"));
}

std::optional<EncodedExample> SeenByJudge(const Task& judge, const Example& example,
                                          int64_t most_units) {
  auto encoded = EncodePorts(judge, example, /*with_targets=*/false, 0);
  if (!encoded.ok() || encoded->longest_port() > most_units) return std::nullopt;
  return *std::move(encoded);
}

}  // namespace t2t
