// Prefetch: computes item k = first, first + 1, ... ahead of the reader in worker threads. The items come in
// their order whatever the threads do; at most `depth` wait. Workers are joined in the destructor.
//
// On Linux they run at a niceness raised by 10: they take processors that the training leaves idle. Where the reader waits for
// them while other programs keep all processors busy, they are slower.
#ifndef T2T_TRAINER_PREFETCH_H_
#define T2T_TRAINER_PREFETCH_H_

#ifdef __linux__
#include <sys/resource.h>
#endif

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace t2t {

template <typename T>
class Prefetch {
 public:
  // `make` is called from several threads at once with different k.
  Prefetch(int64_t first, int64_t threads, int64_t depth, std::function<T(int64_t)> make)
      : make_(std::move(make)), next_in_(first), next_out_(first), depth_(depth) {
    for (int64_t i = 0; i < threads; ++i) workers_.emplace_back([this] { Work(); });
  }
  ~Prefetch() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    for (std::thread& worker : workers_) worker.join();
  }
  Prefetch(const Prefetch&) = delete;
  Prefetch& operator=(const Prefetch&) = delete;

  // The next item; waits until it is there.
  T Next() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return ready_.count(next_out_) > 0; });
    auto item = ready_.extract(next_out_++);
    lock.unlock();
    changed_.notify_all();
    return std::move(item.mapped());
  }

 private:
  void Work() {
#ifdef __linux__  // elsewhere niceness is the whole process's
    setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + 10);
#endif
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
      changed_.wait(lock, [&] { return stop_ || next_in_ < next_out_ + depth_; });
      if (stop_) return;
      const int64_t k = next_in_++;
      lock.unlock();
      T item = make_(k);
      lock.lock();
      ready_.emplace(k, std::move(item));
      changed_.notify_all();
    }
  }

  const std::function<T(int64_t)> make_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<int64_t, T> ready_;
  int64_t next_in_, next_out_;
  const int64_t depth_;
  bool stop_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace t2t

#endif  // T2T_TRAINER_PREFETCH_H_
