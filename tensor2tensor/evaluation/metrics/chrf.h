// chrF2 of a corpus, with the digits of sacreBLEU under its default signature
// (nrefs:var|case:mixed|eff:yes|nc:6|nw:0|space:no).
//
//   (1 + beta^2) P R / (beta^2 P + R), beta = 2,
//   P and R: the means over n = 1..6 of the precision and recall of character n-grams, over those n
//   that both sides have
//
// Whitespace is removed first. Of several references, the first of those with the best score of
// their own counts.
//
// Popovic, "chrF: character n-gram F-score for automatic MT evaluation", 2015.
#ifndef T2T_TENSOR2TENSOR_EVALUATION_METRICS_CHRF_H_
#define T2T_TENSOR2TENSOR_EVALUATION_METRICS_CHRF_H_

#include <string>
#include <utility>
#include <vector>

#include "tensor2tensor/evaluation/metrics/metric.h"

namespace t2t {

class Chrf : public Metric {
 public:
  explicit Chrf(std::string name) : Metric(std::move(name), /*higher_is_better=*/true) {}
  // {n-grams of the prediction, of the reference, in both} for n = 1..6
  std::vector<double> Statistics(const std::string& prediction,
                                 const std::vector<std::string>& references) const override;
  double Score(absl::Span<const double> summed) const override;
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_METRICS_CHRF_H_
