#include "trainer/run_log.h"

#include <chrono>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "files/atomic_file.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

using Json = nlohmann::json;

double WallTime() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

bool Keeps(absl::string_view line, int64_t step) {
  const Json record = Json::parse(line.begin(), line.end(), nullptr, /*allow_exceptions=*/false);
  if (!record.is_object()) return false;
  const auto said = record.find("step");
  return said == record.end() || !said->is_number() ||
         said->get<double>() <= static_cast<double>(step);
}

}  // namespace

absl::StatusOr<std::unique_ptr<RunLog>> RunLog::Open(const std::string& run_folder,
                                                     bool tensorboard) {
  T2T_RETURN_IF_ERROR(MakeFolders(run_folder));
  std::unique_ptr<EventWriter> events;
  if (tensorboard) {
    T2T_ASSIGN_OR_RETURN(events,
                         EventWriter::Create(absl::StrCat(run_folder, "/events"), WallTime()));
  }
  return std::unique_ptr<RunLog>(
      new RunLog(absl::StrCat(run_folder, "/log.jsonl"), std::move(events)));
}

absl::Status RunLog::Write(const Json& record) {
  T2T_RETURN_IF_ERROR(AppendLine(
      path_, record.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace)));
  return events_ != nullptr ? events_->Flush() : absl::OkStatus();
}

absl::Status RunLog::Scalar(const std::string& tag, int64_t step, double value) {
  if (events_ == nullptr) return absl::OkStatus();
  return events_->Scalar(tag, step, value, WallTime());
}

absl::Status RunLog::DropAfter(int64_t step) {
  const absl::StatusOr<std::string> text = ReadFile(path_);
  if (absl::IsNotFound(text.status())) return absl::OkStatus();
  if (!text.ok()) return text.status();
  std::string kept;
  for (absl::string_view line : absl::StrSplit(*text, '\n', absl::SkipEmpty())) {
    if (Keeps(line, step)) absl::StrAppend(&kept, line, "\n");
  }
  return kept == *text ? absl::OkStatus() : WriteFileAtomically(path_, kept);
}

}  // namespace t2t
