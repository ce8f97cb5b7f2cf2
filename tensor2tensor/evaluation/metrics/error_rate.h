// Error rates by edit distance: 100 * edits / units of the reference, both summed over the corpus.
//
//   wer  whitespace tokens: the word error rate of speech recognition
//   per  the same over phones separated by spaces
//   cer  Unicode code points, whitespace at the ends stripped, inner whitespace counted
//
// Of several references the one with the least edits counts, the longer at a tie (the smaller
// rate). Against references that are all empty there is nothing to divide by: a value is then 100 *
// edits, as in jiwer.
//
// Text-to-phonemes means another thing by "word error rate", the share of words whose whole
// pronunciation is wrong: that is sequence_error, in match.h.
#ifndef T2T_TENSOR2TENSOR_EVALUATION_METRICS_ERROR_RATE_H_
#define T2T_TENSOR2TENSOR_EVALUATION_METRICS_ERROR_RATE_H_

#include <string>
#include <utility>
#include <vector>

#include "tensor2tensor/evaluation/metrics/metric.h"

namespace t2t {

class ErrorRate : public Metric {
 public:
  explicit ErrorRate(std::string name) : Metric(std::move(name), /*higher_is_better=*/false) {}
  double Score(absl::Span<const double> summed) const override;
};

// wer and per. Statistics: {edits, tokens of the closest reference}.
class TokenErrorRate : public ErrorRate {
 public:
  using ErrorRate::ErrorRate;
  std::vector<double> Statistics(const std::string& prediction,
                                 const std::vector<std::string>& references) const override;
};

// cer. Statistics: {edits, code points of the closest reference}.
class CharacterErrorRate : public ErrorRate {
 public:
  using ErrorRate::ErrorRate;
  std::vector<double> Statistics(const std::string& prediction,
                                 const std::vector<std::string>& references) const override;
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_METRICS_ERROR_RATE_H_
