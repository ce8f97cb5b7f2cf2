// A random sample of texts in bounded memory, for learning subwords: of everything that was added,
// as many pieces as fit in `most_bytes`, chosen by a random number keyed by the piece's place. The
// same stream gives the same sample; a short stream is kept whole.
#ifndef T2T_MODALITIES_CODECS_TEXT_SAMPLE_H_
#define T2T_MODALITIES_CODECS_TEXT_SAMPLE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace t2t {

class TextSample {
 public:
  explicit TextSample(int64_t most_bytes) : most_bytes_(most_bytes) {}
  void Add(absl::string_view text);
  // The sample in the order of adding. Leaves this empty.
  std::vector<std::string> Take();
  int64_t added() const { return static_cast<int64_t>(added_); }
  int64_t kept() const { return static_cast<int64_t>(heap_.size()); }

 private:
  struct Piece {
    uint64_t rank, place;
    std::string text;
    bool operator<(const Piece& other) const {
      return std::pair(rank, place) < std::pair(other.rank, other.place);
    }
  };
  int64_t most_bytes_;
  int64_t bytes_ = 0;
  uint64_t added_ = 0;
  std::vector<Piece> heap_;  // the highest rank in front; it leaves first
};

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_TEXT_SAMPLE_H_
