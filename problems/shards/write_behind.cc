#include "problems/shards/write_behind.h"

#include <utility>

namespace t2t {

WriteBehind::~WriteBehind() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

absl::Status WriteBehind::Do(int64_t size, Task task) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock,
                [&] { return !status_.ok() || waiting_.empty() || size_ + size <= most_waiting_; });
  if (!status_.ok()) return status_;
  waiting_.emplace_back(size, std::move(task));
  size_ += size;
  lock.unlock();
  changed_.notify_all();
  return absl::OkStatus();
}

absl::Status WriteBehind::Finish() {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [&] { return !status_.ok() || waiting_.empty(); });
  return status_;
}

void WriteBehind::Work() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return stop_ || !waiting_.empty(); });
    if (stop_) return;
    // It stays in its place while it is done, for Finish; a deque's others may come meanwhile.
    Task& task = waiting_.front().second;
    lock.unlock();
    const absl::Status status = task();
    lock.lock();
    size_ -= waiting_.front().first;
    waiting_.pop_front();
    if (!status.ok()) {
      status_ = status;
      waiting_.clear();
      stop_ = true;
    }
    changed_.notify_all();
  }
}

}  // namespace t2t
