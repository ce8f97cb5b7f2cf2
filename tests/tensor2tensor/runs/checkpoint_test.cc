#include "tensor2tensor/runs/checkpoint.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <iterator>

#include "files/atomic_file.h"
#include "tests/files/damage.h"
#include "tests/tensor2tensor/layers/expect_close.h"

namespace t2t {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// All of its tensors hold `number`.
Checkpoint Numbered(double number) {
  Checkpoint checkpoint;
  checkpoint.model = {{"body.weight", at::full({2, 3}, number)}, {"tag", at::full({4}, number)}};
  checkpoint.average = {{"average.tag", at::full({4}, number)}};
  checkpoint.optimizer = {{"step.tag", at::full({}, number)}};
  checkpoint.state = {{"step", number}};
  return checkpoint;
}

double NumberOf(const Checkpoint& checkpoint) {
  return checkpoint.model.at("tag")[0].item<double>();
}

std::string Message(const absl::Status& status) { return std::string(status.message()); }

void ExpectSameTensors(const NamedTensors& actual, const NamedTensors& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (const auto& [name, tensor] : expected) {
    SCOPED_TRACE(name);
    ASSERT_EQ(actual.count(name), 1u);
    EXPECT_EQ(actual.at(name).scalar_type(), tensor.scalar_type());
    ExpectClose(actual.at(name), tensor);
  }
}

class CheckpointTest : public ::testing::Test {
 protected:
  void Save(int64_t step) {
    const absl::Status status = checkpoints_.Save(step, Numbered(static_cast<double>(step)));
    ASSERT_TRUE(status.ok()) << status;
  }
  // Names in checkpoints/, sorted.
  std::vector<std::string> Listing() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_ / "checkpoints"))
      names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }

  TestFolder folder_;
  CheckpointFolder checkpoints_{folder_.path()};
};

TEST_F(CheckpointTest, GivesBackWhatWasSaved) {
  Checkpoint saved = Numbered(1.5);
  saved.model["half"] = at::tensor({0.25, -3.0}).to(at::kBFloat16);
  saved.optimizer["updates"] = at::tensor({int64_t{1} << 40}, at::kLong);
  saved.state["best"] = {{{"step", 3}, {"value", 0.1}}};
  ASSERT_TRUE(checkpoints_.Save(1000, saved).ok());
  const auto loaded = checkpoints_.Load(1000, /*with_optimizer=*/true);
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  ExpectSameTensors(loaded->model, saved.model);
  ExpectSameTensors(loaded->average, saved.average);
  ExpectSameTensors(loaded->optimizer, saved.optimizer);
  EXPECT_EQ(loaded->state, saved.state);
  EXPECT_THAT(checkpoints_.Load(1000, /*with_optimizer=*/false)->optimizer, IsEmpty());
  EXPECT_EQ(checkpoints_.PathOf(1000), folder_ / "checkpoints/step-00001000");
}

TEST_F(CheckpointTest, ARunWithoutAverageOrOptimizerHasNoFilesOfThem) {
  Checkpoint weights = Numbered(1);
  weights.average.clear();
  weights.optimizer.clear();
  ASSERT_TRUE(checkpoints_.Save(1, weights).ok());
  EXPECT_THAT(checkpoints_.Load(1, false)->average, IsEmpty());
  EXPECT_THAT(Message(checkpoints_.Load(1, true).status()), HasSubstr("optimizer.safetensors"));
}

TEST_F(CheckpointTest, StepsAscendAndOtherNamesAreNone) {
  for (int64_t step : {123456789, 7, 30, 0}) Save(step);
  for (const std::string name : {"step-8", "step-00000009.partial", "step-abcdefgh", "notes"})
    fs::create_directories(folder_ / "checkpoints/" + name);
  fs::create_directory_symlink("step-00000007", folder_ / "checkpoints/step-00000011");
  EXPECT_THAT(checkpoints_.Steps(), ElementsAre(0, 7, 30, 123456789));
  EXPECT_THAT(CheckpointFolder(folder_ / "no such run").Steps(), IsEmpty());
}

