// Each family of problems is learned by heart: what the training split holds comes out again.
// Seconds on one core.
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/problems/scratch_folder.h"
#include "tests/tensor2tensor/cli/run_t2t.h"
#include "tests/tensor2tensor/cli/tiny_run.h"

namespace t2t {
namespace {

struct Family {
  std::string name, problem, target, metric;
  int64_t steps;
};

class Overfit : public testing::TestWithParam<Family> {};

TEST_P(Overfit, LearnsItsTrainingData) {
  const Family& family = GetParam();
  const ScratchFolder scratch;
  const std::string run = scratch / "run", data = scratch / "data";
  ExpectWorks(RunT2t({"train",
                      "--problem",
                      family.problem,
                      "--out",
                      run,
                      "--data",
                      data,
                      "--model",
                      "transformer_tiny",
                      "--steps",
                      absl::StrCat(family.steps),
                      "--set",
                      "model.d_model=64",
                      "--set",
                      "model.ff=128",
                      "--set",
                      "model.dropout=0",
                      "--set",
                      "trainer.threads=1",
                      "--set",
                      "data.tokens_per_batch=1024",
                      "--set",
                      "schedule.kind=cosine",
                      "--set",
                      "schedule.learning_rate=0.003",
                      "--set",
                      "schedule.warmup_steps=30",
                      "--set",
                      "validation.every=0"}));
  const auto record = JsonLines(ExpectWorks(
      RunT2t({"eval", run, "--split", "train", "--data", data, "--threads", "1", "--json"})));
  ASSERT_EQ(record.size(), 1u);
  const auto& target = record[0].at("problems").at(family.problem).at("targets").at(family.target);
  EXPECT_GT(target.at("metrics").at(family.metric).at("value"), 90.0) << target.at("metrics");
}

INSTANTIATE_TEST_SUITE_P(
    Families, Overfit,
    testing::Values(Family{"TextToText", "addition:count=200,digits=2", "result", "exact_match",
                           400},
                    Family{"ImageToLabel", "image_stripes:count=100", "direction", "accuracy", 100},
                    Family{"ImageToText", "caption_bars:count=100", "caption", "exact_match", 200}),
    [](const auto& family) { return family.param.name; });

}  // namespace
}  // namespace t2t
