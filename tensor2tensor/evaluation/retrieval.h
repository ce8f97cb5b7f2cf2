// Retrieval: whether what was made can be told, by what it was made from, among what was made from something else. For each example
// the judge's price of its true answer (the negative logarithm that a search is told, Production::Next) is compared over what was made
// for it and for others; the rank is 1 where none of the others has a lower one. As one answer is priced for all, it does not matter
// how likely the answer is by itself.
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
      100;  // 2 or more: the own one and others, drawn by number, of another answer; all where there are fewer
  uint64_t seed = 1;
  BatchingOptions batching;
  std::function<void(int64_t done, int64_t total)> progress;
};

struct Retrieval {
  std::vector<double> ranks;  // of each example that was asked, from 1; an equal price counts half
  double candidates = 0;      // the mean number of them, the own one among them
  double by_chance = 0;       // the mean rank of what tells nothing
  int64_t left_out =
      0;  // examples that the judge cannot see (SeenByJudge), or whose answer it does not know
};

// The examples have what is judged in its port; other inputs of the judge come from the example that is asked. Errors: InvalidArgument for
// answers that are no ids, or that are all equal; Internal for a price that is not a number.
absl::StatusOr<Retrieval> Retrieve(const Model& judge, const JudgePorts& ports,
                                   const std::vector<Example>& examples,
                                   const RetrievalOptions& options);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_RETRIEVAL_H_
