// EvaluateTask: a model on a whole split: the teacher-forced loss, named as such, and metrics on decoded
// output beside all acceptable references.
#ifndef T2T_TENSOR2TENSOR_EVALUATION_EVALUATE_H_
#define T2T_TENSOR2TENSOR_EVALUATION_EVALUATE_H_

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "problems/shards/shard_reader.h"
#include "tensor2tensor/evaluation/metrics/metric.h"
#include "tensor2tensor/evaluation/predict.h"

namespace t2t {

struct EvaluateOptions {
  DecodeChoices decode;
  BatchingOptions batching;
  int64_t limit = 0;        // examples that are looked at, drawn from the whole split; 0 = all
  bool decoded = true;      // false: only the teacher-forced loss
  bool decode_all = false;  // also the targets of which no metric judges what is decoded
  bool price_all = false;   // also the targets of which no metric tells what the model pays
  // Each example with the inputs of another one, which comes as far behind it, around the end, for all alike; where those do not fit
  // its targets (aligned ones of another length), with the next one's that do; left out where there is none.
  bool blind = false;
  std::vector<int64_t> only =
      {};  // the examples that are looked at, by number, rising; empty: as `limit` says
  bool skip_broken =
      false;  // count a damaged record, or one that no codec takes, instead of stopping
  // End each answer at twice the length of the longest reference and 8 more: a model that has hardly been trained may
  // never stop. Not for results: the model is told something of the references.
  bool end_runaways = false;
  uint64_t seed = 1;  // of the bootstrap and of which examples are drawn
  std::function<void(int64_t done, int64_t total)> progress;
  std::function<bool()> interrupted;  // asked before every batch; true ends it with Cancelled
};

struct TargetResult {
  std::string target;
  // Teacher-forced, nats a decision, without label smoothing; not a number where no target has a loss.
  double tf_loss = 0;
  std::optional<double>
      bits_per_raw_unit;  // where the loss is a likelihood over a reversible codec
  std::string raw_unit;
  bool is_likelihood = true;  // whether tf_loss is in nats
  int64_t decisions = 0;
  std::vector<MetricValue> metrics;  // in the order of the port; the first selects checkpoints
  // Decoded beside references, the bytes of a target that is a file, else texts; empty where no metric needs them.
  MetricInput answers;
  // Costs beside references, in bits where the loss is a likelihood; empty where nothing needs them. Of the examples of these numbers, rising: those that
  // can be encoded.
  MetricInput costs;
  std::vector<int64_t> cost_numbers;
  std::vector<Prediction> predictions;
};

struct EvaluationResult {
  std::string problem;
  int64_t revision = 0;
  int64_t examples = 0;
  int64_t left_out =
      0;  // too long for the batch options; of a blind one also what has no other's inputs
  // Longer too, but decoded in pieces (predict_in_pieces.h): measured on decoded output alone.
  int64_t in_pieces = 0;
  int64_t broken = 0;  // with skip_broken
  // Measured on decoded output alone: a target cannot be encoded, such as a class that training has not seen.
  int64_t without_loss = 0;
  // Measured on decoded output alone too: a target that its scheme cannot give (Scheme::InReach).
  int64_t out_of_reach = 0;
  std::map<std::string, int64_t> remarks;  // examples by what is odd of them: "speech is silent"
  std::vector<int64_t> numbers;            // of the examples within the split, rising
  std::vector<std::string> keys;
  std::vector<TargetResult> targets;
};

absl::StatusOr<EvaluationResult> EvaluateTask(const Model& model, const Task& task,
                                              const SplitReader& split,
                                              const EvaluateOptions& options);

// Whether every example of at most max_length is in reach of the body's positions. Error: InvalidArgument.
absl::Status CheckReach(const Model& model, const Task& task, int64_t max_length);

// What the port's loss tells of a whole value: bits where it is its likelihood, a score where its frames are drawn one after the
// other; kAnswer where it tells nothing of the kind.
MetricInfo::Judges CostOf(const TaskPort& port);

// Names of a target port's metrics: its own, or its modality's; of a text or sequence without any input, to which nothing
// could be an answer, what the model pays for it (CostOf).
std::vector<std::string> MetricNames(const Task& task, const TaskPort& port);

// Error: InvalidArgument for a metric of costs of a port that has none.
absl::Status CheckMetrics(const Task& task);

// All acceptable references of an example's port as text, the port's own value first.
std::vector<std::string> ReferenceTexts(const TaskPort& port, const Example& example);
// A value as metrics take it (TargetResult::answers), and all acceptable ones.
std::string AsAnswer(const TaskPort& port, const Value& value);
std::vector<std::string> References(const TaskPort& port, const Example& example);
// Also measures these metrics of each target that they fit. Error: InvalidArgument for one that fits none of them, with the reason
// of the last; NotFound for one that is none.
absl::Status AddMetrics(const std::vector<std::string>& names, std::vector<Task>* tasks);

// {"tf_loss", "bits_per_byte", "metrics": {name: {"value", "low", "high", "higher_is_better"}}}
nlohmann::json ToJson(const TargetResult& result);
nlohmann::json ToJson(const std::vector<MetricValue>& metrics);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_EVALUATE_H_
