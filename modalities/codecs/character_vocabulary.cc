#include "modalities/codecs/character_vocabulary.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "files/atomic_file.h"
#include "modalities/codecs/frequent.h"
#include "modalities/codecs/utf8.h"
#include "modalities/codecs/vocabulary_file.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr int64_t kBytes = 256;
constexpr char kCharacterFile[] = "vocabulary.txt";

int64_t Byte(char c) { return static_cast<unsigned char>(c); }

}  // namespace

absl::Status ByteVocabulary::Load(const CodecFiles& files) {
  if (files.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "a vocabulary of bytes keeps no files, but was given '", files.begin()->first, "'"));
}

std::vector<int64_t> ByteVocabulary::Encode(absl::string_view text) const {
  std::vector<int64_t> ids;
  ids.reserve(text.size());
  for (char c : text) ids.push_back(Byte(c));
  return ids;
}

std::string ByteVocabulary::Decode(const std::vector<int64_t>& ids) const {
  return std::string(ids.begin(), ids.end());
}

CharacterVocabulary::CharacterVocabulary(int64_t size, int64_t min_count, std::string file)
    : most_(size - kBytes), min_count_(min_count), file_(std::move(file)) {}

absl::Status CharacterVocabulary::Take(std::vector<std::string> characters,
                                       absl::string_view name) {
  for (size_t i = 0; i < characters.size(); ++i) {
    if (Utf8Length(characters[i]) != static_cast<int64_t>(characters[i].size()) ||
        characters[i].empty()) {
      return absl::InvalidArgumentError(absl::StrCat(name, ": entry ", i + 1, " is '",
                                                     Utf8Repaired(characters[i]),
                                                     "', which is not one character of UTF-8"));
    }
  }
  std::erase_if(characters, [](const std::string& character) { return character.size() == 1; });
  characters_ = std::move(characters);
  ids_.clear();
  for (size_t i = 0; i < characters_.size(); ++i) {
    ids_[characters_[i]] = kBytes + static_cast<int64_t>(i);
  }
  ready_ = true;
  return absl::OkStatus();
}

absl::Status CharacterVocabulary::Learn(const TextStream& texts) {
  if (!file_.empty()) {
    T2T_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(file_));
    T2T_ASSIGN_OR_RETURN(std::vector<std::string> characters, ReadVocabulary("char", bytes, file_));
    return Take(std::move(characters), file_);
  }
  std::unordered_map<std::string, int64_t> counts;  // at most 1.1 million keys
  for (;;) {
    T2T_ASSIGN_OR_RETURN(const std::optional<std::string> text, texts());
    if (!text.has_value()) break;
    for (absl::string_view rest = *text; !rest.empty();) {
      const int64_t length = Utf8Length(rest);
      if (length > 1) ++counts[std::string(rest.substr(0, static_cast<size_t>(length)))];
      rest.remove_prefix(static_cast<size_t>(length > 0 ? length : 1));
    }
  }
  return Take(MostFrequent(counts, most_, min_count_), kCharacterFile);
}

absl::Status CharacterVocabulary::Load(const CodecFiles& files) {
  T2T_ASSIGN_OR_RETURN(const std::string bytes, OnlyFile(files, kCharacterFile));
  T2T_ASSIGN_OR_RETURN(std::vector<std::string> characters,
                       ReadVocabulary("char", bytes, kCharacterFile));
  return Take(std::move(characters), kCharacterFile);
}

CodecFiles CharacterVocabulary::Files() const {
  if (!ready_) return {};
  return {{kCharacterFile, WriteVocabulary("char", characters_)}};
}

int64_t CharacterVocabulary::size() const {
  return ready_ ? kBytes + static_cast<int64_t>(characters_.size()) : 0;
}

std::vector<int64_t> CharacterVocabulary::Encode(absl::string_view text) const {
  std::vector<int64_t> ids;
  ids.reserve(text.size());
  while (!text.empty()) {
    const int64_t length = Utf8Length(text);
    const size_t taken = static_cast<size_t>(length > 0 ? length : 1);
    const auto it = length > 1 ? ids_.find(std::string(text.substr(0, taken))) : ids_.end();
    if (it != ids_.end()) {
      ids.push_back(it->second);
    } else {
      for (char c : text.substr(0, taken)) ids.push_back(Byte(c));
    }
    text.remove_prefix(taken);
  }
  return ids;
}

std::string CharacterVocabulary::Decode(const std::vector<int64_t>& ids) const {
  std::string text;
  for (int64_t id : ids) {
    if (id < kBytes)
      text += static_cast<char>(id);
    else
      text += characters_[static_cast<size_t>(id - kBytes)];
  }
  return text;
}

std::string CharacterVocabulary::Describe() const {
  if (!ready_) return "characters, not learned yet";
  return absl::StrCat("characters: 256 bytes and ", characters_.size(), " beyond ASCII");
}

}  // namespace t2t
