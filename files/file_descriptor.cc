#include "files/file_descriptor.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "registry/status_macros.h"

namespace t2t {

absl::Status ErrnoStatus(const char* what, const std::string& path) {
  const int error = errno;
  return absl::ErrnoToStatus(error, absl::StrCat("cannot ", what, " ", path));
}

FileDescriptor::FileDescriptor(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

FileDescriptor::FileDescriptor(FileDescriptor&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(path_, other.path_);
  return *this;
}

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) ::close(fd_);
}

absl::StatusOr<FileDescriptor> FileDescriptor::Open(const std::string& path, int flags) {
  int fd;
  do {
    fd = ::open(path.c_str(), flags | O_CLOEXEC, 0666);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) return ErrnoStatus((flags & O_CREAT) != 0 ? "create" : "open", path);
  return FileDescriptor(fd, path);
}

absl::StatusOr<int64_t> FileDescriptor::Size() const {
  struct stat info;
  if (::fstat(fd_, &info) != 0) return ErrnoStatus("read the size of", path_);
  if (!S_ISREG(info.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(path_, " is not a regular file"));
  }
  return static_cast<int64_t>(info.st_size);
}

absl::Status FileDescriptor::ReadAt(int64_t offset, int64_t size, char* out) const {
  int64_t done = 0;
  while (done < size) {
    const ssize_t got = ::pread(fd_, out + done, static_cast<size_t>(size - done),
                                static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return ErrnoStatus("read", path_);
    if (got == 0) {
      return absl::DataLossError(absl::StrCat(path_, ": wanted ", size, " bytes at byte ", offset,
                                              ", but the file ends after ", offset + done));
    }
    done += got;
  }
  return absl::OkStatus();
}

absl::Status FileDescriptor::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(fd_, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return ErrnoStatus("write", path_);
    bytes.remove_prefix(static_cast<size_t>(wrote));
  }
  return absl::OkStatus();
}

absl::Status FileDescriptor::Sync() {
  if (::fsync(fd_) != 0) return ErrnoStatus("flush to disk", path_);
  return absl::OkStatus();
}

absl::Status FileDescriptor::Close() {
  // Linux releases the descriptor even when close fails: trying again could close another file.
  if (::close(std::exchange(fd_, -1)) != 0 && errno != EINTR) return ErrnoStatus("close", path_);
  return absl::OkStatus();
}

absl::Status SyncFolderOf(const std::string& path) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const std::string folder = parent.empty() ? std::string(".") : parent.string();
  T2T_ASSIGN_OR_RETURN(FileDescriptor file, FileDescriptor::Open(folder, O_RDONLY | O_DIRECTORY));
  // Some network and FUSE file systems have no fsync of a folder; their rename is as durable as it
  // gets.
  if (::fsync(file.get()) != 0 && errno != EINVAL && errno != ENOTSUP && errno != ENOSYS) {
    return ErrnoStatus("flush to disk", folder);
  }
  return absl::OkStatus();
}

absl::Status SyncFileSystemOf(const std::string& folder) {
  T2T_ASSIGN_OR_RETURN(FileDescriptor file, FileDescriptor::Open(folder, O_RDONLY | O_DIRECTORY));
  if (::syncfs(file.get()) != 0) return ErrnoStatus("flush to disk", folder);
  return absl::OkStatus();
}

}  // namespace t2t
