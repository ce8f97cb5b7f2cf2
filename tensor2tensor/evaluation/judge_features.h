// What the judge sees in values, as numbers: the mean of its hidden states of all inputs (Body::InputStates), tag included. Two sets
// of them can be compared as a whole (frechet_distance.h).
#ifndef T2T_TENSOR2TENSOR_EVALUATION_JUDGE_FEATURES_H_
#define T2T_TENSOR2TENSOR_EVALUATION_JUDGE_FEATURES_H_

#include <vector>

#include "absl/status/statusor.h"
#include "tensor2tensor/evaluation/judge_ports.h"
#include "tensor2tensor/models/model.h"

namespace t2t {

// [rows, width], on the CPU: a row for each example that the judge can see (SeenByJudge), in their order. Error: Internal for numbers
// that are not finite; what the device says.
absl::StatusOr<at::Tensor> JudgeFeatures(const Model& judge, const JudgePorts& ports,
                                         const std::vector<Example>& examples,
                                         const BatchingOptions& batching);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_JUDGE_FEATURES_H_
