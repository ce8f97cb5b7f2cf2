// Tensors by name in a safetensors file, and the strict loading of them into parameters.
#ifndef T2T_TENSOR2TENSOR_RUNS_WEIGHTS_FILE_H_
#define T2T_TENSOR2TENSOR_RUNS_WEIGHTS_FILE_H_

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace t2t {

using NamedTensors = std::map<std::string, at::Tensor>;

// Whole or not at all. Tensors may be on any device.
absl::Status WriteTensors(const std::string& path, const NamedTensors& tensors);
// Own memory, on the CPU. Errors name the file.
absl::StatusOr<NamedTensors> ReadTensors(const std::string& path);

struct LoadReport {
  std::vector<std::string> loaded, missing, unexpected;
  std::vector<std::string> reshaped;  // "name: file [2, 3], model [4, 3]"
  bool exact() const { return missing.empty() && unexpected.empty() && reshaped.empty(); }
  std::string Text() const;  // for people, a line for each name that did not fit
};

// Copies `from` into `into` by name where shapes agree.
LoadReport CopyTensors(const NamedTensors& from, const NamedTensors& into);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_RUNS_WEIGHTS_FILE_H_
