#include "modalities/codecs/subword_vocabulary.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "files/atomic_file.h"
#include "modalities/codecs/frequent.h"
#include "modalities/codecs/text_sample.h"
#include "modalities/codecs/utf8.h"
#include "modalities/codecs/vocabulary_file.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr char kModelFile[] = "sentencepiece.model";
// SentencePiece skips longer training sentences (4192 bytes).
constexpr size_t kLongestSentence = 4000;

// Bytes at the beginning of `text` that SentencePiece cannot keep; 0 if it can.
size_t LengthOfUnsafe(absl::string_view text, bool has_space) {
  const int64_t length = Utf8Length(text);
  if (length == 0 || text[0] == '\0' || (text[0] == ' ' && !has_space)) return 1;
  return absl::StartsWith(text, "\xE2\x96\x81") ? 3 : 0;
}

// Calls safe(run) and unsafe(bytes) in turn for the parts of the text.
template <typename Safe, typename Unsafe>
void CutAtSpaces(absl::string_view text, bool has_space, Safe safe, Unsafe unsafe) {
  size_t begin = 0, at = 0;
  const auto flush = [&] {
    if (at > begin) safe(text.substr(begin, at - begin));
    begin = at;
  };
  while (at < text.size()) {
    // Most bytes stand for themselves.
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte > ' ' && byte < 0x80 && byte != '<') {
      ++at;
      continue;
    }
    const absl::string_view rest = text.substr(at);
    if (const size_t length = LengthOfUnsafe(rest, has_space); length > 0) {
      flush();
      unsafe(rest.substr(0, length));
      begin = at += length;
      continue;
    }
    at += static_cast<size_t>(Utf8Length(rest));
    if (absl::StartsWith(rest, "<0x") || absl::StartsWith(rest, "<unk>")) flush();
  }
  flush();
}

// Adds a run to the sample in sentences that are short enough, cut between characters.
void AddSentences(absl::string_view run, TextSample* sample) {
  while (run.size() > kLongestSentence) {
    size_t length = run.rfind(' ', kLongestSentence);
    if (length == absl::string_view::npos || length == 0) length = kLongestSentence;
    while ((static_cast<unsigned char>(run[length]) & 0xC0) == 0x80) --length;
    sample->Add(run.substr(0, length));
    run.remove_prefix(length);
  }
  sample->Add(run);
}

// Cuts the characters away that get no piece: beyond `most` kinds, and the rarest that a `coverage`
// of all characters does not need. SentencePiece can do the second itself, but refuses a coverage
// below 0.98 and any text with more kinds of characters than pieces.
std::vector<std::string> KeepCharacters(const std::vector<std::string>& sentences, double coverage,
                                        int64_t most) {
  std::unordered_map<std::string, int64_t> counts;
  int64_t all = 0;
  for (const std::string& sentence : sentences) {
    for (absl::string_view rest = sentence; !rest.empty(); ++all) {
      const auto length = static_cast<size_t>(Utf8Length(rest));
      ++counts[std::string(rest.substr(0, length))];
      rest.remove_prefix(length);
    }
  }
  std::unordered_set<std::string> kept = {" "};
  int64_t covered = counts[" "];
  for (const std::string& character : MostFrequent(counts, most, 1)) {
    if (static_cast<double>(covered) >= coverage * static_cast<double>(all)) break;
    if (kept.insert(character).second) covered += counts[character];
  }
  if (kept.size() == counts.size()) return sentences;
  std::vector<std::string> runs;
  for (const std::string& sentence : sentences) {
    runs.emplace_back();
    for (absl::string_view rest = sentence; !rest.empty();) {
      const auto length = static_cast<size_t>(Utf8Length(rest));
      const std::string character(rest.substr(0, length));
      if (kept.contains(character))
        runs.back() += character;
      else if (!runs.back().empty())
        runs.emplace_back();
      rest.remove_prefix(length);
    }
    if (runs.back().empty()) runs.pop_back();
  }
  return runs;
}

}  // namespace

SubwordVocabulary::SubwordVocabulary(SentencePieceOptions options, double character_coverage,
                                     int64_t sample_bytes)
    : options_(std::move(options)),
      character_coverage_(character_coverage),
      sample_bytes_(sample_bytes) {}

SubwordVocabulary::SubwordVocabulary(std::string file) : file_(std::move(file)) {}

