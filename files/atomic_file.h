// Files that are whole or absent: bytes go to a temporary name in the same folder, are flushed to
// the disk and then renamed, so that neither a kill nor a full disk nor a power cut leaves half a
// file under the final name. Also the other small safe acts on files: a log line, a folder, a link,
// a lock.
//
//   T2T_RETURN_IF_ERROR(WriteFileAtomically("run/config.yaml", yaml));
//
//   T2T_ASSIGN_OR_RETURN(auto file, AtomicFile::Create("shard-0"));
//   T2T_RETURN_IF_ERROR(file->Append(bytes));
//   T2T_RETURN_IF_ERROR(file->Commit());      // Without it nothing appears.
//
// A killed process leaves its temporary, NAME.tmp-PID-NUMBER, which no reader takes for a file of
// ours.
#ifndef T2T_FILES_ATOMIC_FILE_H_
#define T2T_FILES_ATOMIC_FILE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "files/file_descriptor.h"

namespace t2t {

// Replaces the file, or a symbolic link of that name (not what the link points to).
absl::Status WriteFileAtomically(const std::string& path, std::string_view bytes);

absl::StatusOr<std::string> ReadFile(const std::string& path);

// One file being written. Not thread-safe. The first error is kept: later calls return it.
class AtomicFile {
 public:
  // The folder must exist (see MakeFolders).
  static absl::StatusOr<std::unique_ptr<AtomicFile>> Create(const std::string& path);
  // Removes the temporary if nothing was committed.
  ~AtomicFile();

  absl::Status Append(std::string_view bytes);
  // Once, at the end. On an error the temporary is gone and the final name is as it was.
  absl::Status Commit();
  // Bytes appended so far.
  int64_t size() const { return size_; }
  const std::string& path() const { return path_; }

 private:
  AtomicFile(std::string path, std::string temporary, FileDescriptor file);
  absl::Status WriteBuffer();
  // Keeps the error and gives up the temporary.
  absl::Status Fail(const absl::Status& status);

  std::string path_;
  std::string temporary_;  // Empty once renamed or removed.
  FileDescriptor file_;
  std::string buffer_;
  int64_t size_ = 0;
  absl::Status status_;
};

// Appends line and '\n' in one write, so that the lines of several processes do not mix. The line
// must not contain '\n' (JSON never does). If the file ends within a line, that one is ended first.
absl::Status AppendLine(const std::string& path, std::string_view line);

// The folder and all above it; it is no error if they exist.
absl::Status MakeFolders(const std::string& path);

// A file, or a folder with all in it; it is no error if it does not exist.
absl::Status RemoveAll(const std::string& path);

// Gives a file, or a folder, its final name, durably. A file of that name is replaced, a folder
// only if it is empty. What `from` holds must be on the disk already.
absl::Status Rename(const std::string& from, const std::string& to);

// Makes link_path a symbolic link to target in one step: a reader sees the old target or the new
// one. A relative target is relative to the link's folder, which lets a run directory be moved.
absl::Status ReplaceLink(const std::string& target, const std::string& link_path);

// Removes the temporaries that killed processes left in a folder, not in those below it. Nothing
// else may write there meanwhile.
absl::Status RemoveTemporaries(const std::string& folder);

// A lock between processes (and between two locks in one process), by flock(2) on a file that is
// created and stays. Released by the destructor and by the end of the process, however it comes.
class FileLock {
 public:
  // Waits until the lock is free; before it waits, it calls `on_wait`.
  static absl::StatusOr<FileLock> Acquire(const std::string& path,
                                          const std::function<void()>& on_wait = nullptr);
  // kUnavailable at once if someone holds it.
  static absl::StatusOr<FileLock> TryAcquire(const std::string& path);

 private:
  explicit FileLock(FileDescriptor file) : file_(std::move(file)) {}
  static absl::StatusOr<FileLock> Take(const std::string& path, int operation);

  FileDescriptor file_;
};

}  // namespace t2t

#endif  // T2T_FILES_ATOMIC_FILE_H_
