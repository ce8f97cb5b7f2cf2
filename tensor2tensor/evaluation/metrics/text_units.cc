#include "tensor2tensor/evaluation/metrics/text_units.h"

#include <utf8proc.h>

namespace t2t {

char32_t TakeCodePoint(absl::string_view* text) {
  const auto first = static_cast<unsigned char>(text->front());
  utf8proc_int32_t code_point = first;
  utf8proc_ssize_t size = 1;
  if (first >= 0x80) {
    size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text->data()),
                            static_cast<utf8proc_ssize_t>(text->size()), &code_point);
    if (size <= 0) {
      size = 1;
      code_point = 0x110000 + first;
    }
  }
  text->remove_prefix(static_cast<size_t>(size));
  return static_cast<char32_t>(code_point);
}

std::vector<char32_t> CodePoints(absl::string_view text) {
  std::vector<char32_t> result;
  result.reserve(text.size());
  while (!text.empty()) result.push_back(TakeCodePoint(&text));
  return result;
}

// Python's str.isspace: bidirectional type WS, B or S, or category Zs.
bool IsWhitespace(char32_t code_point) {
  return (code_point >= 0x09 && code_point <= 0x0D) || (code_point >= 0x1C && code_point <= 0x20) ||
         code_point == 0x85 || code_point == 0xA0 || code_point == 0x1680 ||
         (code_point >= 0x2000 && code_point <= 0x200A) || code_point == 0x2028 ||
         code_point == 0x2029 || code_point == 0x202F || code_point == 0x205F ||
         code_point == 0x3000;
}

std::vector<absl::string_view> SplitWords(absl::string_view text) {
  std::vector<absl::string_view> words;
  const char* word = nullptr;  // where the current one began
  while (!text.empty()) {
    const char* here = text.data();
    const bool space = IsWhitespace(TakeCodePoint(&text));
    if (space && word != nullptr) {
      words.emplace_back(word, static_cast<size_t>(here - word));
      word = nullptr;
    } else if (!space && word == nullptr) {
      word = here;
    }
  }
  if (word != nullptr) words.emplace_back(word, static_cast<size_t>(text.data() - word));
  return words;
}

absl::string_view StripWhitespace(absl::string_view text) {
  size_t begin = 0, end = 0;  // of what is not whitespace
  bool found = false;
  for (absl::string_view rest = text; !rest.empty();) {
    const size_t here = text.size() - rest.size();
    if (IsWhitespace(TakeCodePoint(&rest))) continue;
    if (!found) begin = here;
    found = true;
    end = text.size() - rest.size();
  }
  return text.substr(begin, end - begin);
}

}  // namespace t2t
