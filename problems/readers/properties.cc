#include "problems/readers/properties.h"

#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace t2t {
namespace {

void AppendUtf8(uint32_t point, std::string* text) {
  const auto byte = [&](uint32_t value) { text->push_back(static_cast<char>(value)); };
  if (point < 0x80) {
    byte(point);
  } else if (point < 0x800) {
    byte(0xC0 | point >> 6);
    byte(0x80 | (point & 63));
  } else if (point < 0x10000) {
    byte(0xE0 | point >> 12);
    byte(0x80 | (point >> 6 & 63));
    byte(0x80 | (point & 63));
  } else {
    byte(0xF0 | point >> 18);
    byte(0x80 | (point >> 12 & 63));
    byte(0x80 | (point >> 6 & 63));
    byte(0x80 | (point & 63));
  }
}

// The character that "uXXXX" at the beginning of *rest says, which is taken; a pair of surrogates is one.
bool TakeUnicode(absl::string_view* rest, uint32_t* point) {
  uint32_t high = 0, low = 0;
  if (rest->size() < 5 || rest->front() != 'u' || !absl::SimpleHexAtoi(rest->substr(1, 4), &high))
    return false;
  rest->remove_prefix(5);
  *point = high;
  if ((high & 0xFC00) == 0xD800) {
    if (rest->size() >= 6 && absl::StartsWith(*rest, "\\u") &&
        absl::SimpleHexAtoi(rest->substr(2, 4), &low) && (low & 0xFC00) == 0xDC00) {
      *point = 0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF);
      rest->remove_prefix(6);
    } else {
      *point = 0xFFFD;
    }
  } else if ((high & 0xFC00) == 0xDC00) {
    *point = 0xFFFD;
  }
  return true;
}

// Up to a separator that no '\\' stands before, where there is one to end at.
std::string TakeUnescaped(absl::string_view separators, absl::string_view* rest) {
  std::string text;
  while (!rest->empty() && !absl::StrContains(separators, rest->substr(0, 1))) {
    uint32_t point = static_cast<unsigned char>(rest->front());
    rest->remove_prefix(1);
    if (point == '\\' && !rest->empty() && !TakeUnicode(rest, &point)) {
      point = static_cast<unsigned char>(rest->front());
      rest->remove_prefix(1);
      point = point == 't' ? '\t' : point == 'n' ? '\n' : point == 'r' ? '\r' : point;
    }
    AppendUtf8(point, &text);
  }
  return text;
}

bool IsContinued(absl::string_view line) {
  size_t marks = 0;
  while (absl::ConsumeSuffix(&line, "\\")) ++marks;
  return marks % 2 == 1;
}

}  // namespace

std::map<std::string, std::string> ParseProperties(absl::string_view text) {
  std::map<std::string, std::string> properties;
  std::string whole;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    absl::ConsumeSuffix(&line, "\r");
    line = absl::StripLeadingAsciiWhitespace(line);
    if (whole.empty() && (absl::StartsWith(line, "#") || absl::StartsWith(line, "!"))) continue;
    const bool continued = IsContinued(line);
    absl::StrAppend(&whole, line.substr(0, line.size() - continued));
    if (continued) continue;
    absl::string_view rest = whole;
    const std::string key = TakeUnescaped("=: \t", &rest);
    rest = absl::StripLeadingAsciiWhitespace(rest);
    if (absl::StartsWith(rest, "=") || absl::StartsWith(rest, ":")) rest.remove_prefix(1);
    rest = absl::StripLeadingAsciiWhitespace(rest);
    if (!key.empty()) properties[key] = TakeUnescaped("", &rest);
    whole.clear();
  }
  return properties;
}

}  // namespace t2t
