// An owned POSIX file descriptor, and reads and writes that finish or say why not.
//
//   T2T_ASSIGN_OR_RETURN(FileDescriptor file, FileDescriptor::Open(path, O_RDONLY));
//   T2T_RETURN_IF_ERROR(file.ReadAt(0, 12, header));
//
// Every message names the file and what the system said about it.
#ifndef T2T_FILES_FILE_DESCRIPTOR_H_
#define T2T_FILES_FILE_DESCRIPTOR_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace t2t {

// The error in errno, as "cannot <what> <path>: <reason>".
absl::Status ErrnoStatus(const char* what, const std::string& path);

// Movable. The constant methods may be called from several threads at once.
class FileDescriptor {
 public:
  // flags as of open(2); O_CLOEXEC is added.
  static absl::StatusOr<FileDescriptor> Open(const std::string& path, int flags);

  FileDescriptor() = default;
  FileDescriptor(FileDescriptor&& other) noexcept;
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor();

  int get() const { return fd_; }
  const std::string& path() const { return path_; }

  absl::StatusOr<int64_t> Size() const;
  // Exactly size bytes from offset on; a file that ends before is kDataLoss.
  absl::Status ReadAt(int64_t offset, int64_t size, char* out) const;
  // All of the bytes at the current position.
  absl::Status Write(std::string_view bytes);
  // To the disk, not only to the kernel.
  absl::Status Sync();
  // Reports what the destructor could not: some file systems refuse a write only here.
  absl::Status Close();

 private:
  FileDescriptor(int fd, std::string path);

  int fd_ = -1;
  std::string path_;
};

// Makes a new name in a folder durable: without it a power cut can forget a rename.
absl::Status SyncFolderOf(const std::string& path);

// Puts on the disk all that was written to the file system of this folder: for a folder of
// thousands of files, where a flush of each would take minutes.
absl::Status SyncFileSystemOf(const std::string& folder);

}  // namespace t2t

#endif  // T2T_FILES_FILE_DESCRIPTOR_H_
