#include "tensor2tensor/decoding/search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "tests/tensor2tensor/decoding/fake_production.h"

namespace t2t {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

constexpr int64_t kStop = 4;  // behind four units

DecodeOptions Method(const std::string& method) {
  DecodeOptions options;
  options.method = method;
  options.n_best = method == "greedy" ? 1 : 3;
  return options;
}

std::vector<std::vector<Hypothesis>> SearchAll(const FakeModel& model,
                                               const std::vector<int64_t>& sources,
                                               const DecodeOptions& options,
                                               const Constraint* constraint = nullptr,
                                               int64_t most = 7) {
  FakeProduction production(model, sources, kStop, most);
  std::vector<uint64_t> keys;
  for (int64_t source : sources) keys.push_back(1000 + static_cast<uint64_t>(source));
  return Search(production, options, constraint, keys);
}

TEST(Greedy, FollowsTheLikeliestUnit) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const FakeModel model = RandomModel(seed, 5, 0.8);
    Sequence expected;
    double log_probability = 0;
    bool finished = false;
    for (;;) {
      const std::vector<float> next = model(0, expected);
      const int64_t id = std::max_element(next.begin(), next.end()) - next.begin();
      if (expected.size() == 7 && id != kStop) break;
      log_probability += next[static_cast<size_t>(id)];
      finished = id == kStop;
      if (finished) break;
      expected.push_back(id);
    }
    const Hypothesis found = SearchAll(model, {0}, Method("greedy"))[0][0];
    EXPECT_EQ(found.units, expected) << "seed " << seed;
    EXPECT_DOUBLE_EQ(found.log_probability, log_probability);
    EXPECT_DOUBLE_EQ(found.score, log_probability);
    EXPECT_EQ(found.finished, finished);
  }
}

TEST(Greedy, OfEqualOnesTakesTheLowerId) {
  EXPECT_THAT(
      SearchAll(ConstantModel({0.1, 0.4, 0.1, 0.4, 0.0}), {0}, Method("greedy"), nullptr, 3)[0][0]
          .units,
      ElementsAre(1, 1, 1));
}

// Source s stops behind s units.
TEST(Greedy, FinishedRowsLeaveAtOnce) {
  const FakeModel model = [](int64_t source, const Sequence& prefix) {
    const bool stops = static_cast<int64_t>(prefix.size()) == source;
    return std::vector<float>{0, -9, -9, -9, stops ? 1.0f : -9.0f};
  };
  FakeProduction production(model, {2, 0, 3, 1, 9}, kStop, 4);
  const auto found = Search(production, Method("greedy"), nullptr, {});
  EXPECT_THAT(production.rows_computed, ElementsAre(5, 4, 3, 2, 1));
  EXPECT_EQ(found[0][0].units.size(), 2u);
  EXPECT_TRUE(found[2][0].finished);
  EXPECT_EQ(found[4][0].units.size(), 4u);  // cut off at max_decisions
  EXPECT_FALSE(found[4][0].finished);
}

TEST(Greedy, ATargetOfExactlyTheGreatestLengthIsFinished) {
  const FakeModel model = [](int64_t, const Sequence& prefix) {
    return std::vector<float>{0, -9, -9, -9, prefix.size() == 3 ? 1.0f : -9.0f};
  };
  const Hypothesis found = SearchAll(model, {0}, Method("greedy"), nullptr, 3)[0][0];
  EXPECT_THAT(found.units, ElementsAre(0, 0, 0));
  EXPECT_TRUE(found.finished);
  EXPECT_DOUBLE_EQ(found.log_probability, 1.0);
}

// Pearson's statistic of counts against probabilities.
double ChiSquare(const std::map<Sequence, int64_t>& counts,
                 const std::map<Sequence, double>& probabilities, int64_t total) {
  double sum = 0;
  for (const auto& [units, p] : probabilities) {
    const auto it = counts.find(units);
    const double expected = p * static_cast<double>(total);
    const double difference =
        (it == counts.end() ? 0.0 : static_cast<double>(it->second)) - expected;
    sum += difference * difference / expected;
  }
  return sum;
}

struct SampleCase {
  double temperature;
  int64_t top_k;
  double top_p;
  std::vector<double> expected;  // of p = 0.4 0.05 0.3 0.05 0.2
};

class SampleTest : public ::testing::TestWithParam<SampleCase> {};

