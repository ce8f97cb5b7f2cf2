// UnigramWords: the ids that SentencePiece's unigram model gives a text, word by word, each word worked out once.
//
// Where no piece has a space behind another character, the best cut of a text is that of each word (the spaces in front of it
// and its characters): the same words come again and again, and their cuts are kept. SentencePiece adds the scores of a whole
// text up in single precision, so that in a long text two cuts of nearly equal scores may change places by rounding. A word's
// second best cut tells how near that is; where it is nearer than rounding can move it, Encode gives nothing, and the text is
// SentencePiece's to cut. What Encode gives is therefore what SentencePiece gives, whatever was encoded before.
//
//   UnigramWords words(pieces, byte_ids);
//   std::vector<int64_t> ids;
//   if (!words.Encode(" to be or not to be", &ids)) ids = model.Encode(text);
#ifndef T2T_MODALITIES_CODECS_UNIGRAM_WORDS_H_
#define T2T_MODALITIES_CODECS_UNIGRAM_WORDS_H_

#include <array>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"

namespace t2t {

// Thread-safe.
class UnigramWords {
 public:
  struct Piece {
    std::string text;  // with ' ' for a space
    int64_t id = 0;
    float score = 0;
  };
  // The pieces of which cuts are made, and those of single bytes, which spell a character that none of them is. No piece has a
  // space behind another character.
  UnigramWords(const std::vector<Piece>& pieces, const std::array<int64_t, 256>& byte_ids);

  // Appends the ids of a text of well-formed UTF-8. False, and nothing appended, where rounding might decide or a word is long.
  bool Encode(absl::string_view text, std::vector<int64_t>* ids) const;

 private:
  struct Cut {
    absl::InlinedVector<int32_t, 4> ids;
    float size = 0;    // of its score: how large the sum of a text's scores becomes
    float margin = 0;  // from its score to that of the next best cut
    int32_t characters = 0;
  };
  struct Shard {
    std::mutex mutex;
    absl::flat_hash_map<std::string, Cut> cuts;
  };
  // That of this thread, so that none waits for another's; further threads than there are of them share.
  Shard& OwnShard() const;
  Cut CutOf(absl::string_view word) const;

  struct Score {
    int32_t id;
    float score;
  };
  absl::flat_hash_map<std::string, Score> pieces_;
  size_t longest_piece_ = 0;  // bytes
  float unknown_ = 0;         // score of a character that no piece is
  std::array<int64_t, 256> byte_ids_;
  mutable std::array<Shard, 16> shards_;
};

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_UNIGRAM_WORDS_H_
