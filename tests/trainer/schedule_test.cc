#include "trainer/schedule.h"

#include <gtest/gtest.h>

#include <cmath>

#include "registry/config.h"

namespace t2t {
namespace {

ScheduleOptions Make(const std::string& kind) {
  ScheduleOptions options;
  options.kind = kind;
  options.learning_rate = 0.8;
  options.warmup_steps = 4;
  options.steps = 12;
  options.final_fraction = 0.25;
  return options;
}

TEST(ScheduleTest, WarmsUpLinearlyInEveryKind) {
  for (const char* kind : {"inverse_sqrt", "cosine", "linear", "constant"}) {
    EXPECT_NEAR(LearningRate(Make(kind), 1), 0.2, 1e-15) << kind;
    EXPECT_NEAR(LearningRate(Make(kind), 3), 0.6, 1e-15) << kind;
    EXPECT_NEAR(LearningRate(Make(kind), 4), 0.8, 1e-15) << kind;
  }
}

TEST(ScheduleTest, HasWrittenOutValuesAfterTheWarmUp) {
  EXPECT_NEAR(LearningRate(Make("inverse_sqrt"), 9), 0.8 * 2 / 3, 1e-15);
  EXPECT_NEAR(LearningRate(Make("inverse_sqrt"), 16), 0.4, 1e-15);
  EXPECT_NEAR(LearningRate(Make("constant"), 1000000), 0.8, 1e-15);
  EXPECT_NEAR(LearningRate(Make("linear"), 8), 0.5, 1e-15);  // half way from 0.8 to 0.2
  EXPECT_NEAR(LearningRate(Make("linear"), 12), 0.2, 1e-15);
  EXPECT_NEAR(LearningRate(Make("linear"), 99), 0.2, 1e-15);  // and stays there
  EXPECT_NEAR(LearningRate(Make("cosine"), 6), 0.2 + 0.6 * (1 + std::sqrt(0.5)) / 2, 1e-15);
  EXPECT_NEAR(LearningRate(Make("cosine"), 8), 0.5, 1e-15);
  EXPECT_NEAR(LearningRate(Make("cosine"), 12), 0.2, 1e-15);
  EXPECT_NEAR(LearningRate(Make("cosine"), 99), 0.2, 1e-15);
}

TEST(ScheduleTest, HasNoJumps) {
  for (const char* kind : {"inverse_sqrt", "cosine", "linear", "constant"}) {
    ScheduleOptions options = Make(kind);
    options.warmup_steps = 1000;
    options.steps = 5000;
    for (int64_t step = 1; step < 6000; ++step) {
      const double change = LearningRate(options, step + 1) - LearningRate(options, step);
      ASSERT_LT(std::abs(change), 0.8 / 1000 + 1e-12) << kind << " at " << step;
    }
  }
}

TEST(ScheduleTest, NeedsNoWarmUp) {
  for (const char* kind : {"inverse_sqrt", "linear", "cosine", "constant"}) {
    ScheduleOptions options = Make(kind);
    options.warmup_steps = 0;
    EXPECT_GT(LearningRate(options, 1), 0.7) << kind;
    EXPECT_LE(LearningRate(options, 1), 0.8) << kind;
  }
}

TEST(ScheduleTest, EndsWithTheRunUnlessItSaysWhere) {
  ScheduleOptions options = Make("linear");
  EXPECT_EQ(options.WithRunSteps(100).steps, 12);
  options.steps = 0;
  EXPECT_EQ(options.WithRunSteps(100).steps, 100);
}

// A trial run of three steps under a preset with a long warm-up.
TEST(ScheduleTest, SurvivesARunThatEndsWithinItsWarmUp) {
  ScheduleOptions options = Make("cosine");
  options.steps = 3;
  EXPECT_NEAR(LearningRate(options, 3), 0.6, 1e-15);
  EXPECT_NEAR(LearningRate(options, 4), 0.8, 1e-15);
  EXPECT_NEAR(LearningRate(options, 5), 0.2, 1e-15);
}

absl::Status BindSchedule(const std::string& yaml, ScheduleOptions* options) {
  Config config;
  if (absl::Status status = config.MergeYaml(yaml, Origin::kFile, "run.yaml"); !status.ok()) {
    return status;
  }
  Binder root = config.Root();
  options->Bind(root);
  return config.Finish();
}

TEST(ScheduleTest, BindsOnlyWhatTheKindReads) {
  ScheduleOptions options;
  EXPECT_TRUE(BindSchedule("{kind: cosine, final_fraction: 0.1, steps: 7}", &options).ok());
  EXPECT_EQ(options.final_fraction, 0.1);
  EXPECT_EQ(options.steps, 7);
  EXPECT_FALSE(BindSchedule("{kind: constant, final_fraction: 0.1}", &options).ok());
  EXPECT_FALSE(BindSchedule("{kind: cosinus}", &options).ok());
  EXPECT_FALSE(BindSchedule("{learning_rate: 0}", &options).ok());
  EXPECT_FALSE(BindSchedule("{warmup_steps: -1}", &options).ok());
  EXPECT_FALSE(BindSchedule("{kind: linear, final_fraction: 1.5}", &options).ok());
}

}  // namespace
}  // namespace t2t
