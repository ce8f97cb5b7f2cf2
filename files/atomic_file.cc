#include "files/atomic_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "files/folder.h"
#include "registry/check.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

// Large enough that records of some hundred bytes do not each cost a call of the system.
constexpr size_t kBufferBytes = size_t{1} << 18;

constexpr char kTemporaryMark[] = ".tmp-";

// A name beside path that nothing else uses. It can still exist, left by a dead process of the same
// id or by another machine on the same disk: the callers try the next one.
std::string TemporaryName(const std::string& path) {
  static std::atomic<uint64_t> next{0};
  return absl::StrCat(path, kTemporaryMark, ::getpid(), "-", next.fetch_add(1));
}

constexpr int kTemporaryAttempts = 1000;

}  // namespace

AtomicFile::AtomicFile(std::string path, std::string temporary, FileDescriptor file)
    : path_(std::move(path)), temporary_(std::move(temporary)), file_(std::move(file)) {}

absl::StatusOr<std::unique_ptr<AtomicFile>> AtomicFile::Create(const std::string& path) {
  absl::Status status;
  for (int attempt = 0; attempt < kTemporaryAttempts; ++attempt) {
    std::string temporary = TemporaryName(path);
    auto file = FileDescriptor::Open(temporary, O_WRONLY | O_CREAT | O_EXCL);
    if (file.ok()) {
      return std::unique_ptr<AtomicFile>(
          new AtomicFile(path, std::move(temporary), *std::move(file)));
    }
    status = file.status();
    if (!absl::IsAlreadyExists(status)) break;
  }
  return status;
}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

absl::Status AtomicFile::Fail(const absl::Status& status) {
  // The error speaks of the temporary; a person knows the file by its final name.
  status_ = Annotate(status, path_);
  if (!temporary_.empty()) ::unlink(std::exchange(temporary_, "").c_str());
  return status_;
}

absl::Status AtomicFile::WriteBuffer() {
  if (absl::Status status = file_.Write(buffer_); !status.ok()) return Fail(status);
  buffer_.clear();
  return absl::OkStatus();
}

absl::Status AtomicFile::Append(std::string_view bytes) {
  T2T_RETURN_IF_ERROR(status_);
  T2T_CHECK(!temporary_.empty()) << "Append after Commit: " << path_;
  if (buffer_.size() + bytes.size() > kBufferBytes) {
    T2T_RETURN_IF_ERROR(WriteBuffer());
    if (bytes.size() >= kBufferBytes) {
      if (absl::Status status = file_.Write(bytes); !status.ok()) return Fail(status);
      size_ += static_cast<int64_t>(bytes.size());
      return absl::OkStatus();
    }
  }
  buffer_.append(bytes);
  size_ += static_cast<int64_t>(bytes.size());
  return absl::OkStatus();
}

absl::Status AtomicFile::Commit() {
  T2T_RETURN_IF_ERROR(status_);
  T2T_CHECK(!temporary_.empty()) << "Commit twice: " << path_;
  T2T_RETURN_IF_ERROR(WriteBuffer());
  if (absl::Status status = file_.Sync(); !status.ok()) return Fail(status);
  if (absl::Status status = file_.Close(); !status.ok()) return Fail(status);
  if (absl::Status status = Rename(temporary_, path_); !status.ok()) return Fail(status);
  temporary_.clear();
  return absl::OkStatus();
}

absl::Status WriteFileAtomically(const std::string& path, std::string_view bytes) {
  T2T_ASSIGN_OR_RETURN(std::unique_ptr<AtomicFile> file, AtomicFile::Create(path));
  T2T_RETURN_IF_ERROR(file->Append(bytes));
  return file->Commit();
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(FileDescriptor file, FileDescriptor::Open(path, O_RDONLY));
  // To the end rather than by the size, which pipes and /proc do not tell.
  std::string bytes;
  size_t chunk = size_t{1} << 16;
  if (const auto size = file.Size(); size.ok()) chunk = static_cast<size_t>(*size) + 1;
  while (true) {
    const size_t before = bytes.size();
    bytes.resize(before + chunk);
    ssize_t got;
    do {
      got = ::read(file.get(), bytes.data() + before, chunk);
    } while (got < 0 && errno == EINTR);
    if (got < 0) return ErrnoStatus("read", path);
    bytes.resize(before + static_cast<size_t>(got));
    if (got == 0) return bytes;
    chunk = size_t{1} << 16;
  }
}