absl::Status SubwordVocabulary::Take(std::string bytes, absl::string_view name) {
  std::string error;
  std::unique_ptr<SentencePieceModel> model = SentencePieceModel::Parse(bytes, &error);
  if (model == nullptr) return absl::InvalidArgumentError(absl::StrCat(name, ": ", error));
  model_ = std::move(model);
  bytes_ = std::move(bytes);
  words_.reset();
  if (!model_->cuts_words_apart()) return absl::OkStatus();
  std::vector<UnigramWords::Piece> pieces;
  for (const int64_t id : model_->plain_ids())
    pieces.push_back({model_->text(id), id, model_->score(id)});
  words_ = std::make_unique<UnigramWords>(pieces, model_->byte_ids());
  return absl::OkStatus();
}

absl::Status SubwordVocabulary::Learn(const TextStream& texts) {
  if (!file_.empty()) {
    T2T_ASSIGN_OR_RETURN(std::string bytes, ReadFile(file_));
    return Take(std::move(bytes), file_);
  }
  TextSample sample(sample_bytes_);
  for (;;) {
    T2T_ASSIGN_OR_RETURN(const std::optional<std::string> text, texts());
    if (!text.has_value()) break;
    if (text->empty()) continue;
    CutAtSpaces(
        absl::StrCat(" ", *text), /*has_space=*/true,
        [&](absl::string_view run) { AddSentences(run, &sample); }, [](absl::string_view) {});
  }
  const std::vector<std::string> sentences =
      KeepCharacters(sample.Take(), character_coverage_, (options_.size - 257) / 2);
  std::string error;
  std::string bytes = SentencePieceModel::Train(options_, sentences, &error);
  if (bytes.empty()) return absl::InvalidArgumentError(absl::StrCat("learning subwords: ", error));
  return Take(std::move(bytes), kModelFile);
}

absl::Status SubwordVocabulary::Load(const CodecFiles& files) {
  T2T_ASSIGN_OR_RETURN(std::string bytes, OnlyFile(files, kModelFile));
  return Take(std::move(bytes), kModelFile);
}

CodecFiles SubwordVocabulary::Files() const {
  if (model_ == nullptr) return {};
  return {{kModelFile, bytes_}};
}

std::vector<int64_t> SubwordVocabulary::Encode(absl::string_view text) const {
  std::vector<int64_t> ids;
  if (text.empty()) return ids;
  ids.reserve(text.size() / 3 + 1);
  const auto safe = [&](absl::string_view run) {
    if (words_ != nullptr && words_->Encode(run, &ids)) return;
    const std::vector<int64_t> pieces = model_->Encode(std::string(run));
    ids.insert(ids.end(), pieces.begin(), pieces.end());
  };
  const auto unsafe = [&](absl::string_view bytes) {
    if (!model_->has_bytes()) {
      ids.push_back(model_->unknown_id());
      return;
    }
    for (char c : bytes) ids.push_back(model_->byte_ids()[static_cast<unsigned char>(c)]);
  };
  CutAtSpaces(model_->wants_space_in_front() ? absl::StrCat(" ", text) : std::string(text),
              model_->has_space(), safe, unsafe);
  return ids;
}

std::string SubwordVocabulary::Decode(const std::vector<int64_t>& ids) const {
  std::string text;
  for (int64_t id : ids) text += model_->text(id);
  if (model_->wants_space_in_front() && absl::StartsWith(text, " ")) text.erase(0, 1);
  return text;
}

bool SubwordVocabulary::is_fallback(int64_t id) const {
  if (id == model_->unknown_id()) return true;
  const auto& bytes = model_->byte_ids();
  return model_->has_bytes() && std::find(bytes.begin(), bytes.end(), id) != bytes.end();
}

bool SubwordVocabulary::reversible() const {
  // Before it is read, a foreign model promises nothing.
  if (model_ == nullptr) return file_.empty();
  return model_->has_bytes() && !model_->normalizes();
}

std::string SubwordVocabulary::Describe() const {
  const std::string kind =
      file_.empty() ? absl::StrCat("SentencePiece ", options_.model) : "SentencePiece, imported";
  if (model_ == nullptr) return absl::StrCat(kind, ", not learned yet");
  std::string line = absl::StrCat(kind, ", ", size(), " pieces");
  if (file_.empty() && size() < options_.size) {
    absl::StrAppend(&line, " (", options_.size, " asked; the training text has no more)");
  }
  return line;
}

}  // namespace t2t
