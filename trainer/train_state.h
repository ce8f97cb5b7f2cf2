// TrainState: state.json of a checkpoint: where a run stands, beside weights and optimizer. No buffers: the data's
// order is a function of these places.
#ifndef T2T_TRAINER_TRAIN_STATE_H_
#define T2T_TRAINER_TRAIN_STATE_H_

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trainer/batch_stream.h"
#include "trainer/mixture_state.h"

namespace t2t {

struct TrainState {
  struct Best {
    int64_t step = 0;
    double value = 0;  // larger is better; finite
  };
  // What is summed up since the last line of the log.
  struct Interval {
    std::map<std::string, double> loss_sums;
    std::map<std::string, int64_t> loss_counts;  // of the same names
    int64_t decisions = 0, positions = 0, real_positions = 0;
    double seconds = 0, gradient_norm = 0;
  };
  struct Problem {
    StreamPosition position;
    int64_t examples = 0;  // seen so far, over all epochs
    int64_t tokens = 0;    // of these, without padding
    // SplitReader::fingerprint of what is trained on; empty in older checkpoints.
    std::string data;
  };
  int64_t step = 0;
  int64_t validated_step = -1;         // the last one with an evaluation
  int64_t since_better = 0;            // evaluations since the best one
  double seconds = 0;                  // of training
  std::vector<Best> best;              // evaluations, best first
  std::optional<std::string> best_by;  // validation.best that chose them; none in older checkpoints
  std::map<std::string, double> rates;  // of the mixture, by problem; empty in older checkpoints
  std::string unit = "batches";         // MixtureOptions::unit; batches in older checkpoints
  // Of older checkpoints only the micro-batches of each problem, and no shares: the rates were constant.
  MixtureState mixture;
  std::map<std::string, Problem> problems;
  Interval interval;  // empty in older checkpoints
};

nlohmann::json ToJson(const TrainState& state);

// Error: InvalidArgument naming `place` (the file) and the value that cannot be.
absl::StatusOr<TrainState> ReadState(const nlohmann::json& json, absl::string_view place);

}  // namespace t2t

#endif  // T2T_TRAINER_TRAIN_STATE_H_
