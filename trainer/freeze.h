// Freezing: parameters that training leaves as they are, chosen by their names.
//
//   trainer: {from: runs/big, freeze: ["body.*", "ports.copy.*"]}
//
// '*' stands for any characters, '?' for one. A frozen parameter has no gradient and no optimizer state.
#ifndef T2T_TRAINER_FREEZE_H_
#define T2T_TRAINER_FREEZE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace torch::nn {
class Module;
}

namespace t2t {

// The numbers in what was frozen. Errors (InvalidArgument): a pattern that fits no parameter, with the nearest names; nothing
// that is left to be trained.
absl::StatusOr<int64_t> Freeze(const torch::nn::Module& module,
                               const std::vector<std::string>& patterns);

}  // namespace t2t

#endif  // T2T_TRAINER_FREEZE_H_
