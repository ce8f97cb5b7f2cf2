#include "problems/readers/cmudict.h"

#include <cstdint>
#include <unordered_map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "files/atomic_file.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

// Takes a JavaScript string or a bare key off the front of *line.
absl::StatusOr<std::string> TakeString(absl::string_view* line) {
  std::string text;
  if (line->empty()) return absl::DataLossError("a string is missing");
  const char quote = line->front();
  if (quote != '"' && quote != '\'') {
    const size_t end = line->find(':');
    if (end == absl::string_view::npos || end == 0)
      return absl::DataLossError("it is not 'key: \"PHONES\"'");
    text = std::string(line->substr(0, end));
    line->remove_prefix(end);
    return text;
  }
  size_t i = 1;
  for (; i < line->size() && (*line)[i] != quote; ++i) {
    if ((*line)[i] == '\\' && i + 1 < line->size()) ++i;
    text += (*line)[i];
  }
  if (i >= line->size()) return absl::DataLossError("a string does not end");
  line->remove_prefix(i + 1);
  return text;
}

// "AO1 L  B # place" -> "AO1 L B".
absl::StatusOr<std::string> CleanPhones(absl::string_view text) {
  const std::vector<absl::string_view> phones =
      absl::StrSplit(text.substr(0, text.find('#')), absl::ByAnyChar(" \t"), absl::SkipEmpty());
  if (phones.empty()) return absl::DataLossError("a pronunciation is empty");
  for (const absl::string_view phone : phones) {
    size_t letters = 0;
    while (letters < phone.size() &&
           absl::ascii_isupper(static_cast<unsigned char>(phone[letters])))
      ++letters;
    const bool stress =
        letters + 1 == phone.size() && phone[letters] >= '0' && phone[letters] <= '2';
    if (letters == 0 || (letters != phone.size() && !stress)) {
      return absl::DataLossError(absl::StrCat("'", phone, "' is not a phone such as AH0 or K"));
    }
  }
  return absl::StrJoin(phones, " ");
}

// The key without "(2)".
absl::string_view WordOf(absl::string_view key) {
  if (key.size() < 4 || key.back() != ')') return key;
  size_t i = key.size() - 1;
  while (i > 0 && absl::ascii_isdigit(static_cast<unsigned char>(key[i - 1]))) --i;
  return i >= 2 && i < key.size() - 1 && key[i - 1] == '(' ? key.substr(0, i - 1) : key;
}

struct Entry {
  std::string word;
  std::string phones;
};

absl::StatusOr<Entry> ParseLine(absl::string_view line) {
  absl::ConsumeSuffix(&line, ",");
  T2T_ASSIGN_OR_RETURN(const std::string key, TakeString(&line));
  line = absl::StripLeadingAsciiWhitespace(line);
  if (!absl::ConsumePrefix(&line, ":"))
    return absl::DataLossError("there is no ':' behind the word");
  line = absl::StripLeadingAsciiWhitespace(line);
  if (line.empty() || (line[0] != '"' && line[0] != '\'')) {
    return absl::DataLossError("the pronunciation is not in quotes");
  }
  T2T_ASSIGN_OR_RETURN(const std::string value, TakeString(&line));
  if (!absl::StripAsciiWhitespace(line).empty()) {
    return absl::DataLossError(absl::StrCat("'", line, "' stands behind the pronunciation"));
  }
  T2T_ASSIGN_OR_RETURN(std::string phones, CleanPhones(value));
  const absl::string_view word = WordOf(key);
  if (word.empty()) return absl::DataLossError("the word is empty");
  return Entry{std::string(word), std::move(phones)};
}

}  // namespace

absl::StatusOr<std::vector<DictionaryWord>> ParseCmudict(absl::string_view text,
                                                         const std::string& path) {
  std::vector<DictionaryWord> words;
  std::unordered_map<std::string, size_t> places;
  enum class Part { kBefore, kInside, kAfter } part = Part::kBefore;
  int64_t number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (part == Part::kBefore) {
      if (absl::EndsWith(line, "{") && !absl::StartsWith(line, "/")) part = Part::kInside;
      continue;
    }
    if (part == Part::kAfter || line.empty()) continue;
    if (line == "}" || line == "};") {
      part = Part::kAfter;
      continue;
    }
    absl::StatusOr<Entry> entry = ParseLine(line);
    if (!entry.ok()) return Annotate(entry.status(), absl::StrCat(path, ":", number));
    const auto [place, is_new] = places.emplace(entry->word, words.size());
    if (is_new) words.push_back({entry->word, {}});
    words[place->second].pronunciations.push_back(std::move(entry->phones));
  }
  if (part != Part::kAfter) {
    return absl::DataLossError(
        absl::StrCat(path, ":", number, ": the dictionary ",
                     part == Part::kBefore ? "does not begin" : "does not end", " (no line '",
                     part == Part::kBefore ? "... {" : "}", "')"));
  }
  return words;
}

absl::StatusOr<std::vector<DictionaryWord>> ReadCmudict(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  return ParseCmudict(text, path);
}

std::string WithoutStress(absl::string_view phones) {
  std::string bare;
  for (const char c : phones) {
    if (c < '0' || c > '9') bare += c;
  }
  return bare;
}

}  // namespace t2t
