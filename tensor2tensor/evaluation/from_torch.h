// The border at which LibTorch's exceptions become a Status: a decoding request, a training step, a loader's
// worker, a command.
#ifndef T2T_TENSOR2TENSOR_EVALUATION_FROM_TORCH_H_
#define T2T_TENSOR2TENSOR_EVALUATION_FROM_TORCH_H_

#include <functional>

#include "absl/status/status.h"

namespace t2t {

// Runs `work`; ResourceExhausted for a device that is out of memory, Internal for any other exception, with
// its message but without the pages of its stack.
absl::Status FromTorch(const std::function<absl::Status()>& work);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_FROM_TORCH_H_
