// What stands beside the measurements of a target: answers that need no model, another model's or a blind one's, and what a judge
// says of what was made.
#ifndef T2T_TENSOR2TENSOR_CLI_COMPARISONS_H_
#define T2T_TENSOR2TENSOR_CLI_COMPARISONS_H_

#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "problems/shards/shard_reader.h"
#include "tensor2tensor/evaluation/evaluate.h"
#include "tensor2tensor/evaluation/judge_ports.h"
#include "tensor2tensor/library/run.h"
#include "trainer/progress.h"

namespace t2t {

// A target that was measured on a split; borrowed.
struct MeasuredTarget {
  const Task& task;
  const TaskPort& port;
  const SplitReader& split;
  const EvaluationResult& result;
  const TargetResult& target;
  const EvaluateOptions& options;
};

// Baselines learned from `train`, by name: {"examples", "metrics", "lead": {metric: {"value", "low", "high"}}}. A lead says by how
// much the model is the better one, below 0 where it is not, with its 95 % interval. The nearest neighbour is asked for `limit`
// examples.
absl::StatusOr<nlohmann::json> BesideBaselines(const MeasuredTarget& measured,
                                               const SplitReader& train, int64_t limit,
                                               Progress& progress);

// What another model says of the examples that both could be asked for, or the same one without looking, beside what this one says: adds
// target["baselines"][name], as of a baseline, and target[name + "_loss"], {"unit", "own", "other", "less", "low", "high"}: by how
// much the own loss is less, a unit; that only where both are of the same units.
absl::Status AddBeside(const std::string& name, const MeasuredTarget& measured,
                       const EvaluationResult& other_result, const TargetResult& other,
                       bool same_units, nlohmann::json* target);

// Whether losses of both are of the same things: equal codecs, and frames made in the same way.
bool SameUnits(const TaskPort& a, const TaskPort& b);

struct JudgeOptions {
  std::string folder;                  // of the judge's run, as it is told
  int64_t retrieve = 0;                // candidates of the retrieval (retrieval.h); 0 = none
  const SplitReader* train = nullptr;  // what other true values are taken from; null: none are
};

// {"run", "step", "checkpoint", "decode", "problem", "answer", "of_made": metrics, "of_true": metrics, "frechet": {"made",
// "true", "features", "examples"}, "retrieval": {"candidates", "by_chance", "left_out", "made", "true"}}: what the judge says of what the model
// makes of all examples that were looked at, beside what it says of the true ones. The Frechet distance is one to these, of what was
// made and of as many others that are true, of training, where the judge can see as many. "retrieval" only where it was asked for.
absl::StatusOr<nlohmann::json> Judged(const Run& judge, const JudgePorts& ports,
                                      const MeasuredTarget& measured, const JudgeOptions& options,
                                      Progress& progress);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_CLI_COMPARISONS_H_
