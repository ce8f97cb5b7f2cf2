// BLEU of a corpus, with the digits of sacreBLEU under its default signature
// (nrefs:var|case:mixed|eff:no|tok:13a|smooth:exp).
//
//   brevity * exp(mean over n = 1..4 of log precision_n),
//   brevity = exp(1 - reference length / length) where the system is shorter, else 1
//
// An n-gram counts as correct as often as the reference that has it most often. The reference
// length of an example is that nearest to the prediction's, the shorter at a tie. A precision
// without a match is 100 / (2^k total) for the k-th such order (exp smoothing); a corpus without a
// single match scores 0, and so does one without any 4-gram.
//
// Papineni et al. 2002; Post, "A Call for Clarity in Reporting BLEU Scores", 2018.
#ifndef T2T_TENSOR2TENSOR_EVALUATION_METRICS_BLEU_H_
#define T2T_TENSOR2TENSOR_EVALUATION_METRICS_BLEU_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "tensor2tensor/evaluation/metrics/metric.h"

namespace t2t {

// mteval-v13a's tokens with one space between, as sacreBLEU's Tokenizer13a makes them.
std::string Tokenize13a(absl::string_view line);

class Bleu : public Metric {
 public:
  explicit Bleu(std::string name) : Metric(std::move(name), /*higher_is_better=*/true) {}
  // {length, reference length, correct n-grams for n = 1..4, all n-grams for n = 1..4}
  std::vector<double> Statistics(const std::string& prediction,
                                 const std::vector<std::string>& references) const override;
  double Score(absl::Span<const double> summed) const override;
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_METRICS_BLEU_H_
