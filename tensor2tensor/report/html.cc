#include "tensor2tensor/report/html.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "modalities/codecs/utf8.h"

namespace t2t {

std::string EscapeHtml(absl::string_view text) {
  std::string escaped;
  for (char c : Utf8Repaired(text)) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        if ((byte < 0x20 && c != '\t' && c != '\n') || byte == 0x7F) {
          escaped += "\xEF\xBF\xBD";
        } else {
          escaped += c;
        }
    }
  }
  return escaped;
}

std::string Isolated(absl::string_view text) {
  return absl::StrCat("<bdi>", EscapeHtml(text), "</bdi>");
}

std::string WithCommas(int64_t number) {
  std::string digits = absl::StrCat(number);
  const int64_t first = number < 0 ? 1 : 0;
  for (int64_t place = static_cast<int64_t>(digits.size()) - 3; place > first; place -= 3) {
    digits.insert(static_cast<size_t>(place), 1, ',');
  }
  return digits;
}

std::string InWords(double number) {
  if (std::abs(number) >= 1e9) return absl::StrCat(Short(number / 1e9, 3), " billion");
  if (std::abs(number) >= 1e6) return absl::StrCat(Short(number / 1e6, 3), " million");
  return WithCommas(static_cast<int64_t>(std::llround(number)));
}

std::string Duration(double seconds) {
  const auto whole = static_cast<int64_t>(std::llround(std::clamp(seconds, 0.0, 1e12)));
  if (whole < 60) return absl::StrCat(whole, " s");
  if (whole < 3600) return absl::StrCat(whole / 60, " min ", whole % 60, " s");
  return absl::StrCat(WithCommas(whole / 3600), " h ", whole % 3600 / 60, " min");
}

std::string Fixed(double number, int digits) {
  const std::string text = absl::StrFormat("%.*f", digits, number);
  const bool zero = text.find_first_not_of("-0.") == std::string::npos;
  return zero && text.front() == '-' ? text.substr(1) : text;
}

std::string Short(double number, int digits) { return absl::StrFormat("%.*g", digits, number); }

}  // namespace t2t
