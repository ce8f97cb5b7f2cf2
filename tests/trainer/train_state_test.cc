#include "trainer/train_state.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace t2t {
namespace {

TrainState Some() {
  TrainState state;
  state.step = 1200;
  state.validated_step = 1000;
  state.since_better = 3;
  state.seconds = 61.5;
  state.best = {{700, 0.1 + 0.2}, {600, -4}};
  state.best_by = "a.text.wer";
  state.rates = {{"a", 2}, {"b", 0.1}};
  state.unit = "tokens";
  state.mixture.changed_at = 100.5;
  state.mixture.largest = 64;
  state.mixture.problems["a"] = {1143, 12345, 0.1 + 0.2, 2.0 / 3, {7, 1.5, -1.25, 2}};
  state.mixture.problems["b"] = {57, 99, 0, 1.0 / 3, {}};
  state.problems = {{"a", {{3, 1, 17}, 9000, 12345, "abc"}}, {"b", {{0, 0, 0}, 0, 0, ""}}};
  state.interval = {{{"a.text", 0.1 + 0.7}}, {{"a.text", 2}}, 40, 96, 90, 1.5, 0.25};
  return state;
}

TEST(TrainState, ComesBackFromItsText) {
  const auto read = ReadState(nlohmann::json::parse(ToJson(Some()).dump()), "state.json");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->step, 1200);
  EXPECT_EQ(read->validated_step, 1000);
  EXPECT_EQ(read->since_better, 3);
  EXPECT_EQ(read->seconds, 61.5);
  ASSERT_EQ(read->best.size(), 2u);
  EXPECT_EQ(read->best[0].step, 700);
  EXPECT_EQ(read->best[0].value, 0.1 + 0.2);
  EXPECT_EQ(read->best_by, "a.text.wer");
  EXPECT_EQ(read->rates, Some().rates);
  EXPECT_EQ(read->unit, "tokens");
  EXPECT_EQ(read->mixture, Some().mixture);
  EXPECT_EQ(read->problems.at("a").position, (StreamPosition{3, 1, 17}));
  EXPECT_EQ(read->problems.at("a").examples, 9000);
  EXPECT_EQ(read->problems.at("a").tokens, 12345);
  EXPECT_EQ(read->problems.at("a").data, "abc");
  EXPECT_EQ(read->interval.loss_sums, Some().interval.loss_sums);
  EXPECT_EQ(read->interval.loss_counts, Some().interval.loss_counts);
  EXPECT_EQ(read->interval.decisions, 40);
  EXPECT_EQ(read->interval.positions, 96);
  EXPECT_EQ(read->interval.real_positions, 90);
  EXPECT_EQ(read->interval.seconds, 1.5);
  EXPECT_EQ(read->interval.gradient_norm, 0.25);
}

struct Damage {
  const char* place;  // a JSON pointer
  const char* value;
  const char* named;
};

class DamagedState : public testing::TestWithParam<Damage> {};

TEST_P(DamagedState, IsAnErrorThatNamesFileAndValue) {
  nlohmann::json json = ToJson(Some());
  json[nlohmann::json::json_pointer(GetParam().place)] = nlohmann::json::parse(GetParam().value);
  const auto read = ReadState(json, "run/state.json");
  ASSERT_FALSE(read.ok());
  EXPECT_TRUE(absl::IsInvalidArgument(read.status()));
  for (const char* part : {"run/state.json: ", GetParam().named}) {
    EXPECT_NE(read.status().message().find(part), absl::string_view::npos)
        << part << " is not in: " << read.status();
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, DamagedState,
    testing::Values(
        Damage{"/step", "-1", "step: must be a whole number of at least 0, but is -1"},
        Damage{"/step", "1.5", "step: "}, Damage{"/step", "\"ten\"", "step: "},
        Damage{"/step", "18446744073709551615", "step: "}, Damage{"/step", "null", "step: "},
        Damage{"/seconds", "[]", "seconds: "}, Damage{"/since_better", "-2", "since_better: "},
        Damage{"/validated_step", "-2", "validated_step: "}, Damage{"/best", "{}", "best: "},
        Damage{"/best/0", "3", "best: "}, Damage{"/best/1/step", "true", "best.step: "},
        Damage{"/best/1/value", "\"high\"", "best.value: "},
        Damage{"/rates/a", "null", "rates.a: "}, Damage{"/drawn", "7", "drawn: "},
        Damage{"/mixture", "7", "mixture: "}, Damage{"/mixture/unit", "7", "mixture.unit: "},
        Damage{"/mixture/largest", "null", "mixture.largest: "},
        Damage{"/mixture/problems/a", "[]", "mixture.problems.a: "},
        Damage{"/mixture/problems/b/drawn", "-1", "mixture.problems.b.drawn: "},
        Damage{"/mixture/problems/a/losses", "-1", "mixture.problems.a.losses: "},
        Damage{"/drawn/b", "-7", "drawn.b: "}, Damage{"/problems", "[1]", "problems: "},
        Damage{"/problems/a", "1", "problems.a: "},
        Damage{"/problems/a/epoch", "-1", "problems.a.epoch: "},
        Damage{"/problems/a/batch", "-1", "problems.a.batch: "},
        Damage{"/problems/a/data", "3", "problems.a.data: "},
        Damage{"/interval/loss_counts/a.text", "0", "interval.loss_counts.a.text: "},
        Damage{"/interval/positions", "-1", "interval.positions: "},
        Damage{"/best_by", "3", "best_by: "},
        Damage{"/format", "2", "has format 2, but this program reads 1"}));

TEST(TrainState, WhatIsMissingIsNamed) {
  for (const char* key : {"format", "step", "seconds", "validated_step", "since_better", "best"}) {
    nlohmann::json json = ToJson(Some());
    json.erase(key);
    const auto read = ReadState(json, "state.json");
    ASSERT_FALSE(read.ok()) << key;
    EXPECT_NE(read.status().message().find(key), absl::string_view::npos) << read.status();
  }
  EXPECT_FALSE(ReadState(nlohmann::json::parse("[]"), "state.json").ok());
}

// Checkpoints of before rates and shares in other units were kept, and with an evaluation that was no number.
TEST(TrainState, OlderOnesAreRead) {
  nlohmann::json json = ToJson(Some());
  json.erase("mixture");
  json.erase("best_by");
  json.erase("interval");
  json["problems"]["a"].erase("data");
  json["best"][0]["value"] = nullptr;
  const auto read = ReadState(json, "state.json");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->unit, "batches");
  EXPECT_EQ(read->mixture.changed_at, 0);
  EXPECT_EQ(read->mixture.problems.at("a"), (MixtureState::Problem{1143, 1143, 0, 0, {}}));
  json.erase("rates");
  EXPECT_TRUE(ReadState(json, "state.json")->rates.empty());
  EXPECT_FALSE(read->best_by.has_value());
  EXPECT_EQ(read->problems.at("a").data, "");
  ASSERT_EQ(read->best.size(), 1u);
  EXPECT_EQ(read->best[0].step, 600);
}

}  // namespace
}  // namespace t2t
