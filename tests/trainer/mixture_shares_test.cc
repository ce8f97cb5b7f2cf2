#include "trainer/mixture_shares.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "trainer/learning_progress.h"

namespace t2t {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pair;

MixtureState Fresh(const std::vector<std::string>& names) {
  MixtureState state;
  for (const std::string& name : names) state.problems[name] = {};
  return state;
}

auto Is(const char* name, double share) { return Pair(name, DoubleNear(share, 1e-9)); }

TEST(MixtureSharesTest, GivenRatesAreDividedByTheirSum) {
  const MixtureShares shares({{"a", 2}, {"b", 1}});
  EXPECT_EQ(shares(1, Fresh({"a", "b"})),
            (std::map<std::string, double>{{"a", 2 / 3.0}, {"b", 1 / 3.0}}));
}

// Golden values by hand: sqrt(10000) : sqrt(100) : 1 = 100 : 10 : 1.
TEST(MixtureSharesTest, TemperatureFlattensSizes) {
  MixtureOptions options;
  options.rates = "proportional";
  const std::map<std::string, double> rates = {{"a", 1}, {"b", 1}, {"c", 1}};
  const std::map<std::string, int64_t> sizes = {{"a", 10000}, {"b", 100}, {"c", 1}};
  const MixtureState state = Fresh({"a", "b", "c"});
  EXPECT_THAT(MixtureShares(options, rates, sizes)(1, state),
              ElementsAre(Is("a", 10000 / 10101.0), Is("b", 100 / 10101.0), Is("c", 1 / 10101.0)));
  options.temperature = 2;
  EXPECT_THAT(MixtureShares(options, rates, sizes)(1, state),
              ElementsAre(Is("a", 100 / 111.0), Is("b", 10 / 111.0), Is("c", 1 / 111.0)));
  options.cap = 400;  // sqrt(400) = 20
  EXPECT_THAT(MixtureShares(options, rates, sizes)(1, state),
              ElementsAre(Is("a", 20 / 31.0), Is("b", 10 / 31.0), Is("c", 1 / 31.0)));
  // The given numbers multiply.
  EXPECT_THAT(MixtureShares(options, {{"a", 1}, {"b", 2}, {"c", 10}}, sizes)(1, state),
              ElementsAre(Is("a", 20 / 50.0), Is("b", 20 / 50.0), Is("c", 10 / 50.0)));
  options.temperature = 1e9;
  EXPECT_THAT(
      MixtureShares(options, rates, sizes)(1, state),
      ElementsAre(Pair("a", DoubleNear(1 / 3.0, 1e-6)), Pair("b", DoubleNear(1 / 3.0, 1e-6)),
                  Pair("c", DoubleNear(1 / 3.0, 1e-6))));
}

TEST(MixtureSharesTest, SchedulesAreLinearBetweenTheirSteps) {
  MixtureOptions options;
  options.schedule["b"] = {{10, 3}, {20, 1}, {40, 0}};
  const MixtureShares shares(options, {{"a", 1}, {"b", 2}}, {});
  const MixtureState state = Fresh({"a", "b"});
  const std::map<int64_t, double> of_b = {{1, 6},  {10, 6},   {15, 4}, {20, 2},
                                          {30, 1}, {35, 0.5}, {40, 0}, {1000, 0}};
  for (const auto& [step, rate] : of_b) {
    EXPECT_THAT(shares(step, state),
                ElementsAre(Is("a", 1 / (1 + rate)), Is("b", rate / (1 + rate))))
        << step;
  }
}

TEST(MixtureSharesTest, GroupsShareOneRate) {
  MixtureOptions options;
  options.groups["texts"] = {3, {"a", "b", "old"}};
  options.groups["old"] = {4, {"c", "d"}};
  options.schedule["texts"] = {{0, 1}, {100, 0}};
  const MixtureShares shares(options, {{"a", 1}, {"b", 3}, {"c", 1}, {"d", 1}, {"e", 1}}, {});
  MixtureState state = Fresh({"a", "b", "c", "d", "e"});
  // texts 3 of 4; in it a 1 of 8, b 3 of 8, old 4 of 8.
  EXPECT_THAT(shares(0, state), ElementsAre(Is("a", 3 / 32.0), Is("b", 9 / 32.0), Is("c", 6 / 32.0),
                                            Is("d", 6 / 32.0), Is("e", 8 / 32.0)));
  EXPECT_THAT(shares(50, state), ElementsAre(Is("a", 0.6 / 8), Is("b", 1.8 / 8), Is("c", 0.6 / 4),
                                             Is("d", 0.6 / 4), Is("e", 0.4)));
  state.problems["c"].over = true;  // its group keeps its rate
  EXPECT_THAT(shares(0, state), ElementsAre(Is("a", 3 / 32.0), Is("b", 9 / 32.0), Is("c", 0),
                                            Is("d", 12 / 32.0), Is("e", 8 / 32.0)));
  state.problems["d"].over = true;  // and ends with its last member
  EXPECT_THAT(shares(0, state), ElementsAre(Is("a", 3 / 16.0), Is("b", 9 / 16.0), Is("c", 0),
                                            Is("d", 0), Is("e", 4 / 16.0)));
  state.problems["e"].over = true;
  // All that is left has a schedule of 0 here: it is drawn nevertheless, or the run would end with it undone.
  EXPECT_TRUE(shares.Planned(100, state).empty());
  EXPECT_THAT(shares(100, state),
              ElementsAre(Is("a", 0.5), Is("b", 0.5), Is("c", 0), Is("d", 0), Is("e", 0)));
  for (const char* name : {"a", "b"}) state.problems[name].over = true;
  EXPECT_TRUE(shares(100, state).empty());
}

// A group is as large as its members together, and a cap is one of each.
TEST(MixtureSharesTest, AProportionalGroupHasTheSizeOfItsMembers) {
  MixtureOptions options;
  options.rates = "proportional";
  options.cap = 500;
  options.groups["g"] = {1, {"a", "b"}};
  const MixtureShares shares(options, {{"a", 1}, {"b", 1}, {"c", 1}},
                             {{"a", 9000}, {"b", 100}, {"c", 400}});
  EXPECT_THAT(shares(1, Fresh({"a", "b", "c"})),
              ElementsAre(Is("a", 0.5), Is("b", 0.1), Is("c", 0.4)));
}

TEST(MixtureSharesTest, FloorsTakeFromThoseAbove) {
  MixtureOptions options;
  options.floor = 0.1;
  const std::map<std::string, double> rates = {{"a", 60}, {"b", 38}, {"c", 1}, {"d", 1}};
  MixtureState state = Fresh({"a", "b", "c", "d"});
  EXPECT_THAT(
      MixtureShares(options, rates, {})(1, state),
      ElementsAre(Is("a", 0.8 * 60 / 98), Is("b", 0.8 * 38 / 98), Is("c", 0.1), Is("d", 0.1)));
  // One that only falls below when the others are raised is raised too.
  options.floors = {{"b", 0.36}, {"c", 0}};
  EXPECT_THAT(
      MixtureShares(options, rates, {})(1, state),
      ElementsAre(Is("a", 0.54 * 60 / 61), Is("b", 0.36), Is("c", 0.54 / 61), Is("d", 0.1)));
  state.problems["a"].over = true;
  EXPECT_THAT(MixtureShares(options, rates, {})(1, state),
              ElementsAre(Is("a", 0), Is("b", 0.9 * 38 / 39), Is("c", 0.9 / 39), Is("d", 0.1)));
  state.problems["b"].over = state.problems["c"].over = true;
  EXPECT_THAT(MixtureShares(options, rates, {})(1, state),
              ElementsAre(Is("a", 0), Is("b", 0), Is("c", 0), Is("d", 1)));
}

// A problem that a schedule has switched off is kept at its floor.
TEST(MixtureSharesTest, AFloorIsAboveASchedule) {
  MixtureOptions options;
  options.floors = {{"b", 0.2}};
  options.schedule["b"] = {{0, 1}, {10, 0}};
  EXPECT_THAT(MixtureShares(options, {{"a", 1}, {"b", 1}}, {})(10, Fresh({"a", "b"})),
              ElementsAre(Is("a", 0.8), Is("b", 0.2)));
}

// With every sum of floors below 1, and any rates: the shares sum to 1 and none is below its floor.
TEST(MixtureSharesTest, FloorsHoldForAllRates) {
  const std::vector<double> tried = {1e-6, 0.3, 1, 50};
  for (const double a : tried) {
    for (const double b : tried) {
      for (const double c : tried) {
        MixtureOptions options;
        options.floors = {{"a", 0.4}, {"b", 0.3}, {"c", 0.29}};
        double sum = 0;
        for (const auto& [name, share] : MixtureShares(options, {{"a", a}, {"b", b}, {"c", c}}, {})(
                 1, Fresh({"a", "b", "c"}))) {
          EXPECT_GE(share, options.floors.at(name) - 1e-12);
          sum += share;
        }
        EXPECT_NEAR(sum, 1, 1e-12);
      }
    }
  }
}

TEST(LearningProgressTest, IsTheRecentMoveInUnitsOfTheLargestLoss) {
  LearningProgress still, falling, rising, below_zero;
  for (int i = 0; i < 400; ++i) {
    still.Observe(3, 40);
    falling.Observe(8 - 0.01 * i, 40);
    rising.Observe(4 + 0.01 * i, 40);
    below_zero.Observe(-0.01 * i, 40);
  }
  EXPECT_EQ(still.Of(40), 0.0);
  // A mean over H lags by H - 1 steps: (39 - 9) * 0.01 of the largest mean.
  EXPECT_NEAR(*falling.Of(40), 0.3 / falling.largest, 1e-3);
  EXPECT_NEAR(falling.largest, 8, 1e-9);
  EXPECT_NEAR(*rising.Of(40), 0.3 / rising.largest, 1e-3);
  EXPECT_NEAR(rising.largest, 7.9, 1e-3);
  EXPECT_NEAR(*below_zero.Of(40), 0.3 / 3.9, 1e-3);
}

TEST(LearningProgressTest, IsNotKnownBeforeAQuarterOfTheHorizon) {
  LearningProgress progress;
  for (int i = 0; i < 9; ++i) progress.Observe(1, 40);
  EXPECT_FALSE(progress.Of(40).has_value());
  progress.Observe(1, 40);
  EXPECT_EQ(progress.Of(40), 0.0);
}

}  // namespace
}  // namespace t2t
