// The device a run works on.
#ifndef T2T_TENSOR2TENSOR_LIBRARY_DEVICE_H_
#define T2T_TENSOR2TENSOR_LIBRARY_DEVICE_H_

#include <c10/core/Device.h>

#include <string>

#include "absl/status/statusor.h"

namespace t2t {

// "cpu", "cuda" or "auto" (cuda where there is one). Error: cuda asked for and not there.
absl::StatusOr<c10::Device> ChooseDevice(const std::string& name);

// Allocator settings that must come before the first tensor: with them the training step has no page faults.
void PrepareProcess();

// Threads of the tensor library; 0 = all cores.
void SetThreads(int64_t threads);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_LIBRARY_DEVICE_H_
