#include "tensor2tensor/evaluation/metrics/ngrams.h"

#include <algorithm>

#include "tensor2tensor/evaluation/metrics/text_units.h"

namespace t2t {

UnitText JoinWords(const std::vector<absl::string_view>& words) {
  UnitText result;
  for (const absl::string_view word : words) {
    if (!result.text.empty()) result.text += ' ';
    const size_t begin = result.text.size();
    result.text.append(word.data(), word.size());
    result.units.emplace_back(begin, result.text.size());
  }
  return result;
}

UnitText JoinCharacters(absl::string_view text) {
  UnitText result;
  while (!text.empty()) {
    const absl::string_view here = text;
    if (IsWhitespace(TakeCodePoint(&text))) continue;
    const size_t begin = result.text.size();
    result.text.append(here.data(), here.size() - text.size());
    result.units.emplace_back(begin, result.text.size());
  }
  return result;
}

NgramCounts CountNgrams(const UnitText& text, int64_t order) {
  NgramCounts counts;
  const int64_t size = static_cast<int64_t>(text.units.size());
  for (int64_t i = 0; i + order <= size; ++i) {
    const size_t begin = text.units[i].first;
    ++counts[absl::string_view(text.text).substr(begin, text.units[i + order - 1].second - begin)];
  }
  return counts;
}

int64_t CountShared(const NgramCounts& a, const NgramCounts& b) {
  int64_t shared = 0;
  for (const auto& [ngram, count] : a) {
    if (const auto found = b.find(ngram); found != b.end()) {
      shared += std::min(count, found->second);
    }
  }
  return shared;
}

}  // namespace t2t
