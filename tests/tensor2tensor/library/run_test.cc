#include "tensor2tensor/library/run.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "files/atomic_file.h"
#include "tensor2tensor/evaluation/predict.h"
#include "tensor2tensor/library/find_problem.h"
#include "tensor2tensor/runs/checkpoint.h"
#include "tests/tensor2tensor/layers/expect_close.h"
#include "tests/tensor2tensor/library/small_run.h"

namespace t2t {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::HasSubstr;

OpenOptions Cpu(const std::string& checkpoint = "") {
  OpenOptions options;
  options.checkpoint = checkpoint;
  options.device = "cpu";
  options.threads = 1;
  return options;
}

std::vector<std::string> Decode(const Model& model, const Task& task,
                                const std::vector<Example>& examples) {
  PredictOptions predict;
  predict.decode.max_length = 4;
  const auto found = Predict(model, task, task.targets[0].port.name, examples, predict);
  EXPECT_TRUE(found.ok()) << found.status();
  std::vector<std::string> texts;
  for (const Prediction& prediction : *found) texts.push_back(prediction.candidates.at(0).text);
  return texts;
}

// A run of two problems, trained once; each test has a copy of its folder.
class RunTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    trained_ = new SmallRun;
    trained_->AddProblem(OneToOne("menu", {.modality = "text", .options = "vocab: {kind: word}"},
                                  {.modality = "label"}));
    trained_->Set("problems.copy=1");
    trained_->Set("trainer.average_decay=0.5");
    trained_->Set("trainer.checkpoint_every=2");
    trained_->Set("trainer.keep_last=2");
    trained_->Set("validation.every=2");
    trained_->Set("validation.decoded=false");
    trained_->Set("data.tokens_per_batch=123");
    absl::Status status = trained_->Make();
    ASSERT_TRUE(status.ok()) << status;
    status = trained_->Train(6);
    ASSERT_TRUE(status.ok()) << status;
  }
  static void TearDownTestSuite() { delete trained_; }
  RunTest() { fs::copy(trained_->run_folder(), Folder(), kCopyAll); }

  std::string Folder() const { return scratch_ / "run"; }
  std::string CheckpointPath(const std::string& which) const {
    const CheckpointFolder checkpoints(Folder());
    return checkpoints.PathOf(*checkpoints.Resolve(which));
  }
  absl::StatusOr<t2t::Run> Open(const OpenOptions& options = Cpu()) const {
    return OpenRun(trained_->library, Folder(), options);
  }
  std::string OpenError(const OpenOptions& options = Cpu()) const {
    const auto run = Open(options);
    EXPECT_FALSE(run.ok());
    return std::string(run.status().message());
  }

  static constexpr auto kCopyAll = fs::copy_options::recursive | fs::copy_options::copy_symlinks;
  static SmallRun* trained_;
  ScratchFolder scratch_;
};

SmallRun* RunTest::trained_ = nullptr;

TEST_F(RunTest, HasTheAveragedWeightsOfItsCheckpoint) {
  const auto run = Open(Cpu("last"));
  ASSERT_TRUE(run.ok()) << run.status();
  const Checkpoint checkpoint = *CheckpointFolder(Folder()).Load(6, false);
  int64_t differ = 0;
  for (const auto& parameter : run->model->named_parameters()) {
    SCOPED_TRACE(parameter.key());
    ExpectClose(parameter.value(), checkpoint.average.at("average." + parameter.key()));
    if (!at::equal(parameter.value(), checkpoint.model.at(parameter.key()))) ++differ;
  }
  EXPECT_GT(differ, 10);  // else it could not be told which were taken
  EXPECT_EQ(run->state.at("step"), 6);
  EXPECT_EQ(run->folder, Folder());
  EXPECT_FALSE(run->model->is_training());
}

TEST_F(RunTest, WithoutAnAverageItHasTheModelsOwn) {
  fs::remove(CheckpointPath("last") + "/average.safetensors");
  const auto run = Open(Cpu("last"));
  ASSERT_TRUE(run.ok()) << run.status();
  const Checkpoint checkpoint = *CheckpointFolder(Folder()).Load(6, false);
  for (const auto& parameter : run->model->named_parameters())
    ExpectClose(parameter.value(), checkpoint.model.at(parameter.key()));
}

