// Hypothesis: one produced sequence of units with its score.
#ifndef T2T_TENSOR2TENSOR_DECODING_HYPOTHESIS_H_
#define T2T_TENSOR2TENSOR_DECODING_HYPOTHESIS_H_

#include <cstdint>
#include <vector>

namespace t2t {

struct Hypothesis {
  std::vector<int64_t> units;  // without the stop unit
  double log_probability = 0;  // nats under the model, the stop included where it was reached
  double score = 0;            // what candidates are ranked by: beam divides by the length penalty
  bool finished = true;        // false where max_length or a constraint cut it off
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_DECODING_HYPOTHESIS_H_
