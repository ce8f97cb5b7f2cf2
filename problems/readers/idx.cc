#include "problems/readers/idx.h"

#include <archive.h>
#include <archive_entry.h>

#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "files/atomic_file.h"
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

absl::StatusOr<std::string> ReadMaybeGzip(const std::string& path, int64_t max_bytes) {
  T2T_ASSIGN_OR_RETURN(std::string bytes, ReadFile(path));
  if (!absl::StartsWith(bytes, "\x1f\x8b")) return bytes;
  const std::unique_ptr<archive, int (*)(archive*)> reader(archive_read_new(), archive_read_free);
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_format_raw(reader.get());
  archive_entry* entry = nullptr;
  const auto failed = [&](size_t offset) {
    const char* why = archive_error_string(reader.get());
    return absl::DataLossError(
        absl::StrCat(path, ": damaged gzip stream behind byte ", offset,
                     " of its content: ", why == nullptr ? "it ends too early" : why));
  };
  if (archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) != ARCHIVE_OK ||
      archive_read_next_header(reader.get(), &entry) != ARCHIVE_OK) {
    return failed(0);
  }
  std::string content;
  std::string buffer(size_t{1} << 16, '\0');
  while (true) {
    const la_ssize_t size = archive_read_data(reader.get(), buffer.data(), buffer.size());
    if (size < 0) return failed(content.size());
    if (size == 0) return content;
    content.append(buffer, 0, static_cast<size_t>(size));
    if (static_cast<int64_t>(content.size()) > max_bytes) {
      return absl::DataLossError(
          absl::StrCat(path, ": more than ", max_bytes, " bytes when decompressed"));
    }
  }
}

absl::StatusOr<IdxArray> ReadIdx(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(const std::string bytes, ReadMaybeGzip(path, kMaxBytes));
  return ParseIdx(bytes, path);
}

}  // namespace t2t
