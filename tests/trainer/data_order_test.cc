#include "trainer/data_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <tuple>
#include <vector>

namespace t2t {
namespace {

std::vector<int64_t> Epoch(const DataOrder& order, int64_t epoch) {
  std::vector<int64_t> rows;
  for (int64_t window = 0; window < order.windows(); ++window) {
    for (int64_t row : order.Window(epoch, window)) rows.push_back(row);
  }
  return rows;
}

class DataOrderTest : public testing::TestWithParam<std::tuple<int64_t, int64_t, int64_t>> {};

TEST_P(DataOrderTest, AnEpochHasEveryExampleOnce) {
  const auto [size, window, block] = GetParam();
  const DataOrder order(size, RandomKey(1).With("p"), window, block);
  std::vector<int64_t> all(static_cast<size_t>(size));
  std::iota(all.begin(), all.end(), 0);
  for (int64_t epoch : {0, 1, 2, 1000000}) {
    std::vector<int64_t> rows = Epoch(order, epoch);
    std::sort(rows.begin(), rows.end());
    EXPECT_EQ(rows, all) << "epoch " << epoch;
  }
}

TEST_P(DataOrderTest, NoWindowIsLargerThanAskedNorEmpty) {
  const auto [size, window, block] = GetParam();
  const DataOrder order(size, RandomKey(1), window, block);
  for (int64_t w = 0; w < order.windows(); ++w) {
    const auto rows = order.Window(3, w);
    EXPECT_GE(rows.size(), 1u);
    EXPECT_LE(static_cast<int64_t>(rows.size()), window);
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, DataOrderTest,
                         testing::Combine(testing::Values(1, 2, 63, 64, 65, 1000),
                                          testing::Values(1, 7, 64, 100, 8192),
                                          testing::Values(1, 64)));

TEST(DataOrderOfSeedsTest, EpochsSeedsAndProblemsDiffer) {
  const DataOrder order(500, RandomKey(1).With("p"), 128);
  const auto first = Epoch(order, 0);
  EXPECT_NE(first, Epoch(order, 1));
  EXPECT_NE(first, Epoch(DataOrder(500, RandomKey(2).With("p"), 128), 0));
  EXPECT_NE(first, Epoch(DataOrder(500, RandomKey(1).With("q"), 128), 0));
  std::vector<int64_t> sorted = first;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_NE(first, sorted) << "not shuffled at all";
}

// Neighbours on the disk come to lie in other windows from epoch to epoch.
TEST(DataOrderOfSeedsTest, WindowsHoldOtherExamplesInOtherEpochs) {
  const DataOrder order(4096, RandomKey(1), 512);
  auto a = order.Window(0, 0), b = order.Window(1, 0);
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  EXPECT_NE(a, b);
}

TEST(DataOrderOfSeedsTest, AWindowIsAPureFunctionOfItsPlace) {
  const DataOrder order(300, RandomKey(1), 100), other(300, RandomKey(1), 100);
  const auto late = order.Window(7, 2);
  for (int64_t epoch = 0; epoch < 3; ++epoch) other.Window(epoch, 0);
  EXPECT_EQ(other.Window(7, 2), late);
  EXPECT_EQ(order.Window(7, 2), late);
}

}  // namespace
}  // namespace t2t
