// DataStatistics: what a problem's train split is to a training: how long its examples are, and how full its batches would be.
// Measured on a sample that is spread evenly over the split, so that it takes seconds, by the codecs and the batching of training.
//
//   T2T_RETURN_IF_ERROR(LearnFromSample(task, "data", 20000, 2000));
//   T2T_ASSIGN_OR_RETURN(const DataStatistics statistics, MeasureData(task, *train, {}, 2000));
//   statistics.Padding();    // 0.07
#ifndef T2T_TRAINER_DATA_STATISTICS_H_
#define T2T_TRAINER_DATA_STATISTICS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "problems/shards/shard_reader.h"
#include "tensor2tensor/models/batching.h"

namespace t2t {

struct PortStatistics {
  std::vector<int64_t> units, raw_units;  // of each example that can be encoded; sorted
  int64_t ids = 0, fallbacks = 0;         // of all of them: ids, and those of Codec::is_fallback
};

struct DataStatistics {
  int64_t sampled = 0;                          // examples that were looked at
  std::map<std::string, PortStatistics> ports;  // by port
  // Examples that cannot be encoded, with the first one's error; that are longer than max_length; that have no loss
  // (EncodedExample::in_reach). The batches are without them.
  int64_t broken = 0, too_long = 0, out_of_reach = 0;
  std::string first_broken;
  int64_t batches = 0, rows = 0;              // that the others make
  int64_t positions = 0, real_positions = 0;  // of all ports, with and without padding
  double Padding() const;                     // share of positions
};

// The task's codecs are ready. `progress` is called now and then: done, of how many. A broken example is counted and is no error.
DataStatistics MeasureData(const Task& task, const SplitReader& train,
                           const BatchingOptions& batching, int64_t most,
                           const std::function<void(int64_t, int64_t)>& progress = nullptr);

}  // namespace t2t

#endif  // T2T_TRAINER_DATA_STATISTICS_H_
