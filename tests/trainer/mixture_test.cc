#include "trainer/mixture.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace t2t {
namespace {

using Rates = std::map<std::string, double>;

std::vector<std::string> Draw(Mixture& mixture, int count) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) {
    names.push_back(*mixture.Next(1));
    mixture.Count(names.back());
  }
  return names;
}

int64_t Batches(const Mixture& mixture, const std::string& name) {
  return mixture.state().problems.at(name).batches;
}

// Draw and amount as every step of these tests has them: sizes of batches that differ between problems and go up and down.
void DrawOne(Mixture& mixture, int64_t step) {
  const std::string name = *mixture.Next(step);
  const double usual = name == "a" ? 4000 : name == "b" ? 300 : 41.5;
  mixture.Count(name, usual * (1 + 0.1 * static_cast<double>(step % 5)));
  mixture.Observe(name, name == "a" ? 5.0 : 5.0 / static_cast<double>(10 + step));
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
  Mixture mixture(Rates{{"a", 0.001}});
  EXPECT_EQ(Draw(mixture, 3), (std::vector<std::string>{"a", "a", "a"}));
}

// The order of runs from before there were options: largest rate * (n + 1) - drawn, the first by name among equal ones.
TEST(MixtureTest, PlainRatesDrawAsTheyAlwaysDid) {
  const Rates rates = {{"a", 3}, {"b", 1.7}, {"c", 1.7}, {"d", 0.1}, {"e", 6}};
  double sum = 0;
  for (const auto& [name, rate] : rates) sum += rate;
  std::map<std::string, int64_t> drawn;
  Mixture mixture(rates);
  for (int64_t n = 0; n < 5000; ++n) {
    std::string best = "a";
    const auto behind = [&](const std::string& name) {
      return rates.at(name) / sum * static_cast<double>(n + 1) - static_cast<double>(drawn[name]);
    };
    for (const auto& [name, rate] : rates) {
      if (behind(name) > behind(best) + 1e-9) best = name;
    }
    ++drawn[best];
    ASSERT_EQ(Draw(mixture, 1)[0], best) << n;
  }
}

// At every moment, not only in the end.
TEST(MixtureTest, SharesAreNeverOffByMoreThanTwo) {
  const Rates rates = {{"a", 10}, {"b", 3}, {"c", 0.5}, {"d", 1e-3}};
  double sum = 0;
  for (const auto& [name, rate] : rates) sum += rate;
  Mixture mixture(rates);
  for (int64_t n = 1; n <= 20000; ++n) {
    Draw(mixture, 1);
    for (const auto& [name, rate] : rates) {
      ASSERT_LE(std::abs(static_cast<double>(Batches(mixture, name)) -
                         rate / sum * static_cast<double>(n)),
                2.0)
          << name << " after " << n;
    }
  }
  EXPECT_GE(Batches(mixture, "d"), 1) << "the rarest comes too";
}

// Whatever a batch counts for, and however the shares move: what was drawn is no more than one draw beyond the sum of what
// each moment's shares gave, and no more than two behind it.
TEST(MixtureTest, SharesOfUnequalBatchesFollowTheIdeal) {
  MixtureOptions moving;
  moving.floor = 0.02;
  moving.schedule["a"] = {{0, 1}, {1000, 0}, {3000, 4}};
  MixtureOptions learning;
  learning.floor = 0.05;
  learning.adaptive = true;
  learning.horizon = 20;
  for (const MixtureOptions& options : {MixtureOptions(), moving, learning}) {
    Mixture mixture(MixtureShares(options, {{"a", 1}, {"b", 2}, {"c", 0.3}}, {}));
    Rates ideal;
    double largest = 0;
    for (int64_t step = 1; step <= 6000; ++step) {
      const double before = mixture.state().total();
      DrawOne(mixture, step);
      const MixtureState& state = mixture.state();
      const double amount = state.total() - before;
      largest = std::max(largest, amount);
      for (const auto& [name, problem] : state.problems) {
        ideal[name] += problem.share * amount;
        ASSERT_LE(problem.drawn - ideal[name], largest * 1.0001) << name << " at " << step;
        ASSERT_LE(ideal[name] - problem.drawn, 2 * largest) << name << " at " << step;
      }
    }
  }
}