TEST_F(CheckpointTest, LinksAndNumbersAreResolved) {
  for (int64_t step : {10, 20, 30}) Save(step);
  ASSERT_TRUE(checkpoints_.MarkBest(20).ok());
  EXPECT_EQ(*checkpoints_.Resolve("last"), 30);
  EXPECT_EQ(*checkpoints_.Resolve("best"), 20);
  EXPECT_EQ(*checkpoints_.Resolve("10"), 10);
  EXPECT_EQ(*checkpoints_.Resolve("step-00000010"), 10);
  ASSERT_TRUE(checkpoints_.MarkBest(30).ok());
  EXPECT_EQ(*checkpoints_.Resolve("best"), 30);
}

TEST_F(CheckpointTest, AnUnknownOneIsToldWithThoseThatThereAre) {
  EXPECT_THAT(Message(checkpoints_.Resolve("last").status()), HasSubstr("has saved none yet"));
  for (int64_t step : {10, 20}) Save(step);
  for (const std::string which : {"best", "15", "newest", "-10", "", "../checkpoints", "1e1"}) {
    const auto step = checkpoints_.Resolve(which);
    ASSERT_EQ(step.status().code(), absl::StatusCode::kNotFound) << which;
    EXPECT_THAT(Message(step.status()), AllOf(HasSubstr("'" + which + "'"), HasSubstr("10, 20"),
                                              HasSubstr(folder_.path())));
  }
}

