#include "problems/folder/column_sample.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "files/atomic_file.h"
#include "modalities/codecs/image_header.h"
#include "modalities/codecs/sound.h"
#include "problems/rows/row.h"

namespace t2t {
namespace {

constexpr size_t kValuesKept = 4096;
constexpr int64_t kFilesRead = 40;  // of a column, at most
constexpr int64_t kMostClasses = 500;

bool LooksLikeName(const std::string& text) {
  const size_t dot = text.rfind('.');
  return text.size() < 1000 && dot != std::string::npos && text.size() - dot <= 5 &&
         text.find('\n') == std::string::npos;
}

}  // namespace

void ColumnSample::Add(const Value& cell, bool holds_file, const std::string& base) {
  const std::string text = TextOfValue(cell);
  if (text.empty()) return;
  ++rows_;
  if (holds_file || LooksLikeName(text)) {
    std::string bytes = text;
    if (!holds_file && images_ + sounds_ < kFilesRead) {
      absl::StatusOr<std::string> read = ReadFile((std::filesystem::path(base) / text).string());
      bytes = read.ok() ? *std::move(read) : "";
    }
    if (!holds_file && images_ + sounds_ >= kFilesRead) {
      ++(images_ > 0 ? images_ : sounds_);  // as those before
      return;
    }
    if (const auto header = ReadImageHeader(bytes); header.ok()) {
      if (images_++ == 0) side_ = std::min(header->height, header->width);
      if (first_.empty())
        first_ = holds_file ? absl::StrCat(header->width, "x", header->height, " picture") : text;
      return;
    }
    if (const auto header = ReadSoundHeader(bytes); header.ok()) {
      ++sounds_;
      if (first_.empty()) first_ = holds_file ? "a sound" : text;
      return;
    }
  }
  AddIds(cell);
  if (first_.empty()) first_ = text;
  if (values_.size() < kValuesKept) values_.insert(text);
  int64_t count = 0, integers = 0;
  bool all_numbers = true;
  for (const absl::string_view part :
       absl::StrSplit(text, absl::ByAnyChar(" ,;"), absl::SkipEmpty())) {
    double number = 0;
    int64_t integer = 0;
    all_numbers = all_numbers && absl::SimpleAtod(part, &number);
    if (absl::SimpleAtoi(part, &integer)) {
      least_ = integers_ + integers == 0 ? integer : std::min(least_, integer);
      most_ = integers_ + integers == 0 ? integer : std::max(most_, integer);
      ++integers;
    }
    ++count;
    if (!all_numbers) break;
  }
  if (all_numbers && count == 1) ++numbers_;
  if (all_numbers && count > 1) ++lists_;
  if (all_numbers && count == 1 && integers == 1) ++integers_;
  const auto length = static_cast<int64_t>(text.size());
  characters_ += length;
  longest_ = std::max(longest_, length);
  for (const char c : text) {
    letters_[static_cast<unsigned char>(c)] = true;
    if (c == ' ') ++spaces_;
  }
}

void ColumnSample::AddIds(const Value& cell) {
  if (!cell.is_integers() || cell.integers().size() < 2) return;
  const std::vector<int64_t>& ids = cell.integers();
  const auto [least, largest] = std::minmax_element(ids.begin(), ids.end());
  // Zeros behind the end are padding.
  const auto last = std::find_if(ids.rbegin(), ids.rend(), [](int64_t id) { return id != 0; });
  if (*least < 0 || last == ids.rend() || *last != 1) return;
  ++ids_;
  largest_id_ = std::max(largest_id_, *largest);
}

bool ColumnSample::IsSequence(absl::string_view letters, absl::string_view marks) const {
  for (int byte = 0; byte < 256; ++byte) {
    if (letters_[byte] && !absl::StrContains(letters, static_cast<char>(byte))) return false;
  }
  return std::all_of(marks.begin(), marks.end(),
                     [&](char c) { return letters_[static_cast<unsigned char>(c)]; });
}

PortGuess ColumnSample::Guess() const {
  if (rows_ == 0) return {"", "", "is empty"};
  if (images_ == rows_) {
    const int64_t size = side_ <= 64 ? std::max<int64_t>(side_ / 4 * 4, 8) : 64;
    return {"image", absl::StrCat("size: ", size, ", patch: ", size <= 32 ? 4 : 8),
            absl::StrCat("pictures; the first has ", side_, " pixels on its shorter side")};
  }
  if (sounds_ == rows_) return {"audio", "", "sounds"};
  if (lists_ + numbers_ == rows_ && lists_ > 0) return {"vector", "", "lists of numbers"};
  // Integers that count from 0 or 1 on, each often, are names of classes more often than quantities.
  const bool few = rows_ >= 5 * distinct() && least_ >= 0 && most_ <= distinct() + distinct() / 4;
  if (numbers_ == rows_ && !(few && integers_ == rows_)) return {"vector", "", "numbers"};
  return GuessText();
}

PortGuess ColumnSample::GuessAs(const std::string& modality) const {
  const PortGuess guess = Guess();
  if (guess.modality == modality) return guess;
  if (modality == "text") return TextGuess();
  return {modality, "", "as told"};
}

PortGuess ColumnSample::TextGuess() const {
  const int64_t mean = characters_ / std::max<int64_t>(rows_, 1);
  const bool long_text = mean > 30 && rows_ >= 1000;
  return {
      "text", long_text ? "vocab: {kind: sentencepiece, size: 4000}" : "vocab: {kind: char}",
      absl::StrCat(
          mean, " bytes on average",
          long_text ? ""
                    : "; with 10,000 rows and more {kind: sentencepiece, size: 4000} is faster")};
}

PortGuess ColumnSample::GuessText() const {
  const int64_t mean = characters_ / rows_;
  if (mean >= 10 && spaces_ == 0) {
    if (IsSequence("ACGTNacgtn", "")) return {"dna", "", "letters of DNA"};
    if (IsSequence("ACGUNacgun", "")) return {"rna", "", "letters of RNA"};
    if (mean >= 20 && IsSequence("ACDEFGHIKLMNPQRSTVWYXBZUO*-", "L"))
      return {"protein", "", "letters of amino acids"};
  }
  if (distinct() <= std::min(kMostClasses, std::max<int64_t>(2, rows_ / 5)) && longest_ <= 60) {
    return {"label", "", absl::StrCat(distinct(), " different values in ", rows_, " rows")};
  }
  return TextGuess();
}

}  // namespace t2t
