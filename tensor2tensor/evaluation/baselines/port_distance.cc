#include "tensor2tensor/evaluation/baselines/port_distance.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "modalities/codecs/pixels.h"
#include "registry/status_macros.h"
#include "registry/suggest.h"
#include "tensor2tensor/evaluation/baselines/kmer_distance.h"
#include "tensor2tensor/evaluation/baselines/number_distance.h"
#include "tensor2tensor/evaluation/baselines/sound_distance.h"
#include "tensor2tensor/evaluation/metrics/text_units.h"

namespace t2t {
namespace {

// Edit distance, 64 rows of the table at once: Myers, "A Fast Bit-Vector Algorithm for Approximate
// String Matching Based on Dynamic Programming", JACM 1999, in the form of Hyyrö, "Explaining and
// Extending the Bit-parallel Approximate String Matching Algorithm of Myers", 2001. The bound is
// the bag distance: of characters that only one side has, each edit mends one on either side.
class TextDistance : public PortDistance {
 public:
  explicit TextDistance(bool normalised) : normalised_(normalised) {}

  absl::Status Add(const Value* value) override {
    T2T_ASSIGN_OR_RETURN(const absl::string_view bytes, ComparedBytes(value));
    const std::vector<uint32_t> text = Letters(bytes);
    letters_.insert(letters_.end(), text.begin(), text.end());
    ends_.push_back(letters_.size());
    bags_.push_back(BagOf(text));
    return absl::OkStatus();
  }

  absl::Status Ask(const Value* value) override {
    T2T_ASSIGN_OR_RETURN(const absl::string_view bytes, ComparedBytes(value));
    for (uint32_t letter : question_) masks_[letter] = {};
    question_ = Letters(bytes);
    question_bag_ = BagOf(question_);
    masks_.resize(ids_.size());
    for (size_t i = 0; i < question_.size(); ++i) {
      masks_[question_[i]][i / 64] |= uint64_t{1} << (i % 64);
    }
    return absl::OkStatus();
  }

  double AtLeast(int64_t i) const override {
    const Bag& theirs = bags_[static_cast<size_t>(i)];
    int here = 0, there = 0;
    for (size_t bin = 0; bin < kBins; ++bin) {
      const int difference = int{question_bag_[bin]} - int{theirs[bin]};
      here += std::max(difference, 0);
      there += std::max(-difference, 0);
    }
    return Scaled(std::max(here, there), Length(i));
  }

  double To(int64_t i, double enough) override {
    const size_t length = Length(i);
    const uint32_t* text = letters_.data() + (ends_[static_cast<size_t>(i)] - length);
    if (question_.empty()) return Scaled(static_cast<int64_t>(length), length);
    const size_t blocks = (question_.size() + 63) / 64;
    std::array<uint64_t, kBlocks> plus, minus;  // where the column rises and falls by one
    plus.fill(~uint64_t{0});
    minus.fill(0);
    const uint64_t last_row = uint64_t{1} << ((question_.size() - 1) % 64);
    int64_t edits = static_cast<int64_t>(question_.size());
    for (size_t column = 0; column < length; ++column) {
      const Mask& equal = masks_[text[column]];
      int carry = 1;  // the top row is 0, 1, 2, ...
      for (size_t block = 0; block < blocks; ++block) {
        uint64_t match = equal[block];
        const uint64_t vertical = match | minus[block];
        if (carry < 0) match |= 1;
        const uint64_t horizontal = (((match & plus[block]) + plus[block]) ^ plus[block]) | match;
        uint64_t rise = minus[block] | ~(horizontal | plus[block]);
        uint64_t fall = plus[block] & horizontal;
        const uint64_t bottom = block + 1 < blocks ? uint64_t{1} << 63 : last_row;
        const int out = (rise & bottom) != 0 ? 1 : (fall & bottom) != 0 ? -1 : 0;
        rise = (rise << 1) | (carry > 0 ? 1 : 0);
        fall = (fall << 1) | (carry < 0 ? 1 : 0);
        plus[block] = fall | ~(vertical | rise);
        minus[block] = rise & vertical;
        carry = out;
      }
      edits += carry;
      // Each letter to come can take away one edit at the most.
      const double best = Scaled(edits - static_cast<int64_t>(length - 1 - column), length);
      if (best > enough) return best;
    }
    return Scaled(edits, length);
  }