TEST_F(CheckpointTest, ALinkToARemovedOneIsNotFound) {
  for (int64_t step : {10, 20}) Save(step);
  ASSERT_TRUE(checkpoints_.MarkBest(10).ok());
  ASSERT_TRUE(checkpoints_.Prune(1, {}).ok());
  EXPECT_EQ(checkpoints_.Resolve("best").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(CheckpointTest, ARunCanBeMoved) {
  const TestFolder elsewhere;
  for (int64_t step : {10, 20}) Save(step);
  ASSERT_TRUE(checkpoints_.MarkBest(10).ok());
  fs::rename(folder_ / "checkpoints", elsewhere / "checkpoints");
  const CheckpointFolder moved(elsewhere.path());
  EXPECT_EQ(*moved.Resolve("last"), 20);
  EXPECT_EQ(*moved.Resolve("best"), 10);
  EXPECT_EQ(NumberOf(*moved.Load(10, true)), 10);
}

TEST_F(CheckpointTest, AStepSavedAgainReplacesAllOfTheOldOne) {
  Save(10);
  Checkpoint again = Numbered(11);
  again.average.clear();
  ASSERT_TRUE(checkpoints_.Save(10, again).ok());
  const auto loaded = checkpoints_.Load(10, true);
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(NumberOf(*loaded), 11);
  EXPECT_THAT(loaded->average, IsEmpty());
  EXPECT_THAT(Listing(), ElementsAre("last", "step-00000010"));
}

// Makes renameat2 refuse to exchange two names in this process, as file systems such as NFS do.
bool RefuseToExchange() {
  struct sock_filter refuse[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_renameat2, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[4])),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, RENAME_EXCHANGE, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  const struct sock_fprog program = {std::size(refuse), refuse};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

TEST_F(CheckpointTest, AStepIsSavedAgainWhereNamesCannotBeExchanged) {
  Save(10);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (!RefuseToExchange()) _exit(2);
    _exit(checkpoints_.Save(10, Numbered(11)).ok() ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 2) GTEST_SKIP() << "no filter of system calls here";
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(NumberOf(*checkpoints_.Load(10, true)), 11);
  EXPECT_THAT(Listing(), ElementsAre("last", "step-00000010"));
}

// A kill between the two names.
TEST_F(CheckpointTest, AStepThatWasBeingReplacedIsThereAgain) {
  Save(10);
  const std::string step = checkpoints_.PathOf(10);
  const auto beside = [&](const std::string& mark) {
    return fs::path(step).parent_path() / (mark + fs::path(step).filename().string());
  };
  fs::copy(step, beside(".saving-"));
  fs::rename(step, beside(".replaced-"));
  ASSERT_TRUE(checkpoints_.Prune(3, {}).ok());
  EXPECT_EQ(NumberOf(*checkpoints_.Load(10, true)), 10);
  fs::copy(step, beside(".replaced-"));
  ASSERT_TRUE(checkpoints_.Prune(3, {}).ok());
  EXPECT_THAT(Listing(), ElementsAre("last", "step-00000010"));
}

// Latin-1 from somebody's manifest: a training was lost at its first checkpoint.
TEST_F(CheckpointTest, TextThatIsNotUtf8IsKeptRepaired) {
  Checkpoint checkpoint = Numbered(10);
  checkpoint.state["configuration"] = "caf\xe9";
  ASSERT_TRUE(checkpoints_.Save(10, checkpoint).ok());
  EXPECT_EQ(checkpoints_.Load(10, true)->state["configuration"], "caf\xEF\xBF\xBD");
}

TEST_F(CheckpointTest, PruneKeepsTheNewestAndThoseNamed) {
  for (int64_t step : {10, 20, 30, 40, 50}) Save(step);
  ASSERT_TRUE(checkpoints_.MarkBest(20).ok());
  ASSERT_TRUE(checkpoints_.Prune(2, {20, 25}).ok());
  EXPECT_THAT(Listing(),
              ElementsAre("best", "last", "step-00000020", "step-00000040", "step-00000050"));
  EXPECT_EQ(*checkpoints_.Resolve("best"), 20);
  EXPECT_EQ(NumberOf(*checkpoints_.Load(20, true)), 20);
  ASSERT_TRUE(checkpoints_.Prune(3, {}).ok());
  EXPECT_THAT(checkpoints_.Steps(), ElementsAre(20, 40, 50));
  ASSERT_TRUE(checkpoints_.Prune(1, {50}).ok());
  EXPECT_THAT(checkpoints_.Steps(), ElementsAre(50));
  EXPECT_TRUE(CheckpointFolder(folder_ / "no such run").Prune(1, {}).ok());
}

TEST_F(CheckpointTest, WhatAnInterruptedSaveLeftIsNoCheckpoint) {
  Save(10);
  // A save that was killed: its folder has the temporary name.
  const std::string left = folder_ / "checkpoints/.saving-step-00000020";
  fs::copy(checkpoints_.PathOf(10), left);
  EXPECT_THAT(checkpoints_.Steps(), ElementsAre(10));
  EXPECT_EQ(*checkpoints_.Resolve("last"), 10);
  EXPECT_FALSE(checkpoints_.Resolve("20").ok());
  // Another save of that step does not mix with it.
  WriteRaw(left + "/average.safetensors", "left over");
  Checkpoint next = Numbered(20);
  next.average.clear();
  ASSERT_TRUE(checkpoints_.Save(20, next).ok());
  EXPECT_THAT(checkpoints_.Load(20, true)->average, IsEmpty());
  for (const std::string name : {".saving-step-00000030", ".removing-step-00000005"})
    fs::copy(checkpoints_.PathOf(10), folder_ / "checkpoints/" + name);
  ASSERT_TRUE(checkpoints_.Prune(9, {}).ok());
  EXPECT_THAT(Listing(), ElementsAre("last", "step-00000010", "step-00000020"));
}

TEST_F(CheckpointTest, ASaveThatFailsLeavesWhatWasThere) {
  Save(10);
  Checkpoint wrong = Numbered(20);
  wrong.optimizer["spectrum"] = at::zeros({2}, at::kComplexFloat);
  for (int64_t step : {10, 20}) {
    const absl::Status status = checkpoints_.Save(step, wrong);
    ASSERT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_THAT(Message(status), HasSubstr("'spectrum'"));
    EXPECT_THAT(Listing(), ElementsAre("last", "step-00000010"));
    EXPECT_EQ(NumberOf(*checkpoints_.Load(10, true)), 10);
  }
}

// A child saves one checkpoint after the other until it is killed.
TEST_F(CheckpointTest, AKilledSaveLeavesOnlyWholeCheckpoints) {
  Save(1);
  for (int64_t round = 0; round < 8; ++round) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      for (int64_t step = 1;; step = step % 40 + 1) {
        if (!checkpoints_.Save(step, Numbered(static_cast<double>(step))).ok()) _exit(1);
        if (!checkpoints_.Prune(3, {}).ok()) _exit(1);
      }
    }
    usleep(static_cast<useconds_t>(5000 + 3700 * round));
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child could not save";
    for (int64_t step : checkpoints_.Steps()) {
      const auto loaded = checkpoints_.Load(step, true);
      ASSERT_TRUE(loaded.ok()) << loaded.status();  // half removed ones are not there either
      EXPECT_EQ(NumberOf(*loaded), static_cast<double>(step));
      EXPECT_EQ(loaded->state["step"], step);
    }
    Save(50 + round);
    EXPECT_EQ(*checkpoints_.Resolve("last"), 50 + round);
    ASSERT_TRUE(checkpoints_.Prune(1, {}).ok());
    EXPECT_THAT(checkpoints_.Steps(), ElementsAre(50 + round));
  }
}

