// Task: a problem as a run uses it: its ports, each with a codec made of the problem's options under the
// run's own (`ports.<problem>.<port>.<key>`).
#ifndef T2T_TENSOR2TENSOR_MODELS_TASK_H_
#define T2T_TENSOR2TENSOR_MODELS_TASK_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "modalities/codecs/codec.h"
#include "problems/problem.h"
#include "registry/config.h"
#include "registry/registry.h"
#include "tensor2tensor/models/scheme.h"

namespace t2t {

struct TaskPort {
  Port port;
  const Modality* modality = nullptr;  // borrowed from the registry
  std::shared_ptr<Codec> codec;
  const Way* way = nullptr;  // the modality's, by what the codec gives; borrowed
  std::string share;         // ports of one key have one vocabulary and one table; "" = own
  std::string scheme_name;   // targets
  std::shared_ptr<const Scheme> scheme;  // targets
  double drop =
      0;  // inputs: share of training's rows that do not see it; above 0 it may be missing
  std::string guide;    // targets: the input that the scheme decides along; "" where it has none
  std::string adapter;  // "" for a target whose scheme feeds nothing back
  std::string head;     // targets
  std::string config_path;  // "ports.<problem>.<port>"
  // Of a target: whether its frames enter again while it comes about, so that it is drawn and not searched for.
  bool draws_frames() const { return codec->gives_frames() && scheme->feeds_back(); }
};

struct Task {
  ProblemSpec spec;
  std::vector<TaskPort> inputs, targets;
  const TaskPort* Find(absl::string_view port) const;  // null when there is none
};

// Makes the codecs, not yet learned or loaded. Errors: an unknown modality or scheme, a target whose modality
// has no head or whose scheme lacks its guide (with the reason), wrong options.
absl::StatusOr<Task> MakeTask(const ProblemSpec& spec, const Registry<Modality>& modalities,
                              const Registry<SchemeFactory>& schemes, Config& config);

// Where a run keeps what a port's codec has learned: "<problem>/<port>", or "shared/<key>".
std::string CodecFolder(const Task& task, const TaskPort& port);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_MODELS_TASK_H_
