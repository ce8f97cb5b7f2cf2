// A run that begins with what another one has learned.
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "files/atomic_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/problems/scratch_folder.h"
#include "tests/tensor2tensor/cli/run_t2t.h"
#include "tests/tensor2tensor/cli/tiny_run.h"

namespace t2t {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

double LossOf(const std::string& run, const std::string& problem) {
  ExpectWorks(
      RunT2t({"eval", run, "--problem", problem, "--data", SharedRun().data, "--split", "valid"}));
  const auto record = nlohmann::json::parse(MustRead(run + "/eval/valid.json"));
  return record.at("problems").at(problem).at("targets").begin()->at("tf_loss");
}

std::string Vocabulary(const std::string& kind) {
  return std::string("ports.") + kReverse + ".text.vocab={kind: " + kind + "}";
}

// A run with a vocabulary of its own.
void TrainBefore(const std::string& run) {
  ExpectWorks(
      RunT2t(TinyTraining({"--problem", kReverse, "--problem", kBars, "--out", run, "--data",
                           SharedRun().data, "--steps", "20", "--set", Vocabulary("char")})));
}

TEST(From, TakesWeightsVocabulariesAndTheModelAndSaysWhatIsNew) {
  const ScratchFolder scratch;
  const std::string before = scratch / "before", run = scratch / "run", &data = SharedRun().data;
  TrainBefore(before);
  // No model is said: it is that of the other run. No step is done, so that the losses are equal.
  const std::vector<std::string> call = {"train",
                                         "--problem",
                                         kReverse,
                                         "--problem",
                                         kStripes,
                                         "--from",
                                         before,
                                         "--out",
                                         run,
                                         "--data",
                                         data,
                                         "--steps",
                                         "0",
                                         "--set",
                                         "trainer.threads=1",
                                         "--set",
                                         Vocabulary("char")};
  const Outcome outcome = RunT2t(call);
  ExpectWorks(outcome);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("from " + before + " (best, step "), HasSubstr("body ("),
                                 HasSubstr(std::string("new here: ports.") + kStripes),
                                 HasSubstr(std::string("only there: ports.") + kBars),
                                 Not(HasSubstr("not taken"))));
  EXPECT_NEAR(LossOf(run, kReverse), LossOf(before, kReverse), 1e-5);
  EXPECT_EQ(MustRead(run + "/ports/" + kReverse + "/text/.complete"),
            MustRead(before + "/ports/" + kReverse + "/text/.complete"));
  // It goes on without the other one, by the same command with more steps.
  std::filesystem::remove_all(before);
  std::vector<std::string> more = call;
  *std::find(more.begin(), more.end(), "0") = "3";
  more.push_back("--force");
  ExpectWorks(RunT2t(more));
  EXPECT_EQ(JsonLines(MustRead(run + "/log.jsonl")).back().at("step"), 3);
}

TEST(From, APortWithAnotherVocabularyBeginsAnew) {
  const ScratchFolder scratch;
  const std::string before = scratch / "before", run = scratch / "run";
  TrainBefore(before);
  const Outcome outcome = RunT2t({"train", "--problem", kReverse, "--from", before, "--out", run,
                                  "--data", SharedRun().data, "--steps", "1", "--set",
                                  "trainer.threads=1", "--set", Vocabulary("word")});
  ExpectWorks(outcome);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr(std::string("not taken: ports.") + kReverse +
                                           ".text, which has other units there"),
                                 HasSubstr(std::string("ports.") + kReverse + ".reversed (")));
}

// The row of the stop would become that of the blank.
TEST(From, AHeadOfAnotherSchemeBeginsAnew) {
  const ScratchFolder scratch;
  const std::string before = scratch / "before", run = scratch / "run";
  TrainBefore(before);
  // The other problem uses the decoder that is there.
  const Outcome outcome = RunT2t(
      {"train", "--problem", kReverse, "--problem", kBars, "--from", before, "--out", run, "--data",
       SharedRun().data, "--steps", "1", "--set", "trainer.threads=1", "--set", Vocabulary("char"),
       "--set", std::string("ports.") + kReverse + ".reversed.scheme=ctc"});
  ExpectWorks(outcome);
  EXPECT_THAT(outcome.err,
              AllOf(HasSubstr(std::string("not taken: ports.") + kReverse +
                              ".reversed.head, which another scheme has trained there"),
                    HasSubstr("body ("), Not(HasSubstr("other units there"))));
}

TEST(From, ClassesInAnotherOrderAreOtherUnits) {
  const ScratchFolder scratch;
  const std::string before = scratch / "before", run = scratch / "run", data = scratch / "data";
  const auto classes = [](const char* order) {
    return std::string("ports.") + kStripes + ".direction.classes=" + order;
  };
  ExpectWorks(
      RunT2t(TinyTraining({"--problem", kStripes, "--out", before, "--data", data, "--steps", "3",
                           "--set", classes("[horizontal, vertical, diagonal]")})));
  const Outcome outcome =
      RunT2t({"train", "--problem", kStripes, "--from", before, "--out", run, "--data", data,
              "--steps", "1", "--set", classes("[vertical, horizontal, diagonal]")});
  ExpectWorks(outcome);
  EXPECT_THAT(outcome.err, HasSubstr(std::string("not taken: ports.") + kStripes +
                                     ".direction, which has other units there"));
}

TEST(From, AnotherBodyIsRefusedWithEveryName) {
  const ScratchFolder scratch;
  const std::string run = scratch / "run", from = SharedRun().run;
  std::vector<std::string> call = TinyTraining({"--problem", kReverse, "--from", from, "--out", run,
                                                "--data", SharedRun().data, "--steps", "1"});
  call.insert(call.end(), {"--set", "model.ff=48", "--set", "model.encoder_layers=2"});
  ExpectFails(RunT2t(call), 2,
              {"its model is another one", "model.ff: 32 -> 48", "model.encoder_layers: 1 -> 2"});
  EXPECT_FALSE(std::filesystem::exists(run));
  // Shapes would not tell.
  ExpectFails(RunT2t({"train", "--problem", kReverse, "--from", from, "--out", run, "--set",
                      "model.heads=4"}),
              2, {"model.heads: 2 -> 4"});
  ExpectFails(RunT2t({"train", "--problem", kReverse, "--from", scratch / "none", "--out", run}), 2,
              {"none: is not a run"});
}

}  // namespace
}  // namespace t2t
