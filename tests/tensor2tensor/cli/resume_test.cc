// Runs that are stopped and go on: by a kill, a signal, a loss that is not finite, another
// configuration.
#include <algorithm>
#include <csignal>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "files/atomic_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/problems/scratch_folder.h"
#include "tests/tensor2tensor/cli/run_t2t.h"
#include "tests/tensor2tensor/cli/tiny_run.h"

namespace t2t {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;

// All that could make two runs differ: two problems, one of them of augmented pictures, dropout,
// accumulation by two workers, a moving average, several windows and epochs, loader threads, and an evaluation in
// the middle.
constexpr char kMixed[] = R"(
problems: {"image_stripes:count=60": 1, "reverse:alphabet=4,count=80,length=4": 2}
model: {d_model: 16, heads: 2, ff: 32, encoder_layers: 1, decoder_layers: 1, dropout: 0.2}
ports: {"image_stripes:count=60": {image: {augment: {shift: 2}}}}
trainer: {steps: 20, average_decay: 0.9, micro_batches: 2, workers: 2, log_every: 3, checkpoint_every: 4,
          keep_last: 9, threads: 2}
data: {tokens_per_batch: 256, window: 32, threads: 2}
validation: {every: 10}
)";

std::string CheckpointPath(const std::string& run, int64_t step) {
  return absl::StrFormat("%s/checkpoints/step-%08d", run, step);
}

// The log without what tells of time and speed.
std::vector<nlohmann::json> Log(const std::string& run) {
  std::vector<nlohmann::json> records = JsonLines(MustRead(run + "/log.jsonl"));
  for (nlohmann::json& record : records) {
    for (const char* key :
         {"seconds", "tokens_per_second", "decisions_per_second", "validation_seconds"})
      record.erase(key);
  }
  return records;
}

void ExpectSameRun(const std::string& run, const std::string& expected) {
  for (std::string name :
       Differing(Contents(run + "/checkpoints"), Contents(expected + "/checkpoints")))
    EXPECT_TRUE(name.ends_with("/state.json")) << name << " differs";  // it also holds times
  EXPECT_EQ(Log(run), Log(expected));
}

class Resume : public testing::Test {
 protected:
  std::vector<std::string> Mixed(const std::string& run) {
    const std::string config = scratch_.Write("mixed.yaml", kMixed);
    return {"train", "--config", config, "--data", scratch_ / "data", "--out", run};
  }

  // Trains in a new folder, and kills the process whenever the checkpoint of one of `steps`
  // appears. False where it was faster than the kill.
  bool TrainAndKill(const std::string& run, const std::vector<int64_t>& steps) {
    fs::remove_all(run);
    for (const int64_t step : steps) {
      Process training(Mixed(run));
      EXPECT_TRUE(
          WaitFor([&] { return fs::exists(CheckpointPath(run, step)) || !training.Running(); }));
      training.Send(SIGKILL);
      if (training.Wait().code != -SIGKILL || fs::exists(CheckpointPath(run, 20))) return false;
    }
    return true;
  }

  // The evaluation of step 10 leaves much time for kills at earlier steps; a machine that is busy
  // enough to miss it thrice is not expected.
  void ExpectKilledRunIsTheSame(const std::vector<int64_t>& steps, const std::string& expected) {
    const std::string run = scratch_ / "killed";
    bool killed = false;
    for (int attempt = 0; attempt < 3 && !killed; ++attempt) killed = TrainAndKill(run, steps);
    ASSERT_TRUE(killed);
    const Outcome rest = RunT2t(Mixed(run));
    ExpectWorks(rest);
    EXPECT_THAT(rest.err, HasSubstr("going on from step "));
    ExpectSameRun(run, expected);
    ExpectNothingHalfWritten(run);
  }

  const ScratchFolder scratch_;
};

TEST_F(Resume, AKilledRunEndsAsTheWholeOne) {
  const std::string whole = scratch_ / "whole";
  ExpectWorks(RunT2t(Mixed(whole)));
  ASSERT_TRUE(fs::exists(CheckpointPath(whole, 20) + "/average.safetensors"));
  ExpectKilledRunIsTheSame({8}, whole);
  ExpectKilledRunIsTheSame({4, 12}, whole);
  // A finished run has nothing left to do.
  const auto before = Contents(whole + "/checkpoints");
  const auto log = Log(whole);
  ExpectWorks(RunT2t(Mixed(whole)));
  EXPECT_THAT(Differing(Contents(whole + "/checkpoints"), before), IsEmpty());
  EXPECT_EQ(Log(whole), log);
}

// Meanwhile no other process takes the run.
TEST_F(Resume, SigtermSavesAndTheSameCommandGoesOn) {
  const std::string run = scratch_ / "run", log = run + "/log.jsonl";
  const auto command =
      TinyTraining({"--problem", kReverse, "--data", scratch_ / "data", "--out", run, "--steps",
                    "1000000", "--set", "trainer.checkpoint_every=1000000"});
  int64_t stopped_at = 0;
  for (int round = 0; round < 2; ++round) {
    const int64_t before = stopped_at;
    Process training(command);
    ASSERT_TRUE(WaitFor([&] {
      const auto text = ReadFile(log);
      return text.ok() && std::count(text->begin(), text->end(), '\n') > before + 2;
    }));
    ExpectFails(RunT2t(command), 1, {run + ": is being trained", "another process"});
    training.Send(SIGTERM);
    ExpectFails(training.Wait(), 1, {"stopped by a signal", "the same command goes on"});
    const std::string last = fs::read_symlink(run + "/checkpoints/last").string();
    stopped_at = std::stoll(last.substr(last.find('-') + 1));
    EXPECT_GT(stopped_at, before);
    std::vector<int64_t> steps;
    for (const auto& record : JsonLines(MustRead(log))) steps.push_back(record["step"]);
    for (size_t i = 0; i < steps.size(); ++i) EXPECT_EQ(steps[i], static_cast<int64_t>(i) + 1);
    EXPECT_EQ(static_cast<int64_t>(steps.size()), stopped_at);
  }
}

