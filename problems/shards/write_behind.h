// WriteBehind: does tasks in a thread of its own, one after the other in the order in which they were given, so that who gives
// them goes on meanwhile.
//
//   WriteBehind writing(16 << 20);
//   T2T_RETURN_IF_ERROR(writing.Do(bytes.size(), [=] { return Write(bytes); }));   // or the error of an earlier task
//   T2T_RETURN_IF_ERROR(writing.Finish());                                         // all was done
#ifndef T2T_PROBLEMS_SHARDS_WRITE_BEHIND_H_
#define T2T_PROBLEMS_SHARDS_WRITE_BEHIND_H_

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/status/status.h"

namespace t2t {

// Do and Finish are called by one thread at a time.
class WriteBehind {
 public:
  using Task = std::function<absl::Status()>;

  // At most so much waits; a single task may be larger.
  explicit WriteBehind(int64_t most_waiting)
      : most_waiting_(most_waiting), thread_([this] { Work(); }) {}
  // What waits is dropped; the task that is being done is ended.
  ~WriteBehind();
  WriteBehind(const WriteBehind&) = delete;
  WriteBehind& operator=(const WriteBehind&) = delete;

  // `size` is the task's part of what may wait. Waits for room. Error: that of the first task that failed, behind which none
  // is done.
  absl::Status Do(int64_t size, Task task);
  // Waits until all is done.
  absl::Status Finish();

 private:
  void Work();

  const int64_t most_waiting_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<int64_t, Task>> waiting_;  // with that which is being done
  int64_t size_ = 0;                              // of what waits
  bool stop_ = false;
  absl::Status status_;
  std::thread thread_;  // last: it uses all the others
};

}  // namespace t2t

#endif  // T2T_PROBLEMS_SHARDS_WRITE_BEHIND_H_
