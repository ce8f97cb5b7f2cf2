#include "trainer/data_statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tensor2tensor/runs/codec_store.h"
#include "tests/tensor2tensor/evaluation/fixed_problem.h"
#include "tests/trainer/training_world.h"

namespace t2t {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

ProblemSpec Measured(const std::string& kind) {
  ProblemSpec spec;
  spec.name = "measured";
  spec.inputs = {{.name = "text", .modality = "text", .options = "vocab: {kind: " + kind + "}"}};
  spec.targets = {{.name = "kind", .modality = "label", .options = "classes: [a, b]"}};
  spec.splits = {"train"};
  return spec;
}

FixedProblem::Splits Texts(const std::vector<std::string>& texts, const std::string& kind = "a") {
  FixedProblem::Splits splits;
  for (size_t i = 0; i < texts.size(); ++i) {
    Example example;
    example.key = std::to_string(i);
    example.ports["text"] = texts[i];
    example.ports["kind"] = kind;
    splits["train"].push_back(example);
  }
  return splits;
}

TEST(DataStatisticsTest, LengthsAndPaddingByHand) {
  TrainingWorld world;
  world.Add(FixedProblem(Measured("byte"), Texts({"aaaa", "a", "aa", "aaaaaaaa"})));
  // Two rows: 2 and 1, padded to 2; 4 and 8, padded to 8; a place for each label.
  const DataStatistics found = MeasureData(world.task("measured"), *world.Split("measured"),
                                           {.tokens_per_batch = 0, .examples_per_batch = 2}, 100);
  EXPECT_EQ(found.sampled, 4);
  EXPECT_THAT(found.ports.at("text").units, ElementsAre(1, 2, 4, 8));
  EXPECT_THAT(found.ports.at("kind").units, ElementsAre(1, 1, 1, 1));
  EXPECT_EQ(found.batches, 2);
  EXPECT_EQ(found.rows, 4);
  EXPECT_EQ(found.real_positions, 15 + 4);
  EXPECT_EQ(found.positions, 2 * 3 + 2 * 9);
  EXPECT_DOUBLE_EQ(found.Padding(), 1 - 19.0 / 24);
}

// The numbers that training itself comes to.
TEST(DataStatisticsTest, AreThoseOfTheBatchesOfTraining) {
  TrainingWorld world;
  world.Add("copy:count=100");
  StreamOptions options;
  options.batching.tokens_per_batch = 200;
  const auto stream = BatchStream::Open(world.task("copy:count=100"), world.Split("copy:count=100"),
                                        options, 1, {});
  ASSERT_TRUE(stream.ok()) << stream.status();
  int64_t batches = 0, positions = 0, real_positions = 0;
  while (true) {
    const auto batch = (*stream)->Next();
    ASSERT_TRUE(batch.ok()) << batch.status();
    if ((*stream)->position().epoch > 0) break;
    ++batches;
    positions += batch->positions();
    real_positions += batch->real_positions();
  }
  const DataStatistics found = MeasureData(world.task("copy:count=100"),
                                           *world.Split("copy:count=100"), options.batching, 100);
  EXPECT_EQ(found.real_positions, real_positions);
  // Ties in length stand in another order, so that a batch may end elsewhere.
  EXPECT_NEAR(static_cast<double>(found.positions), static_cast<double>(positions),
              0.02 * static_cast<double>(positions));
  EXPECT_NEAR(static_cast<double>(found.batches), static_cast<double>(batches), 1);
}

TEST(DataStatisticsTest, CountsWhatTrainingWouldLeaveOut) {
  TrainingWorld world;
  FixedProblem::Splits splits = Texts({"aaaa", "a", "aa", "aaaaaaaa"});
  splits["train"][1].ports["kind"] = "c";
  world.Add(FixedProblem(Measured("byte"), splits));
  const DataStatistics found = MeasureData(world.task("measured"), *world.Split("measured"),
                                           {.examples_per_batch = 2, .max_length = 5}, 100);
  EXPECT_EQ(found.broken, 1);
  EXPECT_THAT(found.first_broken, HasSubstr("measured, example '1', port kind"));
  EXPECT_EQ(found.too_long, 1);
  EXPECT_EQ(found.rows, 2);
}

TEST(DataStatisticsTest, ASampleIsSpreadOverTheSplit) {
  EXPECT_THAT(EvenlySpread(10, 4), ElementsAre(0, 2, 5, 7));
  EXPECT_THAT(EvenlySpread(3, 4), ElementsAre(0, 1, 2));
  EXPECT_TRUE(EvenlySpread(0, 4).empty());
  TrainingWorld world;
  world.Add(FixedProblem(Measured("byte"), Texts({"a", "aa", "aaa", "aaaa"})));
  const DataStatistics found = MeasureData(world.task("measured"), *world.Split("measured"), {}, 2);
  EXPECT_EQ(found.sampled, 2);
  EXPECT_THAT(found.ports.at("text").units, ElementsAre(1, 3));
}

// Of four words the first and the third are learned from.
TEST(DataStatisticsTest, WordsThatTheSampleDoesNotHaveAreUnknown) {
  TrainingWorld world;
  world.Add(FixedProblem(Measured("word"), Texts({"one", "two", "three", "four"})));
  ASSERT_TRUE(LearnFromSample(world.task("measured"), world.data_folder(), 2, 2).ok());
  const DataStatistics found =
      MeasureData(world.task("measured"), *world.Split("measured"), {}, 100);
  EXPECT_EQ(found.ports.at("text").ids, 4);
  EXPECT_EQ(found.ports.at("text").fallbacks, 2);
}

TEST(DataStatisticsTest, BytesOfCharactersThatWereNotLearnedFallBack) {
  TrainingWorld world;
  world.Add(FixedProblem(Measured("char"), Texts({"a\xC3\xA9", "b\xC3\xBC"})));
  ASSERT_TRUE(LearnFromSample(world.task("measured"), world.data_folder(), 1, 1).ok());
  const DataStatistics found =
      MeasureData(world.task("measured"), *world.Split("measured"), {}, 100);
  EXPECT_EQ(found.ports.at("text").ids, 5);
  EXPECT_EQ(found.ports.at("text").fallbacks, 2);
}

}  // namespace
}  // namespace t2t