absl::Status AppendLine(const std::string& path, std::string_view line) {
  if (line.find('\n') != std::string_view::npos) {
    return absl::InvalidArgumentError(absl::StrCat("cannot append to ", path, ": the line of ",
                                                   line.size(), " bytes has a line break at byte ",
                                                   line.find('\n')));
  }
  T2T_ASSIGN_OR_RETURN(FileDescriptor file,
                       FileDescriptor::Open(path, O_RDWR | O_APPEND | O_CREAT));
  // Only the look at the last byte needs the lock: while another process writes, a part of its line
  // can be visible. Where the file system has no locks, the worst is an empty line.
  while (::flock(file.get(), LOCK_EX) != 0 && errno == EINTR) {
  }
  std::string bytes;
  char last = '\n';
  if (const auto size = file.Size(); size.ok() && *size > 0) {
    T2T_RETURN_IF_ERROR(file.ReadAt(*size - 1, 1, &last));
  }
  // A line cut by a full disk or a kill must not take the next one with it.
  if (last != '\n') bytes.push_back('\n');
  bytes.append(line);
  bytes.push_back('\n');
  T2T_RETURN_IF_ERROR(file.Write(bytes));
  return file.Close();
}

absl::Status MakeFolders(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) {
    return absl::ErrnoToStatus(error.value(), absl::StrCat("cannot make the folder ", path));
  }
  return absl::OkStatus();
}

absl::Status RemoveAll(const std::string& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (!error) return absl::OkStatus();
  return absl::ErrnoToStatus(error.value(), absl::StrCat("cannot remove ", path));
}

absl::Status Rename(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) {
    return ErrnoStatus("rename", absl::StrCat(from, " to ", to));
  }
  return SyncFolderOf(to);
}

absl::Status ReplaceLink(const std::string& target, const std::string& link_path) {
  std::string temporary;
  int failed = -1;
  for (int attempt = 0; attempt < kTemporaryAttempts && failed != 0; ++attempt) {
    temporary = TemporaryName(link_path);
    failed = ::symlink(target.c_str(), temporary.c_str());
    if (failed != 0 && errno != EEXIST) break;
  }
  if (failed != 0) return ErrnoStatus("make the link", link_path);
  const absl::Status status = Rename(temporary, link_path);
  if (!status.ok()) ::unlink(temporary.c_str());
  return status;
}

absl::Status RemoveTemporaries(const std::string& folder) {
  T2T_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(folder));
  for (const std::string& name : names) {
    const size_t mark = name.rfind(kTemporaryMark);
    if (mark == std::string::npos) continue;
    const size_t number = mark + sizeof kTemporaryMark - 1;
    if (name.find_first_not_of("0123456789-", number) == std::string::npos)
      T2T_RETURN_IF_ERROR(RemoveAll(absl::StrCat(folder, "/", name)));
  }
  return absl::OkStatus();
}

absl::StatusOr<FileLock> FileLock::Take(const std::string& path, int operation) {
  T2T_ASSIGN_OR_RETURN(FileDescriptor file, FileDescriptor::Open(path, O_RDWR | O_CREAT));
  int failed;
  do {
    failed = ::flock(file.get(), operation);
  } while (failed != 0 && errno == EINTR);
  if (failed != 0 && errno == EWOULDBLOCK) {
    return absl::UnavailableError(absl::StrCat("another process holds the lock ", path));
  }
  if (failed != 0) return ErrnoStatus("lock", path);
  return FileLock(std::move(file));
}

absl::StatusOr<FileLock> FileLock::Acquire(const std::string& path,
                                           const std::function<void()>& on_wait) {
  absl::StatusOr<FileLock> lock = TryAcquire(path);
  if (!absl::IsUnavailable(lock.status())) return lock;
  if (on_wait) on_wait();
  return Take(path, LOCK_EX);
}

absl::StatusOr<FileLock> FileLock::TryAcquire(const std::string& path) {
  return Take(path, LOCK_EX | LOCK_NB);
}

}  // namespace t2t
