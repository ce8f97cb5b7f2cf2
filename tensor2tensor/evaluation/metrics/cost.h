// What a model pays for a value, in bits (the negative logarithm of its probability, base 2) or as a score that is no
// likelihood, by what the value consists of; lower is better. The corpus value weighs every character or number alike. In
// place of an answer an example has its cost (CostText). Measured teacher-forced, the stop included. With subwords it is an
// upper bound: of all ways to cut a text into pieces one is counted.
#ifndef T2T_TENSOR2TENSOR_EVALUATION_METRICS_COST_H_
#define T2T_TENSOR2TENSOR_EVALUATION_METRICS_COST_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tensor2tensor/evaluation/metrics/metric.h"

namespace t2t {

// A cost in place of an answer: bits and the raw units that they pay for (Units::raw_units), "1234.5 784"; or a score and its
// decisions.
std::string CostText(double cost, int64_t units);

// By the characters of the text, which is the reference.
class BitsPerCharacter : public Metric {
 public:
  explicit BitsPerCharacter(std::string name)
      : Metric(std::move(name), /*higher_is_better=*/false) {}
  // {bits, characters}
  std::vector<double> Statistics(const std::string& prediction,
                                 const std::vector<std::string>& references) const override;
  double Score(absl::Span<const double> summed) const override;
};

// By the units that the cost pays for: bits_per_dimension, of a picture's subpixels; bits_per_sample, of a sound's samples; flow_loss, of the decisions that draw frames.
class CostPerUnit : public Metric {
 public:
  explicit CostPerUnit(std::string name) : Metric(std::move(name), /*higher_is_better=*/false) {}
  // {cost, units}
  std::vector<double> Statistics(const std::string& prediction,
                                 const std::vector<std::string>& references) const override;
  double Score(absl::Span<const double> summed) const override;
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_METRICS_COST_H_
