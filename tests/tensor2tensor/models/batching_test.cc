#include "tensor2tensor/models/batching.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <tuple>

#include "nlohmann/json.hpp"
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
    for (const BatchPlan& plan : PlanBatches(examples, options, 0)) {
      EXPECT_TRUE(plan.packed_rows.empty());
      EXPECT_EQ(plan.positions, MakeBatch(kit.task("caption"), examples, plan).positions());
    }
    std::sort(seen.begin(), seen.end());
    ASSERT_EQ(seen.size(), 200u);
    for (int64_t i = 0; i < 200; ++i) EXPECT_EQ(seen[static_cast<size_t>(i)], i);
  }
}

// The places of a plan's packed rows, counted one by one: the inputs' stream and each target's, an example with a tag in each.
int64_t PlacesOf(const std::vector<EncodedExample>& examples, const BatchPlan& plan) {
  const auto of = [&](const auto& length) {
    std::map<int64_t, int64_t> rows;
    int64_t longest = 0;
    for (size_t i = 0; i < plan.examples.size(); ++i) {
      int64_t& row = rows[plan.packed_rows[i]];
      row += length(examples[static_cast<size_t>(plan.examples[i])]) + 1;
      longest = std::max(longest, row);
    }
    return static_cast<int64_t>(rows.size()) * longest;
  };
  int64_t places = of([](const EncodedExample& example) {
    int64_t sum = 0;
    for (const auto& [name, units] : example.inputs) sum += units.length();
    return sum;
  });
  for (const auto& target : examples[0].targets) {
    places += of(
        [&](const EncodedExample& example) { return example.targets.at(target.first).length(); });
  }
  return places;
}

TEST(PlanBatches, HoldsEveryExampleOnceWithinTheLimits) {
  const ModelKit kit = MakeKit({"caption"}, "{}");
  const std::vector<EncodedExample> examples = kit.Examples("caption", 200);
  const int64_t tags = 3;  // of the inputs and of two targets
  for (const auto& [tokens, most, length] : std::vector<std::tuple<int64_t, int64_t, int64_t>>{
           {200, 0, 50}, {0, 3, 100}, {90, 2, 40}, {0, 7, 1}}) {
    BatchingOptions options;
    options.tokens_per_batch = tokens;
    options.examples_per_batch = most;
    std::vector<int64_t> seen;
    int64_t full_rows = 0;
    for (const BatchPlan& plan : PlanBatches(examples, options, length)) {
      ASSERT_EQ(plan.examples.size(), plan.packed_rows.size());
      std::vector<int64_t> filled;
      for (size_t i = 0; i < plan.examples.size(); ++i) {
        const auto row = static_cast<size_t>(plan.packed_rows[i]);
        ASSERT_TRUE(row == filled.size() || row + 1 == filled.size()) << row;
        if (row == filled.size()) filled.push_back(0);
        filled[row] += examples[static_cast<size_t>(plan.examples[i])].length() + tags;
        seen.push_back(plan.examples[i]);
      }
      for (size_t i = 0; i < filled.size(); ++i) {
        const auto held = std::count(plan.packed_rows.begin(), plan.packed_rows.end(), i);
        EXPECT_TRUE(filled[i] <= length || held == 1) << filled[i];
        full_rows += held > 1 ? 1 : 0;
      }
      const Batch made = MakeBatch(kit.task("caption"), examples, plan);
      EXPECT_EQ(made.positions(), plan.positions);
      EXPECT_EQ(made.positions() - made.real_positions(),
                PlacesOf(examples, plan) - made.real_positions() -
                    tags * static_cast<int64_t>(plan.examples.size()));
      if (tokens > 0 && filled.size() > 1) {
        EXPECT_LE(PlacesOf(examples, plan), tokens);
      }
      if (most > 0) {
        EXPECT_LE(static_cast<int64_t>(filled.size()), most);
      }
    }
    EXPECT_EQ(full_rows > 0, length > 1);
    std::sort(seen.begin(), seen.end());
    ASSERT_EQ(seen.size(), 200u);
    for (int64_t i = 0; i < 200; ++i) EXPECT_EQ(seen[static_cast<size_t>(i)], i);
  }
}

// Of real lengths (tests/data/lengths/make_lengths.py): descriptions of packages, by themselves and as something to write behind
// nothing, and words with their sounds. At least 95 of 100 places hold something, tags counted.
TEST(PlanBatches, FillsItsRowsWithTextsAndWords) {
  std::ifstream file(T2T_TEST_DATA "/lengths/lengths.json");
  const nlohmann::json golden = nlohmann::json::parse(file);
  const auto units = [](int64_t length) {
    Units made;
    made.ids.assign(static_cast<size_t>(length), 0);
    return made;
  };
  for (const char* name : {"lm_debian", "g2p_cmudict"}) {
    std::vector<EncodedExample> examples;
    for (const auto& lengths : golden.at(name)) {
      EncodedExample& example = examples.emplace_back();
      if (lengths.size() > 1) example.inputs["word"] = units(lengths.at(0));
      example.targets["text"] = units(lengths.back());
    }
    ASSERT_EQ(examples.size(), 1500u);
    for (const int64_t row_length : {256, 512}) {
      BatchingOptions options;
      int64_t places = 0, useful = 0;
      for (const BatchPlan& plan : PlanBatches(examples, options, row_length)) {
        places += PlacesOf(examples, plan);
        for (const int64_t i : plan.examples)
          useful += examples[static_cast<size_t>(i)].length() + 2;
      }
      EXPECT_GE(static_cast<double>(useful) / static_cast<double>(places), 0.95)
          << name << " in rows of " << row_length;
    }
  }
}

// Two hundred short examples beside a long one are not all to be padded to it.
TEST(PlanBatches, BoundsWhatExamplesTakeInRowsOfTheirOwn) {
  for (const int64_t longest : {60, 900, 2000, 9000}) {
    std::vector<EncodedExample> examples;
    for (int64_t i = 0; i < 300; ++i) {
      const int64_t length = i % 100 == 0 ? longest : 5 + i % 11;
      examples.emplace_back().targets["text"].ids.assign(static_cast<size_t>(length), 0);
    }
    BatchingOptions options;  // 4096 positions
    for (const int64_t row_length : {64, 512, 4096}) {
      for (const BatchPlan& plan : PlanBatches(examples, options, row_length)) {
        if (plan.examples.size() == 1) continue;
        const bool one_row = plan.packed_rows.back() == 0;
        EXPECT_LE(8 * PaddedPositions(examples, plan.examples),
                  9 * 2 * (one_row ? row_length : options.tokens_per_batch))
            << longest << " in rows of " << row_length;
      }
    }
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
