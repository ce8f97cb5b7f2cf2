#include "modalities/codecs/subtoken_vocabulary.h"

#include <utf8proc.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "files/atomic_file.h"
#include "modalities/codecs/utf8.h"
#include "modalities/codecs/vocabulary_file.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr char kSubtokenFile[] = "vocabulary.subwords";
constexpr uint32_t kBeyondUnicode = 0x110000;
constexpr char kUndefined[] =
    "\xE3\x80\x93";  // U+3013, the original's for a number of no character
constexpr char kSpelling[] = "\\_u;0123456789";

// The first character, or the first byte where that belongs to none.
absl::string_view FirstCharacter(absl::string_view text) {
  return text.substr(0, static_cast<size_t>(std::max<int64_t>(Utf8Length(text), 1)));
}

// Letters and numbers: the categories L* and N*.
bool IsOfWord(absl::string_view text) {
  if (Utf8Length(text) == 0) return false;
  const utf8proc_category_t category =
      utf8proc_category(static_cast<utf8proc_int32_t>(Utf8CodePoint(FirstCharacter(text))));
  return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
         (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
}

// "\233;"
std::string SpeltByNumber(absl::string_view character) {
  const uint32_t number = Utf8Length(character) > 0
                              ? Utf8CodePoint(character)
                              : kBeyondUnicode + static_cast<unsigned char>(character[0]);
  return absl::StrCat("\\", number, ";");
}

std::string CharacterOf(absl::string_view digits) {
  uint32_t number = 0;
  if (!absl::SimpleAtoi(digits, &number)) return kUndefined;
  if (number >= kBeyondUnicode && number < kBeyondUnicode + 256)
    return std::string(1, static_cast<char>(static_cast<unsigned char>(number - kBeyondUnicode)));
  char bytes[4];
  const auto size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(number),
                                         reinterpret_cast<utf8proc_uint8_t*>(bytes));
  const std::string character(bytes, static_cast<size_t>(size));  // none beyond Unicode
  return Utf8Length(character) > 0 ? character : kUndefined;      // surrogates are no characters
}

// A backslash that begins none of the three spellings stands for itself.
std::string Unescaped(absl::string_view token) {
  std::string text;
  while (!token.empty()) {
    if (absl::ConsumePrefix(&token, "\\\\")) {
      text += '\\';
    } else if (absl::ConsumePrefix(&token, "\\u")) {
      text += '_';
    } else {
      const size_t end = token[0] == '\\' ? token.find_first_not_of("0123456789", 1) : 0;
      if (end != absl::string_view::npos && end > 1 && token[end] == ';') {
        text += CharacterOf(token.substr(1, end - 1));
        token.remove_prefix(end + 1);
      } else {
        text += token[0];
        token.remove_prefix(1);
      }
    }
  }
  return text;
}

// Some files have quotation marks around each subtoken, some have not.
absl::string_view Unquoted(absl::string_view line) {
  line = absl::StripTrailingAsciiWhitespace(line);
  for (const char mark : {'\'', '"'}) {
    if (!line.empty() && line.front() == mark && line.back() == mark)
      return line.size() == 1 ? "" : line.substr(1, line.size() - 2);
  }
  return line;
}

}  // namespace

absl::Status SubtokenVocabulary::Take(std::string bytes, absl::string_view name) {
  std::vector<absl::string_view> lines = absl::StrSplit(bytes, '\n');
  if (lines.back().empty()) lines.pop_back();
  std::vector<std::string> subtokens;
  std::unordered_map<std::string, int64_t> ids;
  std::unordered_set<std::string> alphabet;
  size_t longest = 0;
  for (const absl::string_view line : lines) {
    const auto error = [&](absl::string_view what) {
      return absl::InvalidArgumentError(absl::StrCat(name, ":", subtokens.size() + 1, ": ", what));
    };
    if (!IsUtf8(line)) return error(absl::StrCat("'", Utf8Repaired(line), "' is not UTF-8"));
    std::string subtoken(Unquoted(line));
    const size_t id = subtokens.size();
    if (id < 2) {
      const char* expected = id == kPadding ? "<pad>" : "<EOS>";
      absl::string_view reserved = subtoken;
      absl::ConsumeSuffix(&reserved, "_");  // so in a file that its later versions built
      if (reserved != expected)
        return error(absl::StrCat("is '", subtoken,
                                  "'; Tensor2Tensor's subwords begin with <pad> "
                                  "and <EOS>"));
    }
    for (absl::string_view rest = subtoken; !rest.empty();) {
      const absl::string_view character = FirstCharacter(rest);
      alphabet.emplace(character);
      rest.remove_prefix(character.size());
    }
    // One that is there twice has its last id, as in the original; an empty one, which a line feed in
    // quotation marks leaves, none.
    if (!subtoken.empty()) ids[subtoken] = static_cast<int64_t>(id);
    longest = std::max(longest, subtoken.size());
    subtokens.push_back(std::move(subtoken));
  }
  for (const char character : std::string(kSpelling)) {
    if (ids.count(std::string(1, character)) == 0)
      return absl::InvalidArgumentError(
          absl::StrCat(name, ": has no subtoken '", std::string(1, character),
                       "', one of \\_u;0123456789, with which it would spell other characters"));
  }
  bytes_ = std::move(bytes);
  subtokens_ = std::move(subtokens);
  ids_ = std::move(ids);
  alphabet_ = std::move(alphabet);
  longest_ = longest;
  return absl::OkStatus();
}

