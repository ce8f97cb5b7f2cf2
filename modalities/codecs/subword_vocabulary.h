// Vocabulary of SentencePiece subwords, learned from the port's own training text, or imported.
//
// A learned one turns back any bytes. SentencePiece alone does not: it writes a space as U+2581,
// replaces ill-formed UTF-8 and drops NUL. So the text is cut around what it cannot keep (U+2581
// itself, NUL, bytes that belong to no character), which goes straight to the 256 byte pieces; and
// around spellings of special pieces ("<0x41>", "<unk>"), so that no piece of that name is learned.
// One space in front of every text makes a word the same piece wherever it stands; Decode takes it
// away.
#ifndef T2T_MODALITIES_CODECS_SUBWORD_VOCABULARY_H_
#define T2T_MODALITIES_CODECS_SUBWORD_VOCABULARY_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "modalities/codecs/sentencepiece_wrapper.h"
#include "modalities/codecs/text_vocabulary.h"
#include "modalities/codecs/unigram_words.h"

namespace t2t {

class SubwordVocabulary : public TextVocabulary {
 public:
  static constexpr int64_t kLeastSize = 300;  // 256 bytes, <unk> and a few pieces

  // Learns from a random sample of at most `sample_bytes` of the text. Where the text has not
  // enough pieces for options.size, there are fewer, and Describe says so. The rarest characters,
  // which a share `character_coverage` of the text does not need, are spelt in bytes; so is any
  // beyond half of the room that the bytes leave.
  SubwordVocabulary(SentencePieceOptions options, double character_coverage, int64_t sample_bytes);
  // Imports a foreign model file instead of learning. It turns back any bytes only if it has byte
  // pieces and does not normalise (NFKC, lower case).
  explicit SubwordVocabulary(std::string file);

  absl::Status Learn(const TextStream& texts) override;
  absl::Status Load(const CodecFiles& files) override;
  CodecFiles Files() const override;
  int64_t size() const override { return model_ ? model_->size() : 0; }
  std::vector<int64_t> Encode(absl::string_view text) const override;
  std::string Decode(const std::vector<int64_t>& ids) const override;
  bool is_fallback(int64_t id) const override;
  bool reversible() const override;
  std::string Describe() const override;

 private:
  absl::Status Take(std::string bytes, absl::string_view name);

  SentencePieceOptions options_;
  double character_coverage_ = 1.0;
  int64_t sample_bytes_ = 0;
  std::string file_;
  std::string bytes_;
  std::unique_ptr<SentencePieceModel> model_;
  std::unique_ptr<UnigramWords> words_;  // null where the model does not cut word by word
};

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_SUBWORD_VOCABULARY_H_
