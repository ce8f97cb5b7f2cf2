#include "problems/readers/idx.h"

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "problems/readers/compressed.h"
#include "registry/check.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr int64_t kMaxBytes = int64_t{4} << 30;

}  // namespace

absl::string_view IdxArray::Item(int64_t i) const {
  T2T_CHECK(!shape.empty() && i >= 0 && i < shape[0]) << "item " << i;
  const size_t size = bytes.size() / static_cast<size_t>(shape[0]);
  return absl::string_view(bytes).substr(static_cast<size_t>(i) * size, size);
}

absl::StatusOr<IdxArray> ParseIdx(absl::string_view bytes, const std::string& path) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.size() < 4 || byte(0) != 0 || byte(1) != 0 || byte(2) != 8 || byte(3) == 0) {
    return absl::DataLossError(absl::StrCat(
        path, ": offset 0: not an IDX file of bytes (00 00 08 and a number of dimensions)"));
  }
  const size_t dimensions = byte(3), header = 4 + 4 * dimensions;
  if (bytes.size() < header) {
    return absl::DataLossError(
        absl::StrCat(path, ": offset ", bytes.size(), ": the file ends within its header"));
  }
  IdxArray array;
  int64_t product = 1;
  for (size_t d = 0; d < dimensions; ++d) {
    int64_t size = 0;
    for (size_t i = 0; i < 4; ++i) size = size * 256 + byte(4 + 4 * d + i);
    array.shape.push_back(size);
    // Bounded before it is multiplied, so that it cannot overflow.
    product = size > kMaxBytes || product > kMaxBytes / (size + 1) ? kMaxBytes + 1 : product * size;
  }
  if (product != static_cast<int64_t>(bytes.size() - header)) {
    return absl::DataLossError(absl::StrCat(path, ": offset ", header, ": ", bytes.size() - header,
                                            " bytes follow, but the shape is ",
                                            absl::StrJoin(array.shape, "x")));
  }
  array.bytes = std::string(bytes.substr(header));
  return array;
}

absl::StatusOr<IdxArray> ReadIdx(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(const std::string bytes, ReadMaybeCompressed(path, kMaxBytes));
  return ParseIdx(bytes, path);
}

}  // namespace t2t
