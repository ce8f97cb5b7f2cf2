#include "modalities/adapters/token_adapter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "modalities/adapters/register_adapters.h"
#include "tests/modalities/adapters/adapter_kit.h"
#include "tests/modalities/finite_differences.h"
#include "tests/tensor2tensor/layers/expect_close.h"

namespace t2t {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

UnitsBatch IdsOf(const std::vector<std::vector<int64_t>>& rows) {
  std::vector<Units> units(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) units[i].ids = rows[i];
  return Collate(units);
}

TEST(TokenAdapter, GivesTheTablesRowsTimesTheRootOfTheWidth) {
  at::manual_seed(1);
  const TokenAdapter adapter(/*vocabulary_size=*/6, /*width=*/4);
  ASSERT_EQ(adapter.table().sizes(), (std::vector<int64_t>{7, 4}));  // and the stop unit
  const Stream stream = adapter.Forward(IdsOf({{5, 0}, {2, 6, 1}}));
  ASSERT_EQ(stream.values.sizes(), (std::vector<int64_t>{2, 3, 4}));
  const std::vector<std::vector<int64_t>> rows = {{5, 0}, {2, 6, 1}};
  for (size_t row = 0; row < rows.size(); ++row) {
    for (size_t t = 0; t < rows[row].size(); ++t) {
      ExpectClose(stream.values[static_cast<int64_t>(row)][static_cast<int64_t>(t)],
                  adapter.table()[rows[row][t]] * 2.0, 1e-6);
    }
  }
  EXPECT_THAT(stream.lengths, ElementsAre(2, 3));
  ExpectClose(stream.positions, at::tensor({0, 1, 2}, at::kLong).view({1, 3, 1}));
  ExpectClose(stream.valid, at::tensor({1, 1, 0, 1, 1, 1}).view({2, 3}));
}

TEST(TokenAdapter, FullRowsHaveNoMask) {
  EXPECT_FALSE(TokenAdapter(6, 4).Forward(IdsOf({{1, 2}, {3, 4}})).valid.defined());
}

TEST(TokenAdapter, WhatStandsInThePaddingIsNotSeenElsewhere) {
  const TokenAdapter adapter(6, 4);
  UnitsBatch batch = IdsOf({{5, 0}, {2, 6, 1}});
  const Stream before = adapter.Forward(batch);
  batch.ids = batch.ids.clone();
  batch.ids[0][2] = 3;
  const Stream after = adapter.Forward(batch);
  const at::Tensor valid = before.valid.unsqueeze(2);
  ExpectClose(after.values * valid, before.values * valid);
  ExpectClose(after.valid, before.valid);
}

// Of unit variance at the start, whatever the width: the rows have deviation 1 / sqrt(width).
TEST(TokenAdapter, BeginsWithUnitVariance) {
  at::manual_seed(2);
  for (int64_t width : {16, 256}) {
    const TokenAdapter adapter(2000, width);
    const at::Tensor values =
        adapter.table().detach() * std::sqrt(static_cast<double>(width));  // as Forward gives them
    EXPECT_NEAR(values.std().item<double>(), 1.0, 0.02) << width;
    EXPECT_NEAR(values.mean().item<double>(), 0.0, 0.02) << width;
  }
}

TEST(TokenAdapter, FiniteDifferences) {
  at::manual_seed(3);
  TokenAdapter adapter(6, 4);
  const std::vector<at::Tensor> parameters = InDouble(adapter);
  ASSERT_EQ(parameters.size(), 1u);
  const UnitsBatch batch = IdsOf({{5, 0}, {2, 5, 1}});
  const at::Tensor weights = at::randn({2, 3, 4}, at::kDouble);
  ExpectGradients([&] { return (adapter.Forward(batch).values.sin() * weights).sum(); }, parameters,
                  {.elements = 100});
}

TEST(TokenAdapter, RefusesACodecOfFrames) {
  const auto adapter = MakeAdapter(MakeTokenAdapter, SizesCodec(0, 5, {}), "{}", 8);
  ASSERT_EQ(adapter.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(adapter.status().message()), HasSubstr("the codec of this test"));
  EXPECT_TRUE(MakeAdapter(MakeTokenAdapter, SizesCodec(5, 0, {}), "{}", 8).ok());
}

TEST(RegisterAdapters, HasBoth) {
  Registry<AdapterFactory> registry("adapter");
  ASSERT_TRUE(RegisterAdapters(registry).ok());
  EXPECT_THAT(registry.Names(), IsSupersetOf({"patches", "tokens"}));
  EXPECT_EQ(RegisterAdapters(registry).code(), absl::StatusCode::kAlreadyExists);
}

}  // namespace
}  // namespace t2t
