#include "trainer/histogram.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace t2t {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(HistogramTest, OneBarForEachNumber) {
  EXPECT_THAT(Histogram({4, 5, 5, 5, 6, 6, 9}, {.axis = "tokens", .rows = 3}),
              ElementsAre("examples by tokens",      //
                          "3 |    ###",              //
                          "  |    ######",           //
                          "  | #########      ###",  //
                          "0 +-------------------",  //
                          "    4                9"));
}

TEST(HistogramTest, BlocksInEighths) {
  EXPECT_THAT(Histogram({1, 1, 1, 1, 2, 2, 2, 3}, {.axis = "frames", .rows = 1, .unicode = true}),
              ElementsAre("examples by frames",  //
                          "4 │ ███▆▆▆▂▂▂",       //
                          "0 └──────────",       //
                          "    1       3"));
}

TEST(HistogramTest, FarNumbersShareBarsAndTheRarestIsSeen) {
  std::vector<int64_t> numbers(10000, 1);
  numbers.push_back(5000);
  const std::vector<std::string> lines =
      Histogram(numbers, {.axis = "tokens", .columns = 40, .rows = 2});
  EXPECT_EQ(lines[0], "examples by tokens, 157 a bar");
  EXPECT_EQ(lines[1], "10000 | #");
  EXPECT_EQ(lines[2], "      | #" + std::string(30, ' ') + ".");
  for (const std::string& line : lines) EXPECT_LE(line.size(), 40u) << line;
}

TEST(HistogramTest, NothingToDraw) {
  EXPECT_THAT(Histogram({}, {}), IsEmpty());
  EXPECT_THAT(Histogram({7, 7}, {}), IsEmpty());
}

TEST(HistogramTest, Quantiles) {
  EXPECT_EQ(Quantile({3}, 0.95), 3);
  EXPECT_EQ(Quantile({1, 2, 3, 4}, 0), 1);
  EXPECT_EQ(Quantile({1, 2, 3, 4}, 0.5), 2);
  EXPECT_EQ(Quantile({1, 2, 3, 4}, 0.95), 4);
  EXPECT_EQ(Quantile({1, 2, 3, 4}, 1), 4);
  EXPECT_DOUBLE_EQ(Mean({1, 2, 6}), 3);
}

}  // namespace
}  // namespace t2t
