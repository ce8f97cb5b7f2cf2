// Mixtures in the loop: exact resume in every mode, and what is said of the shares.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/str_split.h"
#include "files/atomic_file.h"
#include "tests/trainer/training_world.h"
#include "trainer/mixture_unit.h"

namespace t2t {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr char kWords[] = "copy:count=60", kPictures[] = "image_stripes:count=40";

class TrainerMixtureTest : public testing::Test {
 protected:
  TrainerMixtureTest() {
    world_.Add(kWords);
    world_.Add(kPictures);
  }
  static absl::Status Train(TrainSetup setup) {
    auto trainer = Trainer::Make(std::move(setup));
    return trainer.ok() ? (*trainer)->Run() : trainer.status();
  }
  TrainSetup Setup(const std::string& run, const MixtureOptions& mixture, int64_t steps) {
    TrainSetup setup = world_.Setup(run);
    setup.mixture = mixture;
    setup.trainer.steps = steps;
    setup.schedule.learning_rate = 0.01;
    return setup;
  }
  static Checkpoint LastOf(const TrainSetup& setup) {
    const CheckpointFolder folder(setup.run_folder);
    auto checkpoint = folder.Load(folder.Steps().back(), true);
    EXPECT_TRUE(checkpoint.ok()) << checkpoint.status();
    return *std::move(checkpoint);
  }
  static std::vector<nlohmann::json> TrainLog(const TrainSetup& setup) {
    std::vector<nlohmann::json> records;
    const auto text = ReadFile(setup.run_folder + "/log.jsonl");
    EXPECT_TRUE(text.ok()) << text.status();
    for (absl::string_view line : absl::StrSplit(text.value_or(""), '\n', absl::SkipEmpty())) {
      nlohmann::json record = nlohmann::json::parse(line);
      for (const char* key : {"seconds", "tokens_per_second", "decisions_per_second"})
        record.erase(key);
      if (record["kind"] == "train") records.push_back(std::move(record));
    }
    return records;
  }
  // A run of 12 steps is the same when it is stopped after any of `stops`, and with other loader threads.
  void ExpectExactResume(const MixtureOptions& mixture, int64_t micro_batches) {
    const auto setup = [&](const std::string& run, int64_t steps) {
      TrainSetup made = Setup(run, mixture, steps);
      made.trainer.micro_batches = micro_batches;
      return made;
    };
    const TrainSetup whole = setup("whole", 12);
    ASSERT_TRUE(Train(whole).ok());
    for (const int64_t steps : {1, 5, 6, 11, 12}) {
      TrainSetup part = setup("parts", steps);
      part.data.threads = 1 + steps % 3;
      const absl::Status status = Train(part);
      ASSERT_TRUE(status.ok()) << status;
    }
    const Checkpoint a = LastOf(whole), b = LastOf(setup("parts", 12));
    for (const auto& [name, tensor] : a.model) EXPECT_TRUE(tensor.equal(b.model.at(name))) << name;
    for (const char* key : {"step", "problems", "drawn", "mixture"})
      EXPECT_EQ(a.state[key], b.state[key]) << key;
    EXPECT_EQ(TrainLog(whole), TrainLog(setup("parts", 12)));
  }

