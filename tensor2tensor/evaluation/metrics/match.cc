#include "tensor2tensor/evaluation/metrics/match.h"

#include <algorithm>

#include "registry/check.h"
#include "tensor2tensor/evaluation/metrics/ngrams.h"
#include "tensor2tensor/evaluation/metrics/text_units.h"

namespace t2t {
namespace {

bool EqualsAny(const std::string& prediction, const std::vector<std::string>& references) {
  T2T_CHECK(!references.empty()) << "a comparison needs a reference";
  const absl::string_view stripped = StripWhitespace(prediction);
  return std::any_of(references.begin(), references.end(), [&](const std::string& reference) {
    return StripWhitespace(reference) == stripped;
  });
}

}  // namespace

double MeanMetric::Score(absl::Span<const double> summed) const {
  return summed[1] == 0 ? 0 : 100 * summed[0] / summed[1];
}

std::vector<double> ExactMatch::Statistics(const std::string& prediction,
                                           const std::vector<std::string>& references) const {
  return {EqualsAny(prediction, references) ? 1.0 : 0.0, 1};
}

std::vector<double> SequenceError::Statistics(const std::string& prediction,
                                              const std::vector<std::string>& references) const {
  return {EqualsAny(prediction, references) ? 0.0 : 1.0, 1};
}

std::vector<double> TokenF1::Statistics(const std::string& prediction,
                                        const std::vector<std::string>& references) const {
  T2T_CHECK(!references.empty()) << name() << ": no reference";
  const UnitText said = JoinWords(SplitWords(prediction));
  const NgramCounts counts = CountNgrams(said, 1);
  double best = 0;
  for (const std::string& reference : references) {
    const UnitText wanted = JoinWords(SplitWords(reference));
    const double sizes = static_cast<double>(said.units.size() + wanted.units.size());
    const double shared = static_cast<double>(CountShared(counts, CountNgrams(wanted, 1)));
    best =
        std::max(best, sizes == 0 ? 1 : 2 * shared / sizes);  // 2PR / (P + R) = 2 shared / (n + m)
  }
  return {best, 1};
}

}  // namespace t2t
