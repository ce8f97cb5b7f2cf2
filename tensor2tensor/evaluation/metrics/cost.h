// bits_per_character: what a model pays for a text, in bits (the negative logarithm of its probability, base 2), by the
// characters of the text; lower is better. The corpus value weighs every character alike. In place of an answer an example
// has its cost, as a decimal number of bits; `references` is the text. Measured teacher-forced, the stop included. With
// subwords it is an upper bound: of all ways to cut a text into pieces one is counted.
#ifndef T2T_TENSOR2TENSOR_EVALUATION_METRICS_COST_H_
#define T2T_TENSOR2TENSOR_EVALUATION_METRICS_COST_H_

#include <string>
#include <utility>
#include <vector>

#include "tensor2tensor/evaluation/metrics/metric.h"

namespace t2t {

class BitsPerCharacter : public Metric {
 public:
  explicit BitsPerCharacter(std::string name)
      : Metric(std::move(name), /*higher_is_better=*/false) {}
  // {bits, characters}
  std::vector<double> Statistics(const std::string& prediction,
                                 const std::vector<std::string>& references) const override;
  double Score(absl::Span<const double> summed) const override;
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_METRICS_COST_H_
