// pair_f1: base pairs of a secondary structure that are right, in %: the harmonic mean of the shares of predicted pairs that are in
// the reference and of pairs of the reference that are predicted, over the pairs of all examples.
//
// A structure is a mark for each base; '<' and '>', '(' and ')', '[' and ']' or '{' and '}' are the two bases of a pair, nested within
// their kind; anything else is unpaired. A mark without a partner is no pair.
#ifndef T2T_TENSOR2TENSOR_EVALUATION_METRICS_BASE_PAIRS_H_
#define T2T_TENSOR2TENSOR_EVALUATION_METRICS_BASE_PAIRS_H_

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "tensor2tensor/evaluation/metrics/metric.h"

namespace t2t {

// Places of the two bases of each pair, from 0, the left one first.
std::set<std::pair<int64_t, int64_t>> BasePairs(absl::string_view structure);

class PairF1 : public Metric {
 public:
  explicit PairF1(std::string name) : Metric(std::move(name), /*higher_is_better=*/true) {}
  // {pairs of both, pairs predicted + pairs wanted}, of the reference that agrees best.
  std::vector<double> Statistics(const std::string& prediction,
                                 const std::vector<std::string>& references) const override;
  // 100 where there is no pair at all.
  double Score(absl::Span<const double> summed) const override;
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_METRICS_BASE_PAIRS_H_
