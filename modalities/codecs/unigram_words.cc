#include "modalities/codecs/unigram_words.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <utility>

#include "modalities/codecs/utf8.h"

namespace t2t {
namespace {

// A longer one, as in a script without spaces, hardly comes again.
constexpr size_t kLongestWord = 48;
// Of a shard: some 8 MB. The most frequent words come early.
constexpr size_t kMostWords = 65'536;
// SentencePiece: a character that is no piece scores so much less than the lowest piece.
constexpr float kUnknownPenalty = 10;

}  // namespace

UnigramWords::UnigramWords(const std::vector<Piece>& pieces,
                           const std::array<int64_t, 256>& byte_ids)
    : byte_ids_(byte_ids) {
  float lowest = std::numeric_limits<float>::max();
  for (const Piece& piece : pieces) {
    pieces_[piece.text] = {static_cast<int32_t>(piece.id), piece.score};
    longest_piece_ = std::max(longest_piece_, piece.text.size());
    lowest = std::min(lowest, piece.score);
  }
  unknown_ = lowest - kUnknownPenalty;
}

// Viterbi with the best and the second best cut up to each place.
UnigramWords::Cut UnigramWords::CutOf(absl::string_view word) const {
  constexpr double kNone = -std::numeric_limits<double>::infinity();
  constexpr int32_t kUnknown = -1;
  struct Place {
    double best = kNone, second = kNone;
    size_t from = 0;  // where the last piece of the best cut begins
    int32_t id = kUnknown;
  };
  std::vector<Place> places(word.size() + 1);
  places[0].best = 0;
  const auto offer = [&](size_t from, size_t to, int32_t id, double score) {
    Place& place = places[to];
    double other = places[from].best + score;
    place.second = std::max(place.second, places[from].second + score);
    if (other > place.best) {
      std::swap(other, place.best);
      place.from = from;
      place.id = id;
    }
    place.second = std::max(place.second, other);
  };
  Cut cut;
  for (size_t at = 0; at < word.size(); ++cut.characters) {
    const auto character = static_cast<size_t>(Utf8Length(word.substr(at)));
    bool known = false;
    for (size_t end = at + character; end <= word.size() && end - at <= longest_piece_;) {
      const auto piece = pieces_.find(word.substr(at, end - at));
      if (piece != pieces_.end()) {
        offer(at, end, piece->second.id, static_cast<double>(piece->second.score));
        known = known || end == at + character;
      }
      if (end == word.size()) break;
      end += static_cast<size_t>(Utf8Length(word.substr(end)));
    }
    if (!known) offer(at, at + character, kUnknown, static_cast<double>(unknown_));
    at += character;
  }
  for (size_t end = word.size(); end > 0; end = places[end].from) {
    if (places[end].id != kUnknown) {
      cut.ids.push_back(places[end].id);
      continue;
    }
    for (size_t byte = end; byte > places[end].from; --byte) {
      const auto id = byte_ids_[static_cast<unsigned char>(word[byte - 1])];
      cut.ids.push_back(static_cast<int32_t>(id));
    }
  }
  std::reverse(cut.ids.begin(), cut.ids.end());
  cut.size = static_cast<float>(std::abs(places.back().best));
  cut.margin = static_cast<float>(places.back().best - places.back().second);
  return cut;
}

UnigramWords::Shard& UnigramWords::OwnShard() const {
  static std::atomic<size_t> threads = 0;
  thread_local const size_t number = threads++;
  return shards_[number % shards_.size()];
}

bool UnigramWords::Encode(absl::string_view text, std::vector<int64_t>* ids) const {
  const size_t before = ids->size();
  double size = 0;  // of the sum of all scores so far
  bool certain = true;
  Cut made;
  Shard& shard = OwnShard();
  const std::lock_guard lock(shard.mutex);
  while (!text.empty()) {
    const size_t begin = text.find_first_not_of(' ');
    const size_t end = begin == absl::string_view::npos ? begin : text.find(' ', begin);
    const absl::string_view word = text.substr(0, end);
    text.remove_prefix(word.size());
    certain = word.size() <= kLongestWord;
    if (!certain) break;
    const Cut* cut = nullptr;
    if (const auto kept = shard.cuts.find(word); kept != shard.cuts.end()) {
      cut = &kept->second;
    } else if (shard.cuts.size() < kMostWords) {
      cut = &shard.cuts.emplace(word, CutOf(word)).first->second;
    } else {
      made = CutOf(word);
      cut = &made;
    }
    ids->insert(ids->end(), cut->ids.begin(), cut->ids.end());
    size += static_cast<double>(cut->size);
    // A sum of single precision is off by at most 2^-24 of itself, and there is one for each piece; for one cut up and for the
    // other down. Twice that, for what is not exact here.
    certain = static_cast<double>(cut->margin) > std::ldexp(4.0, -24) * cut->characters * size;
    if (!certain) break;
  }
  if (!certain) ids->resize(before);
  return certain;
}

}  // namespace t2t
