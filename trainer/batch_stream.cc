#include "trainer/batch_stream.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "registry/status_macros.h"
#include "tensor2tensor/evaluation/from_torch.h"

namespace t2t {

void StreamOptions::Bind(Binder& b) {
  batching.Bind(b);
  b.Field("window", &window, "examples that are mixed and sorted by length together");
  b.Field("pack", &pack,
          "positions of a row, inputs and targets together, that short examples of a problem "
          "share, with attention over all of the row; 0 = a row for each");
  b.Field("threads", &threads, "loader threads of a problem");
  b.Choice("on_error", &on_error, {"stop", "skip"},
           "what a broken record does; skipped ones are counted");
  if (window <= 0) b.Error("window", "must be positive");
  constexpr int64_t kLongestRow = 1 << 16;  // attention takes the square of it
  if (pack < 0 || pack > kLongestRow)
    b.Error("pack", absl::StrCat("must be from 0 to ", kLongestRow));
  if (batching.tokens_per_batch > 0 && pack > batching.tokens_per_batch) {
    b.Error("pack",
            absl::StrCat("must not be larger than tokens_per_batch = ", batching.tokens_per_batch));
  }
  if (threads <= 0 || threads > 256) b.Error("threads", "must be from 1 to 256");
}

absl::StatusOr<std::unique_ptr<BatchStream>> BatchStream::Open(
    const Task& task, std::shared_ptr<const SplitReader> split, const StreamOptions& options,
    uint64_t seed, StreamPosition from) {
  if (split->size() == 0) {
    return absl::InvalidArgumentError(absl::StrCat(task.spec.name, ": the train split is empty"));
  }
  const int64_t windows = DataOrder(split->size(), RandomKey(seed), options.window).windows();
  if (from.window < 0 || from.window >= windows) {
    return absl::InvalidArgumentError(absl::StrCat(task.spec.name, ": window ", from.window, " of ",
                                                   windows,
                                                   ": the data or data.window has changed"));
  }
  if (from.epoch < 0 || from.epoch >= INT64_MAX / windows || from.batch < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(task.spec.name, ": there is no epoch ", from.epoch, ", batch ", from.batch));
  }
  return std::unique_ptr<BatchStream>(new BatchStream(task, std::move(split), options, seed, from));
}

BatchStream::BatchStream(const Task& task, std::shared_ptr<const SplitReader> split,
                         const StreamOptions& options, uint64_t seed, StreamPosition from)
    : task_(task),
      split_(std::move(split)),
      options_(options),
      key_(RandomKey(seed).With(task.spec.name)),
      order_(split_->size(), key_, options.window),
      position_(from) {
  const int64_t windows = order_.windows();
  windows_ = std::make_unique<Prefetch<absl::StatusOr<Window>>>(
      from.epoch * windows + from.window, options.threads, options.threads,
      [this, windows](int64_t k) -> absl::StatusOr<Window> {
        absl::StatusOr<Window> window = Window();
        const absl::Status status = FromTorch([&] {
          window = MakeWindow(k / windows, k % windows);
          return window.status();
        });
        if (!status.ok()) return status;
        return window;
      });
}

namespace {

// How often an example comes in an epoch: its weight, with the fraction by chance.
int64_t Copies(const Example& example, RandomKey key) {
  const double weight = static_cast<double>(example.weight), whole = std::floor(weight);
  if (weight == whole) return static_cast<int64_t>(whole);
  const bool one_more = Philox(key.With("weight")).Uniform() < weight - whole;
  return static_cast<int64_t>(whole) + (one_more ? 1 : 0);
}

}  // namespace

absl::StatusOr<BatchStream::Window> BatchStream::MakeWindow(int64_t epoch, int64_t number) const {
  Window window;
  const RandomKey epoch_key = key_.With("example").With(static_cast<uint64_t>(epoch));
  for (int64_t i : order_.Window(epoch, number)) {
    const uint64_t example_key = epoch_key.With(static_cast<uint64_t>(i)).value();
    const absl::StatusOr<Example> example = split_->Read(i);
    const int64_t copies = example.ok() ? Copies(*example, RandomKey(example_key)) : 1;
    for (int64_t copy = 0; copy < copies; ++copy) {
      // Each copy is augmented, and dropped out, in its own way.
      const uint64_t copy_key =
          copy == 0 ? example_key
                    : RandomKey(example_key).With("copy").With(static_cast<uint64_t>(copy)).value();
      auto encoded = example.ok() ? EncodePorts(task_, *example, /*with_targets=*/true,
                                                RandomKey(copy_key).With("augment").value() | 1)
                                  : absl::StatusOr<EncodedExample>(example.status());
      if (!encoded.ok()) {
        if (options_.on_error == "stop") return encoded.status();
        ++window.broken;
        break;
      }
      if (encoded->longest_port() > options_.batching.max_length) {
        ++window.too_long;
        break;
      }
      if (!encoded->in_reach) {
        ++window.out_of_reach;
        break;
      }
      if (epoch == 0 && copy == 0) encoded->CountRemarks(&window.remarks);  // each example once
      window.examples.push_back(*std::move(encoded));
      window.examples.back().number = i;
      window.examples.back().key = copy_key;
    }
  }
  window.batches = PlanBatches(window.examples, options_.batching, options_.pack);
  Philox(
      key_.With("batches").With(static_cast<uint64_t>(epoch)).With(static_cast<uint64_t>(number)))
      .Shuffle(window.batches);
  return window;
}

