// Autoregressive: unit after unit from left to right, each seeing those before it, until the stop unit, which
// is the class behind the vocabulary. The first decision sees the port's tag alone. Where all values have one length (a
// picture's pixels) the number of units ends them, and there is no stop; each decision has the place of the unit that it
// decides.
#ifndef T2T_TENSOR2TENSOR_MODELS_AUTOREGRESSIVE_SCHEME_H_
#define T2T_TENSOR2TENSOR_MODELS_AUTOREGRESSIVE_SCHEME_H_

#include <optional>
#include <vector>

#include "tensor2tensor/models/scheme.h"

namespace t2t {

std::unique_ptr<Scheme> MakeAutoregressiveScheme();

// For schemes that decide in the same order, but know beforehand how many decisions there are, and something of each.
struct Plan {
  at::Tensor values;  // [rows, time, width]: added to what enters at each decision
  std::vector<int64_t>
      lengths;  // decisions of each row, 1 or more; those behind `time` are cut off
};
// As Scheme::Loss; `plan` is Plan::values, or undefined.
Head::Sum AutoregressiveLoss(const SchemeParts& parts, const Memory& memory,
                             const UnitsBatch& target, double smoothing, const at::Tensor& plan,
                             ForwardContext& context);
std::unique_ptr<Production> StartAutoregressive(const SchemeParts& parts, Memory memory,
                                                int64_t max_length, std::optional<Plan> plan);
// Whether the body can; `scheme` is named in the message.
absl::Status RunsStepByStep(const Body& body, const char* scheme);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_MODELS_AUTOREGRESSIVE_SCHEME_H_
