// Counts of the n-grams of a text cut into units: words for BLEU, characters for chrF.
//
//   UnitText words = JoinWords(SplitWords("a b a b"));
//   CountNgrams(words, 2);   // {"a b": 2, "b a": 1}
//
// An n-gram is a piece of UnitText::text, so that nothing is copied to count it; counts must not
// outlive their text.
#ifndef T2T_TENSOR2TENSOR_EVALUATION_METRICS_NGRAMS_H_
#define T2T_TENSOR2TENSOR_EVALUATION_METRICS_NGRAMS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace t2t {

struct UnitText {
  std::string text;
  std::vector<std::pair<size_t, size_t>> units;  // begin and end in text, in order
};

// Words with one space between; none may contain a space (or the n-grams of two texts could be
// confused).
UnitText JoinWords(const std::vector<absl::string_view>& words);
// Code points, whitespace left out.
UnitText JoinCharacters(absl::string_view text);

using NgramCounts = absl::flat_hash_map<absl::string_view, int64_t>;

NgramCounts CountNgrams(const UnitText& text, int64_t order);

// How many n-grams `a` and `b` have in common, each as often as the one that has fewer.
int64_t CountShared(const NgramCounts& a, const NgramCounts& b);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_METRICS_NGRAMS_H_
