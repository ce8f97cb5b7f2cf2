// Some pairs of modalities, each trained and measured beside itself blind.
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/problems/scratch_folder.h"
#include "tests/tensor2tensor/cli/run_t2t.h"
#include "tests/tensor2tensor/cli/tiny_run.h"

namespace t2t {
namespace {

using testing::HasSubstr;

TEST(Matrix, PairsLearnWhatTheirInputsSay) {
  const ScratchFolder scratch;
  // Aligned; frames in a known number; frames until a stop; counts from sounds.
  const std::vector<std::string> call = {"matrix",
                                         "--cells",
                                         "dna-tags,text-image,rna-audio,audio-vector",
                                         "--steps",
                                         "250",
                                         "--out",
                                         scratch / "runs",
                                         "--data",
                                         scratch / "data",
                                         "--page",
                                         scratch / "page.md"};
  const Outcome outcome = RunT2t(call);
  ExpectWorks(outcome);
  EXPECT_THAT(outcome.out, HasSubstr("4 of 4 pairs pass"));
  const std::string page = MustRead(scratch / "page.md");
  EXPECT_THAT(page, HasSubstr("4 of 4 pairs pass"));
  EXPECT_THAT(page, HasSubstr("(page/rna-audio.wav)"));
  for (const char* file : {"page/text-image.png", "page/rna-audio.png", "page/rna-audio.wav"})
    EXPECT_TRUE(std::filesystem::exists(scratch / file)) << file;
  const auto record = nlohmann::json::parse(MustRead(scratch / "runs/dna-tags/eval/test.json"));
  const nlohmann::json& target =
      record.at("problems").at("pairs:from=dna,to=tags").at("targets").at("wanted");
  EXPECT_GT(target.at("metrics").at("tag_accuracy").at("value"), 90);
  const nlohmann::json& blind = target.at("baselines").at("blind");
  EXPECT_EQ(blind.at("examples"), 200);
  EXPECT_LT(blind.at("metrics").at("tag_accuracy").at("value"), 80);
  EXPECT_GT(blind.at("lead").at("tag_accuracy").at("low"), 0);
  EXPECT_GT(target.at("blind_loss").at("low"), 0);
  // What is trained stays: the same figures, without training.
  const Outcome again = RunT2t(call);
  ExpectWorks(again);
  EXPECT_EQ(again.out, outcome.out);

  // A run of another kind stands beside them, once it was measured.
  std::vector<std::string> beside = call;
  beside.insert(beside.end(), {"--real", SharedRun().run});
  const Outcome unmeasured = RunT2t(beside);
  EXPECT_NE(unmeasured.code, 0);
  EXPECT_THAT(unmeasured.err, HasSubstr("t2t eval " + SharedRun().run + " --split test --blind"));
  ExpectWorks(
      RunT2t({"eval", SharedRun().run, "--split", "test", "--blind", "--data", SharedRun().data}));
  ExpectWorks(RunT2t(beside));
  const std::string both = MustRead(scratch / "page.md");
  EXPECT_THAT(both, HasSubstr("4 of 4 pairs pass"));
  EXPECT_THAT(both, HasSubstr(absl::StrCat(kReverse, ".reversed | text | text | ")));
  EXPECT_THAT(both, HasSubstr("## On real data"));
}

TEST(Matrix, NamesTheNearestPair) {
  const ScratchFolder scratch;
  const Outcome outcome = RunT2t({"matrix", "--out", scratch / "runs", "--cells", "text-imge"});
  EXPECT_NE(outcome.code, 0);
  EXPECT_THAT(outcome.err, HasSubstr("text-image"));
}

// A model that cannot have learned does not pass, and says so.
TEST(Matrix, AnUntrainedModelFails) {
  const ScratchFolder scratch;
  const Outcome outcome = RunT2t({"matrix", "--out", scratch / "runs", "--data", scratch / "data",
                                  "--cells", "rna-protein", "--steps", "1"});
  EXPECT_NE(outcome.code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("0 of 1 pairs pass"));
  EXPECT_THAT(outcome.err, HasSubstr("1 pairs do not pass"));
}

}  // namespace
}  // namespace t2t
