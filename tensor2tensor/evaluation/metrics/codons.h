// Metrics of coding sequences, in %: the predicted codons beside those of the reference.
//
//   codon_match        codons that are equal at their place, of the codons of the longer one; the reference that agrees most
//   back_translation   predictions that say just the protein of a reference, codon by codon; the first may be any that
//                      begins a protein in bacteria (table 11) where the reference's does
#ifndef T2T_TENSOR2TENSOR_EVALUATION_METRICS_CODONS_H_
#define T2T_TENSOR2TENSOR_EVALUATION_METRICS_CODONS_H_

#include <string>
#include <utility>
#include <vector>

#include "tensor2tensor/evaluation/metrics/match.h"

namespace t2t {

class CodonMatch : public MeanMetric {
 public:
  explicit CodonMatch(std::string name) : MeanMetric(std::move(name), /*higher_is_better=*/true) {}
  std::vector<double> Statistics(const std::string& prediction,
                                 const std::vector<std::string>& references) const override;
};

class BackTranslation : public MeanMetric {
 public:
  explicit BackTranslation(std::string name)
      : MeanMetric(std::move(name), /*higher_is_better=*/true) {}
  std::vector<double> Statistics(const std::string& prediction,
                                 const std::vector<std::string>& references) const override;
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_METRICS_CODONS_H_
