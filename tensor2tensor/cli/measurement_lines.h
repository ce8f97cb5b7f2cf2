// What eval found, a line of JSON for each target: RUN/eval/measurements.jsonl grows with every call, while RUN/eval/SPLIT.json
// holds the last one with its examples.
#ifndef T2T_TENSOR2TENSOR_CLI_MEASUREMENT_LINES_H_
#define T2T_TENSOR2TENSOR_CLI_MEASUREMENT_LINES_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace t2t {

// Adds the targets of `problems`, as they are in the record of a split: losses, metrics with their intervals, what was
// measured beside, the problem's revision, the hash of the data, the step and the program.
absl::Status AddMeasurementLines(const std::string& path, const nlohmann::json& record,
                                 const std::vector<std::string>& problems);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_CLI_MEASUREMENT_LINES_H_
