// StoredIds: text that Tensor2Tensor's shards keep as ids, turned back when data are made, so that ours keep the text itself.
//
//   english: {modality: text, column: inputs, ids: {kind: subwords, file: vocab.translate_ende_wmt32k.32768.subwords}}
//   letters: {modality: text, column: inputs, ids: {kind: byte}}                 # ByteTextEncoder: 2 + the byte
//   words:   {modality: text, column: inputs, ids: {kind: word, file: vocab.lm}} # TokenTextEncoder: a word a line
//
// Id 1 ends a text, and 0 pads it: https://github.com/tensorflow/tensor2tensor, data_generators/text_encoder.py.
#ifndef T2T_PROBLEMS_FOLDER_STORED_IDS_H_
#define T2T_PROBLEMS_FOLDER_STORED_IDS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "modalities/codecs/value.h"
#include "registry/config.h"

namespace t2t {

struct StoredIdsOptions {
  std::string kind;  // "subwords", "byte" or "word"; "" = the column holds no ids
  std::string file;  // of the vocabulary, relative to the manifest's folder

  void Bind(Binder& ids);
};

class StoredIds {
 public:
  // Errors: a file that cannot be read or is no vocabulary.
  static absl::StatusOr<StoredIds> Make(const StoredIdsOptions& options, const std::string& path);

  // Errors: a value that is not whole numbers; an id that the vocabulary does not have; ids behind the end, for several texts
  // were packed together, and where the next begins cannot be told for every port.
  absl::StatusOr<std::string> TextOf(const Value& value) const;

 private:
  std::function<std::string(const std::vector<int64_t>&)> decode_;
  int64_t size_ = 0;
};

}  // namespace t2t

#endif  // T2T_PROBLEMS_FOLDER_STORED_IDS_H_