  TrainingWorld world_;
};

TEST_F(TrainerMixtureTest, AResumedMixtureOfTokensIsTheSame) {
  MixtureOptions mixture;
  mixture.unit = "tokens";
  mixture.schedule[kWords] = {{2, 3}, {9, 0.5}};
  ExpectExactResume(mixture, 2);
}

TEST_F(TrainerMixtureTest, AResumedAdaptiveMixtureIsTheSame) {
  MixtureOptions mixture;
  mixture.adaptive = true;
  mixture.horizon = 4;
  mixture.floor = 0.1;
  ExpectExactResume(mixture, 3);
}

TEST_F(TrainerMixtureTest, AResumedProportionalMixtureWithFloorsIsTheSame) {
  MixtureOptions mixture;
  mixture.unit = "bytes";
  mixture.rates = "proportional";
  mixture.temperature = 2;
  mixture.floors[kPictures] = 0.3;
  ExpectExactResume(mixture, 1);
}

TEST_F(TrainerMixtureTest, AResumedMixtureWithEpochsIsTheSame) {
  MixtureOptions mixture;
  mixture.epochs[kPictures] = 1;
  ExpectExactResume(mixture, 2);
}

TEST_F(TrainerMixtureTest, SharesAreKeptInTheUnit) {
  MixtureOptions mixture;
  mixture.unit = "examples";
  TrainSetup setup = Setup("run", mixture, 60);
  setup.rates = {{kWords, 3}, {kPictures, 1}};
  testing::internal::CaptureStderr();
  ASSERT_TRUE(Train(setup).ok());
  const std::string shown = testing::internal::GetCapturedStderr();
  const nlohmann::json last = TrainLog(setup).back();
  EXPECT_EQ(last["share_unit"], "examples");
  EXPECT_EQ(last["share_aimed"], nlohmann::json({{kWords, 0.75}, {kPictures, 0.25}}));
  const double words = last["examples"][kWords], pictures = last["examples"][kPictures];
  EXPECT_NEAR(words / (words + pictures), 0.75, 0.05);
  EXPECT_DOUBLE_EQ(last["share"][kWords].get<double>(), words / (words + pictures));
  EXPECT_NE(last["batches"][kWords].get<double>(), 45) << "batches do not hold the same number";
  const nlohmann::json state = LastOf(setup).state;
  EXPECT_EQ(state["mixture"]["problems"][kWords]["drawn"], words);
  EXPECT_EQ(state["mixture"]["problems"][kWords]["realised"], last["share"][kWords]);
  EXPECT_THAT(shown, AllOf(HasSubstr("mixture in examples: copy:count=60 7"),
                           HasSubstr(" epochs, "), HasSubstr(" examples)")));
}

// Each example of the pictures once, then words alone, until they are over too: the run ends before its steps do.
TEST_F(TrainerMixtureTest, AProblemThatHasHadItsEpochsIsDrawnNoMore) {
  MixtureOptions mixture;
  mixture.epochs = {{kPictures, 1}, {kWords, 3}};
  TrainSetup setup = Setup("run", mixture, 1000);
  setup.trainer.micro_batches = 4;
  testing::internal::CaptureStderr();
  ASSERT_TRUE(Train(setup).ok());
  const std::string shown = testing::internal::GetCapturedStderr();
  const nlohmann::json state = LastOf(setup).state;
  EXPECT_EQ(state["problems"][kPictures]["examples"], 40);
  EXPECT_EQ(state["problems"][kWords]["examples"], 180);
  EXPECT_LT(state["step"], 1000);
  EXPECT_EQ(TrainLog(setup).back()["epochs"], nlohmann::json({{kPictures, 1.0}, {kWords, 3.0}}));
  EXPECT_EQ(TrainLog(setup).back()["share_aimed"][kPictures], 0.0);
  EXPECT_THAT(shown,
              AllOf(HasSubstr("image_stripes:count=40: has had its epochs (mixture.epochs = 1)"),
                    HasSubstr("copy:count=60: has had its epochs (mixture.epochs = 3)")));
  // It is over when it is started again, and goes on with one more epoch.
  setup.model = world_.NewModel();
  ASSERT_TRUE(Train(setup).ok());
  EXPECT_EQ(LastOf(setup).state["step"], state["step"]);
  setup.mixture.epochs[kPictures] = 2;
  setup.model = world_.NewModel();
  ASSERT_TRUE(Train(setup).ok());
  EXPECT_EQ(LastOf(setup).state["problems"][kPictures]["examples"], 80);
  EXPECT_EQ(LastOf(setup).state["problems"][kWords]["examples"], 180);
}

// Of a run from before there were units, and of one from before rates were kept, the counts of batches go on.
TEST_F(TrainerMixtureTest, AnOlderCheckpointGoesOnAsItWould) {
  const auto setup = [&](const std::string& run, int64_t steps) {
    TrainSetup made = Setup(run, MixtureOptions(), steps);
    made.rates = {{kWords, 1}, {kPictures, 3}};
    return made;
  };
  const TrainSetup whole = setup("whole", 18);
  ASSERT_TRUE(Train(whole).ok());
  for (const bool with_rates : {true, false}) {
    const std::string run = with_rates ? "older" : "oldest";
    ASSERT_TRUE(Train(setup(run, 6)).ok());
    const TrainSetup older = setup(run, 18);
    nlohmann::json state = LastOf(older).state;
    state.erase("mixture");
    if (!with_rates) state.erase("rates");
    const std::string path = CheckpointFolder(older.run_folder).PathOf(6) + "/state.json";
    ASSERT_TRUE(WriteFileAtomically(path, state.dump()).ok());
    ASSERT_TRUE(Train(older).ok());
    EXPECT_EQ(LastOf(older).state["mixture"], LastOf(whole).state["mixture"]);
    EXPECT_EQ(TrainLog(older), TrainLog(whole));
  }
}

// Counts of one unit mean nothing in another.
TEST_F(TrainerMixtureTest, AnotherUnitBeginsTheCountsAnew) {
  TrainSetup setup = Setup("run", MixtureOptions(), 6);
  ASSERT_TRUE(Train(setup).ok());
  setup.mixture.unit = "examples";
  setup.trainer.steps = 10;
  setup.model = world_.NewModel();
  ASSERT_TRUE(Train(setup).ok());
  const nlohmann::json state = LastOf(setup).state;
  EXPECT_EQ(state["drawn"][kWords].get<int64_t>() + state["drawn"][kPictures].get<int64_t>(), 4);
  EXPECT_EQ(state["mixture"]["unit"], "examples");
}

}  // namespace
}  // namespace t2t
