#include "modalities/codecs/codec.h"

#include <functional>
#include <numeric>

#include "absl/strings/str_cat.h"

namespace t2t {

absl::Status Codec::Learn(const ValueStream&) { return absl::OkStatus(); }

absl::Status Codec::Load(const CodecFiles& files) {
  if (files.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(Describe(), " keeps no files, but was given '", files.begin()->first, "'"));
}

int64_t Codec::fixed_length() const {
  const std::vector<int64_t> grid = extent();
  if (grid.empty()) return 0;
  return std::accumulate(grid.begin(), grid.end(), int64_t{1}, std::multiplies<>());
}

absl::Status Codec::Check(const Value& value) const {
  return needs_learning() ? absl::OkStatus() : Encode(value, {}).status();
}

absl::StatusOr<Value> Codec::Decode(const Units&) const {
  return absl::UnimplementedError(absl::StrCat("units of ", Describe(), " cannot be turned back"));
}

std::string Modality::SuffixOf(absl::string_view bytes) const {
  if (suffix_of != nullptr) return suffix_of(bytes);
  return file_suffixes.substr(0, file_suffixes.find(' '));
}

}  // namespace t2t
