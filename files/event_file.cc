#include "files/event_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <protozero/pbf_writer.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "files/atomic_file.h"
#include "files/tfrecord.h"
#include "registry/check.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

using protozero::pbf_writer;

// Field numbers of Event, Summary and Summary.Value.
constexpr protozero::pbf_tag_type kWallTime = 1, kStep = 2, kFileVersion = 3, kSummary = 5;
constexpr protozero::pbf_tag_type kSummaryValue = 1;
constexpr protozero::pbf_tag_type kTag = 1, kSimpleValue = 2;

constexpr size_t kEventBufferBytes = size_t{1} << 16;

}  // namespace

absl::StatusOr<std::unique_ptr<EventWriter>> EventWriter::Create(const std::string& folder,
                                                                 double wall_time_s) {
  T2T_CHECK(wall_time_s >= 0 && wall_time_s < 1e11) << wall_time_s;
  T2T_RETURN_IF_ERROR(MakeFolders(folder));
  // TensorBoard wants "tfevents" in the name.
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0 || host[0] == '\0')
    host = {'h', 'o', 's', 't'};
  for (int number = 0;; ++number) {
    const std::string path =
        absl::StrFormat("%s/events.out.tfevents.%010d.%s.%d.%d", folder,
                        static_cast<int64_t>(wall_time_s), host.data(), ::getpid(), number);
    auto file = FileDescriptor::Open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND);
    if (absl::IsAlreadyExists(file.status()) && number < 1000) continue;
    if (!file.ok()) return file.status();
    std::unique_ptr<EventWriter> writer(new EventWriter(*std::move(file)));
    std::string event;
    pbf_writer message(event);
    message.add_double(kWallTime, wall_time_s);
    message.add_string(kFileVersion, "brain.Event:2");
    writer->buffer_ = FrameRecord(event);
    T2T_RETURN_IF_ERROR(writer->Flush());
    return writer;
  }
}

EventWriter::~EventWriter() { Flush().IgnoreError(); }

absl::Status EventWriter::Scalar(std::string_view tag, int64_t step, double value,
                                 double wall_time_s) {
  std::string event;
  {
    pbf_writer message(event);
    message.add_double(kWallTime, wall_time_s);
    message.add_int64(kStep, step);
    pbf_writer summary(message, kSummary);
    pbf_writer summary_value(summary, kSummaryValue);
    summary_value.add_string(kTag, tag.data(), tag.size());
    summary_value.add_float(kSimpleValue, static_cast<float>(value));
  }
  buffer_.append(FrameRecord(event));
  return buffer_.size() < kEventBufferBytes ? absl::OkStatus() : Flush();
}

absl::Status EventWriter::Flush() {
  const std::string bytes = std::exchange(buffer_, "");
  const absl::Status status = file_.Write(bytes);
  if (status.ok()) {
    written_ += static_cast<int64_t>(bytes.size());
    return status;
  }
  // Readers would stop for good at a cut record in the middle of the file.
  if (::ftruncate(file_.get(), static_cast<off_t>(written_)) != 0) {
    return Annotate(ErrnoStatus("remove half a record from", file_.path()),
                    std::string(status.message()));
  }
  return status;
}

}  // namespace t2t
