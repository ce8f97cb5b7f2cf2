#include "problems/catalogue/spoken_text.h"

#include <utf8proc.h>

#include <cstdint>

#include "modalities/codecs/utf8.h"

namespace t2t {
namespace {

// Letters, marks and numbers.
bool IsSpoken(utf8proc_category_t category) {
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

}  // namespace

std::string SpokenText(absl::string_view text) {
  std::string words;
  bool space = false;
  int brackets = 0;
  while (!text.empty()) {
    const int64_t length = Utf8Length(text);
    const uint32_t point =
        length > 0 ? Utf8CodePoint(text.substr(0, static_cast<size_t>(length))) : 0;
    text.remove_prefix(static_cast<size_t>(length > 0 ? length : 1));
    if (point == '(' || point == '[' || point == '<') ++brackets;
    if (brackets > 0) {
      if (point == ')' || point == ']' || point == '>') --brackets;
      continue;
    }
    const auto letter = static_cast<utf8proc_int32_t>(point == 0x2019 ? '\'' : point);
    if (letter != '\'' && !IsSpoken(utf8proc_category(letter))) {
      space = true;
      continue;
    }
    if (space && !words.empty()) words += ' ';
    space = false;
    utf8proc_uint8_t bytes[4];
    const auto size = utf8proc_encode_char(utf8proc_tolower(letter), bytes);
    words.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
  }
  return words;
}

}  // namespace t2t
