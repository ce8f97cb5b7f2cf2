#include "tensor2tensor/evaluation/judge.h"

#include "registry/status_macros.h"
#include "tensor2tensor/evaluation/predict_in_pieces.h"

namespace t2t {
namespace {

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

absl::StatusOr<Judgement> Judge(const Model& judge, const JudgePorts& ports,
                                const std::vector<Example>& examples,
                                const std::vector<Example>& with_made,
                                const PredictOptions& options, uint64_t seed) {
  Judgement judgement;
  T2T_ASSIGN_OR_RETURN(judgement.of_true, Measured(judge, ports, examples, options, seed));
  T2T_ASSIGN_OR_RETURN(judgement.of_made, Measured(judge, ports, with_made, options, seed));
  return judgement;
}

}  // namespace t2t
