#include "trainer/mixture.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace t2t {
namespace {

std::vector<std::string> Draw(Mixture& mixture, int count) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) names.push_back(mixture.Next());
  return names;
}

TEST(MixtureTest, DealsByTheRates) {
  Mixture mixture({{"a", 2}, {"b", 1}});
  EXPECT_EQ(Draw(mixture, 6), (std::vector<std::string>{"a", "b", "a", "a", "b", "a"}));
}

TEST(MixtureTest, EqualRatesTakeTurns) {
  Mixture mixture({{"b", 7}, {"c", 7}, {"a", 7}});
  EXPECT_EQ(Draw(mixture, 6), (std::vector<std::string>{"a", "b", "c", "a", "b", "c"}));
}

TEST(MixtureTest, OneProblemHasAllTurns) {
  Mixture mixture({{"a", 0.001}});
  EXPECT_EQ(Draw(mixture, 3), (std::vector<std::string>{"a", "a", "a"}));
}

// At every moment, not only in the end.
TEST(MixtureTest, SharesAreNeverOffByMoreThanTwo) {
  const std::map<std::string, double> rates = {{"a", 10}, {"b", 3}, {"c", 0.5}, {"d", 1e-3}};
  double sum = 0;
  for (const auto& [name, rate] : rates) sum += rate;
  Mixture mixture(rates);
  for (int64_t n = 1; n <= 20000; ++n) {
    mixture.Next();
    for (const auto& [name, rate] : rates) {
      ASSERT_LE(std::abs(static_cast<double>(mixture.drawn().at(name)) -
                         rate / sum * static_cast<double>(n)),
                2.0)
          << name << " after " << n;
    }
  }
  EXPECT_GE(mixture.drawn().at("d"), 1) << "the rarest comes too";
}

TEST(MixtureTest, GoesOnWhereItWasRestored) {
  const std::map<std::string, double> rates = {{"a", 5}, {"b", 3}, {"c", 1.7}};
  Mixture whole(rates);
  for (int k = 0; k < 40; ++k) {
    Mixture rest(rates);
    rest.Restore(whole.drawn());
    EXPECT_EQ(rest.drawn(), whole.drawn());
    Mixture copy = whole;
    EXPECT_EQ(Draw(rest, 30), Draw(copy, 30)) << "after " << k;
    whole.Next();
  }
}

// A run goes on with other problems: what is new begins at nothing, what is gone is forgotten.
TEST(MixtureTest, RestoreTakesOnlyTheProblemsItHas) {
  Mixture mixture({{"a", 1}, {"b", 1}});
  mixture.Restore({{"a", 3}, {"gone", 8}});
  EXPECT_EQ(mixture.drawn(), (std::map<std::string, int64_t>{{"a", 3}, {"b", 0}}));
  EXPECT_EQ(mixture.Next(), "b");
}

}  // namespace
}  // namespace t2t
