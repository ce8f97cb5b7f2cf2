#include "tensor2tensor/evaluation/metrics/labels.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "modalities/codecs/labels_codec.h"
#include "modalities/codecs/utf8.h"
#include "registry/check.h"

namespace t2t {
namespace {

double HundredTimes(absl::Span<const double> summed) {
  return summed[1] == 0 ? 100 : 100 * summed[0] / summed[1];
}

std::vector<absl::string_view> TagsIn(absl::string_view text, bool words) {
  if (words) return absl::StrSplit(text, absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty());
  std::vector<absl::string_view> tags;
  for (text = absl::StripAsciiWhitespace(text); !text.empty();) {
    const auto size = static_cast<size_t>(std::max<int64_t>(1, Utf8Length(text)));
    tags.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return tags;
}

bool HasSpace(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  return std::any_of(text.begin(), text.end(), absl::ascii_isspace);
}

// The better of the statistics: the larger share.
void TakeBetter(const std::vector<double>& other, std::vector<double>* best) {
  if (best->empty() || HundredTimes(other) > HundredTimes(*best)) *best = other;
}

}  // namespace

std::vector<double> LabelF1::Statistics(const std::string& prediction,
                                        const std::vector<std::string>& references) const {
  T2T_CHECK(!references.empty()) << name() << ": no reference";
  const std::set<std::string> said = NamesOf(prediction);
  std::vector<double> best;
  for (const std::string& reference : references) {
    const std::set<std::string> wanted = NamesOf(reference);
    const auto shared = std::count_if(said.begin(), said.end(), [&](const std::string& label) {
      return wanted.count(label) > 0;
    });
    TakeBetter({2 * static_cast<double>(shared), static_cast<double>(said.size() + wanted.size())},
               &best);
  }
  return best;
}

double LabelF1::Score(absl::Span<const double> summed) const { return HundredTimes(summed); }

std::vector<double> TagAccuracy::Statistics(const std::string& prediction,
                                            const std::vector<std::string>& references) const {
  T2T_CHECK(!references.empty()) << name() << ": no reference";
  std::vector<double> best;
  for (const std::string& reference : references) {
    const bool words = HasSpace(prediction) || HasSpace(reference);
    const std::vector<absl::string_view> said = TagsIn(prediction, words);
    const std::vector<absl::string_view> wanted = TagsIn(reference, words);
    double right = 0;
    for (size_t i = 0; i < std::min(said.size(), wanted.size()); ++i) right += said[i] == wanted[i];
    TakeBetter({right, static_cast<double>(std::max(said.size(), wanted.size()))}, &best);
  }
  return best;
}

double TagAccuracy::Score(absl::Span<const double> summed) const { return HundredTimes(summed); }

}  // namespace t2t
