#include "problems/readers/compressed.h"

#include <archive.h>
#include <archive_entry.h>

#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "files/atomic_file.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

struct Compression {
  const char* name;
  absl::string_view magic;
};
constexpr Compression kCompressions[] = {{"gzip", "\x1f\x8b"},
                                         {"bzip2", "BZh"},
                                         {"xz",
                                          "\xFD"
                                          "7zXZ"},
                                         {"zstd", "\x28\xB5\x2F\xFD"}};

const char* CompressionOf(absl::string_view bytes) {
  for (const Compression& compression : kCompressions) {
    if (absl::StartsWith(bytes, compression.magic)) return compression.name;
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<std::string> ReadMaybeCompressed(const std::string& path, int64_t max_bytes) {
  T2T_ASSIGN_OR_RETURN(std::string bytes, ReadFile(path));
  const char* compression = CompressionOf(bytes);
  if (compression == nullptr) return bytes;
  const std::unique_ptr<archive, int (*)(archive*)> reader(archive_read_new(), archive_read_free);
  archive_read_support_filter_all(reader.get());
  archive_read_support_format_raw(reader.get());
  archive_entry* entry = nullptr;
  const auto failed = [&](size_t offset) {
    const char* why = archive_error_string(reader.get());
    return absl::DataLossError(
        absl::StrCat(path, ": damaged ", compression, " stream behind byte ", offset,
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

}  // namespace t2t