TEST_F(Resume, ALossThatIsNotFiniteStopsAndNamesTheBatch) {
  const std::string run = scratch_ / "run";
  const auto training = [&](const std::vector<std::string>& more) {
    std::vector<std::string> all = {"--problem", kReverse, "--data", scratch_ / "data",
                                    "--out",     run,      "--set",  "trainer.checkpoint_every=4"};
    all.insert(all.end(), more.begin(), more.end());
    return RunT2t(TinyTraining(all));
  };
  ExpectWorks(training({"--steps", "4"}));
  const auto before = Contents(run + "/checkpoints");
  const Outcome outcome =
      training({"--steps", "20", "--force", "--set", "schedule.learning_rate=1e30"});
  ExpectFails(outcome, 1, {"is not finite", absl::StrCat("of '", kReverse, "'")});
  EXPECT_THAT(outcome.err,
              ContainsRegex("step [678]: .* a batch of [0-9]+ examples of .*: numbers [0-9]+, "));
  EXPECT_THAT(Differing(Contents(run + "/checkpoints"), before), IsEmpty());
  ExpectWorks(RunT2t({"decode", run, "--text", "abc"}));
}

TEST_F(Resume, AnotherConfigurationIsRefusedUnlessForced) {
  const std::string run = scratch_ / "run";
  const auto training = [&](const std::vector<std::string>& more) {
    std::vector<std::string> all = {"--problem",       kReverse, "--data",
                                    scratch_ / "data", "--out",  run};
    all.insert(all.end(), more.begin(), more.end());
    return RunT2t(TinyTraining(all));
  };
  ExpectWorks(training({"--steps", "2"}));
  const auto before = Contents(run);
  ExpectFails(
      training({"--steps", "2", "--set", "optimizer.weight_decay=0.5"}), 2,
      {"was begun with another configuration", "--force", "optimizer.weight_decay: 0.01 -> 0.5"});
  EXPECT_THAT(Differing(Contents(run), before), IsEmpty());
  // Weights of another shape cannot be gone on with, and the attempt leaves the run as it was.
  ExpectFails(training({"--steps", "3", "--set", "model.ff=48", "--force"}), 2,
              {"does not fit", "of another shape", "file [32, 16], model [48, 16]"});
  EXPECT_EQ(Contents(run).at("config.yaml"), before.at("config.yaml"));

  // What was learned stays: words cannot be numbered anew under weights that know the old numbers.
  const std::string vocabulary = std::string("ports.") + kReverse + ".text.vocab.kind=char";
  ExpectFails(training({"--steps", "3", "--set", vocabulary, "--force"}), 2,
              {"its vocabularies are learned", ".text.vocab."});

  const Outcome forced =
      training({"--steps", "3", "--set", "optimizer.weight_decay=0.5", "--force"});
  ExpectWorks(forced);
  EXPECT_THAT(forced.err, AllOf(HasSubstr("optimizer.weight_decay: 0.01 -> 0.5"),
                                HasSubstr("going on from step 2")));
  EXPECT_THAT(MustRead(run + "/config.yaml"), HasSubstr("weight_decay: 0.5"));
  EXPECT_TRUE(fs::exists(CheckpointPath(run, 3)));
}

TEST_F(Resume, AnotherDataSetIsRefusedUnlessForced) {
  const std::string run = scratch_ / "run", data = scratch_ / "data";
  const auto training = [&](const std::vector<std::string>& more) {
    std::vector<std::string> all = {"--problem", kReverse, "--data", data, "--out", run};
    all.insert(all.end(), more.begin(), more.end());
    return RunT2t(TinyTraining(all));
  };
  ExpectWorks(training({"--steps", "2"}));
  ExpectWorks(RunT2t({"datagen", kReverse, "--data", data, "--data-seed", "2", "--again"}));
  ExpectFails(training({"--steps", "2", "--data-seed", "2"}), 2,
              {"is not the data set that " + run + " was trained on", "--force goes on with it"});
  const Outcome forced = training({"--steps", "3", "--data-seed", "2", "--force"});
  ExpectWorks(forced);
  EXPECT_THAT(forced.err, HasSubstr("its order begins anew"));
}

// The bug: a start that failed left its vocabularies, which the next one took whatever it asked for.
TEST_F(Resume, AStartThatFailedLeavesNoVocabulary) {
  const std::string run = scratch_ / "run";
  const std::string vocabulary = std::string("ports.") + kReverse + ".text.vocab.";
  const auto training = [&](const std::vector<std::string>& more) {
    std::vector<std::string> all = {
        "--problem", kReverse, "--data", scratch_ / "data", "--steps",
        "1",         "--out",  run,      "--set",           vocabulary + "kind=word"};
    all.insert(all.end(), more.begin(), more.end());
    return RunT2t(TinyTraining(all));
  };
  ExpectFails(training({"--set", "model.positions=learned", "--set", "model.max_positions=3"}), 2,
              {"max_positions"});
  ASSERT_TRUE(fs::exists(run + "/ports"));
  ExpectWorks(training({"--set", vocabulary + "min_count=50"}));
  // No word comes so often; the head of the file and the unknown word are left.
  EXPECT_LT(Lines(MustRead(run + "/ports/" + kReverse + "/text/vocabulary.txt")).size(), 5u);
}

}  // namespace
}  // namespace t2t
