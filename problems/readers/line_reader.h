// LineReader: the lines of a file, plain or compressed, one at a time.
//
//   T2T_ASSIGN_OR_RETURN(LineReader lines, LineReader::Open("train.en"));
//   absl::string_view line;
//   while (true) {
//     T2T_ASSIGN_OR_RETURN(const bool more, lines.Next(&line));
//     if (!more) break;
//     ...                                  // the line lines.number(), without its end
//   }
//
// A line ends with LF or CR LF; the last one may end with the file. A byte order mark of UTF-8 at the beginning is passed over.
#ifndef T2T_PROBLEMS_READERS_LINE_READER_H_
#define T2T_PROBLEMS_READERS_LINE_READER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "problems/readers/input_file.h"

namespace t2t {

// The most bytes that one line, or one record, may have: beyond it, memory would follow the file.
inline constexpr int64_t kMostRecordBytes = int64_t{256} << 20;

class LineReader {
 public:
  // Errors: as InputFile::Open; UTF-16 text, by its byte order mark.
  static absl::StatusOr<LineReader> Open(const std::string& path,
                                         int64_t most_bytes = kMostRecordBytes);

  // False at the end. The line is valid until the next call. Errors: as InputFile::Next; DataLoss for a line of more than
  // most_bytes, with its number.
  absl::StatusOr<bool> Next(absl::string_view* line);
  // Of the line that was given last, from 1.
  int64_t number() const { return number_; }
  const std::string& path() const { return file_->path(); }
  // A message with the file and the number of the line that was given last.
  absl::Status Error(absl::string_view what) const { return ErrorAt(number_, what); }
  absl::Status ErrorAt(int64_t number, absl::string_view what) const;

 private:
  LineReader(std::unique_ptr<InputFile> file, int64_t most_bytes)
      : file_(std::move(file)), most_bytes_(most_bytes) {}

  std::unique_ptr<InputFile> file_;
  int64_t most_bytes_;
  std::string begun_;        // of a line whose end is in a later piece
  absl::string_view piece_;  // what is left of the file's piece
  int64_t number_ = 0;
};

}  // namespace t2t

#endif  // T2T_PROBLEMS_READERS_LINE_READER_H_
