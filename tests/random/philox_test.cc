#include "random/philox.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <vector>

namespace t2t {
namespace {

// The vectors of philox4x32-10 in Random123's kat_vectors.
TEST(Philox4x32Test, GivesTheVectorsOfRandom123) {
  const PhiloxBlock zeros = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
  EXPECT_EQ(Philox4x32({0, 0, 0, 0}, 0), zeros);
  const PhiloxBlock ones = {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd};
  EXPECT_EQ(Philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, 0xffffffffffffffff), ones);
  const PhiloxBlock pi = {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1};
  EXPECT_EQ(Philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0x299f31d0a4093822), pi);
}

TEST(Philox4x32Test, IsAConstantExpression) {
  constexpr PhiloxBlock kBlock = Philox4x32({0, 0, 0, 0}, 0);
  static_assert(kBlock[0] == 0x6627e8d5);
  static_assert(RandomKey(1).With("shuffle").value() != RandomKey(1).With("dropout").value());
}

TEST(RandomKeyTest, EveryChainHasItsOwnValue) {
  std::map<uint64_t, std::string> seen;
  const auto add = [&](RandomKey key, const std::string& name) {
    const auto [it, added] = seen.emplace(key.value(), name);
    EXPECT_TRUE(added) << name << " has the value of " << it->second;
  };
  for (uint64_t seed : {0, 1, 2}) {
    const RandomKey root(seed);
    const std::string place = "seed " + std::to_string(seed) + " ";
    for (uint64_t part : {0, 1, 2, 255}) add(root.With(part), place + std::to_string(part));
    // One text, cut otherwise; texts that differ in bytes of zero; texts of one word and of two.
    add(root.With("ab").With("c"), place + "ab,c");
    add(root.With("a").With("bc"), place + "a,bc");
    add(root.With("abc"), place + "abc");
    add(root.With(absl::string_view("\0", 1)), place + "one zero");
    add(root.With(absl::string_view("\0\0", 2)), place + "two zeros");
    add(root.With("12345678"), place + "12345678");
    add(root.With("123456789"), place + "123456789");
    add(root.With(1).With(2), place + "1,2");
    add(root.With(2).With(1), place + "2,1");
  }
}

TEST(PhiloxTest, IsAFunctionOfItsKey) {
  Philox a(RandomKey(7).With("x")), b(RandomKey(7).With("x")), c(RandomKey(8).With("x"));
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const uint64_t value = a.Next64();
    EXPECT_EQ(value, b.Next64());
    differs = differs || value != c.Next64();
  }
  EXPECT_TRUE(differs);
}

TEST(PhiloxTest, ACopyGoesOnByItself) {
  Philox a(3);
  a.Next32();
  Philox b = a;
  std::vector<uint32_t> of_a, of_b;
  for (int i = 0; i < 9; ++i) of_a.push_back(a.Next32());
  for (int i = 0; i < 9; ++i) of_b.push_back(b.Next32());
  EXPECT_EQ(of_a, of_b);
}

TEST(PhiloxTest, UniformLiesInItsRangeWithTheMeanOfIt) {
  Philox random(11);
  double sum = 0, smallest = 1, largest = 0;
  constexpr int kCount = 100000;
  for (int i = 0; i < kCount; ++i) {
    const double u = random.Uniform();
    ASSERT_GE(u, 0.0);
    ASSERT_LT(u, 1.0);
    sum += u;
    smallest = std::min(smallest, u);
    largest = std::max(largest, u);
  }
  EXPECT_NEAR(sum / kCount, 0.5, 0.005);  // five standard errors
  EXPECT_LT(smallest, 1e-3);
  EXPECT_GT(largest, 1 - 1e-3);
}

class BelowTest : public testing::TestWithParam<uint64_t> {};

// Pearson's statistic has n - 1 degrees of freedom; five standard deviations above its mean.
TEST_P(BelowTest, IsUniform) {
  const uint64_t n = GetParam();
  Philox random(RandomKey(5).With(n));
  std::vector<int64_t> counts(n);
  const double expected = 2000;
  for (uint64_t i = 0; i < n * 2000; ++i) {
    const uint64_t value = random.Below(n);
    ASSERT_LT(value, n);
    ++counts[value];
  }
  double statistic = 0;
  for (int64_t count : counts) {
    const double off = static_cast<double>(count) - expected;
    statistic += off * off / expected;
  }
  const double freedom = static_cast<double>(n - 1);
  EXPECT_LE(statistic, freedom + 5 * std::sqrt(2 * freedom) + 1e-9);
}

INSTANTIATE_TEST_SUITE_P(Sizes, BelowTest, testing::Values(1, 2, 3, 7, 16, 100));

// Without rejection the lower third would come twice as often.
TEST(PhiloxTest, BelowIsNotBiasedForALargeRange) {
  const uint64_t n = (uint64_t{1} << 63) + (uint64_t{1} << 62);
  Philox random(9);
  int64_t low = 0;
  constexpr int kCount = 30000;
  for (int i = 0; i < kCount; ++i) low += random.Below(n) < n / 3;
  EXPECT_NEAR(static_cast<double>(low) / kCount, 1.0 / 3, 0.014);
}

TEST(PhiloxTest, NormalHasMeanZeroAndVarianceOne) {
  Philox random(13);
  double sum = 0, squares = 0;
  constexpr int kCount = 100000;
  for (int i = 0; i < kCount; ++i) {
    const double x = random.Normal();
    ASSERT_TRUE(std::isfinite(x));
    sum += x;
    squares += x * x;
  }
  EXPECT_NEAR(sum / kCount, 0, 0.016);
  EXPECT_NEAR(squares / kCount, 1, 0.023);
}

TEST(PhiloxTest, ShuffleIsAPermutation) {
  for (size_t size : {0u, 1u, 2u, 50u}) {
    std::vector<size_t> values(size);
    std::iota(values.begin(), values.end(), 0);
    const std::vector<size_t> before = values;
    Philox(RandomKey(1).With(size)).Shuffle(values);
    if (size == 50) {
      EXPECT_NE(values, before);
    }
    std::sort(values.begin(), values.end());
    EXPECT_EQ(values, before);
  }
}

TEST(PhiloxTest, EveryPermutationOfThreeComesEquallyOften) {
  std::map<std::vector<int>, int> counts;
  constexpr int kCount = 12000;
  for (int i = 0; i < kCount; ++i) {
    std::vector<int> values = {0, 1, 2};
    Philox(RandomKey(2).With(static_cast<uint64_t>(i))).Shuffle(values);
    ++counts[values];
  }
  ASSERT_EQ(counts.size(), 6u);
  for (const auto& [values, count] : counts)
    EXPECT_NEAR(count, 2000, 5 * 41) << values[0] << values[1] << values[2];
}

}  // namespace
}  // namespace t2t
