// Strict loading of state: what an optimizer or an average takes from a checkpoint is either all of
// it or nothing, and every difference is named.
#ifndef T2T_TRAINER_NAMED_TENSORS_H_
#define T2T_TRAINER_NAMED_TENSORS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "tensor2tensor/runs/weights_file.h"

namespace t2t {

// Copies `from` into the tensors of `into`. Error: InvalidArgument "<what>: missing 'a',
// unexpected 'b', 'c' has shape [2] instead of [3]"; nothing is copied then.
absl::Status LoadNamedTensors(const NamedTensors& from, const NamedTensors& into,
                              absl::string_view what);

}  // namespace t2t

#endif  // T2T_TRAINER_NAMED_TENSORS_H_