TEST_F(RunTest, KnowsItsConfigurationTasksAndVocabularies) {
  const auto run = Open();
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->options.data.batching.tokens_per_batch, 123);
  EXPECT_EQ(run->options.trainer.average_decay, 0.5);
  ASSERT_EQ(run->tasks.size(), 2u);
  const Task &menu = **run->FindTask("menu"), &before = trained_->tasks[1];
  ASSERT_EQ(before.spec.name, "menu");
  for (const std::string text : {"to be", "the question of all"}) {
    EXPECT_EQ(menu.Find("given")->codec->Encode(Value(text), {})->ids,
              before.Find("given")->codec->Encode(Value(text), {})->ids);
  }
  EXPECT_EQ(menu.Find("wanted")->codec->vocabulary_size(), 2);
}

TEST_F(RunTest, ItCanBeMovedAndDecodesTheSame) {
  std::vector<std::string> before, after;
  {
    const auto run = Open();
    ASSERT_TRUE(run.ok()) << run.status();
    for (const Task& task : run->tasks) {
      for (const std::string& text : Decode(*run->model, task, trained_->Examples(task)))
        before.push_back(text);
    }
  }
  fs::rename(Folder(), scratch_ / "moved");
  const auto run = OpenRun(trained_->library, scratch_ / "moved", Cpu());
  ASSERT_TRUE(run.ok()) << run.status();
  for (const Task& task : run->tasks) {
    for (const std::string& text : Decode(*run->model, task, trained_->Examples(task)))
      after.push_back(text);
  }
  EXPECT_EQ(after, before);
  EXPECT_EQ(before.size(), 12u);
}

TEST_F(RunTest, TheCheckpointIsTheBestOrAsAsked) {
  const CheckpointFolder checkpoints(Folder());
  ASSERT_TRUE(checkpoints.MarkBest(4).ok());
  EXPECT_EQ(Open()->state.at("step"), 4);
  EXPECT_EQ(Open()->checkpoint, "best");
  EXPECT_EQ(Open(Cpu("last"))->state.at("step"), 6);
  EXPECT_EQ(Open(Cpu("4"))->state.at("step"), 4);
  fs::remove(Folder() + "/checkpoints/best");
  EXPECT_EQ(Open()->state.at("step"), 6);
  EXPECT_EQ(Open()->checkpoint, "last");
  EXPECT_THAT(OpenError(Cpu("5")), AllOf(HasSubstr("'5'"), HasSubstr("4, 6")));
  EXPECT_THAT(OpenError(Cpu("best")), HasSubstr("'best'"));
}

TEST_F(RunTest, AProblemIsFoundByName) {
  const auto run = Open();
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ((*run->FindTask("copy"))->spec.name, "copy");
  const auto unknown = run->FindTask("cpoy");
  EXPECT_EQ(unknown.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(unknown.status().message()),
              AllOf(HasSubstr(Folder()), HasSubstr("'cpoy'"), HasSubstr("'copy'?")));
  const auto which = run->FindTask("");
  EXPECT_EQ(which.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(which.status().message()),
              AllOf(HasSubstr("--problem"), HasSubstr("copy"), HasSubstr("menu")));
  t2t::Run one;
  one.tasks.push_back(run->tasks[0]);
  EXPECT_EQ((*one.FindTask(""))->spec.name, run->tasks[0].spec.name);
}

TEST_F(RunTest, AFolderThatIsNoRunIsTold) {
  for (const std::string& folder : {scratch_ / "none", scratch_.path()}) {
    const auto run = OpenRun(trained_->library, folder, Cpu());
    EXPECT_EQ(run.status().code(), absl::StatusCode::kNotFound);
    EXPECT_THAT(std::string(run.status().message()),
                AllOf(HasSubstr(folder), HasSubstr("is not a run")));
  }
}

TEST_F(RunTest, ARunWithoutCheckpointsIsTold) {
  fs::remove_all(Folder() + "/checkpoints");
  EXPECT_THAT(OpenError(), AllOf(HasSubstr(Folder()), HasSubstr("has saved none yet")));
}

