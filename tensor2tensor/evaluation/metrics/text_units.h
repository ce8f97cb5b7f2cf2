// What metrics count in a text: Unicode code points and words between whitespace.
//
//   CodePoints("né");          // {U'n', U'é'}
//   SplitWords(" a\tb  c\n");  // {"a", "b", "c"}
//
// Whitespace is what Python's str.split and str.strip take for it, so that values equal those of
// the field's Python tools. UTF-8 need not be well-formed: a byte that belongs to no code point
// counts as one unit, which equals no code point.
#ifndef T2T_TENSOR2TENSOR_EVALUATION_METRICS_TEXT_UNITS_H_
#define T2T_TENSOR2TENSOR_EVALUATION_METRICS_TEXT_UNITS_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"

namespace t2t {

// Takes the first unit off `text`, which must not be empty: its code point, or 0x110000 + the byte.
char32_t TakeCodePoint(absl::string_view* text);

std::vector<char32_t> CodePoints(absl::string_view text);

bool IsWhitespace(char32_t code_point);

// Views into `text`; none of them empty.
std::vector<absl::string_view> SplitWords(absl::string_view text);

// `text` without whitespace at its ends; a view into it.
absl::string_view StripWhitespace(absl::string_view text);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_METRICS_TEXT_UNITS_H_
