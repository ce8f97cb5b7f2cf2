// TensorBoard's event files: curves of scalars over the steps of a run.
//
//   T2T_ASSIGN_OR_RETURN(auto events, EventWriter::Create("run/events", now));
//   T2T_RETURN_IF_ERROR(events->Scalar("loss", 100, 2.5, now));
//   T2T_RETURN_IF_ERROR(events->Flush());
//
// A file is TFRecord of Event protocol buffers (tensorboard/compat/proto/{event,summary}.proto),
// the first of which states the version. It is appended to and not atomic: TensorBoard reads it
// while it grows, and ignores a record cut at its end.
#ifndef T2T_FILES_EVENT_FILE_H_
#define T2T_FILES_EVENT_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "files/file_descriptor.h"

namespace t2t {

// Not thread-safe.
class EventWriter {
 public:
  // Makes the folder if need be and a new file in it; TensorBoard joins all files of a folder in
  // the order of their names, which begin with the time. wall_time_s: seconds since 1970, as
  // everywhere here.
  static absl::StatusOr<std::unique_ptr<EventWriter>> Create(const std::string& folder,
                                                             double wall_time_s);
  // Writes what is left; an error is lost here, so call Flush before.
  ~EventWriter();

  // Stored as float. Collected in memory, up to 64 KiB.
  absl::Status Scalar(std::string_view tag, int64_t step, double value, double wall_time_s);
  // To the kernel: readers see it, and it survives the end of this process. After an error the
  // events since the last flush are lost, but the file is whole and may be written on.
  absl::Status Flush();

  const std::string& path() const { return file_.path(); }

 private:
  explicit EventWriter(FileDescriptor file) : file_(std::move(file)) {}

  FileDescriptor file_;
  int64_t written_ = 0;  // Bytes of whole records in the file.
  std::string buffer_;
};

}  // namespace t2t

#endif  // T2T_FILES_EVENT_FILE_H_