TEST_F(RunTest, ACheckpointOfAnotherShapeIsRefusedWithEveryName) {
  const CheckpointFolder checkpoints(Folder());
  Checkpoint checkpoint = *checkpoints.Load(6, true);
  checkpoint.average.clear();
  checkpoint.model["ports.copy.copied.tag"] = at::zeros({8});
  checkpoint.model["ports.copy.pasted.tag"] = at::zeros({16});
  checkpoint.model.erase("tags.text");
  ASSERT_TRUE(checkpoints.Save(6, checkpoint).ok());
  EXPECT_THAT(OpenError(Cpu("6")),
              AllOf(HasSubstr(checkpoints.PathOf(6)),
                    HasSubstr("of another shape: ports.copy.copied.tag: file [8], model [16]"),
                    HasSubstr("not in the model: ports.copy.pasted.tag"),
                    HasSubstr("missing in the file: tags.text")));
}

TEST_F(RunTest, AChangedConfigurationDoesNotFitTheCheckpoint) {
  const std::string path = Folder() + "/config.yaml";
  const std::string yaml = *ReadFile(path);
  ASSERT_THAT(yaml, HasSubstr("ff: 24"));
  ASSERT_TRUE(WriteFileAtomically(path, absl::StrReplaceAll(yaml, {{"ff: 24", "ff: 30"}})).ok());
  EXPECT_THAT(OpenError(),
              HasSubstr("body.decoder.0.feed_forward.up.weight: file [24, 16], model [30, 16]"));
}

TEST_F(RunTest, DamagedOrMissingFilesAreNamed) {
  const std::string words = "ports/menu/given";
  std::string vocabulary;
  for (const auto& entry : fs::directory_iterator(Folder() + "/" + words)) {
    if (entry.path().filename() != ".complete")
      vocabulary = words + "/" + entry.path().filename().string();
  }
  for (const std::string& file :
       {std::string("config.yaml"), vocabulary, std::string("checkpoints/step-00000006/state.json"),
        std::string("checkpoints/step-00000006/model.safetensors"),
        std::string("checkpoints/step-00000006/average.safetensors")}) {
    SCOPED_TRACE(file);
    const std::string path = Folder() + "/" + file, whole = *ReadFile(path);
    const std::string name = fs::path(file).filename().string();
    for (const std::string& bytes :
         {std::string("[\x01 no such form"), whole.substr(0, whole.size() / 2)}) {
      ASSERT_TRUE(WriteFileAtomically(path, bytes).ok());
      const auto run = Open(Cpu("last"));
      // Half a configuration may be a whole one of fewer keys, which then does not fit the checkpoint.
      ASSERT_FALSE(run.ok());
      if (name != "config.yaml") {
        EXPECT_THAT(std::string(run.status().message()),
                    HasSubstr(file == vocabulary ? words : name));
      }
    }
    ASSERT_TRUE(WriteFileAtomically(path, whole).ok());
  }
  ASSERT_TRUE(Open().ok());
  fs::remove_all(Folder() + "/" + words);
  EXPECT_THAT(OpenError(), HasSubstr(words));
}

TEST_F(RunTest, AnUnknownDeviceIsTold) {
  OpenOptions options = Cpu();
  options.device = "gpu";
  EXPECT_THAT(OpenError(options), HasSubstr("'gpu'"));
}

TEST_F(RunTest, AProblemThatTheLibraryLacksIsTold) {
  Library other;
  ASSERT_TRUE(RegisterAll(other).ok());
  const auto run = OpenRun(other, Folder(), Cpu());
  EXPECT_EQ(run.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(run.status().message()), HasSubstr("unknown problem 'menu'"));
}

TEST_F(RunTest, CopyRunFilesCopiesAllButCheckpoints) {
  ASSERT_TRUE(CopyRunFiles(Folder(), scratch_ / "copy").ok());
  EXPECT_TRUE(fs::exists(scratch_ / "copy/config.yaml"));
  EXPECT_FALSE(fs::exists(scratch_ / "copy/checkpoints"));
  const Checkpoint checkpoint = *CheckpointFolder(Folder()).Load(6, false);
  ASSERT_TRUE(CheckpointFolder(scratch_ / "copy").Save(6, checkpoint).ok());
  const auto run = OpenRun(trained_->library, scratch_ / "copy", Cpu());
  ASSERT_TRUE(run.ok()) << run.status();
  const auto original = Open(Cpu("6"));
  EXPECT_EQ(Decode(*run->model, run->tasks[0], trained_->Examples(run->tasks[0])),
            Decode(*original->model, original->tasks[0], trained_->Examples(original->tasks[0])));
}

}  // namespace
}  // namespace t2t
