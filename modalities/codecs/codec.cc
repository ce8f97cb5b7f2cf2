#include "modalities/codecs/codec.h"

#include "absl/strings/str_cat.h"

namespace t2t {

absl::Status Codec::Learn(const ValueStream&) { return absl::OkStatus(); }

absl::Status Codec::Load(const CodecFiles& files) {
  if (files.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(Describe(), " keeps no files, but was given '", files.begin()->first, "'"));
}

absl::Status Codec::Check(const Value& value) const {
  return needs_learning() ? absl::OkStatus() : Encode(value, {}).status();
}

absl::StatusOr<Value> Codec::Decode(const Units&) const {
  return absl::UnimplementedError(absl::StrCat("units of ", Describe(), " cannot be turned back"));
}

}  // namespace t2t
