// Strict UTF-8 (Unicode 15, table 3-7): no overlong forms, no surrogates, nothing above U+10FFFF.
#ifndef T2T_MODALITIES_CODECS_UTF8_H_
#define T2T_MODALITIES_CODECS_UTF8_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace t2t {

// Bytes of the well-formed character at the beginning of `text`; 0 where it is ill-formed or empty.
inline int64_t Utf8Length(absl::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  if (lead == 0xE0 && byte(1) < 0xA0) return 0;
  if (lead == 0xED && byte(1) > 0x9F) return 0;
  if (lead == 0xF0 && byte(1) < 0x90) return 0;
  if (lead == 0xF4 && byte(1) > 0x8F) return 0;
  return static_cast<int64_t>(length);
}

// The code point of one well-formed character.
inline uint32_t Utf8CodePoint(absl::string_view character) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 1) return byte(0);
  uint32_t point = byte(0) & (0x7Fu >> character.size());
  for (size_t i = 1; i < character.size(); ++i) point = (point << 6) | (byte(i) & 0x3Fu);
  return point;
}

// Whether all of the text is well-formed.
inline bool IsUtf8(absl::string_view text) {
  while (!text.empty()) {
    const int64_t length = Utf8Length(text);
    if (length == 0) return false;
    text.remove_prefix(static_cast<size_t>(length));
  }
  return true;
}

// The text with U+FFFD for every byte that is not part of a well-formed character.
inline std::string Utf8Repaired(absl::string_view text) {
  std::string repaired;
  while (!text.empty()) {
    const int64_t length = Utf8Length(text);
    repaired +=
        length > 0 ? std::string(text.substr(0, static_cast<size_t>(length))) : "\xEF\xBF\xBD";
    text.remove_prefix(static_cast<size_t>(length > 0 ? length : 1));
  }
  return repaired;
}

// The first character of a text that has one, repaired.
inline std::string Utf8First(absl::string_view text) {
  const int64_t length = Utf8Length(text);
  return Utf8Repaired(text.substr(0, static_cast<size_t>(length > 0 ? length : 1)));
}

// The text, repaired, or its first `characters` and an ellipsis.
inline std::string Utf8Shortened(absl::string_view text, int64_t characters) {
  absl::string_view rest = text;
  for (int64_t i = 0; i < characters && !rest.empty(); ++i) {
    const int64_t length = Utf8Length(rest);
    rest.remove_prefix(static_cast<size_t>(length > 0 ? length : 1));
  }
  if (rest.empty()) return Utf8Repaired(text);
  return Utf8Repaired(text.substr(0, text.size() - rest.size())) + "\xE2\x80\xA6";
}

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_UTF8_H_
