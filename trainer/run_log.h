// What a run writes about itself: log.jsonl, one JSON object a line, and TensorBoard's events.
//
//   T2T_ASSIGN_OR_RETURN(auto log, RunLog::Open("runs/g2p", /*tensorboard=*/true));
//   T2T_RETURN_IF_ERROR(log->DropAfter(800));   // resumed from step 800
//   T2T_RETURN_IF_ERROR(log->Scalar("loss/g2p", 850, 1.25));
//   T2T_RETURN_IF_ERROR(log->Write({{"step", 850}, {"loss", 1.25}}));
//
// A record that belongs to a step says so under "step". Events lie in <run>/events; what was there
// after the step of a resume stays (TensorBoard shows both), so that log.jsonl is the record to
// compute with.
#ifndef T2T_TRAINER_RUN_LOG_H_
#define T2T_TRAINER_RUN_LOG_H_

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "files/event_file.h"

namespace t2t {

// Not thread-safe.
class RunLog {
 public:
  // Makes the folder if need be.
  static absl::StatusOr<std::unique_ptr<RunLog>> Open(const std::string& run_folder,
                                                      bool tensorboard);

  // Appends one line, and shows the scalars so far to TensorBoard. Numbers that are not finite
  // become null (JSON has none), bytes that are not UTF-8 U+FFFD.
  absl::Status Write(const nlohmann::json& record);
  // Seen by readers after the next Write. Nothing without TensorBoard.
  absl::Status Scalar(const std::string& tag, int64_t step, double value);
  // Rewrites log.jsonl, whole or not at all, without the records whose "step" is greater: a resumed
  // run makes them again. A line that is no JSON object (cut by a full disk) goes as well.
  absl::Status DropAfter(int64_t step);

  const std::string& path() const { return path_; }  // of log.jsonl

 private:
  RunLog(std::string path, std::unique_ptr<EventWriter> events)
      : path_(std::move(path)), events_(std::move(events)) {}

  std::string path_;
  std::unique_ptr<EventWriter> events_;  // null without TensorBoard
};

}  // namespace t2t

#endif  // T2T_TRAINER_RUN_LOG_H_
