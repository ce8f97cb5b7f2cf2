#include "problems/readers/debian_control.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "modalities/codecs/utf8.h"
#include "problems/readers/compressed.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

// A field's name holds visible ASCII without a colon and begins with a letter or a digit here.
bool IsFieldName(absl::string_view name) {
  if (name.empty() || !absl::ascii_isalnum(static_cast<unsigned char>(name[0]))) return false;
  for (const char c : name) {
    if (!absl::ascii_isgraph(static_cast<unsigned char>(c))) return false;
  }
  return true;
}

}  // namespace

const std::string* ControlStanza::Find(const std::string& field) const {
  const auto found = fields.find(field);
  return found == fields.end() ? nullptr : &found->second;
}

Description ParseDescription(absl::string_view value) {
  Description description;
  bool first = true, open = false;  // open: the last paragraph goes on
  for (const absl::string_view line : absl::StrSplit(value, '\n')) {
    const absl::string_view text = absl::StripAsciiWhitespace(line);
    if (first) {
      description.summary = std::string(text);
      first = false;
    } else if (text.empty() || text == ".") {
      open = false;
    } else if (!open) {
      description.paragraphs.emplace_back(text);
      open = true;
    } else {
      absl::StrAppend(&description.paragraphs.back(), absl::StartsWith(line, " ") ? "\n" : " ",
                      text);
    }
  }
  return description;
}

absl::StatusOr<std::vector<ControlStanza>> ParseDebianControl(absl::string_view text,
                                                              const std::string& path) {
  std::vector<ControlStanza> stanzas;
  std::string* value = nullptr;  // of the field that a line may continue
  bool within = false;           // a stanza
  int64_t number = 0;
  const auto error = [&](absl::string_view what) {
    return absl::DataLossError(absl::StrCat(path, ":", number, ": ", what));
  };
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    absl::ConsumeSuffix(&line, "\r");
    if (line.find('\0') != absl::string_view::npos || !IsUtf8(line)) {
      return error("is not UTF-8 text");
    }
    if (absl::StripAsciiWhitespace(line).empty()) {
      within = false;
      value = nullptr;
      continue;
    }
    if (line[0] == ' ' || line[0] == '\t') {
      if (value == nullptr) return error("continues a field, but there is none above it");
      absl::StrAppend(value, "\n", line.substr(1));
      continue;
    }
    const size_t colon = line.find(':');
    if (colon == absl::string_view::npos || !IsFieldName(line.substr(0, colon))) {
      return error(absl::StrCat("'", Utf8Shortened(line, 40), "' is not 'Field: value'"));
    }
    if (!within) {
      stanzas.emplace_back();
      stanzas.back().line = number;
      within = true;
    }
    const auto [place, is_new] = stanzas.back().fields.emplace(
        line.substr(0, colon), absl::StripAsciiWhitespace(line.substr(colon + 1)));
    if (!is_new) return error(absl::StrCat("the field '", place->first, "' is there twice"));
    value = &place->second;
  }
  if (stanzas.empty()) return error("no stanza of 'Field: value' lines");
  return stanzas;
}

absl::StatusOr<std::vector<ControlStanza>> ReadDebianControl(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(const std::string text, ReadMaybeCompressed(path));
  return ParseDebianControl(text, path);
}

}  // namespace t2t