TEST(MixtureTest, GoesOnWhereItWasRestored) {
  MixtureOptions plain, moving, learning;
  moving.schedule["b"] = {{5, 0}, {30, 2}};
  learning.adaptive = true;
  learning.horizon = 8;
  learning.floor = 0.1;
  for (const MixtureOptions& options : {plain, moving, learning}) {
    const MixtureShares shares(options, {{"a", 5}, {"b", 3}, {"c", 1.7}}, {});
    Mixture whole(shares);
    for (int64_t step = 1; step < 60; ++step) {
      Mixture rest(shares);
      rest.Restore(whole.state());
      Mixture copy = whole;
      for (int64_t later = step; later < step + 40; ++later) {
        DrawOne(rest, later);
        DrawOne(copy, later);
        ASSERT_EQ(rest.state(), copy.state()) << "restored before " << step << ", at " << later;
      }
      DrawOne(whole, step);
    }
  }
}

// A run goes on with other problems: what is new begins at nothing, what is gone is forgotten.
TEST(MixtureTest, RestoreTakesOnlyTheProblemsItHas) {
  Mixture before({{"a", 3}, {"gone", 8}});
  Draw(before, 11);
  Mixture mixture({{"a", 1}, {"b", 1}});
  mixture.Restore(before.state());
  EXPECT_EQ(Batches(mixture, "a"), 3);
  EXPECT_EQ(Batches(mixture, "b"), 0);
  EXPECT_EQ(mixture.state().problems.size(), 2u);
}

// Else the problem whose share grows had every turn until its share of the past was made up for.
TEST(MixtureTest, NoShareIsMadeUpForWhenItChanges) {
  MixtureOptions options;
  options.schedule["b"] = {{100, 0}, {101, 1}};
  Mixture mixture(MixtureShares(options, {{"a", 1}, {"b", 1}}, {}));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(Draw(mixture, 1)[0], "a");
  for (int i = 0; i < 10; ++i) mixture.Count(*mixture.Next(101));
  EXPECT_EQ(Batches(mixture, "b"), 5);
}

TEST(MixtureTest, WhatIsOverIsDrawnNoMore) {
  Mixture mixture({{"a", 1}, {"b", 2}, {"c", 1}});
  Draw(mixture, 8);
  mixture.SetOver("b");
  EXPECT_EQ(Draw(mixture, 4), (std::vector<std::string>{"a", "c", "a", "c"}));
  mixture.SetOver("a");
  EXPECT_EQ(Draw(mixture, 2), (std::vector<std::string>{"c", "c"}));
  EXPECT_FALSE(mixture.Over(1));
  mixture.SetOver("c");
  EXPECT_TRUE(mixture.Over(1));
  EXPECT_FALSE(mixture.Next(1).has_value());
}

// b learns, a does not; then b has learned all and c begins to.
TEST(MixtureTest, AnAdaptiveOneFollowsWhatLearns) {
  MixtureOptions options;
  options.adaptive = true;
  options.horizon = 40;
  options.floor = 0.05;
  Mixture mixture(MixtureShares(options, {{"a", 1}, {"b", 1}, {"c", 1}}, {}));
  std::map<std::string, int64_t> drawn;
  const auto train = [&](int steps, const std::function<double(const std::string&)>& loss) {
    for (int i = 0; i < steps; ++i) {
      const std::string name = *mixture.Next(1);
      mixture.Count(name);
      ++drawn[name];
      mixture.Observe(name, loss(name));
    }
  };
  const auto share = [&](const char* name) { return mixture.state().problems.at(name).share; };
  train(30, [](const std::string&) { return 4.0; });
  EXPECT_NEAR(share("a"), 1.0 / 3, 1e-12) << "nothing is known to learn";
  train(200, [&](const std::string& name) {
    return name == "b" ? 4 * std::pow(0.99, static_cast<double>(drawn["b"])) : 4.0;
  });
  EXPECT_GT(share("b"), 0.75);
  EXPECT_NEAR(share("a"), share("c"), 1e-12);
  const int64_t then = drawn["c"];
  train(400, [&](const std::string& name) {
    if (name != "c") return name == "b" ? 0.5 : 4.0;
    return 4 * std::pow(0.99, static_cast<double>(drawn["c"] - then));
  });
  EXPECT_GT(share("c"), 0.6);
  EXPECT_LT(share("b"), 0.25);
  EXPECT_GE(share("a"), 0.05);
}

}  // namespace
}  // namespace t2t
