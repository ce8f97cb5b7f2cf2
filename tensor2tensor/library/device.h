// The device a run works on.
#ifndef T2T_TENSOR2TENSOR_LIBRARY_DEVICE_H_
#define T2T_TENSOR2TENSOR_LIBRARY_DEVICE_H_

#include <c10/core/Device.h>

#include <string>

#include "absl/status/statusor.h"

namespace t2t {

// "cpu", "cuda" or "auto" (cuda where there is one). Error: cuda asked for and not there.
absl::StatusOr<c10::Device> ChooseDevice(const std::string& name);

// The first thing in main. Allocator settings that must come before the first tensor: with them the training step has
// no page faults. And threads that wait give their processor away (OMP_WAIT_POLICY=passive, unless it is set): beside
// another busy process, waiting in a loop makes a step several times slower. The OpenMP runtime reads that when it is
// loaded, so the program starts itself once more with `argv`.
void PrepareProcess(char** argv);

// Threads of the tensor library; 0 = all cores.
void SetThreads(int64_t threads);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_LIBRARY_DEVICE_H_
