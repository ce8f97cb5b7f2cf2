#include "modalities/codecs/word_vocabulary.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "files/atomic_file.h"
#include "modalities/codecs/frequent.h"
#include "modalities/codecs/utf8.h"
#include "modalities/codecs/vocabulary_file.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr char kWordFile[] = "vocabulary.txt";
constexpr char kUnknownWord[] = "<unk>";
// Distinct words that are counted at once; beyond it the rarest are forgotten, so that memory is
// bounded.
constexpr size_t kMostCounted = 4'000'000;

}  // namespace

WordVocabulary::WordVocabulary(int64_t size, int64_t min_count, std::string file)
    : most_(size - 1), min_count_(min_count), file_(std::move(file)) {}

absl::Status WordVocabulary::Take(std::vector<std::string> words, absl::string_view name) {
  ids_.clear();
  words_ = {kUnknownWord};
  for (std::string& word : words) {
    if (word == kUnknownWord) continue;
    if (word.find(' ') != std::string::npos) {
      words_.clear();
      return absl::InvalidArgumentError(absl::StrCat(
          name, ": '", Utf8Repaired(word), "' has a space in it; words are cut at every space"));
    }
    ids_[word] = static_cast<int64_t>(words_.size());
    words_.push_back(std::move(word));
  }
  return absl::OkStatus();
}

absl::Status WordVocabulary::Learn(const TextStream& texts) {
  if (!file_.empty()) {
    T2T_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(file_));
    T2T_ASSIGN_OR_RETURN(std::vector<std::string> words, ReadVocabulary("word", bytes, file_));
    return Take(std::move(words), file_);
  }
  std::unordered_map<std::string, int64_t> counts;
  int64_t forgotten = 0;
  for (;;) {
    T2T_ASSIGN_OR_RETURN(const std::optional<std::string> text, texts());
    if (!text.has_value()) break;
    if (text->empty()) continue;
    for (absl::string_view word : absl::StrSplit(*text, ' ')) ++counts[std::string(word)];
    while (counts.size() > kMostCounted) {
      ++forgotten;
      std::erase_if(counts, [&](const auto& entry) { return entry.second <= forgotten; });
    }
  }
  return Take(MostFrequent(counts, most_, min_count_), kWordFile);
}

absl::Status WordVocabulary::Load(const CodecFiles& files) {
  T2T_ASSIGN_OR_RETURN(const std::string bytes, OnlyFile(files, kWordFile));
  T2T_ASSIGN_OR_RETURN(std::vector<std::string> words, ReadVocabulary("word", bytes, kWordFile));
  return Take(std::move(words), kWordFile);
}

CodecFiles WordVocabulary::Files() const {
  if (words_.empty()) return {};
  return {{kWordFile, WriteVocabulary("word", {words_.begin() + 1, words_.end()})}};
}

std::vector<int64_t> WordVocabulary::Encode(absl::string_view text) const {
  std::vector<int64_t> ids;
  if (text.empty()) return ids;
  for (absl::string_view word : absl::StrSplit(text, ' ')) {
    const auto it = ids_.find(std::string(word));
    ids.push_back(it == ids_.end() ? kUnknown : it->second);
  }
  return ids;
}

std::string WordVocabulary::Decode(const std::vector<int64_t>& ids) const {
  return absl::StrJoin(ids, " ", [this](std::string* out, int64_t id) {
    out->append(words_[static_cast<size_t>(id)]);
  });
}

std::string WordVocabulary::Describe() const {
  if (words_.empty()) return "words, not learned yet";
  return absl::StrCat("words: ", words_.size() - 1, " and <unk>");
}

}  // namespace t2t
