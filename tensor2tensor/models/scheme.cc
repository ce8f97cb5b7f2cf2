#include "tensor2tensor/models/scheme.h"

#include "absl/strings/str_cat.h"

namespace t2t {

absl::Status Scheme::FitsCodec(const Codec& codec) const {
  if (codec.vocabulary_size() > 0) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("ids are decided, but ", codec.Describe(), " has frames"));
}

}  // namespace t2t
