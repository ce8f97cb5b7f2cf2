// The contract of data order, kept by every registered problem: its batches are a function of the seed and their place, bit by bit,
// also where training changes values by chance.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "problems/shards/shard_reader.h"
#include "tests/tensor2tensor/library/small_run.h"
#include "tests/trainer/training_world.h"
#include "trainer/batch_stream.h"
#include "trainer/rank_turns.h"

namespace t2t {
namespace {

constexpr int64_t kStreamed = 40;  // examples: three windows
constexpr int64_t kEpochsWalked = 2;

std::vector<std::string> StreamedProblems() {
  Library library;
  EXPECT_TRUE(RegisterAll(library).ok());
  return library.problems.Names();
}

struct Walked {
  StreamPosition before, after;
  std::string bytes;
  std::vector<int64_t> examples;
};

class StreamContract : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    run_.examples = kStreamed;
    run_.Set(absl::StrCat("problems.", GetParam(), "=1"));
    Augment();
    const absl::Status status = run_.MakeTasks();
    ASSERT_TRUE(status.ok()) << status;
    auto reader = SplitReader::Open(run_.data_folder(), task().spec, "train");
    ASSERT_TRUE(reader.ok()) << reader.status();
    train_ = *std::move(reader);
    ASSERT_EQ(train_->size(), kStreamed);
  }

  const Task& task() const { return run_.tasks.at(0); }

  // Every input whose modality can be changed by chance is.
  void Augment() {
    const auto problem = MakeProblem(run_.library.problems, GetParam());
    ASSERT_TRUE(problem.ok()) << problem.status();
    for (const Port& port : (*problem)->Spec().inputs) {
      const std::string& augmented =
          run_.library.modalities.entries().at(port.modality).value.augmented;
      if (augmented.empty()) continue;
      run_.SetInherited(
          absl::StrCat("ports: {", GetParam(), ": {", port.name, ": {", augmented, "}}}"));
      augmented_.push_back(port.name);
    }
  }

  std::unique_ptr<BatchStream> OpenStream(int64_t threads = 1, StreamPosition from = {}) const {
    StreamOptions options;
    options.batching = {.tokens_per_batch = 20000, .examples_per_batch = 5, .max_length = 1 << 20};
    options.window = 16;
    options.threads = threads;
    auto stream = BatchStream::Open(task(), train_, options, /*seed=*/3, from);
    EXPECT_TRUE(stream.ok()) << stream.status();
    return *std::move(stream);
  }

  static Walked Next(BatchStream& stream) {
    Walked step;
    step.before = stream.position();
    const auto batch = stream.Next();
    EXPECT_TRUE(batch.ok()) << batch.status();
    if (!batch.ok()) return step;
    step.bytes = Bytes(*batch);
    step.examples = batch->examples;
    step.after = stream.position();
    return step;
  }

  // All batches of some epochs.
  std::vector<Walked> Walk(BatchStream& stream) const {
    std::vector<Walked> steps;
    while (!HasFailure()) {
      Walked step = Next(stream);
      if (step.after.epoch >= kEpochsWalked) break;
      steps.push_back(std::move(step));
    }
    return steps;
  }

  SmallRun run_;
  std::vector<std::string> augmented_;  // ports
  std::shared_ptr<const SplitReader> train_;
};

INSTANTIATE_TEST_SUITE_P(All, StreamContract, ::testing::ValuesIn(StreamedProblems()),
                         [](const auto& name) { return name.param; });

TEST_P(StreamContract, BatchesAreAFunctionOfTheirPlace) {
  const std::vector<Walked> whole = Walk(*OpenStream());
  ASSERT_GE(static_cast<int64_t>(whole.size()), kEpochsWalked * kStreamed / 5);

  // An epoch has each example once.
  std::vector<std::multiset<int64_t>> epochs(kEpochsWalked);
  for (const Walked& step : whole)
    epochs[static_cast<size_t>(step.after.epoch)].insert(step.examples.begin(),
                                                         step.examples.end());
  for (const auto& epoch : epochs) {
    EXPECT_EQ(static_cast<int64_t>(epoch.size()), kStreamed);
    EXPECT_EQ(std::set<int64_t>(epoch.begin(), epoch.end()).size(), epoch.size());
  }

  // A stream that is opened where another stood goes on as that one did.
  for (const size_t k : {size_t{1}, whole.size() / 2, whole.size() - 2}) {
    const auto rest = OpenStream(1, whole[k].before);
    for (size_t i = k; i < whole.size(); ++i)
      ASSERT_EQ(Next(*rest).bytes, whole[i].bytes) << "batch " << i << " of the stream from " << k;
  }

  // Threads change nothing.
  const auto threaded = OpenStream(4);
  for (size_t i = 0; i < whole.size(); ++i)
    ASSERT_EQ(Next(*threaded).bytes, whole[i].bytes) << "batch " << i << " of four threads";
}

// Ranks that take turns give together, in the order of turns, what one alone gives.
TEST_P(StreamContract, RanksShareTheSequence) {
  const std::vector<Walked> whole = Walk(*OpenStream());
  constexpr int64_t kMicroBatches = 4;
  for (const int64_t ranks : {2, 3}) {
    SCOPED_TRACE(ranks);
    std::vector<std::unique_ptr<BatchStream>> streams;
    for (int64_t rank = 0; rank < ranks; ++rank) streams.push_back(OpenStream());
    for (size_t i = 0; i < whole.size(); ++i) {
      int64_t made = 0;
      for (int64_t rank = 0; rank < ranks; ++rank) {
        BatchStream& stream = *streams[static_cast<size_t>(rank)];
        const RankTurns turns = {.rank = rank, .ranks = ranks};
        if (turns.Has(static_cast<int64_t>(i) % kMicroBatches)) {
          ++made;
          ASSERT_EQ(Next(stream).bytes, whole[i].bytes) << "batch " << i;
        } else {
          ASSERT_TRUE(stream.Skip().ok());
        }
        ASSERT_EQ(stream.position(), whole[i].after) << "batch " << i << " of rank " << rank;
      }
      ASSERT_EQ(made, 1);
    }
  }
}

// So that the tests above are of augmented values indeed.
TEST_P(StreamContract, AugmentationFollowsItsKey) {
  for (const std::string& port : augmented_) {
    int64_t changed = 0;
    for (const Example& example : run_.Examples(task())) {
      const auto encode = [&](uint64_t key) {
        auto encoded = EncodePorts(task(), example, /*with_targets=*/false, key);
        EXPECT_TRUE(encoded.ok()) << encoded.status();
        return encoded.ok() ? encoded->inputs.at(port) : Units();
      };
      const Units one = encode(1), again = encode(1);
      EXPECT_EQ(one.ids, again.ids);
      EXPECT_EQ(one.frames, again.frames);
      // Several keys: of a short sequence two may well leave the same units.
      for (uint64_t key = 2; key < 10; ++key) {
        const Units other = encode(key);
        changed += one.ids != other.ids || one.frames != other.frames;
      }
    }
    EXPECT_GT(changed, 0) << port << " is the same whatever the key is";
  }
}

}  // namespace
}  // namespace t2t