// Two decisions, so that dependence between steps would show.
TEST_P(SampleTest, FrequenciesMatchTheDistribution) {
  constexpr int64_t kRows = 20000;
  const SampleCase& c = GetParam();
  DecodeOptions options = Method("sample");
  options.n_best = 1;
  options.temperature = c.temperature;
  options.top_k = c.top_k;
  options.top_p = c.top_p;
  std::vector<uint64_t> keys(kRows);
  std::iota(keys.begin(), keys.end(), 0);
  FakeProduction production(ConstantModel({0.4, 0.05, 0.3, 0.05, 0.2}),
                            std::vector<int64_t>(kRows, 0), std::nullopt, 2);
  std::map<Sequence, int64_t> counts;
  for (const auto& list : Search(production, options, nullptr, keys)) ++counts[list[0].units];
  std::map<Sequence, double> probabilities;
  int64_t freedom = -1;
  for (int64_t a = 0; a < 5; ++a) {
    for (int64_t b = 0; b < 5; ++b) {
      const double p = c.expected[static_cast<size_t>(a)] * c.expected[static_cast<size_t>(b)];
      if (p > 0) {
        probabilities[{a, b}] = p;
        ++freedom;
      } else {
        EXPECT_EQ(counts.count({a, b}), 0u) << a << " " << b << " was cut away";
      }
    }
  }
  // Mean `freedom`, standard deviation sqrt(2 freedom).
  EXPECT_LT(ChiSquare(counts, probabilities, kRows),
            static_cast<double>(freedom) + 4 * std::sqrt(2.0 * static_cast<double>(freedom)));
}

INSTANTIATE_TEST_SUITE_P(
    All, SampleTest,
    ::testing::Values(
        SampleCase{1.0, 0, 1.0, {0.4, 0.05, 0.3, 0.05, 0.2}},
        SampleCase{0.5,
                   0,
                   1.0,
                   {0.16 / 0.295, 0.0025 / 0.295, 0.09 / 0.295, 0.0025 / 0.295, 0.04 / 0.295}},
        SampleCase{1.0, 2, 1.0, {4.0 / 7, 0, 3.0 / 7, 0, 0}},
        SampleCase{
            1.0, 4, 1.0, {0.4 / 0.95, 0.05 / 0.95, 0.3 / 0.95, 0, 0.2 / 0.95}},  // tie: lower id
        SampleCase{1.0, 0, 0.65, {4.0 / 7, 0, 3.0 / 7, 0, 0}},
        SampleCase{1.0, 0, 0.75, {4.0 / 9, 0, 3.0 / 9, 0, 2.0 / 9}},
        SampleCase{1.0, 2, 0.9, {4.0 / 7, 0, 3.0 / 7, 0, 0}},
        SampleCase{2.0,
                   3,
                   0.4,
                   {std::sqrt(0.4) / (std::sqrt(0.4) + std::sqrt(0.3)), 0,
                    std::sqrt(0.3) / (std::sqrt(0.4) + std::sqrt(0.3)), 0, 0}}));

TEST(Sample, ASmallNucleusIsGreedy) {
  DecodeOptions options = Method("sample");
  options.n_best = 1;
  options.top_p = 1e-9;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const FakeModel model = RandomModel(seed, 5);
    EXPECT_EQ(SearchAll(model, {0}, options)[0][0].units,
              SearchAll(model, {0}, Method("greedy"))[0][0].units);
  }
}

TEST(Sample, CandidatesOfOneSourceDifferAndAreSorted) {
  DecodeOptions options = Method("sample");
  options.n_best = 8;
  options.temperature = 0.5;
  const FakeModel model = RandomModel(3, 5, 0.5);
  const std::vector<Hypothesis> found = SearchAll(model, {0}, options)[0];
  ASSERT_EQ(found.size(), 8u);
  std::map<Sequence, int64_t> counts;
  for (size_t i = 0; i < found.size(); ++i) {
    ++counts[found[i].units];
    if (i > 0 && found[i - 1].finished == found[i].finished) {
      EXPECT_GE(found[i - 1].score, found[i].score);
    }
    double log_probability = 0;  // the model's own: temperature does not enter
    Sequence prefix;
    for (int64_t id : found[i].units) {
      log_probability += model(0, prefix)[static_cast<size_t>(id)];
      prefix.push_back(id);
    }
    if (found[i].finished) log_probability += model(0, prefix)[kStop];
    EXPECT_NEAR(found[i].log_probability, log_probability, 1e-6);
  }
  EXPECT_GT(counts.size(), 4u);
}

TEST(Sample, TheSeedDecides) {
  DecodeOptions one = Method("sample"), other = one;
  other.seed = 2;
  const FakeModel model = RandomModel(3, 5, 0.3);
  EXPECT_EQ(SearchAll(model, {0}, one)[0][0].units, SearchAll(model, {0}, one)[0][0].units);
  int64_t equal = 0;
  for (int64_t source = 0; source < 20; ++source) {
    equal += SearchAll(model, {source}, one)[0][0].units ==
             SearchAll(model, {source}, other)[0][0].units;
  }
  EXPECT_LT(equal, 10);
}

class EveryMethod : public ::testing::TestWithParam<std::string> {};

void ExpectSame(const std::vector<Hypothesis>& a, const std::vector<Hypothesis>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].units, b[i].units);
    EXPECT_EQ(a[i].log_probability, b[i].log_probability);
    EXPECT_EQ(a[i].score, b[i].score);
    EXPECT_EQ(a[i].finished, b[i].finished);
  }
}

