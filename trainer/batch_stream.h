// BatchStream: the endless sequence of training batches of one problem. Batch (epoch, window, number) is a
// pure function of the seed and its place; threads, prefetching and timing change nothing.
#ifndef T2T_TRAINER_BATCH_STREAM_H_
#define T2T_TRAINER_BATCH_STREAM_H_

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "problems/shards/shard_reader.h"
#include "tensor2tensor/models/batching.h"
#include "trainer/data_order.h"
#include "trainer/prefetch.h"

namespace t2t {

struct StreamOptions {
  BatchingOptions batching;
  int64_t window = 8192;  // examples that are mixed and sorted by length together
  int64_t pack = 0;       // positions of a packed row (PlanBatches); 0 = a row for each example
  int64_t threads = 1;    // loader threads of a problem
  std::string on_error = "stop";  // a broken record: stop, or skip and count it
  void Bind(Binder& binder);
};

// Where a stream is: the next batch to come.
struct StreamPosition {
  int64_t epoch = 0, window = 0, batch = 0;
  bool operator==(const StreamPosition&) const = default;
};

class BatchStream {
 public:
  // `task` is borrowed and its codecs must be ready.
  static absl::StatusOr<std::unique_ptr<BatchStream>> Open(const Task& task,
                                                           std::shared_ptr<const SplitReader> split,
                                                           const StreamOptions& options,
                                                           uint64_t seed, StreamPosition from);
  // Errors: what a record or a codec says, with the example's place (on_error = stop).
  absl::StatusOr<Batch> Next();
  // Passes over the batch that Next would give, without making it (RankTurns). Errors: as Next.
  absl::Status Skip();
  StreamPosition position() const { return position_; }
  // The epoch that the next batch is of; reads its window. Errors: as Next.
  absl::StatusOr<int64_t> NextEpoch();
  // Counts are of the epoch with the most of them since the stream was opened, so that each example counts once.
  // Left out because a port is longer than max_length; records skipped as broken.
  int64_t too_long() const { return too_long_.most; }
  // Left out because a target cannot come about along its input (EncodedExample::in_reach).
  int64_t out_of_reach() const { return out_of_reach_.most; }
  int64_t broken() const { return broken_.most; }
  // Examples of the first epoch so far by what is odd of them (Units::remark): "speech is clipped".
  const std::map<std::string, int64_t>& remarks() const { return remarks_; }
  // What memory must suffice for: the batch with the most positions of the present window, one whose rows are as
  // long as any may be (the longest of the window where only examples_per_batch is set), and, where examples share rows, the one
  // that is the largest outside of the body.
  absl::StatusOr<std::vector<Batch>> WorstBatches();

 private:
  struct Window {
    std::vector<EncodedExample> examples;
    std::vector<BatchPlan> batches;
    int64_t too_long = 0, out_of_reach = 0, broken = 0;
    std::map<std::string, int64_t> remarks;
  };
  BatchStream(const Task& task, std::shared_ptr<const SplitReader> split,
              const StreamOptions& options, uint64_t seed, StreamPosition from);
  absl::StatusOr<Window> MakeWindow(int64_t epoch, int64_t window) const;
  absl::Status EnsureWindow();

  const Task& task_;
  std::shared_ptr<const SplitReader> split_;
  StreamOptions options_;
  RandomKey key_;
  DataOrder order_;
  StreamPosition position_;
  struct EpochCount {
    int64_t epoch = 0, most = 0;  // of this epoch so far; of any
    void Add(int64_t count) { most = std::max(most, epoch += count); }
  };
  EpochCount too_long_, out_of_reach_, broken_;
  std::map<std::string, int64_t> remarks_;
  std::optional<Window> window_;
  // Last: its workers use what stands above.
  std::unique_ptr<Prefetch<absl::StatusOr<Window>>> windows_;
};

}  // namespace t2t

#endif  // T2T_TRAINER_BATCH_STREAM_H_
