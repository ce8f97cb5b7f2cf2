// Retrieval: whether what was made can be told, by what it was made from, among what was made from something else. For each example
// the judge's price of its true answer (negative log-probability) is compared over what was made for it and for others; the rank is 1
// where none of the others has a lower one. As one answer is priced for all, it does not matter how likely the answer is by itself.
#ifndef T2T_TENSOR2TENSOR_EVALUATION_RETRIEVAL_H_
#define T2T_TENSOR2TENSOR_EVALUATION_RETRIEVAL_H_

#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "tensor2tensor/evaluation/judge_ports.h"
#include "tensor2tensor/models/model.h"

namespace t2t {

struct RetrievalOptions {
  int64_t candidates =
      100;  // the own one and others, drawn by number, of another answer; all where there are fewer
  uint64_t seed = 1;
  BatchingOptions batching;
  std::function<void(int64_t done, int64_t total)> progress;
};

struct Retrieval {
  std::vector<double> ranks;  // of each example, from 1; an equal price counts half
  double by_chance = 0;       // the mean rank of what tells nothing
};

// values[i] was made for examples[i], which has all ports; other inputs of the judge come from the example that is asked. Errors:
// InvalidArgument for answers that are no ids, or that are all equal; those of the judge's codecs.
absl::StatusOr<Retrieval> Retrieve(const Model& judge, const JudgePorts& ports,
                                   const std::vector<Example>& examples,
                                   const std::vector<Value>& values,
                                   const RetrievalOptions& options);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_RETRIEVAL_H_
