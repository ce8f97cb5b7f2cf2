#include "problems/readers/input_file.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr size_t kPiece = size_t{1} << 20;

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

absl::StatusOr<std::unique_ptr<InputFile>> InputFile::Open(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(FileDescriptor descriptor, FileDescriptor::Open(path, O_RDONLY));
  auto file = std::unique_ptr<InputFile>(new InputFile(path, std::move(descriptor)));
  file->buffer_.resize(kPiece);
  T2T_ASSIGN_OR_RETURN(file->left_, file->Fill());  // also says that a folder is one
  const char* compression = CompressionOf(file->left_);
  if (compression != nullptr) T2T_RETURN_IF_ERROR(file->OpenCompressed(compression));
  return file;
}

absl::Status InputFile::OpenCompressed(const char* compression) {
  compression_ = compression;
  left_ = {};
  offset_ = 0;
  ended_ = false;
  archive_ = {archive_read_new(), [](archive* reader) { return archive_read_free(reader); }};
  archive_read_support_filter_all(archive_.get());
  archive_read_support_format_raw(archive_.get());
  archive_entry* entry = nullptr;
  if (archive_read_open_filename(archive_.get(), path_.c_str(), kPiece) != ARCHIVE_OK) {
    return Damaged();
  }
  const int header = archive_read_next_header(archive_.get(), &entry);
  ended_ = header == ARCHIVE_EOF;  // of no content
  return header == ARCHIVE_OK || ended_ ? absl::OkStatus() : Damaged();
}

absl::Status InputFile::Damaged() const {
  const char* why = archive_error_string(archive_.get());
  return absl::DataLossError(
      absl::StrCat(path_, ": damaged ", compression_, " stream behind byte ", offset_,
                   " of its content: ", why == nullptr ? "it ends too early" : why));
}

absl::StatusOr<absl::string_view> InputFile::Fill() {
  if (ended_) return absl::string_view();
  la_ssize_t size = 0;
  if (compression_ != nullptr) {
    size = archive_read_data(archive_.get(), buffer_.data(), buffer_.size());
    if (size < 0) return Damaged();
  } else {
    do {
      size = read(file_.get(), buffer_.data(), buffer_.size());
    } while (size < 0 && errno == EINTR);
    if (size < 0) return ErrnoStatus("read", path_);
  }
  ended_ = size == 0;
  offset_ += size;
  return absl::string_view(buffer_.data(), static_cast<size_t>(size));
}

absl::StatusOr<absl::string_view> InputFile::Next() {
  if (!left_.empty()) return std::exchange(left_, {});
  return Fill();
}

absl::Status InputFile::Read(size_t size, std::string* bytes) {
  bytes->clear();
  while (bytes->size() < size) {
    if (left_.empty()) {
      T2T_ASSIGN_OR_RETURN(left_, Fill());
      if (left_.empty()) break;
    }
    const size_t taken = std::min(size - bytes->size(), left_.size());
    bytes->append(left_.data(), taken);
    left_.remove_prefix(taken);
  }
  return absl::OkStatus();
}

}  // namespace t2t