class DamagedCheckpointTest : public CheckpointTest {
 protected:
  DamagedCheckpointTest() { Save(10); }
  std::string PathOf(const std::string& file) const { return checkpoints_.PathOf(10) + "/" + file; }
  std::string Bytes(const std::string& file) const { return *ReadFile(PathOf(file)); }
  void ExpectRefused(const std::string& file, const std::string& bytes) {
    WriteRaw(PathOf(file), bytes);
    const auto loaded = checkpoints_.Load(10, true);
    ASSERT_FALSE(loaded.ok());
    EXPECT_THAT(Message(loaded.status()), HasSubstr(file));
  }
};

TEST_F(DamagedCheckpointTest, CutFilesAreRefused) {
  for (const std::string file :
       {"model.safetensors", "average.safetensors", "optimizer.safetensors"}) {
    const std::string whole = Bytes(file);
    ForEachTruncation(whole, [&](const std::string& cut) { ExpectRefused(file, cut); });
    WriteRaw(PathOf(file), whole);
  }
  const std::string state = Bytes("state.json");
  ForEachTruncation(state, [&](const std::string& cut) {
    if (cut.size() + 1 == state.size()) return;  // only the last line break is missing
    ExpectRefused("state.json", cut);
  });
}

TEST_F(DamagedCheckpointTest, AMissingFileIsNamed) {
  for (const std::string file : {"model.safetensors", "optimizer.safetensors", "state.json"}) {
    const std::string whole = Bytes(file);
    fs::remove(PathOf(file));
    EXPECT_THAT(Message(checkpoints_.Load(10, true).status()), HasSubstr(file));
    WriteRaw(PathOf(file), whole);
  }
  EXPECT_TRUE(checkpoints_.Load(10, true).ok());
}

TEST_F(DamagedCheckpointTest, RandomBytesAreRefused) {
  Philox random(RandomKey(3).With("checkpoint"));
  for (const std::string file : {"model.safetensors", "state.json"}) {
    const std::string whole = Bytes(file);
    for (int i = 0; i < 60; ++i) ExpectRefused(file, RandomBytes(random, random.Below(200)));
    WriteRaw(PathOf(file), whole);
  }
}

// A changed byte may be a changed number, which nothing can tell; anything else is told.
TEST_F(DamagedCheckpointTest, OneChangedByteIsToldOrChangesNumbersOnly) {
  const Checkpoint before = *checkpoints_.Load(10, true);
  for (const std::string file : {"model.safetensors", "state.json"}) {
    const std::string whole = Bytes(file);
    int refused = 0;
    ForEachFlip(whole, 120, [&](const std::string& damaged, size_t) {
      WriteRaw(PathOf(file), damaged);
      const auto loaded = checkpoints_.Load(10, true);
      if (!loaded.ok()) {
        ++refused;
        EXPECT_THAT(Message(loaded.status()), HasSubstr(file));
        return;
      }
      EXPECT_TRUE(loaded->state.is_object());
      for (const auto& [name, tensor] : loaded->model) EXPECT_LE(tensor.numel(), 6) << name;
    });
    EXPECT_GT(refused, 15) << file;
    WriteRaw(PathOf(file), whole);
  }
}

// The bug: a state of another form was taken, and its reader threw.
TEST_F(DamagedCheckpointTest, AStateThatIsNoObjectIsRefused) {
  for (const std::string state : {"[1, 2]", "3", "\"step\"", "null", "true"})
    ExpectRefused("state.json", state);
}

TEST(ParseJson, NamesThePlace) {
  EXPECT_EQ(ParseJson("{\"a\": [1, 2]}", "x.json")->at("a").size(), 2u);
  for (const std::string text : {"", "{", "{\"a\": }", "[1,]", "nul", "{} {}", "\xff"}) {
    const auto json = ParseJson(text, "run/x.json");
    ASSERT_EQ(json.status().code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(Message(json.status()), HasSubstr("run/x.json"));
  }
  EXPECT_FALSE(ParseJson(std::string(200'000, '['), "deep.json").ok());
}

}  // namespace
}  // namespace t2t
