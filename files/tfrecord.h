// TFRecord files with random access. A record is: length (uint64), masked CRC-32C of the length
// (uint32), the bytes, masked CRC-32C of the bytes (uint32), all little-endian; TensorFlow's tools
// read and write it.
//
//   T2T_ASSIGN_OR_RETURN(auto writer, RecordWriter::Create("train-00000-of-00010"));
//   T2T_RETURN_IF_ERROR(writer->Append(record));
//   T2T_RETURN_IF_ERROR(writer->Commit());
//   T2T_ASSIGN_OR_RETURN(auto reader, RecordReader::Open("train-00000-of-00010"));
//   T2T_ASSIGN_OR_RETURN(std::string record, reader->Read(0));
//
// Beside each file of ours stands NAME.index, little-endian: "T2TINDEX", version 1 (uint32), number
// of records n (uint64), where record 0, 1, ... n - 1 begin and where the file ends (n + 1 x
// uint64), and CRC-32C of all that (uint32). A file without an index, from elsewhere, is indexed in
// memory by a scan of its lengths.
#ifndef T2T_FILES_TFRECORD_H_
#define T2T_FILES_TFRECORD_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "files/atomic_file.h"
#include "files/file_descriptor.h"

namespace t2t {

// One record with its length and checksums, as it stands in a file.
std::string FrameRecord(std::string_view record);

// Not thread-safe. Nothing appears under the final name before Commit.
class RecordWriter {
 public:
  static absl::StatusOr<std::unique_ptr<RecordWriter>> Create(const std::string& path);

  absl::Status Append(std::string_view record);
  // The index appears before the file, so that an existing file always has its index. A file of
  // that name is removed first: no moment has an old file beside a new index.
  absl::Status Commit();
  // Records appended so far.
  int64_t size() const { return static_cast<int64_t>(offsets_.size()) - 1; }

 private:
  explicit RecordWriter(std::unique_ptr<AtomicFile> file) : file_(std::move(file)) {}

  std::unique_ptr<AtomicFile> file_;
  std::vector<uint64_t> offsets_ = {0};
};

// Immutable: every method may be called from several threads at once. Keeps one file open.
class RecordReader {
 public:
  // A damaged index, or one of another file, is an error and not a reason to scan: a file cut at
  // the end of a record would pass for whole.
  static absl::StatusOr<std::unique_ptr<RecordReader>> Open(const std::string& path);

  int64_t size() const { return static_cast<int64_t>(offsets_.size()) - 1; }
  // Record i, both its checksums checked; i outside [0, size()) is kOutOfRange.
  absl::StatusOr<std::string> Read(int64_t i) const;

 private:
  RecordReader(FileDescriptor file, std::vector<uint64_t> offsets)
      : file_(std::move(file)), offsets_(std::move(offsets)) {}

  FileDescriptor file_;
  std::vector<uint64_t> offsets_;  // size() + 1: where each record begins, and the end.
};

}  // namespace t2t

#endif  // T2T_FILES_TFRECORD_H_
