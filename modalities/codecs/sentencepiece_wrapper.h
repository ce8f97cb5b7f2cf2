// SentencePiece behind a plain interface. Its headers bring an absl::string_view of their own,
// which clashes with Abseil's: only sentencepiece_wrapper.cc includes them, and this header no
// Abseil.
//
// Kudo and Richardson, "SentencePiece", EMNLP 2018.
#ifndef T2T_MODALITIES_CODECS_SENTENCEPIECE_WRAPPER_H_
#define T2T_MODALITIES_CODECS_SENTENCEPIECE_WRAPPER_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace t2t {

struct SentencePieceOptions {
  std::string model = "unigram";  // or "bpe"
  int64_t size = 8000;            // most pieces, with 256 bytes and <unk>
};

// Immutable; thread-safe.
class SentencePieceModel {
 public:
  // A serialized model learned from the sentences: byte fallback, no normalisation, no other
  // special piece than <unk>, one thread. It may have fewer pieces than asked. On failure returns
  // "" and says why. SentencePiece ends the process where a unigram model loses its last piece;
  // repeating a small sample avoids that (see the .cc).
  static std::string Train(const SentencePieceOptions& options,
                           const std::vector<std::string>& sentences, std::string* error);
  // nullptr with a reason where the bytes are no model.
  static std::unique_ptr<SentencePieceModel> Parse(const std::string& bytes, std::string* error);
  ~SentencePieceModel();

  int64_t size() const { return static_cast<int64_t>(texts_.size()); }
  // Ids of well-formed UTF-8. No space is put in front and none is dropped, whatever the model
  // says.
  std::vector<int64_t> Encode(const std::string& text) const;
  // The bytes that a piece stands for: a space for U+2581, one byte for <0x41>, nothing for a
  // control piece, "<unk>" for the unknown one.
  const std::string& text(int64_t id) const { return texts_[static_cast<size_t>(id)]; }
  // The piece of each byte; -1 where the model has no byte fallback.
  const std::array<int64_t, 256>& byte_ids() const { return byte_ids_; }
  bool has_bytes() const { return has_bytes_; }
  // Whether a space has a piece. Where not, SentencePiece would spell it as the bytes of U+2581.
  bool has_space() const { return has_space_; }
  // Whether the model normalises the text before cutting it (NFKC, lower case), as only foreign
  // ones do.
  bool normalizes() const { return normalizes_; }
  // Whether the model was learned on text with a space in front.
  bool wants_space_in_front() const { return wants_space_; }
  int64_t unknown_id() const { return unknown_id_; }
  // Whether it is a unigram model with byte pieces whose best cut of a text is that of each word: no piece has a space behind
  // another character, and none is user-defined.
  bool cuts_words_apart() const { return cuts_words_apart_; }
  // The pieces that are neither a byte, nor unknown, nor control.
  const std::vector<int64_t>& plain_ids() const { return plain_ids_; }
  float score(int64_t id) const { return scores_[static_cast<size_t>(id)]; }

 private:
  struct Processor;
  SentencePieceModel();

  std::unique_ptr<Processor> processor_;
  std::vector<std::string> texts_;
  std::vector<float> scores_;
  std::vector<int64_t> plain_ids_;
  std::array<int64_t, 256> byte_ids_{};
  bool has_bytes_ = false, has_space_ = false, normalizes_ = false, wants_space_ = true,
       cuts_words_apart_ = false;
  int64_t unknown_id_ = 0;
};

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_SENTENCEPIECE_WRAPPER_H_
