#include "modalities/codecs/text_sample.h"

#include <algorithm>

#include "absl/strings/string_view.h"
#include "random/philox.h"

namespace t2t {

void TextSample::Add(absl::string_view text) {
  const uint64_t place = added_++;
  const uint64_t rank = RandomKey(0).With("text sample").With(place).value();
  heap_.push_back({rank, place, std::string(text)});
  std::push_heap(heap_.begin(), heap_.end());
  bytes_ += static_cast<int64_t>(text.size());
  while (bytes_ > most_bytes_ && heap_.size() > 1) {
    std::pop_heap(heap_.begin(), heap_.end());
    bytes_ -= static_cast<int64_t>(heap_.back().text.size());
    heap_.pop_back();
  }
}

std::vector<std::string> TextSample::Take() {
  std::sort(heap_.begin(), heap_.end(),
            [](const Piece& a, const Piece& b) { return a.place < b.place; });
  std::vector<std::string> texts;
  for (Piece& piece : heap_) texts.push_back(std::move(piece.text));
  heap_.clear();
  bytes_ = 0;
  return texts;
}

}  // namespace t2t