 private:
  static constexpr size_t kBlocks = (kComparedCharacters + 63) / 64;
  static constexpr size_t kBins = 32;
  using Mask = std::array<uint64_t, kBlocks>;
  // Counts of letters; several letters may share a bin, which only weakens the bound.
  using Bag = std::array<uint8_t, kBins>;
  static_assert(kComparedCharacters <= 255, "a bin holds no more");

  // Characters as small numbers, given out as they appear.
  std::vector<uint32_t> Letters(absl::string_view text) {
    std::vector<uint32_t> letters;
    while (!text.empty() && letters.size() < static_cast<size_t>(kComparedCharacters)) {
      const char32_t character = TakeCodePoint(&text);
      letters.push_back(
          ids_.try_emplace(character, static_cast<uint32_t>(ids_.size())).first->second);
    }
    return letters;
  }

  static Bag BagOf(const std::vector<uint32_t>& letters) {
    Bag bag{};
    for (uint32_t letter : letters) ++bag[letter % kBins];
    return bag;
  }

  size_t Length(int64_t i) const {
    const auto place = static_cast<size_t>(i);
    return ends_[place] - (place == 0 ? 0 : ends_[place - 1]);
  }

  double Scaled(int64_t edits, size_t length) const {
    const size_t longer = std::max(length, question_.size());
    if (!normalised_ || longer == 0) return static_cast<double>(edits);
    return static_cast<double>(edits) / static_cast<double>(longer);
  }

  const bool normalised_;
  absl::flat_hash_map<char32_t, uint32_t> ids_;
  std::vector<uint32_t> letters_;  // of all training texts, one after the other
  std::vector<size_t> ends_;
  std::vector<Bag> bags_;
  std::vector<uint32_t> question_;
  Bag question_bag_{};
  std::vector<Mask> masks_;  // by letter: where the question has it
};

// The bound compares the sums of 4 x 4 tiles: 16 squared differences add up to at least the square
// of their sum over 16.
class ImageDistance : public PortDistance {
 public:
  absl::Status Add(const Value* value) override {
    T2T_ASSIGN_OR_RETURN(const Thumbnail thumbnail, ThumbnailOf(value));
    thumbnails_.push_back(thumbnail);
    return absl::OkStatus();
  }

  absl::Status Ask(const Value* value) override {
    T2T_ASSIGN_OR_RETURN(question_, ThumbnailOf(value));
    return absl::OkStatus();
  }

  double AtLeast(int64_t i) const override {
    const Tiles& theirs = thumbnails_[static_cast<size_t>(i)].tiles;
    int64_t sum = 0;
    for (size_t tile = 0; tile < theirs.size(); ++tile) {
      const int64_t difference = int64_t{question_.tiles[tile]} - int64_t{theirs[tile]};
      sum += difference * difference;
    }
    return Scaled(static_cast<double>(sum) / (kTile * kTile));
  }

  double To(int64_t i, double enough) override {
    const Bytes& theirs = thumbnails_[static_cast<size_t>(i)].bytes;
    int64_t sum = 0;
    constexpr size_t kStride = 3 * kThumbnailSide * kTile;
    for (size_t begin = 0; begin < theirs.size(); begin += kStride) {
      int32_t part = 0;
      for (size_t place = begin; place < begin + kStride; ++place) {
        const int32_t difference = int32_t{question_.bytes[place]} - int32_t{theirs[place]};
        part += difference * difference;
      }
      sum += part;
      if (Scaled(static_cast<double>(sum)) > enough) break;
    }
    return Scaled(static_cast<double>(sum));
  }

