// Vocabulary of Tensor2Tensor's SubwordTextEncoder, read from its file
// (vocab.translate_ende_wmt32k.32768.subwords): gives the ids that it gave, so that its data and its
// habits can be taken along. The rules are those of tensor2tensor/data_generators/text_encoder.py and
// tokenizer.py:
//
//  1. A text is cut where letters and numbers (Unicode's L* and N*) meet other characters; a single
//     space between two such words is left out, for nothing else stands between two words.
//  2. Each token ends with '_'. Within it, '\' is spelt "\\", '_' "\u", and a character that is in no
//     subtoken, or a line feed, "\NUMBER;".
//  3. Each token is cut from its beginning into the longest subtokens that there are.
//
// Every text turns back, also ill-formed UTF-8: such a byte is spelt as the number 0x110000 + byte,
// beyond Unicode, for which the original reads "U+3013". Ids 0 and 1 are <pad> and <EOS>; Encode gives
// neither.
#ifndef T2T_MODALITIES_CODECS_SUBTOKEN_VOCABULARY_H_
#define T2T_MODALITIES_CODECS_SUBTOKEN_VOCABULARY_H_

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "modalities/codecs/text_vocabulary.h"

namespace t2t {

class SubtokenVocabulary : public TextVocabulary {
 public:
  // Of each of Tensor2Tensor's vocabularies.
  static constexpr int64_t kPadding = 0, kEnd = 1;

  explicit SubtokenVocabulary(std::string file) : file_(std::move(file)) {}
  // Reads the file; the texts are not looked at. Errors: a file that does not begin with <pad> and
  // <EOS>, is not UTF-8, or lacks a subtoken that characters are spelt with.
  absl::Status Learn(const TextStream& texts) override;
  absl::Status Load(const CodecFiles& files) override;
  CodecFiles Files() const override;
  int64_t size() const override { return static_cast<int64_t>(subtokens_.size()); }
  std::vector<int64_t> Encode(absl::string_view text) const override;
  std::string Decode(const std::vector<int64_t>& ids) const override;
  bool reversible() const override { return true; }
  std::string Describe() const override;

 private:
  absl::Status Take(std::string bytes, absl::string_view name);
  std::string Escaped(absl::string_view token) const;
  void EncodeToken(absl::string_view token, std::vector<int64_t>* ids) const;

  std::string file_;
  std::string bytes_;                   // of the file
  std::vector<std::string> subtokens_;  // by id; empty before Learn or Load
  std::unordered_map<std::string, int64_t> ids_;
  std::unordered_set<std::string> alphabet_;  // characters of the subtokens
  size_t longest_ = 0;                        // subtoken, in bytes
};

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_SUBTOKEN_VOCABULARY_H_
