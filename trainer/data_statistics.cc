#include "trainer/data_statistics.h"

#include <algorithm>
#include <utility>

#include "tensor2tensor/evaluation/from_torch.h"

namespace t2t {
namespace {

// Units of the same length and of no content: batches are cut by lengths alone, and thousands of sounds need not be held.
void KeepLengths(std::map<std::string, Units>* ports) {
  for (auto& [name, units] : *ports) {
    Units bare;
    bare.ids.assign(static_cast<size_t>(units.length()), 0);
    units = std::move(bare);
  }
}

void Count(const Codec& codec, const Units& units, PortStatistics* port) {
  port->units.push_back(units.length());
  port->raw_units.push_back(units.raw_units);
  if (units.frame_width > 0) return;
  port->ids += units.length();
  port->fallbacks += std::count_if(units.ids.begin(), units.ids.end(),
                                   [&](int64_t id) { return codec.is_fallback(id); });
}

absl::StatusOr<EncodedExample> ReadAndEncode(const Task& task, const SplitReader& train,
                                             int64_t number) {
  absl::StatusOr<EncodedExample> encoded = EncodedExample();
  const absl::Status status = FromTorch([&]() -> absl::Status {
    const absl::StatusOr<Example> example = train.Read(number);
    if (!example.ok()) return example.status();
    encoded = EncodePorts(task, *example, /*with_targets=*/true, /*augment_key=*/0);
    return encoded.status();
  });
  if (!status.ok()) return status;
  return encoded;
}

}  // namespace

double DataStatistics::Padding() const {
  if (positions == 0) return 0;
  return 1 - static_cast<double>(real_positions) / static_cast<double>(positions);
}

DataStatistics MeasureData(const Task& task, const SplitReader& train,
                           const BatchingOptions& batching, int64_t most,
                           const std::function<void(int64_t, int64_t)>& progress) {
  DataStatistics statistics;
  std::vector<EncodedExample> examples;
  const std::vector<int64_t> sample = EvenlySpread(train.size(), most);
  for (const int64_t number : sample) {
    if (progress) progress(statistics.sampled, static_cast<int64_t>(sample.size()));
    ++statistics.sampled;
    absl::StatusOr<EncodedExample> encoded = ReadAndEncode(task, train, number);
    if (!encoded.ok()) {
      if (statistics.broken++ == 0)
        statistics.first_broken = std::string(encoded.status().message());
      continue;
    }
    for (auto* ports : {&encoded->inputs, &encoded->targets}) {
      for (const auto& [name, units] : *ports) {
        if (encoded->missing.count(name) == 0)
          Count(*task.Find(name)->codec, units, &statistics.ports[name]);
      }
      KeepLengths(ports);
    }
    if (encoded->longest_port() > batching.max_length) {
      ++statistics.too_long;
    } else if (!encoded->in_reach) {
      ++statistics.out_of_reach;
    } else {
      examples.push_back(*std::move(encoded));
    }
  }
  for (auto& [name, port] : statistics.ports) {
    std::sort(port.units.begin(), port.units.end());
    std::sort(port.raw_units.begin(), port.raw_units.end());
  }
  if (examples.empty()) return statistics;  // which make no batch
  for (const BatchPlan& plan : PlanBatches(examples, batching, /*row_length=*/0)) {
    ++statistics.batches;
    statistics.rows += static_cast<int64_t>(plan.examples.size());
    statistics.positions += plan.positions;
    for (const int64_t row : plan.examples)
      statistics.real_positions += examples[static_cast<size_t>(row)].length();
  }
  return statistics;
}

}  // namespace t2t
