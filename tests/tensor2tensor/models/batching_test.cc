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

TEST(EncodePorts, NamesTheMissingPort) {
  const ModelKit kit = MakeKit({"copy"}, "{}");
  Example example;
  example.key = "seven";
  const auto encoded = EncodePorts(kit.task("copy"), example, false, 0);
  EXPECT_EQ(encoded.status().message(), "copy, example 'seven', port text: is missing");
}

}  // namespace
}  // namespace t2t
