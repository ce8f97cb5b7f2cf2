#include "random/sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace t2t {
namespace {

using testing::ElementsAre;

TEST(SampleInOrder, TakesAllWhereNoFewerAreWanted) {
  for (const int64_t count : {-1, 0, 4, 9})
    EXPECT_THAT(SampleInOrder(4, count, RandomKey(1)), ElementsAre(0, 1, 2, 3)) << count;
  EXPECT_TRUE(SampleInOrder(0, 3, RandomKey(1)).empty());
}

// Each of the 10 choices of 2 of 5 comes equally often.
TEST(SampleInOrder, EveryChoiceIsEquallyLikely) {
  std::map<std::vector<int64_t>, int> counts;
  for (uint64_t i = 0; i < 20000; ++i) {
    const std::vector<int64_t> chosen = SampleInOrder(5, 2, RandomKey(2).With(i));
    ASSERT_EQ(chosen.size(), 2u);
    ASSERT_LT(chosen[0], chosen[1]);
    ++counts[chosen];
  }
  ASSERT_EQ(counts.size(), 10u);
  for (const auto& [chosen, count] : counts)
    EXPECT_NEAR(count, 2000, 5 * 43) << chosen[0] << " " << chosen[1];
}

}  // namespace
}  // namespace t2t
