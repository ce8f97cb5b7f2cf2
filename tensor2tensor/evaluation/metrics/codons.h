// Metrics of coding sequences, in %: the predicted codons beside those of the reference.
//
//   codon_match        codons that are equal at their place, of the codons of the longer one; the reference that agrees most
//   back_translation   predictions that say just the protein of a reference, codon by codon; a first one that may begin a
//                      protein in bacteria (table 11) says M or, where it does so in both, its own residue
//   codon_usage        the part that the codons of all predictions and those of all (first) references have in common: 100
//                      minus half the sum of the differences of the shares of each codon
//   gc_distance        how far the share of G and C in the prediction, in %, is from that in the nearest reference, mean over
//                      examples
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

class CodonUsage : public Metric {
 public:
  explicit CodonUsage(std::string name) : Metric(std::move(name), /*higher_is_better=*/true) {}
  // How often each codon, and last any other triplet, stands in the prediction; the same of the first reference.
  std::vector<double> Statistics(const std::string& prediction,
                                 const std::vector<std::string>& references) const override;
  double Score(absl::Span<const double> summed) const override;
};

class GcDistance : public MeanMetric {
 public:
  explicit GcDistance(std::string name) : MeanMetric(std::move(name), /*higher_is_better=*/false) {}
  std::vector<double> Statistics(const std::string& prediction,
                                 const std::vector<std::string>& references) const override;
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_METRICS_CODONS_H_