TEST_P(EveryMethod, NeitherOrderNorNeighboursMatter) {
  const FakeModel model = RandomModel(21, 5);
  const std::vector<int64_t> sources = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
                             mixed = {7, 2, 9, 0, 5, 1, 8, 3, 6, 4};
  const auto straight = SearchAll(model, sources, Method(GetParam()));
  const auto other = SearchAll(model, mixed, Method(GetParam()));
  for (size_t i = 0; i < mixed.size(); ++i) {
    SCOPED_TRACE(mixed[i]);
    ExpectSame(other[i], straight[static_cast<size_t>(mixed[i])]);
    ExpectSame(other[i], SearchAll(model, {mixed[i]}, Method(GetParam()))[0]);
  }
}

// Units of even number and the stop.
class EvenUnits : public Constraint {
 public:
  std::optional<std::vector<int64_t>> Allowed(int64_t source, const Sequence&) const override {
    if (source % 2 == 1) return std::nullopt;
    return std::vector<int64_t>{0, 2, kStop};
  }
};

TEST_P(EveryMethod, ObeysAConstraint) {
  const FakeModel model = RandomModel(2, 5);
  std::vector<int64_t> sources(30);
  std::iota(sources.begin(), sources.end(), 0);
  const EvenUnits even;
  const auto free = SearchAll(model, sources, Method(GetParam())),
             bound = SearchAll(model, sources, Method(GetParam()), &even);
  int64_t differ = 0;
  for (size_t i = 0; i < sources.size(); ++i) {
    if (i % 2 == 1) {
      ExpectSame(bound[i], free[i]);
      continue;
    }
    differ += bound[i][0].units != free[i][0].units;
    for (const Hypothesis& hypothesis : bound[i]) {
      EXPECT_THAT(hypothesis.units, Each(::testing::AnyOf(0, 2)));
      double log_probability = 0;  // the allowed ones keep the model's probability
      Sequence prefix;
      for (int64_t id : hypothesis.units) {
        log_probability += model(static_cast<int64_t>(i), prefix)[static_cast<size_t>(id)];
        prefix.push_back(id);
      }
      if (hypothesis.finished) log_probability += model(static_cast<int64_t>(i), prefix)[kStop];
      EXPECT_NEAR(hypothesis.log_probability, log_probability, 1e-6);
    }
  }
  EXPECT_GT(differ, 2);
}

TEST_P(EveryMethod, BeginsWithAForcedPrefix) {
  const ForcedPrefix prefix({3, 1, 3});
  for (const auto& list : SearchAll(RandomModel(8, 5), {0, 1, 2, 3}, Method(GetParam()), &prefix)) {
    for (const Hypothesis& hypothesis : list) {
      ASSERT_GE(hypothesis.units.size(), 3u);
      EXPECT_THAT(Sequence(hypothesis.units.begin(), hypothesis.units.begin() + 3),
                  ElementsAre(3, 1, 3));
    }
  }
}

// Nothing may follow two units.
class DeadEnd : public Constraint {
 public:
  std::optional<std::vector<int64_t>> Allowed(int64_t, const Sequence& prefix) const override {
    return prefix.size() < 2 ? std::vector<int64_t>{1, 3} : std::vector<int64_t>{};
  }
};

TEST_P(EveryMethod, WhereNothingMayFollowTheRowIsCutOff) {
  const DeadEnd dead_end;
  for (const auto& list : SearchAll(RandomModel(8, 5), {0, 1}, Method(GetParam()), &dead_end)) {
    ASSERT_FALSE(list.empty());
    for (const Hypothesis& hypothesis : list) {
      EXPECT_EQ(hypothesis.units.size(), 2u);
      EXPECT_FALSE(hypothesis.finished);
      EXPECT_TRUE(std::isfinite(hypothesis.score));
    }
  }
}

TEST_P(EveryMethod, AModelOfNaNGivesSomething) {
  const FakeModel model = [](int64_t, const Sequence&) {
    return std::vector<float>(5, std::numeric_limits<float>::quiet_NaN());
  };
  const auto found = SearchAll(model, {0}, Method(GetParam()));
  ASSERT_FALSE(found[0].empty());
  EXPECT_THAT(found[0][0].units, ElementsAre());
  EXPECT_FALSE(found[0][0].finished);
}

TEST_P(EveryMethod, AFixedNumberOfDecisionsEndsByItself) {
  DecodeOptions options = Method(GetParam());
  options.top_k = 1;
  FakeProduction production(ConstantModel({0.1, 0.2, 0.7}), {0, 1}, std::nullopt, 1);
  const std::vector<uint64_t> keys = {1, 2};
  for (const auto& list : Search(production, options, nullptr, keys)) {
    EXPECT_THAT(list[0].units, ElementsAre(2));
    EXPECT_TRUE(list[0].finished);
    EXPECT_NEAR(list[0].score, std::log(0.7), 1e-6);
  }
}

INSTANTIATE_TEST_SUITE_P(Methods, EveryMethod, ::testing::Values("greedy", "beam", "sample"));

}  // namespace
}  // namespace t2t
