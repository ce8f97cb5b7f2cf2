#include "trainer/trainer_options.h"

#include <gtest/gtest.h>

namespace t2t {
namespace {

TEST(ParseDurationTest, ReadsHoursMinutesAndSeconds) {
  const std::map<std::string, double> durations = {
      {"90", 90},     {"90s", 90},     {"0s", 0},        {"6m", 360},   {"1h", 3600},
      {"0.5h", 1800}, {"1h30m", 5400}, {"1h2m3s", 3723}, {"5m30", 330}, {"2m2m", 240}};
  for (const auto& [text, seconds] : durations) {
    const auto parsed = ParseDuration(text);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(*parsed, seconds) << text;
  }
}

TEST(ParseDurationTest, RefusesWhatIsNone) {
  for (const char* text : {"", "m", "6x", "6 m", " 6m", "-6m", "+6m", "1..5s", ".", "6min", "1e3",
                           "nan", "inf", "6m ", "h1"}) {
    const auto parsed = ParseDuration(text);
    ASSERT_FALSE(parsed.ok()) << text << " read as " << *parsed;
    EXPECT_TRUE(absl::IsInvalidArgument(parsed.status()));
    EXPECT_EQ(parsed.status().message(),
              absl::StrCat("'", text, "' is not a duration such as 45s, 6m or 1h30m"));
  }
}

absl::Status BindTrainer(const std::string& assignment, TrainerOptions* options) {
  Config config;
  EXPECT_TRUE(config.Set(assignment).ok());
  Binder root = config.Root();
  options->Bind(root);
  return config.Finish();
}

TEST(TrainerOptionsTest, MaxTimeBecomesSeconds) {
  TrainerOptions options;
  ASSERT_TRUE(BindTrainer("max_time=1h30m", &options).ok());
  EXPECT_EQ(options.max_seconds, 5400);
  EXPECT_EQ(BindTrainer("max_time=soon", &options).message(),
            "--set: max_time = soon: 'soon' is not a duration such as 45s, 6m or 1h30m");
}

TEST(TrainerOptionsTest, RefusesNumbersThatMeanNothing) {
  for (const char* assignment :
       {"steps=-1", "micro_batches=0", "label_smoothing=1", "label_smoothing=-0.1",
        "average_decay=1", "clip_norm=-1", "log_every=0", "checkpoint_every=0", "keep_last=0",
        "keep_best=-1", "patience=-1", "threads=-1", "workers=0", "workers=2", "device=gpu",
        "max_time=0s"}) {
    TrainerOptions options;
    EXPECT_TRUE(absl::IsInvalidArgument(BindTrainer(assignment, &options))) << assignment;
  }
}

TEST(TrainerOptionsTest, WorkersShareTheMicroBatches) {
  TrainerOptions options;
  options.micro_batches = 4;
  EXPECT_TRUE(BindTrainer("workers=4", &options).ok());
  EXPECT_EQ(options.workers, 4);
  EXPECT_EQ(BindTrainer("workers=5", &options).message(),
            "--set: workers = 5: must be from 1 to trainer.micro_batches = 4");
}

// A path of --set is cut at its dots: problem and port are two levels.
TEST(TrainerOptionsTest, LossWeightsCanBeSet) {
  TrainerOptions options;
  ASSERT_TRUE(BindTrainer("loss_weights.caption.kind=0.25", &options).ok());
  EXPECT_EQ(options.loss.weights, (std::map<std::string, double>{{"caption.kind", 0.25}}));
  ASSERT_TRUE(BindTrainer("loss_weights={\"copy:count=10\": {copied: 2}}", &options).ok());
  EXPECT_EQ(options.loss.weights.at("copy:count=10.copied"), 2);
  for (const char* wrong : {"loss_weights.caption.kind=-1", "loss_weights.caption.kind=much",
                            "loss_weights.caption=2", "loss_weights={caption.kind: 2}"}) {
    TrainerOptions unused;
    EXPECT_TRUE(absl::IsInvalidArgument(BindTrainer(wrong, &unused))) << wrong;
  }
}

TEST(ValidationOptionsTest, RefusesNumbersThatMeanNothing) {
  for (const char* assignment :
       {"every=-1", "limit=-1", "decode.max_length=0", "decode.method=best"}) {
    Config config;
    ASSERT_TRUE(config.Set(assignment).ok());
    Binder root = config.Root();
    ValidationOptions options;
    options.Bind(root);
    EXPECT_TRUE(absl::IsInvalidArgument(config.Finish())) << assignment;
  }
}

}  // namespace
}  // namespace t2t
