// Checkpoints of a run: checkpoints/step-00001000/{model.safetensors, average.safetensors,
// optimizer.safetensors, state.json} with the links `last` and `best`. A checkpoint's folder appears whole,
// under its final name, or not at all.
#ifndef T2T_TENSOR2TENSOR_RUNS_CHECKPOINT_H_
#define T2T_TENSOR2TENSOR_RUNS_CHECKPOINT_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tensor2tensor/runs/weights_file.h"

namespace t2t {

struct Checkpoint {
  NamedTensors model;
  NamedTensors average;    // moving average of the weights; empty where the run keeps none
  NamedTensors optimizer;  // empty where only weights are wanted
  nlohmann::json state;
};

class CheckpointFolder {
 public:
  // `run` is the run's folder; it need not hold checkpoints yet.
  explicit CheckpointFolder(std::string run);

  absl::Status Save(int64_t step, const Checkpoint& checkpoint) const;
  // Points `best` at a saved step.
  absl::Status MarkBest(int64_t step) const;
  // Removes all but the newest `last` and those named; what an interrupted Save or Prune left, too.
  absl::Status Prune(int64_t last, const std::vector<int64_t>& keep) const;

  // Steps that are saved, ascending.
  std::vector<int64_t> Steps() const;
  // The step a link or a number names: "last", "best", "1000". Error: NotFound with what there is.
  absl::StatusOr<int64_t> Resolve(const std::string& which) const;
  absl::StatusOr<Checkpoint> Load(int64_t step, bool with_optimizer) const;
  std::string PathOf(int64_t step) const;

 private:
  std::string folder_;
};

// The weights that evaluation and decoding use, by the model's own names: the moving average's where there is one.
NamedTensors DecodingWeights(const Checkpoint& checkpoint);

// The arithmetic mean of the weights of several checkpoints. Error: names or shapes that differ.
absl::StatusOr<NamedTensors> AverageTensors(const std::vector<NamedTensors>& weights);

// JSON text without exceptions. Error: InvalidArgument naming `place`.
absl::StatusOr<nlohmann::json> ParseJson(const std::string& text, const std::string& place);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_RUNS_CHECKPOINT_H_
