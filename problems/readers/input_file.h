// InputFile: the bytes of a file from its beginning to its end, in bounded memory. One that is compressed with gzip, bzip2,
// xz or zstd, known by its first bytes, is decompressed on the way, by libarchive.
//
//   T2T_ASSIGN_OR_RETURN(auto file, InputFile::Open("reads.fastq.gz"));
//   T2T_ASSIGN_OR_RETURN(absl::string_view piece, file->Next());    // empty at the end
//
// Not thread-safe.
#ifndef T2T_PROBLEMS_READERS_INPUT_FILE_H_
#define T2T_PROBLEMS_READERS_INPUT_FILE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "files/file_descriptor.h"

struct archive;

namespace t2t {

class InputFile {
 public:
  // Errors: what the system says of the path; a folder.
  static absl::StatusOr<std::unique_ptr<InputFile>> Open(const std::string& path);

  // The next bytes, at most 1 MiB; empty at the end. Valid until the next call. Errors: what the system says; DataLoss for a
  // damaged or cut stream, with the file and the place in its content.
  absl::StatusOr<absl::string_view> Next();
  // The next `size` bytes; fewer only at the end.
  absl::Status Read(size_t size, std::string* bytes);
  // Bytes of the content that were given so far.
  int64_t offset() const { return offset_ - static_cast<int64_t>(left_.size()); }
  const std::string& path() const { return path_; }

 private:
  InputFile(std::string path, FileDescriptor file)
      : path_(std::move(path)), file_(std::move(file)) {}
  absl::Status OpenCompressed(const char* compression);
  absl::Status Damaged() const;
  absl::StatusOr<absl::string_view> Fill();

  std::string path_;
  FileDescriptor file_;
  std::string buffer_;
  absl::string_view left_;  // of the buffer, where Read has taken a part
  int64_t offset_ = 0;
  const char* compression_ = nullptr;  // null where there is none
  std::unique_ptr<archive, int (*)(archive*)> archive_{nullptr, nullptr};
  bool ended_ = false;
};

}  // namespace t2t

#endif  // T2T_PROBLEMS_READERS_INPUT_FILE_H_
