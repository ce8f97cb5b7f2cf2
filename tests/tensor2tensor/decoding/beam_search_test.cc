#include "tensor2tensor/decoding/beam_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tensor2tensor/decoding/search.h"
#include "tests/tensor2tensor/decoding/fake_production.h"

namespace t2t {
namespace {

using ::testing::ElementsAre;

constexpr double kNever = -std::numeric_limits<double>::infinity();

std::vector<Hypothesis> Beam(const FakeModel& model, int64_t source, std::optional<int64_t> stop,
                             int64_t most, const DecodeOptions& options) {
  FakeProduction production(model, {source}, stop, most);
  return BeamSearch(production, options, nullptr)[0];
}

DecodeOptions BeamOptions(int64_t beam, int64_t n_best, double length_penalty) {
  DecodeOptions options;
  options.method = "beam";
  options.beam = beam;
  options.n_best = n_best;
  options.length_penalty = length_penalty;
  return options;
}

void SortAndCut(std::vector<Hypothesis>& list, int64_t n_best) {
  std::stable_sort(list.begin(), list.end(),
                   [](const auto& a, const auto& b) { return a.score > b.score; });
  if (static_cast<int64_t>(list.size()) > n_best) list.resize(static_cast<size_t>(n_best));
}

// Every sequence that ends, scored.
void Enumerate(const FakeModel& model, int64_t source, std::optional<int64_t> stop, int64_t most,
               double alpha, const Sequence& prefix, double log_probability,
               std::vector<Hypothesis>& out) {
  const std::vector<float> next = model(source, prefix);
  const int64_t length = static_cast<int64_t>(prefix.size());
  for (int64_t id = 0; id < static_cast<int64_t>(next.size()); ++id) {
    const double sum = log_probability + next[static_cast<size_t>(id)];
    Sequence with = prefix;
    const bool stopped = stop.has_value() && id == *stop;
    if (!stopped) with.push_back(id);
    if (stopped || (!stop.has_value() && length + 1 == most)) {
      out.push_back(
          {with, sum, sum / std::pow((5.0 + static_cast<double>(length + 1)) / 6.0, alpha), true});
    } else if (length < most) {
      Enumerate(model, source, stop, most, alpha, with, sum, out);
    }
  }
}

void ExpectEqual(const std::vector<Hypothesis>& actual, const std::vector<Hypothesis>& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < actual.size(); ++i) {
    EXPECT_EQ(actual[i].units, expected[i].units) << "hypothesis " << i;
    EXPECT_NEAR(actual[i].log_probability, expected[i].log_probability, 1e-9) << "hypothesis " << i;
    EXPECT_NEAR(actual[i].score, expected[i].score, 1e-9) << "hypothesis " << i;
    EXPECT_EQ(actual[i].finished, expected[i].finished) << "hypothesis " << i;
  }
}

class BeamSearchTest : public ::testing::TestWithParam<double> {};  // the length penalty

// 3 units and the stop, at most 4 units: 121 sequences.
TEST_P(BeamSearchTest, WideEnoughItEqualsEnumeration) {
  for (uint64_t seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    const FakeModel model = RandomModel(seed, 4);
    std::vector<Hypothesis> expected;
    Enumerate(model, 5, 3, 4, GetParam(), {}, 0, expected);
    ASSERT_EQ(expected.size(), 121u);
    SortAndCut(expected, 12);
    ExpectEqual(Beam(model, 5, 3, 4, BeamOptions(200, 12, GetParam())), expected);
  }
}

TEST_P(BeamSearchTest, AFixedNumberOfDecisionsEqualsEnumeration) {
  for (int64_t decisions : {1, 3}) {
    std::vector<Hypothesis> expected;
    const FakeModel model = RandomModel(9, 5);
    Enumerate(model, 0, std::nullopt, decisions, GetParam(), {}, 0, expected);
    SortAndCut(expected, 4);
    ExpectEqual(Beam(model, 0, std::nullopt, decisions, BeamOptions(125, 4, GetParam())), expected);
  }
}

TEST_P(BeamSearchTest, ABeamOfOneIsGreedy) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    const FakeModel model = RandomModel(seed, 5, 0.7);
    FakeProduction one({model, {0}, 4, 6}), other({model, {0}, 4, 6});
    const Hypothesis beam = Search(one, BeamOptions(1, 1, GetParam()), nullptr, {})[0][0];
    const Hypothesis greedy = Search(other, {}, nullptr, {})[0][0];
    EXPECT_EQ(beam.units, greedy.units) << "seed " << seed;
    EXPECT_DOUBLE_EQ(beam.log_probability, greedy.log_probability);
    EXPECT_EQ(beam.finished, greedy.finished);
  }
}

