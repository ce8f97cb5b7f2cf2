// Metrics of real vectors, over the numbers of all components together, as far as the reference has them (not nan).
//
//   rmse      root mean square error, in the unit of the numbers; lower is better
//   pearson   Pearson's correlation of predicted and true numbers, -1 to 1; 0 where one of them does not change
//
// A prediction of fewer numbers is wrong by the whole of those that it lacks; of more, these are not looked at. Of several
// references the nearest counts. Text that is no list of numbers has none.
#ifndef T2T_TENSOR2TENSOR_EVALUATION_METRICS_NUMBERS_H_
#define T2T_TENSOR2TENSOR_EVALUATION_METRICS_NUMBERS_H_

#include <string>
#include <utility>
#include <vector>

#include "tensor2tensor/evaluation/metrics/metric.h"

namespace t2t {

// Statistics: {count, sum of squared errors}.
class RootMeanSquareError : public Metric {
 public:
  explicit RootMeanSquareError(std::string name)
      : Metric(std::move(name), /*higher_is_better=*/false) {}
  std::vector<double> Statistics(const std::string& prediction,
                                 const std::vector<std::string>& references) const override;
  double Score(absl::Span<const double> summed) const override;
};

// Statistics: {count, sums of x, y, xx, yy, xy}.
class PearsonCorrelation : public Metric {
 public:
  explicit PearsonCorrelation(std::string name)
      : Metric(std::move(name), /*higher_is_better=*/true) {}
  std::vector<double> Statistics(const std::string& prediction,
                                 const std::vector<std::string>& references) const override;
  double Score(absl::Span<const double> summed) const override;
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_METRICS_NUMBERS_H_
