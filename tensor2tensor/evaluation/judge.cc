#include "tensor2tensor/evaluation/judge.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "registry/status_macros.h"
#include "tensor2tensor/evaluation/predict_in_pieces.h"

namespace t2t {
namespace {

const TaskPort* FindAmong(const std::vector<TaskPort>& ports, const Port& wanted) {
  for (const TaskPort& port : ports) {
    if (port.port.name == wanted.name && port.port.modality == wanted.modality) return &port;
  }
  return nullptr;
}

absl::StatusOr<std::vector<MetricValue>> Measured(const Model& judge, const JudgePorts& ports,
                                                  const std::vector<Example>& examples,
                                                  const PredictOptions& options, uint64_t seed) {
  T2T_ASSIGN_OR_RETURN(const std::vector<Prediction> predictions,
                       PredictInPieces(judge, *ports.task, ports.answer, examples, options));
  const TaskPort& answer = *ports.task->Find(ports.answer);
  MetricInput input;
  for (size_t i = 0; i < examples.size(); ++i) {
    input.predictions.push_back(predictions[i].candidates.empty()
                                    ? ""
                                    : AsAnswer(answer, predictions[i].candidates[0].value));
    input.references.push_back(References(answer, examples[i]));
  }
  std::vector<MetricValue> values;
  for (const std::string& name : MetricNames(*ports.task, answer)) {
    if (IsOfCost(name)) continue;
    T2T_ASSIGN_OR_RETURN(const auto metric, MakeMetric(name));
    T2T_ASSIGN_OR_RETURN(MetricValue value, Evaluate(*metric, input, seed));
    values.push_back(std::move(value));
  }
  return values;
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

absl::StatusOr<Judgement> Judge(const Model& judge, const JudgePorts& ports,
                                const std::vector<Example>& examples,
                                const std::vector<Value>& made, const PredictOptions& options,
                                uint64_t seed) {
  Judgement judgement;
  T2T_ASSIGN_OR_RETURN(judgement.of_true, Measured(judge, ports, examples, options, seed));
  std::vector<Example> changed = examples;
  for (size_t i = 0; i < changed.size(); ++i) changed[i].ports[ports.seen] = made[i];
  T2T_ASSIGN_OR_RETURN(judgement.of_made, Measured(judge, ports, changed, options, seed));
  return judgement;
}

}  // namespace t2t
