// Vocabulary of words, cut at every single space: for symbols such as the phones "K AE T". Id 0 is
// "<unk>", which stands for every word that was not learned, so it does not turn back; otherwise
// joining by single spaces restores the text (two spaces have the empty word between them).
#ifndef T2T_MODALITIES_CODECS_WORD_VOCABULARY_H_
#define T2T_MODALITIES_CODECS_WORD_VOCABULARY_H_

#include <string>
#include <unordered_map>
#include <vector>

#include "absl/strings/string_view.h"
#include "modalities/codecs/text_vocabulary.h"

namespace t2t {

class WordVocabulary : public TextVocabulary {
 public:
  static constexpr int64_t kUnknown = 0;

  // At most `size` ids with <unk>; words seen less than `min_count` times are unknown. A non-empty
  // `file` is a list of words, one a line, that is read instead of learning.
  WordVocabulary(int64_t size, int64_t min_count, std::string file);
  absl::Status Learn(const TextStream& texts) override;
  absl::Status Load(const CodecFiles& files) override;
  CodecFiles Files() const override;
  int64_t size() const override { return static_cast<int64_t>(words_.size()); }
  std::vector<int64_t> Encode(absl::string_view text) const override;
  std::string Decode(const std::vector<int64_t>& ids) const override;
  bool is_fallback(int64_t id) const override { return id == kUnknown; }
  bool reversible() const override { return false; }
  std::string Describe() const override;

 private:
  absl::Status Take(std::vector<std::string> words, absl::string_view name);

  int64_t most_, min_count_;
  std::string file_;
  std::vector<std::string> words_;  // by id, <unk> first; empty before Learn or Load
  std::unordered_map<std::string, int64_t> ids_;
};

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_WORD_VOCABULARY_H_