absl::Status BatchStream::EnsureWindow() {
  int64_t empty_windows = 0;
  while (!window_.has_value() || position_.batch >= static_cast<int64_t>(window_->batches.size())) {
    if (window_.has_value()) {
      position_.batch = 0;
      if (++position_.window == order_.windows()) {
        position_.window = 0;
        ++position_.epoch;
      }
    }
    T2T_ASSIGN_OR_RETURN(window_, windows_->Next());
    if (position_.window == 0) too_long_.epoch = out_of_reach_.epoch = broken_.epoch = 0;
    too_long_.Add(window_->too_long);
    out_of_reach_.Add(window_->out_of_reach);
    broken_.Add(window_->broken);
    for (const auto& [remark, count] : window_->remarks) remarks_[remark] += count;
    if (window_->batches.empty() && ++empty_windows > order_.windows()) {
      return absl::InvalidArgumentError(absl::StrCat(
          task_.spec.name, ": no example is left: all are broken, longer than data.max_length = ",
          options_.batching.max_length, ", of weight 0, or have ", kOutOfReach));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Batch> BatchStream::Next() {
  T2T_RETURN_IF_ERROR(EnsureWindow());
  return MakeBatch(task_, window_->examples,
                   window_->batches[static_cast<size_t>(position_.batch++)]);
}

absl::Status BatchStream::Skip() {
  T2T_RETURN_IF_ERROR(EnsureWindow());
  ++position_.batch;
  return absl::OkStatus();
}

absl::StatusOr<int64_t> BatchStream::NextEpoch() {
  T2T_RETURN_IF_ERROR(EnsureWindow());
  return position_.epoch;
}

absl::StatusOr<std::vector<Batch>> BatchStream::WorstBatches() {
  T2T_RETURN_IF_ERROR(EnsureWindow());
  const std::vector<EncodedExample>& examples = window_->examples;
  const auto& plans = window_->batches;
  const auto most = std::max_element(
      plans.begin(), plans.end(),
      [](const BatchPlan& a, const BatchPlan& b) { return a.positions < b.positions; });
  const auto longest = std::max_element(examples.begin(), examples.end(),
                                        [](const EncodedExample& a, const EncodedExample& b) {
                                          return a.longest_port() < b.longest_port();
                                        });
  // Later windows may hold longer examples: up to max_length, where the budget of positions lets few of them into a
  // batch. Without that budget all rows would be taken for as long, which is far from any true batch.
  const BatchingOptions& batching = options_.batching;
  const int64_t at_least = batching.tokens_per_batch > 0 ? batching.max_length : 0;
  const std::vector<int64_t> one = {longest - examples.begin()};
  const Batch alone = MakeBatch(task_, examples, one, /*with_targets=*/true, at_least);
  auto rows = static_cast<int64_t>(examples.size());
  if (batching.examples_per_batch > 0) rows = std::min(rows, batching.examples_per_batch);
  if (batching.tokens_per_batch > 0)
    rows = std::clamp<int64_t>(batching.tokens_per_batch / alone.positions(), 1, rows);
  const std::vector<int64_t> copies(static_cast<size_t>(rows), one[0]);
  std::vector<Batch> worst = {MakeBatch(task_, examples, *most),
                              MakeBatch(task_, examples, copies, /*with_targets=*/true, at_least)};
  if (options_.pack > 0) {
    worst[1].packed_rows.resize(copies.size());
    std::iota(worst[1].packed_rows.begin(), worst[1].packed_rows.end(), 0);
    // Examples that share rows are padded to the longest of them outside of the body.
    const auto widest =
        std::max_element(plans.begin(), plans.end(), [&](const BatchPlan& a, const BatchPlan& b) {
          return PaddedPositions(examples, a.examples) < PaddedPositions(examples, b.examples);
        });
    worst.push_back(MakeBatch(task_, examples, *widest));
  }
  return worst;
}

}  // namespace t2t
