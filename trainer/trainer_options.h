// What a run says of its training, beside optimizer, schedule, data and model.
#ifndef T2T_TRAINER_TRAINER_OPTIONS_H_
#define T2T_TRAINER_TRAINER_OPTIONS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "registry/config.h"
#include "tensor2tensor/decoding/decode_options.h"
#include "trainer/train_step.h"

namespace t2t {

struct TrainerOptions {
  int64_t steps = 10000;  // optimizer steps
  // "6m", "1h30m", "45s": stops and saves after so long; "" = no limit. The clock runs through training, its
  // evaluations and checkpoints, not through loading or the last evaluation, and goes on when a run is continued.
  std::string max_time;
  std::string from;                 // folder of a run (library/warm_start.h)
  std::vector<std::string> freeze;  // patterns of parameters that stay as they are (freeze.h)
  int64_t seed = 1;
  int64_t micro_batches = 1;  // of a step
  int64_t workers = 1;        // micro-batches computed at the same time, on the CPU
  LossOptions loss;
  double clip_norm = 1.0;  // gradients' global norm; 0 = not clipped
  double average_decay =
      0;  // of the moving average of weights, used by evaluation and decoding; 0 = none
  int64_t log_every = 50;           // steps
  int64_t checkpoint_every = 1000;  // steps
  int64_t keep_last = 2;            // checkpoints
  int64_t keep_best = 1;
  int64_t patience = 0;         // evaluations without a better one before it stops; 0 = never
  std::string device = "auto";  // auto, cpu or cuda
  int64_t threads = 0;          // of the tensor library; 0 = all cores
  bool tensorboard = true;
  bool probe = true;       // try the worst batches before the first step
  double max_seconds = 0;  // max_time, read
  void Bind(Binder& binder);
};

struct ValidationOptions {
  int64_t every = 1000;  // steps; 0 = only at the end
  int64_t limit = 0;     // examples of each problem; 0 = the whole valid split
  bool decoded = true;   // false: only the teacher-forced loss
  std::string
      best;  // what selects checkpoints: "problem.port.metric"; "" = the only target's first metric, or
             // the mean teacher-forced loss of several
  DecodeChoices decode;
  void Bind(Binder& binder);
};

// "90", "90s", "1h30m": seconds. Error: InvalidArgument.
absl::StatusOr<double> ParseDuration(absl::string_view text);

}  // namespace t2t

#endif  // T2T_TRAINER_TRAINER_OPTIONS_H_
