// TextVocabulary: the strategy of a text codec: bytes of a text <-> ids. One class for each kind.
//
// Life and thread-safety are those of Codec: Learn or Load once, constant from then on.
#ifndef T2T_MODALITIES_CODECS_TEXT_VOCABULARY_H_
#define T2T_MODALITIES_CODECS_TEXT_VOCABULARY_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modalities/codecs/codec.h"

namespace t2t {

using TextStream = std::function<absl::StatusOr<std::optional<std::string>>()>;

class TextVocabulary {
 public:
  virtual ~TextVocabulary() = default;
  virtual bool needs_learning() const { return true; }
  virtual absl::Status Learn(const TextStream& texts) = 0;
  virtual absl::Status Load(const CodecFiles& files) = 0;
  virtual CodecFiles Files() const = 0;
  // Number of ids; 0 before Learn or Load.
  virtual int64_t size() const = 0;
  // Requires size() > 0. Every id is in [0, size()).
  virtual std::vector<int64_t> Encode(absl::string_view text) const = 0;
  // Requires ids in [0, size()).
  virtual std::string Decode(const std::vector<int64_t>& ids) const = 0;
  // Codec::is_fallback.
  virtual bool is_fallback(int64_t id) const {
    (void)id;
    return false;
  }
  virtual bool reversible() const = 0;
  virtual std::string Describe() const = 0;
};

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_TEXT_VOCABULARY_H_
