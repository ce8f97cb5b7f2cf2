#include "trainer/batch_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "registry/status_macros.h"
#include "tests/tensor2tensor/evaluation/fixed_problem.h"
#include "tests/trainer/training_world.h"

namespace t2t {
namespace {

StreamOptions SmallStream(int64_t threads = 1) {
  StreamOptions options;
  options.batching.tokens_per_batch = 200;
  options.window = 30;
  options.threads = threads;
  return options;
}

std::unique_ptr<BatchStream> OpenStream(const TrainingWorld& world, const std::string& name,
                                        const StreamOptions& options, StreamPosition from = {},
                                        uint64_t seed = 1) {
  auto stream = BatchStream::Open(world.task(name), world.Split(name), options, seed, from);
  EXPECT_TRUE(stream.ok()) << stream.status();
  return *std::move(stream);
}

struct Step {
  StreamPosition before;
  std::string bytes;
};

std::vector<Step> Walk(BatchStream& stream, int64_t epochs) {
  std::vector<Step> steps;
  while (true) {
    const StreamPosition before = stream.position();
    const auto batch = stream.Next();
    EXPECT_TRUE(batch.ok()) << batch.status();
    // The position behind an epoch's last batch still stands in that epoch.
    if (!batch.ok() || stream.position().epoch >= epochs) return steps;
    steps.push_back({before, Bytes(*batch)});
  }
}

struct Kind {
  const char* name;
  const char* problem;
  int64_t pack = 0;
};

class BatchStreamTest : public testing::TestWithParam<Kind> {
 protected:
  static StreamOptions Options(int64_t threads = 1) {
    StreamOptions options = SmallStream(threads);
    options.pack = GetParam().pack;
    return options;
  }
  // Pictures are flipped, shifted and cropped by chance.
  BatchStreamTest()
      : world_({"ports.image_stripes:count=100.image.augment={flip: true, shift: 2, crop: 0.2}",
                "ports.image_stripes:count=100.image.patch=4"}) {
    world_.Add(GetParam().problem);
  }
  TrainingWorld world_;
};

TEST_P(BatchStreamTest, AResumedStreamGoesOnWithTheSameBatches) {
  const std::vector<Step> whole = Walk(*OpenStream(world_, GetParam().problem, Options()), 3);
  ASSERT_GT(whole.size(), 12u);
  for (size_t k = 0; k < whole.size(); ++k) {
    auto rest = OpenStream(world_, GetParam().problem, Options(), whole[k].before);
    // A few from every place, and all the rest from the first ones.
    for (size_t i = k; i < std::min(whole.size(), k < 5 ? whole.size() : k + 6); ++i) {
      ASSERT_EQ(rest->position(), whole[i].before) << "begun at " << k;
      const auto batch = rest->Next();
      ASSERT_TRUE(batch.ok()) << batch.status();
      ASSERT_EQ(Bytes(*batch), whole[i].bytes) << "batch " << i << " of the stream begun at " << k;
    }
  }
}

TEST_P(BatchStreamTest, ThreadsChangeNothing) {
  const std::vector<Step> one = Walk(*OpenStream(world_, GetParam().problem, Options(1)), 3);
  const std::vector<Step> four = Walk(*OpenStream(world_, GetParam().problem, Options(4)), 3);
  ASSERT_EQ(one.size(), four.size());
  for (size_t i = 0; i < one.size(); ++i) ASSERT_EQ(one[i].bytes, four[i].bytes) << i;
}

TEST_P(BatchStreamTest, LookingAtTheWorstBatchesChangesNothing) {
  auto plain = OpenStream(world_, GetParam().problem, Options()),
       looked = OpenStream(world_, GetParam().problem, Options());
  for (int i = 0; i < 20; ++i) {
    const auto worst = looked->WorstBatches();
    ASSERT_TRUE(worst.ok()) << worst.status();
    const auto a = plain->Next(), b = looked->Next();
    ASSERT_TRUE(a.ok() && b.ok());
    ASSERT_EQ(Bytes(*a), Bytes(*b)) << i;
    // The window that is looked at is the one that the next batch comes from.
    EXPECT_GE((*worst)[0].positions(), b->positions());
  }
}

TEST_P(BatchStreamTest, AnEpochHasEveryExampleOnceWithinTheBudget) {
  auto stream = OpenStream(world_, GetParam().problem, Options());
  const int64_t size = world_.Split(GetParam().problem)->size();
  std::vector<std::vector<int64_t>> orders;
  std::set<uint64_t> keys;
  for (int64_t epoch = 0; epoch < 3; ++epoch) {
    std::vector<int64_t> examples;
    while (static_cast<int64_t>(examples.size()) < size) {
      const auto batch = stream->Next();
      ASSERT_TRUE(batch.ok()) << batch.status();
      EXPECT_LE(batch->positions(), 200);
      EXPECT_GE(batch->rows(), 1);
      examples.insert(examples.end(), batch->examples.begin(), batch->examples.end());
      keys.insert(batch->keys.begin(), batch->keys.end());
    }
    orders.push_back(examples);
    std::sort(examples.begin(), examples.end());
    for (int64_t i = 0; i < size; ++i)
      ASSERT_EQ(examples[static_cast<size_t>(i)], i) << "epoch " << epoch;
  }
  EXPECT_NE(orders[0], orders[1]);
  EXPECT_EQ(static_cast<int64_t>(keys.size()), 3 * size)
      << "an example has another key in each epoch";
  EXPECT_EQ(stream->too_long(), 0);
  EXPECT_EQ(stream->broken(), 0);
}

TEST_P(BatchStreamTest, OtherSeedsGiveOtherBatches) {
  const auto a = OpenStream(world_, GetParam().problem, Options(), {}, 1)->Next();
  const auto b = OpenStream(world_, GetParam().problem, Options(), {}, 2)->Next();
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_NE(Bytes(*a), Bytes(*b));
}

INSTANTIATE_TEST_SUITE_P(Kinds, BatchStreamTest,
                         testing::Values(Kind{"Text", "reverse:count=100"},
                                         Kind{"PackedText", "reverse:count=100", 60},
                                         Kind{"AugmentedPictures", "image_stripes:count=100"}),
                         [](const auto& kind) { return kind.param.name; });

TEST(BatchStreamPacked, ExamplesShareRowsWithinTheBudget) {
  TrainingWorld world;
  world.Add("reverse:count=100");
  StreamOptions options = SmallStream();
  options.pack = 60;
  auto stream = OpenStream(world, "reverse:count=100", options);
  int64_t shared = 0;
  for (int i = 0; i < 10; ++i) {
    const auto batch = stream->Next();
    ASSERT_TRUE(batch.ok()) << batch.status();
    ASSERT_EQ(batch->packed_rows.size(), batch->examples.size());
    shared += batch->rows() - 1 - batch->packed_rows.back();
  }
  EXPECT_GT(shared, 10);
  const auto worst = stream->WorstBatches();
  ASSERT_TRUE(worst.ok()) << worst.status();
  ASSERT_EQ(worst->size(), 3u);
  for (const Batch& batch : *worst) EXPECT_EQ(batch.packed_rows.size(), batch.examples.size());
}

TEST(BatchStreamOptions, ARowFitsIntoABatch) {
  const auto error = [](const char* set) {
    Config config;
    EXPECT_TRUE(config.Set(set).ok());
    Binder binder = config.Root().Section("data");
    StreamOptions options;
    options.Bind(binder);
    return std::string(binder.status().message());
  };
  EXPECT_EQ(error("data.pack=512"), "");
  EXPECT_THAT(error("data.pack=5000"), testing::HasSubstr("tokens_per_batch = 4096"));
  EXPECT_THAT(error("data.pack=-1"), testing::HasSubstr("must be from 0 to 65536"));
}

TEST(BatchStreamOfPicturesTest, AugmentationDiffersFromEpochToEpoch) {
  TrainingWorld world({"ports.image_stripes:count=1.image.augment.shift=2"});
  world.Add("image_stripes:count=1");
  auto stream = OpenStream(world, "image_stripes:count=1", SmallStream());
  std::set<std::string> pictures;
  for (int i = 0; i < 12; ++i) {
    const auto batch = stream->Next();
    ASSERT_TRUE(batch.ok()) << batch.status();
    const at::Tensor frames = batch->inputs.at("image").frames.contiguous();
    pictures.insert(
        std::string(static_cast<const char*>(frames.const_data_ptr()), frames.nbytes()));
  }
  EXPECT_GT(pictures.size(), 1u);
}

// Of 40 examples each of the weights 0, 0.25, 1 and 2.5 over 50 epochs; each copy has a key of its own.
TEST(BatchStreamWeights, SayHowOftenAnExampleComes) {
  const float weights[] = {0, 0.25f, 1, 2.5f};
  ProblemSpec spec;
  spec.name = "weighted";
  spec.inputs = {{.name = "text", .modality = "text", .options = "vocab: {kind: byte}"}};
  spec.targets = {{.name = "again", .modality = "text", .options = "vocab: {kind: byte}"}};
  spec.splits = {"train"};
  FixedProblem::Splits splits;
  for (int i = 0; i < 160; ++i) {
    Example example;
    example.key = std::to_string(i);
    example.ports["text"] = example.ports["again"] = "a";
    example.weight = weights[i % 4];
    splits["train"].push_back(example);
  }
  TrainingWorld world;
  world.Add(FixedProblem(spec, splits));
  const auto stream = OpenStream(world, "weighted", SmallStream());
  std::map<int64_t, int64_t> counts;
  std::set<uint64_t> keys;
  int64_t rows = 0;
  while (true) {
    const auto batch = stream->Next();
    ASSERT_TRUE(batch.ok()) << batch.status();
    if (stream->position().epoch >= 50) break;
    for (const int64_t number : batch->examples) ++counts[number];
    keys.insert(batch->keys.begin(), batch->keys.end());
    rows += batch->rows();
  }
  EXPECT_EQ(static_cast<int64_t>(keys.size()), rows);
  double quarters = 0;
  for (int64_t i = 0; i < 160; ++i) {
    if (i % 4 == 1) quarters += static_cast<double>(counts[i]);
    const int64_t least[] = {0, 0, 50, 100}, most[] = {0, 50, 50, 150};
    EXPECT_GE(counts[i], least[i % 4]) << i;
    EXPECT_LE(counts[i], most[i % 4]) << i;
  }
  EXPECT_NEAR(quarters / (40 * 50), 0.25, 0.04);  // four standard deviations
  EXPECT_EQ(Walk(*OpenStream(world, "weighted", SmallStream(1)), 3).size(),
            Walk(*OpenStream(world, "weighted", SmallStream(4)), 3).size());
}

// Letters that repeat need a blank between them, for which a copy has no place.
TEST(BatchStreamLimitsTest, LeavesOutWhatCannotLieAlongItsInput) {
  TrainingWorld world({"ports.copy:count=100.copied.scheme=ctc"});
  world.Add("copy:count=100");
  const auto repeats = [](const UnitsBatch& units, int64_t row) {
    for (int64_t t = 1; t < units.lengths[static_cast<size_t>(row)]; ++t) {
      if (units.ids[row][t].item<int64_t>() == units.ids[row][t - 1].item<int64_t>()) return true;
    }
    return false;
  };
  TrainingWorld all;
  all.Add("copy:count=100");
  const auto count = [&](const TrainingWorld& from, bool wanted) {
    auto stream = OpenStream(from, "copy:count=100", SmallStream());
    int64_t found = 0, left_out = 0;
    while (true) {
      left_out = stream->out_of_reach();
      const auto batch = stream->Next();
      EXPECT_TRUE(batch.ok()) << batch.status();
      if (!batch.ok() || stream->position().epoch > 0) return std::pair(found, left_out);
      for (int64_t row = 0; row < batch->rows(); ++row)
        found += repeats(batch->inputs.at("text"), row) == wanted;
    }
  };
  const int64_t repeating = count(all, true).first;
  EXPECT_GT(repeating, 0);
  const auto [kept, left_out] = count(world, true);
  EXPECT_EQ(kept, 0);
  EXPECT_EQ(left_out, repeating);
}

TEST(BatchStreamLimitsTest, CountsWhatIsTooLongAndRefusesToGiveNothing) {
  TrainingWorld world;
  world.Add("copy:count=100");
  StreamOptions options = SmallStream();
  options.batching.max_length = 3;
  auto stream = OpenStream(world, "copy:count=100", options);
  int64_t given = 0;
  while (stream->position().epoch == 0) {
    const auto batch = stream->Next();
    ASSERT_TRUE(batch.ok()) << batch.status();
    if (stream->position().epoch > 0) break;
    EXPECT_LE(batch->inputs.at("text").time(), 3);
    given += batch->rows();
    // All windows but the last have been read when the last batch comes.
    if (given + stream->too_long() == 100) break;
  }
  EXPECT_GT(given, 0);
  EXPECT_GT(stream->too_long(), 0);
  EXPECT_EQ(given + stream->too_long(), 100);
  const int64_t too_long = stream->too_long();
  while (stream->position().epoch < 3) ASSERT_TRUE(stream->Next().ok());
  EXPECT_EQ(stream->too_long(), too_long) << "counted again in later epochs";

  TrainingWorld long_world;
  long_world.Add("image_stripes:count=20");
  options.batching.max_length = 15;  // a picture has 16 patches
  const auto nothing = OpenStream(long_world, "image_stripes:count=20", options)->Next();
  EXPECT_TRUE(absl::IsInvalidArgument(nothing.status()));
  EXPECT_NE(nothing.status().message().find("data.max_length = 15"), absl::string_view::npos)
      << nothing.status();
}

TEST(BatchStreamLimitsTest, AnExampleBeyondTheBudgetHasABatchOfItsOwn) {
  TrainingWorld world;
  world.Add("image_stripes:count=20");
  StreamOptions options = SmallStream();
  options.batching.tokens_per_batch = 5;
  auto stream = OpenStream(world, "image_stripes:count=20", options);
  for (int i = 0; i < 40; ++i) {
    const auto batch = stream->Next();
    ASSERT_TRUE(batch.ok()) << batch.status();
    EXPECT_EQ(batch->rows(), 1);
  }
  EXPECT_EQ(stream->position().epoch, 1);
}

TEST(BatchStreamLimitsTest, APlaceThatIsNotThereIsRefused) {
  TrainingWorld world;
  world.Add("copy:count=100");
  for (int64_t window : {-1, 100}) {
    const auto stream =
        BatchStream::Open(world.task("copy:count=100"), world.Split("copy:count=100"),
                          SmallStream(), 1, {0, window, 0});
    EXPECT_TRUE(absl::IsInvalidArgument(stream.status()));
    EXPECT_NE(stream.status().message().find("copy:count=100"), absl::string_view::npos)
        << stream.status();
  }
}

// Before, its loader met the place first and ended the process.
TEST(BatchStreamLimitsTest, NegativePlacesOfADamagedStateAreRefused) {
  TrainingWorld world;
  world.Add("copy:count=100");
  for (const StreamPosition& from :
       {StreamPosition{-1, 0, 0}, StreamPosition{0, 0, -1}, StreamPosition{INT64_MAX, 0, 0}}) {
    const auto stream = BatchStream::Open(world.task("copy:count=100"),
                                          world.Split("copy:count=100"), SmallStream(), 1, from);
    EXPECT_TRUE(absl::IsInvalidArgument(stream.status())) << stream.status();
  }
}

// The first window need not hold the longest example: one of the worst batches stands for all that may come.
TEST(BatchStreamLimitsTest, TheWorstBatchesAreAsLongAsLaterWindowsMayBe) {
  TrainingWorld world;
  world.Add("copy:count=100");
  world.Add("image_stripes:count=20");
  StreamOptions options = SmallStream();
  options.batching.max_length = 40;  // inputs and targets: 80 positions a row, 2 rows in 200
  const auto worst = OpenStream(world, "copy:count=100", options)->WorstBatches();
  ASSERT_TRUE(worst.ok()) << worst.status();
  EXPECT_EQ((*worst)[1].rows(), 2);
  EXPECT_EQ((*worst)[1].inputs.at("text").time(), 40);
  EXPECT_EQ((*worst)[1].targets.at("copied").time(), 40);
  // Without a budget of positions so long rows would make a batch that never comes.
  options.batching.tokens_per_batch = 0;
  options.batching.examples_per_batch = 7;
  const auto rows = OpenStream(world, "copy:count=100", options)->WorstBatches();
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ((*rows)[1].rows(), 7);
  EXPECT_LE((*rows)[1].inputs.at("text").time(), 8);
  // Pictures have one size.
  options = SmallStream();
  options.batching.max_length = 40;
  const auto pictures = OpenStream(world, "image_stripes:count=20", options)->WorstBatches();
  ASSERT_TRUE(pictures.ok()) << pictures.status();
  EXPECT_EQ((*pictures)[1].inputs.at("image").time(), 16);
}

// Every seventh picture is a text, and the last has a class that there is not.
class FaultyPictures : public Problem {
 public:
  ProblemSpec Spec() const override {
    ProblemSpec spec;
    spec.name = "faulty";
    spec.inputs = {
        {.name = "image", .modality = "image", .options = "{size: 16, channels: 1, patch: 4}"}};
    spec.targets = {{.name = "kind", .modality = "label", .options = "classes: [a, b]"}};
    spec.splits = {"train"};
    return spec;
  }
  absl::Status Generate(const GenerateOptions&, ExampleSink& sink) const override {
    // Portable grey map: 1 x 1.
    const std::string picture("P5\n1 1\n255\n\x80", 12);
    for (int i = 0; i < 50; ++i) {
      Example example;
      example.key = absl::StrCat("example", i);
      example.ports["image"] = i % 7 == 3 ? std::string("I am a text") : picture;
      example.ports["kind"] = i == 49 ? "c" : "a";
      T2T_RETURN_IF_ERROR(sink.Add("train", std::move(example)));
    }
    return absl::OkStatus();
  }
};

TEST(BatchStreamOfBrokenRecordsTest, StopsAndNamesTheRecord) {
  TrainingWorld world;
  world.Add(FaultyPictures());
  auto stream = OpenStream(world, "faulty", SmallStream());
  absl::Status status;
  for (int i = 0; i < 50 && status.ok(); ++i) status = stream->Next().status();
  ASSERT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_NE(status.message().find("faulty, example 'example"), absl::string_view::npos) << status;
  EXPECT_NE(status.message().find("port "), absl::string_view::npos) << status;
}

TEST(BatchStreamOfBrokenRecordsTest, SkipsAndCounts) {
  TrainingWorld world;
  world.Add(FaultyPictures());
  StreamOptions options = SmallStream(4);
  options.on_error = "skip";
  auto stream = OpenStream(world, "faulty", options);
  std::vector<int64_t> examples;
  while (examples.size() < 42) {
    const auto batch = stream->Next();
    ASSERT_TRUE(batch.ok()) << batch.status();
    examples.insert(examples.end(), batch->examples.begin(), batch->examples.end());
  }
  EXPECT_EQ(stream->position().epoch, 0);
  EXPECT_EQ(examples.size(), 42u);
  EXPECT_EQ(stream->broken(), 8);  // 3, 10, ..., 45, and the 49th
  for (int64_t i : examples) EXPECT_TRUE(i % 7 != 3 && i != 49) << i;
  while (stream->position().epoch < 3) ASSERT_TRUE(stream->Next().ok());
  EXPECT_EQ(stream->broken(), 8) << "counted again in later epochs";
  // One that goes on from the middle of an epoch comes to the same number in the next one.
  stream = OpenStream(world, "faulty", options, {.epoch = 1, .window = 1, .batch = 0});
  ASSERT_TRUE(stream->Next().ok());
  EXPECT_LT(stream->broken(), 8);
  while (stream->position().epoch < 3) ASSERT_TRUE(stream->Next().ok());
  EXPECT_EQ(stream->broken(), 8);
}

}  // namespace
}  // namespace t2t
