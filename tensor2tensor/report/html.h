// Text and numbers as HTML. Everything that is not written in this folder's sources goes through
// EscapeHtml: model output and data are strangers' words.
#ifndef T2T_TENSOR2TENSOR_REPORT_HTML_H_
#define T2T_TENSOR2TENSOR_REPORT_HTML_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace t2t {

// Fit for an element's content and for an attribute in quotes: & < > " ' are escaped; control
// characters but for tab and line feed, and bytes that are not UTF-8, become U+FFFD.
std::string EscapeHtml(absl::string_view text);

// The escaped text in an element of its own writing direction, so that it cannot turn its
// surroundings round.
std::string Isolated(absl::string_view text);

// 12606 -> "12,606".
std::string WithCommas(int64_t number);
// 4100000 -> "4.1 million"; below a million as WithCommas.
std::string InWords(double number);
// 355.1 -> "5 min 55 s", 42.31 -> "42 s", 7384 -> "2 h 3 min".
std::string Duration(double seconds);
// With `digits` behind the point. Never "-0.0".
std::string Fixed(double number, int digits);
// The shortest of at most `digits` significant ones, without an exponent where that is short.
std::string Short(double number, int digits);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_REPORT_HTML_H_
