// Judge: a second model says of what the first one made what it is taken for: whether a classifier of this project sees the kind
// of clothing that a picture was drawn for, whether a recogniser reads the words that a sound was made of. Beside it stands what
// the judge says of the true values: more than that is not to be had.
#ifndef T2T_TENSOR2TENSOR_EVALUATION_JUDGE_H_
#define T2T_TENSOR2TENSOR_EVALUATION_JUDGE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tensor2tensor/evaluation/evaluate.h"
#include "tensor2tensor/evaluation/judge_ports.h"

namespace t2t {

struct Judgement {
  std::vector<MetricValue> of_made;  // the judge's metrics of its answer, on what was made
  std::vector<MetricValue> of_true;  // and on the true values
};

// `examples` with all ports, `with_made` the same with what was made in place of the true target.
absl::StatusOr<Judgement> Judge(const Model& judge, const JudgePorts& ports,
                                const std::vector<Example>& examples,
                                const std::vector<Example>& with_made,
                                const PredictOptions& options, uint64_t seed);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_JUDGE_H_
