#include "tensor2tensor/models/batching.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/tensor2tensor/models/model_kit.h"

namespace t2t {
namespace {

TEST(LengthStep, IsAnEighthToASixteenth) {
  EXPECT_EQ(LengthStep(1), 1);
  EXPECT_EQ(LengthStep(15), 1);
  EXPECT_EQ(LengthStep(16), 2);
  EXPECT_EQ(LengthStep(31), 2);
  EXPECT_EQ(LengthStep(32), 4);
  EXPECT_EQ(LengthStep(100), 8);
}

TEST(CutBatches, HoldsEveryExampleOnceWithinTheLimit) {
  const ModelKit kit = MakeKit({"caption"}, "{}");
  const std::vector<EncodedExample> examples = kit.Examples("caption", 200);
  for (const auto& [tokens, rows] :
       std::vector<std::pair<int64_t, int64_t>>{{100, 0}, {0, 7}, {60, 3}, {1, 0}}) {
    BatchingOptions options;
    options.tokens_per_batch = tokens;
    options.examples_per_batch = rows;
    std::vector<int64_t> seen;
    for (const std::vector<int64_t>& batch : CutBatches(examples, options)) {
      const Batch made = MakeBatch(kit.task("caption"), examples, batch, true);
      if (tokens > 0 && batch.size() > 1) {
        EXPECT_LE(made.positions(), tokens);
      }
      if (rows > 0) {
        EXPECT_LE(made.rows(), rows);
      }
      seen.insert(seen.end(), batch.begin(), batch.end());
    }
    std::sort(seen.begin(), seen.end());
    ASSERT_EQ(seen.size(), 200u);
    for (int64_t i = 0; i < 200; ++i) EXPECT_EQ(seen[static_cast<size_t>(i)], i);
  }
}

TEST(MakeBatch, CarriesNumbersKeysAndLengths) {
  const ModelKit kit = MakeKit({"copy"}, "{}");
  const std::vector<EncodedExample> examples = kit.Examples("copy", 9);
  const Batch batch = MakeBatch(kit.task("copy"), examples, {5, 2}, true);
  EXPECT_EQ(batch.examples, (std::vector<int64_t>{5, 2}));
  EXPECT_EQ(batch.keys, (std::vector<uint64_t>{examples[5].key, examples[2].key}));
  EXPECT_EQ(batch.inputs.at("text").lengths[0], examples[5].inputs.at("text").length());
  EXPECT_EQ(batch.real_positions(), examples[5].length() + examples[2].length());
  EXPECT_TRUE(MakeBatch(kit.task("copy"), examples, {5, 2}, false).targets.empty());
}

TEST(PaddedPositions, AreThoseOfTheBatch) {
  const ModelKit kit = MakeKit({"caption"}, "{}");
  const std::vector<EncodedExample> examples = kit.Examples("caption", 60);
  for (int64_t i = 0; i < 60; ++i) {
    for (const std::vector<int64_t>& rows :
         {std::vector<int64_t>{i}, {i, 59 - i}, {i, (i + 7) % 60, (i * i) % 60}}) {
      EXPECT_EQ(PaddedPositions(examples, rows),
                MakeBatch(kit.task("caption"), examples, rows, true).positions());
    }
  }
}

// Seventeen letters are padded to eighteen: with the tag the padding stands one place behind the table.
TEST(MakeBatch, PaddingMayStandBehindTheLastLearnedPosition) {
  for (const char* model : {"{positions: learned, max_positions: 18}",
                            "{layout: decoder_only, positions: learned, max_positions: 36}"}) {
    const ModelKit kit = MakeKit({"copy"}, model);
    std::vector<EncodedExample> examples;
    for (const int64_t length : {17, 16, 17}) {
      Example example;
      example.ports["text"] = std::string(static_cast<size_t>(length), 'a');
      example.ports["copied"] = std::string(static_cast<size_t>(length), 'b');
      examples.push_back(*EncodePorts(kit.task("copy"), example, true, 0));
    }
    const Batch batch = MakeBatch(kit.task("copy"), examples, {0, 1, 2}, true);
    ASSERT_EQ(batch.inputs.at("text").time(), 18);
    double alone = 0;
    for (const int64_t row : {0, 1, 2})
      alone += kit.Loss(MakeBatch(kit.task("copy"), examples, {row}, true));
    EXPECT_NEAR(kit.Loss(batch), alone, 1e-3) << model;
  }
}

TEST(EncodePorts, NamesTheMissingPort) {
  const ModelKit kit = MakeKit({"copy"}, "{}");
  Example example;
  example.key = "seven";
  const auto encoded = EncodePorts(kit.task("copy"), example, false, 0);
  EXPECT_EQ(encoded.status().message(), "copy, example 'seven', port text: is missing");
}

}  // namespace
}  // namespace t2t
