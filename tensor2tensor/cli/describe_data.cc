#include "tensor2tensor/cli/describe_data.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "modalities/codecs/utf8.h"
#include "problems/shards/shard_reader.h"
#include "registry/status_macros.h"
#include "tensor2tensor/cli/console.h"
#include "tensor2tensor/runs/codec_store.h"
#include "trainer/data_statistics.h"
#include "trainer/histogram.h"

namespace t2t {
namespace {

constexpr int64_t kExampleCharacters = 160;  // of a value that is shown; genes are long
constexpr int64_t kPreviewed = 3;            // examples
// A vocabulary of few examples is not like that of a run, and reading them takes less time than encoding.
constexpr int64_t kLearnedTimes = 10;  // as many as are measured

// "tokens: 1 to 28, median 8, mean 8.3, 95% 13".
std::string Spread(const std::string& unit, const std::vector<int64_t>& sorted) {
  if (sorted.front() == sorted.back()) return absl::StrCat(unit, ": always ", sorted.front());
  return absl::StrFormat("%s: %d to %d, median %d, mean %.1f, 95%% up to %d", unit, sorted.front(),
                         sorted.back(), Quantile(sorted, 0.5), Mean(sorted),
                         Quantile(sorted, 0.95));
}

void DescribePort(const TaskPort& port, const PortStatistics& statistics) {
  if (statistics.units.empty()) return;
  const std::string unit = port.codec->gives_frames() ? "frames" : "tokens";
  DescribeLine(port.port.name, Spread(unit, statistics.units));
  const auto more = [](const std::string& text) { printf("%-12s %s\n", "", text.c_str()); };
  if (statistics.raw_units != statistics.units)
    more(Spread(port.codec->raw_unit() + "s", statistics.raw_units));
  if (port.codec->needs_learning()) more(port.codec->Describe());
  if (statistics.fallbacks > 0) {
    more(absl::StrFormat(
        "%.2g%% of the tokens are unknown, or bytes of characters without a token",
        100.0 * static_cast<double>(statistics.fallbacks) / static_cast<double>(statistics.ids)));
  }
  for (const std::string& line :
       Histogram(statistics.units, {.axis = unit, .columns = 60, .unicode = ShowsUtf8()}))
    more(line);
}

void DescribeBatches(const DataStatistics& statistics, const BatchingOptions& batching) {
  if (statistics.batches > 0) {
    DescribeLine("batches",
                 absl::StrFormat(
                     "data.tokens_per_batch = %d: %.1f examples in one, %.1f%% of its "
                     "positions useful, the others padding",
                     batching.tokens_per_batch,
                     static_cast<double>(statistics.rows) / static_cast<double>(statistics.batches),
                     100 * (1 - statistics.Padding())));
  }
  const auto left_out = [](int64_t count, const std::string& why) {
    if (count > 0) DescribeLine("not trained", absl::StrCat(count, " of these: ", why));
  };
  left_out(statistics.too_long,
           absl::StrCat("a port is longer than data.max_length = ", batching.max_length));
  left_out(statistics.out_of_reach, kOutOfReach);
  left_out(statistics.broken, statistics.first_broken);
}

class PreviewSink : public ExampleSink {
 public:
  explicit PreviewSink(const Task& task) : task_(task) {}

  absl::Status Add(absl::string_view split, Example example) override {
    DescribeLine("preview", absl::StrCat("of ", split, ", as it was read"));
    for (const auto& [port, source] : task_.spec.aliases) {
      const auto value = example.ports.find(source);
      if (value != example.ports.end()) example.ports[port] = value->second;
    }
    DescribeExample(task_, example);
    return Count();
  }
  absl::Status Broken(absl::string_view where, const absl::Status& why) override {
    DescribeLine("broken", absl::StrCat(where, ": ", why.message()));
    return Count();
  }
  void LeftOut(absl::string_view) override {}
  bool full() const { return shown_ >= kPreviewed; }

 private:
  absl::Status Count() {
    ++shown_;
    return full() ? absl::CancelledError("the preview has enough") : absl::OkStatus();
  }

  const Task& task_;
  int64_t shown_ = 0;
};

}  // namespace

void DescribeLine(const std::string& name, const std::string& value) {
  if (!value.empty()) printf("%-12s %s\n", name.c_str(), value.c_str());
}

void DescribeExample(const Task& task, const Example& example) {
  for (const auto* ports : {&task.inputs, &task.targets}) {
    for (const TaskPort& port : *ports) {
      const auto value = example.ports.find(port.port.name);
      if (value == example.ports.end()) continue;
      DescribeLine("example", absl::StrCat(port.port.name, " = ",
                                           Utf8Shortened(port.codec->Show(value->second),
                                                         kExampleCharacters)));
    }
  }
}

absl::Status DescribeLengths(const Task& task, const std::string& data_folder, int64_t most) {
  T2T_ASSIGN_OR_RETURN(const auto train, SplitReader::Open(data_folder, task.spec, "train"));
  if (train->size() == 0) return absl::OkStatus();
  const auto progress = NewProgress();
  progress->Update(-1, "learning from the training examples");
  const int64_t learned_from = most * kLearnedTimes;
  const absl::Status learned = LearnFromSample(task, data_folder, learned_from, most);
  if (!learned.ok()) {  // which is said of a run too; the rest of the description stands
    progress->Finish("");
    DescribeLine("lengths", absl::StrCat("not known: ", learned.message()));
    return absl::OkStatus();
  }
  const BatchingOptions batching;
  const DataStatistics statistics =
      MeasureData(task, *train, batching, most, [&](int64_t done, int64_t all) {
        progress->Update(static_cast<double>(done) / static_cast<double>(all), "measuring");
      });
  progress->Finish("");
  const bool all = statistics.sampled == train->size();
  DescribeLine("lengths",
               all ? absl::StrCat("of all ", train->size(), " training examples")
                   : absl::StrCat("of ", statistics.sampled, " of the ", train->size(),
                                  " training examples, spread evenly over them; vocabularies are "
                                  "learned from ",
                                  std::min(learned_from, train->size())));
  for (const auto* ports : {&task.inputs, &task.targets}) {
    for (const TaskPort& port : *ports) {
      const auto known = statistics.ports.find(port.port.name);
      if (known != statistics.ports.end()) DescribePort(port, known->second);
    }
  }
  DescribeBatches(statistics, batching);
  return absl::OkStatus();
}

void DescribePreview(const Task& task, const Problem& problem, const GenerateOptions& generate) {
  PreviewSink sink(task);
  const absl::Status status = problem.Generate(generate, sink);
  if (!status.ok() && !sink.full()) DescribeLine("preview", std::string(status.message()));
}

}  // namespace t2t
