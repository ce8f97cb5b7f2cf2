#include "tensor2tensor/evaluation/metrics/error_rate.h"

#include <algorithm>

#include "registry/check.h"
#include "tensor2tensor/evaluation/metrics/edit_distance.h"
#include "tensor2tensor/evaluation/metrics/text_units.h"

namespace t2t {
namespace {

// {edits, length} for the closest reference, where `units` cuts a text into a vector of T.
template <typename T, typename Cut>
std::vector<double> Closest(const std::string& prediction,
                            const std::vector<std::string>& references, const Cut& units) {
  T2T_CHECK(!references.empty()) << "an error rate needs a reference";
  const std::vector<T> said = units(prediction);
  int64_t best = -1, length = 0;
  for (const std::string& reference : references) {
    const std::vector<T> wanted = units(reference);
    const int64_t size = static_cast<int64_t>(wanted.size());
    const int64_t edits = EditDistance<T>(said, wanted);
    if (best < 0 || edits < best || (edits == best && size > length)) {
      best = edits;
      length = size;
    }
  }
  return {static_cast<double>(best), static_cast<double>(length)};
}

}  // namespace

double ErrorRate::Score(absl::Span<const double> summed) const {
  return 100 * summed[0] / std::max(summed[1], 1.0);
}

std::vector<double> TokenErrorRate::Statistics(const std::string& prediction,
                                               const std::vector<std::string>& references) const {
  return Closest<absl::string_view>(prediction, references, SplitWords);
}

std::vector<double> CharacterErrorRate::Statistics(
    const std::string& prediction, const std::vector<std::string>& references) const {
  return Closest<char32_t>(prediction, references, [](absl::string_view text) {
    return CodePoints(StripWhitespace(text));
  });
}

}  // namespace t2t