 private:
  static constexpr int64_t kTile = 4;
  static constexpr int64_t kTilesAcross = kThumbnailSide / kTile;
  using Bytes = std::array<uint8_t, 3 * kThumbnailSide * kThumbnailSide>;
  using Tiles = std::array<uint16_t, 3 * kTilesAcross * kTilesAcross>;
  struct Thumbnail {
    Bytes bytes;  // [height, width, channels]
    Tiles tiles;
  };

  static absl::StatusOr<Thumbnail> ThumbnailOf(const Value* value) {
    Thumbnail thumbnail;
    thumbnail.bytes.fill(255);
    if (value != nullptr) {
      T2T_ASSIGN_OR_RETURN(const absl::string_view file, ComparedBytes(value));
      T2T_ASSIGN_OR_RETURN(const Pixels pixels, DecodePixels(file, 3));
      const Pixels small = Resize(pixels, kThumbnailSide, kThumbnailSide, Fit::kPad);
      for (size_t i = 0; i < thumbnail.bytes.size(); ++i) {
        const float level = std::clamp(small.values[i], 0.0f, 1.0f);
        thumbnail.bytes[i] = static_cast<uint8_t>(std::lround(level * 255.0f));
      }
    }
    thumbnail.tiles.fill(0);
    for (size_t i = 0; i < thumbnail.bytes.size(); ++i) {
      const size_t channel = i % 3, column = i / 3 % kThumbnailSide, row = i / 3 / kThumbnailSide;
      const size_t tile = (row / kTile * kTilesAcross + column / kTile) * 3 + channel;
      thumbnail.tiles[tile] = static_cast<uint16_t>(thumbnail.tiles[tile] + thumbnail.bytes[i]);
    }
    return thumbnail;
  }

  static double Scaled(double squares) {
    return std::sqrt(squares / (3 * kThumbnailSide * kThumbnailSide)) / 255;
  }

  std::vector<Thumbnail> thumbnails_;
  Thumbnail question_{};
};

class LabelDistance : public PortDistance {
 public:
  absl::Status Add(const Value* value) override {
    T2T_ASSIGN_OR_RETURN(const absl::string_view label, ComparedBytes(value));
    labels_.push_back(IdOf(label));
    return absl::OkStatus();
  }
  absl::Status Ask(const Value* value) override {
    T2T_ASSIGN_OR_RETURN(const absl::string_view label, ComparedBytes(value));
    question_ = IdOf(label);
    return absl::OkStatus();
  }
  double AtLeast(int64_t i) const override {
    return labels_[static_cast<size_t>(i)] == question_ ? 0 : 1;
  }
  double To(int64_t i, double /*enough*/) override { return AtLeast(i); }

 private:
  uint32_t IdOf(absl::string_view label) {
    return ids_.try_emplace(std::string(label), static_cast<uint32_t>(ids_.size())).first->second;
  }

  absl::flat_hash_map<std::string, uint32_t> ids_;
  std::vector<uint32_t> labels_;
  uint32_t question_ = 0;
};

}  // namespace

absl::StatusOr<absl::string_view> ComparedBytes(const Value* value) {
  if (value == nullptr) return absl::string_view();
  if (value->is_bytes()) return absl::string_view(value->bytes());
  return absl::InvalidArgumentError("the value is a list of numbers; what is compared are bytes");
}

absl::StatusOr<std::unique_ptr<PortDistance>> MakePortDistance(absl::string_view name,
                                                               bool normalised) {
  if (name.empty())
    return absl::UnimplementedError("its modality names no distance between values");
  if (name == "edits") return std::make_unique<TextDistance>(normalised);
  if (name == "thumbnails") return std::make_unique<ImageDistance>();
  if (name == "equality") return std::make_unique<LabelDistance>();
  if (name == "numbers") return MakeNumberDistance(normalised);
  if (name == "spectra") return MakeSoundDistance(normalised);
  if (name == "3mers") return MakeKmerDistance(3);
  if (name == "6mers") return MakeKmerDistance(6);
  return absl::NotFoundError(absl::StrCat("unknown distance between values '", name, "'",
                                          Suggestion(name, {"3mers", "6mers", "edits", "equality",
                                                            "numbers", "spectra", "thumbnails"})));
}

}  // namespace t2t
