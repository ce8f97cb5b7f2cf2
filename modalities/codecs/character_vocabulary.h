// Vocabularies of bytes and of characters. Both turn back any bytes, ill-formed UTF-8 too.
//
// ByteVocabulary: id = byte. CharacterVocabulary: ids 0..255 are bytes, so that ASCII is itself;
// from 256 on come the learned characters of two bytes and more, the most frequent first. A
// character that was not learned, and a byte that belongs to none, is spelt in bytes.
#ifndef T2T_MODALITIES_CODECS_CHARACTER_VOCABULARY_H_
#define T2T_MODALITIES_CODECS_CHARACTER_VOCABULARY_H_

#include <string>
#include <unordered_map>
#include <vector>

#include "absl/strings/string_view.h"
#include "modalities/codecs/text_vocabulary.h"

namespace t2t {

class ByteVocabulary : public TextVocabulary {
 public:
  bool needs_learning() const override { return false; }
  absl::Status Learn(const TextStream&) override { return absl::OkStatus(); }
  absl::Status Load(const CodecFiles& files) override;
  CodecFiles Files() const override { return {}; }
  int64_t size() const override { return 256; }
  std::vector<int64_t> Encode(absl::string_view text) const override;
  std::string Decode(const std::vector<int64_t>& ids) const override;
  bool reversible() const override { return true; }
  std::string Describe() const override { return "bytes"; }
};

class CharacterVocabulary : public TextVocabulary {
 public:
  // At most `size` ids with the bytes; characters seen less than `min_count` times are spelt. A
  // non-empty `file` is a list of characters, one a line, that is read instead of learning.
  CharacterVocabulary(int64_t size, int64_t min_count, std::string file);
  absl::Status Learn(const TextStream& texts) override;
  absl::Status Load(const CodecFiles& files) override;
  CodecFiles Files() const override;
  int64_t size() const override;
  std::vector<int64_t> Encode(absl::string_view text) const override;
  std::string Decode(const std::vector<int64_t>& ids) const override;
  bool is_fallback(int64_t id) const override { return id >= 128 && id < 256; }  // ASCII is itself
  bool reversible() const override { return true; }
  std::string Describe() const override;

 private:
  absl::Status Take(std::vector<std::string> characters, absl::string_view name);

  int64_t most_, min_count_;
  std::string file_;
  bool ready_ = false;
  std::vector<std::string> characters_;  // id - 256 -> bytes
  std::unordered_map<std::string, int64_t> ids_;
};

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_CHARACTER_VOCABULARY_H_