// Beam search written as plainly as can be, and without the bound: it goes on until `beam` have finished or the
// length is reached. Whatever the bound saves must not change the n best.
std::vector<Hypothesis> PlainBeam(const FakeModel& model, int64_t stop, int64_t most,
                                  const DecodeOptions& options) {
  struct Partial {
    Sequence units;
    double log_probability;
  };
  std::vector<Partial> live = {{{}, 0.0}};
  std::vector<Hypothesis> finished, cut;
  for (int64_t step = 0; step <= most && static_cast<int64_t>(finished.size()) < options.beam;
       ++step) {
    std::vector<Partial> all;
    for (const Partial& row : live) {
      const std::vector<float> next = model(0, row.units);
      for (size_t id = 0; id < next.size(); ++id) {
        all.push_back({row.units, row.log_probability + next[id]});
        all.back().units.push_back(static_cast<int64_t>(id));
      }
    }
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
      return a.log_probability > b.log_probability;
    });
    if (step == most) {
      for (const Partial& row : live) {
        const double penalty =
            std::pow((5.0 + static_cast<double>(most)) / 6.0, options.length_penalty);
        cut.push_back({row.units, row.log_probability, row.log_probability / penalty, false});
      }
    }
    live.clear();
    for (size_t rank = 0; rank < all.size() && static_cast<int64_t>(live.size()) < options.beam;
         ++rank) {
      if (all[rank].units.back() != stop) {
        live.push_back(all[rank]);
      } else if (static_cast<int64_t>(rank) < options.beam) {
        const double penalty =
            std::pow((6.0 + static_cast<double>(step)) / 6.0, options.length_penalty);
        all[rank].units.pop_back();
        finished.push_back({all[rank].units, all[rank].log_probability,
                            all[rank].log_probability / penalty, true});
      }
    }
  }
  SortAndCut(finished, options.n_best);
  SortAndCut(cut, options.n_best);
  for (const Hypothesis& hypothesis : cut) {
    if (static_cast<int64_t>(finished.size()) < options.n_best) finished.push_back(hypothesis);
  }
  return finished;
}

TEST_P(BeamSearchTest, StoppingEarlyChangesNothing) {
  int64_t saved = 0;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    for (int64_t beam : {2, 3, 5}) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << " beam " << beam);
      const FakeModel model = RandomModel(seed, 6, 1.2);
      const DecodeOptions options =
          BeamOptions(beam, 1 + static_cast<int64_t>(seed) % beam, GetParam());
      FakeProduction production(model, {0}, 5, 7);
      ExpectEqual(BeamSearch(production, options, nullptr)[0], PlainBeam(model, 5, 7, options));
      saved += 8 - static_cast<int64_t>(production.rows_computed.size());
    }
  }
  EXPECT_GT(saved, 0);
}

INSTANTIATE_TEST_SUITE_P(Penalties, BeamSearchTest, ::testing::Values(0.0, 0.6, 1.5));

TEST(BeamSearch, AWorkedExample) {
  // "a": 0.6, stop: 0.4; behind "a" the stop has 0.5, behind "aa" all of it.
  const FakeModel model = [](int64_t, const Sequence& prefix) {
    const double stop = prefix.empty() ? 0.4 : prefix.size() == 1 ? 0.5 : 1.0;
    return std::vector<float>{static_cast<float>(std::log(1 - stop)),
                              static_cast<float>(std::log(stop))};
  };
  const std::vector<Hypothesis> none = Beam(model, 0, 1, 5, BeamOptions(3, 3, 0.0));
  ASSERT_EQ(none.size(), 3u);
  EXPECT_THAT(none[0].units, ElementsAre());  // 0.4 against 0.3 and 0.3
  EXPECT_NEAR(none[0].score, std::log(0.4), 1e-6);
  const std::vector<Hypothesis> strong = Beam(model, 0, 1, 5, BeamOptions(3, 3, 2.0));
  ASSERT_EQ(strong.size(), 3u);
  EXPECT_THAT(strong[0].units, ElementsAre(0, 0));  // log 0.3 / (8/6)^2 is the largest
  EXPECT_NEAR(strong[0].score, std::log(0.3) / (64.0 / 36.0), 1e-6);
  EXPECT_THAT(strong[1].units, ElementsAre(0));
  EXPECT_THAT(strong[2].units, ElementsAre());
}

TEST(BeamSearch, OfEqualOnesTheLowerIdsComeFirst) {
  const FakeModel model = ConstantModel(std::vector<double>(50, 0.02));
  const std::vector<Hypothesis> found = Beam(model, 0, std::nullopt, 2, BeamOptions(3, 3, 0.6));
  ASSERT_EQ(found.size(), 3u);
  EXPECT_THAT(found[0].units, ElementsAre(0, 0));
  EXPECT_THAT(found[1].units, ElementsAre(0, 1));
  EXPECT_THAT(found[2].units, ElementsAre(0, 2));
}

TEST(BeamSearch, WhatNeverStopsIsCutOffBehindWhatDoes) {
  // Only behind "b" can a row stop.
  const FakeModel model = [](int64_t, const Sequence& prefix) {
    if (prefix == Sequence{1}) return std::vector<float>{-9.0f, -9.0f, std::log(0.5f)};
    return std::vector<float>{std::log(0.9f), std::log(0.1f), static_cast<float>(kNever)};
  };
  const std::vector<Hypothesis> found = Beam(model, 0, 2, 3, BeamOptions(3, 2, 0.0));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_THAT(found[0].units, ElementsAre(1));
  EXPECT_TRUE(found[0].finished);
  EXPECT_THAT(found[1].units, ElementsAre(0, 0, 0));
  EXPECT_FALSE(found[1].finished);
  EXPECT_GT(found[1].score, found[0].score);
}

TEST(BeamSearch, SourcesThatAreDoneLeave) {
  // Source 0 stops at once, source 1 late.
  const FakeModel model = [](int64_t source, const Sequence& prefix) {
    const bool stops = source == 0 || prefix.size() >= 3;
    return std::vector<float>{std::log(stops ? 1e-6f : 0.6f), std::log(stops ? 1e-6f : 0.4f),
                              std::log(stops ? 1.0f : 1e-6f)};
  };
  FakeProduction production(model, {0, 1}, 2, 9);
  const auto found = BeamSearch(production, BeamOptions(2, 1, 0.0), nullptr);
  EXPECT_THAT(found[0][0].units, ElementsAre());
  EXPECT_THAT(found[1][0].units, ElementsAre(0, 0, 0));
  EXPECT_THAT(production.rows_computed, ElementsAre(2, 2, 2, 2));
}

}  // namespace
}  // namespace t2t
