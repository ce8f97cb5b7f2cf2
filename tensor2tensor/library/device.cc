#include "tensor2tensor/library/device.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <malloc.h>
#include <torch/cuda.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "absl/strings/str_cat.h"
#include "registry/suggest.h"

namespace t2t {

absl::StatusOr<c10::Device> ChooseDevice(const std::string& name) {
  if (name == "cpu") return c10::Device(c10::kCPU);
  if (name != "auto" && name != "cuda") {
    return absl::InvalidArgumentError(absl::StrCat("device '", name, "' is not known",
                                                   Suggestion(name, {"auto", "cpu", "cuda"}),
                                                   "; known are auto, cpu and cuda"));
  }
  const bool cuda = torch::cuda::is_available();
  if (name == "auto") return c10::Device(cuda ? c10::kCUDA : c10::kCPU);
  if (cuda) return c10::Device(c10::kCUDA);
  return absl::InvalidArgumentError(
      "device cuda: LibTorch sees no CUDA device here (a driver is missing, or the wheel "
      "is one for the CPU)");
}

void PrepareProcess(char** argv) {
  if (getenv("OMP_WAIT_POLICY") == nullptr) {
    setenv("OMP_WAIT_POLICY", "passive", 1);
    execv("/proc/self/exe", argv);  // returns only where it fails, and then all goes on as it is
  }
  // Large tensors come from the heap and stay there, instead of being mapped and faulted in at every step.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 2000000000);
  mallopt(M_TOP_PAD, 256 << 20);
}

void SetThreads(int64_t threads) {
  const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  at::set_num_threads(threads > 0 ? static_cast<int>(threads) : cores);
}

}  // namespace t2t
