// Metrics of whole answers: equal or not, and the overlap of their tokens. All in %, 0 to 100.
//
//   exact_match, accuracy   the prediction is one of the references; case-sensitive, byte for byte
//   but for
//                           whitespace at the ends
//   sequence_error          100 - exact_match: what text-to-phonemes calls word error rate (WER)
//   token_f1                F1 of the bags of whitespace tokens against the best reference, mean
//   over
//                           examples; nothing is lower-cased or removed (SQuAD's script does both).
//                           Two empty texts agree.
#ifndef T2T_TENSOR2TENSOR_EVALUATION_METRICS_MATCH_H_
#define T2T_TENSOR2TENSOR_EVALUATION_METRICS_MATCH_H_

#include <string>
#include <utility>
#include <vector>

#include "tensor2tensor/evaluation/metrics/metric.h"

namespace t2t {

// The mean of one number an example, as a percentage. Statistics: {number, 1}.
class MeanMetric : public Metric {
 public:
  using Metric::Metric;
  double Score(absl::Span<const double> summed) const override;
};

class ExactMatch : public MeanMetric {
 public:
  explicit ExactMatch(std::string name) : MeanMetric(std::move(name), /*higher_is_better=*/true) {}
  std::vector<double> Statistics(const std::string& prediction,
                                 const std::vector<std::string>& references) const override;
};

class SequenceError : public MeanMetric {
 public:
  explicit SequenceError(std::string name)
      : MeanMetric(std::move(name), /*higher_is_better=*/false) {}
  std::vector<double> Statistics(const std::string& prediction,
                                 const std::vector<std::string>& references) const override;
};

class TokenF1 : public MeanMetric {
 public:
  explicit TokenF1(std::string name) : MeanMetric(std::move(name), /*higher_is_better=*/true) {}
  std::vector<double> Statistics(const std::string& prediction,
                                 const std::vector<std::string>& references) const override;
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_METRICS_MATCH_H_