absl::Status SubtokenVocabulary::Learn(const TextStream&) {
  T2T_ASSIGN_OR_RETURN(std::string bytes, ReadFile(file_));
  return Take(std::move(bytes), file_);
}

absl::Status SubtokenVocabulary::Load(const CodecFiles& files) {
  T2T_ASSIGN_OR_RETURN(std::string bytes, OnlyFile(files, kSubtokenFile));
  return Take(std::move(bytes), kSubtokenFile);
}

CodecFiles SubtokenVocabulary::Files() const {
  if (subtokens_.empty()) return {};
  return {{kSubtokenFile, bytes_}};
}

std::string SubtokenVocabulary::Escaped(absl::string_view token) const {
  std::string escaped;
  while (!token.empty()) {
    const std::string character(FirstCharacter(token));
    if (character == "\\" || character == "_") {
      escaped += character == "_" ? "\\u" : "\\\\";
    } else if (character != "\n" && alphabet_.count(character) != 0) {
      escaped += character;
    } else {
      escaped += SpeltByNumber(character);
    }
    token.remove_prefix(character.size());
  }
  return escaped + "_";
}

void SubtokenVocabulary::EncodeToken(absl::string_view token, std::vector<int64_t>* ids) const {
  std::string escaped = Escaped(token);
  for (size_t begin = 0; begin < escaped.size();) {
    size_t size = std::min(escaped.size() - begin, longest_);
    auto found = ids_.end();
    for (; size > 0; --size) {
      found = ids_.find(escaped.substr(begin, size));
      if (found != ids_.end()) break;
    }
    if (found == ids_.end()) {
      // A character of longer subtokens only, for which the original fails. Those of a number are there.
      const absl::string_view character = FirstCharacter(absl::string_view(escaped).substr(begin));
      const size_t bytes = character.size();
      escaped.replace(begin, bytes, SpeltByNumber(character));
      continue;
    }
    ids->push_back(found->second);
    begin += size;
  }
}

std::vector<int64_t> SubtokenVocabulary::Encode(absl::string_view text) const {
  std::vector<int64_t> ids;
  size_t begin = 0;
  for (size_t at = 0; at < text.size();) {
    const absl::string_view rest = text.substr(at);
    if (at > 0 && IsOfWord(rest) != IsOfWord(text.substr(begin))) {
      const absl::string_view token = text.substr(begin, at - begin);
      if (token != " " || begin == 0) EncodeToken(token, &ids);
      begin = at;
    }
    at += FirstCharacter(rest).size();
  }
  if (!text.empty()) EncodeToken(text.substr(begin), &ids);
  return ids;
}

std::string SubtokenVocabulary::Decode(const std::vector<int64_t>& ids) const {
  std::string all, text;
  for (const int64_t id : ids) all += subtokens_[static_cast<size_t>(id)];
  bool after_word = false;
  for (const absl::string_view escaped : absl::StrSplit(all, '_', absl::SkipEmpty())) {
    const std::string token = Unescaped(escaped);
    const bool word = IsOfWord(token);
    if (after_word && word) text += ' ';
    text += token;
    after_word = word;
  }
  return text;
}

std::string SubtokenVocabulary::Describe() const {
  if (subtokens_.empty()) return absl::StrCat("subwords of Tensor2Tensor, not read yet: ", file_);
  return absl::StrCat("subwords of Tensor2Tensor, ", size(), " subtokens");
}

}  // namespace t2t
