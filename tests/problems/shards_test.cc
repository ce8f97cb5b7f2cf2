#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "problems/shards/manifest.h"
#include "problems/shards/prepare.h"
#include "problems/shards/shard_reader.h"
#include "tests/problems/numbers_problem.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::map<std::string, std::string> FilesOf(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    files[entry.path().filename().string()] = *ReadFile(entry.path().string());
  }
  return files;
}

TEST(PrepareData, ShardsAreReadBackInOrderByManyThreads) {
  const ScratchFolder folder;
  PrepareOptions prepare;
  prepare.shard_bytes = 1000;
  const auto manifest = PrepareData(Numbers(101), {}, folder.path(), prepare);
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  EXPECT_EQ(manifest->FindSplit("train")->examples, 100);
  EXPECT_EQ(manifest->FindSplit("valid")->examples, 0);
  EXPECT_GT(manifest->FindSplit("train")->shards.size(), 2u);
  EXPECT_THAT(manifest->FindSplit("train")->shards[0].file,
              testing::MatchesRegex("train-00000-of-0000[0-9].tfrecord"));
  ASSERT_EQ(manifest->sources.size(), 1u);
  EXPECT_EQ(manifest->sources[0].origin, "made up");

  const std::string dataset = DatasetFolder(folder.path(), "numbers:base=10");
  EXPECT_TRUE(VerifyShards(dataset, *manifest).ok());
  const auto reader = SplitReader::Open(dataset, "train");
  ASSERT_TRUE(reader.ok()) << reader.status();
  ASSERT_EQ((*reader)->size(), 100);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int64_t i = 99; i >= 0; --i) {
        const auto example = (*reader)->Read(i);
        ASSERT_TRUE(example.ok()) << example.status();
        EXPECT_EQ(example->key, absl::StrCat("n", i));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ((*reader)->Read(100).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ((*SplitReader::Open(dataset, "valid"))->size(), 0);
  EXPECT_THAT(SplitReader::Open(dataset, "tset").status().message(),
              HasSubstr("did you mean 'test'?"));
}

TEST(PrepareData, GeneratesOnceAndAgainForAnotherRevisionOrWhenTold) {
  const ScratchFolder folder;
  Numbers numbers(10);
  ASSERT_TRUE(PrepareData(numbers, {}, folder.path()).ok());
  ASSERT_TRUE(PrepareData(numbers, {}, folder.path()).ok());
  EXPECT_EQ(numbers.generated, 1);
  numbers.revision = 2;
  EXPECT_EQ(PrepareData(numbers, {}, folder.path())->revision, 2);
  EXPECT_EQ(numbers.generated, 2);
  ASSERT_TRUE(PrepareData(numbers, {}, folder.path(), {.again = true}).ok());
  EXPECT_EQ(numbers.generated, 3);
}

// It was replaced without a word.
TEST(PrepareData, ADataSetOfAnotherSeedOrLimitIsRefusedUntilToldWhatToDo) {
  const ScratchFolder folder;
  Numbers numbers(10);
  ASSERT_TRUE(PrepareData(numbers, {.seed = 2, .limit = 3}, folder.path()).ok());
  const absl::Status refused = PrepareData(numbers, {}, folder.path()).status();
  EXPECT_TRUE(absl::IsInvalidArgument(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("its seed is 2, not 1; its limit is 3 examples a split, not none; --again "
                        "makes it anew"));
  const auto complete = PrepareData(numbers, {}, folder.path(), {.any_complete = true});
  ASSERT_TRUE(complete.ok()) << complete.status();
  EXPECT_EQ(complete->seed, 2u);
  EXPECT_EQ(numbers.generated, 1);
  EXPECT_EQ(PrepareData(numbers, {}, folder.path(), {.again = true})->FindSplit("train")->examples,
            9);
  // What is not there is made as it is asked for.
  const ScratchFolder empty;
  EXPECT_EQ(PrepareData(numbers, {.seed = 3}, empty.path(), {.any_complete = true})->seed, 3u);
}

// The bug: the user's own pictures in DATA/NAME were removed to make room for the shards made of them.
TEST(PrepareData, LeavesAFolderThatHoldsOtherFilesAlone) {
  Numbers numbers(10);
  const std::string name = numbers.Spec().name;
  const std::pair<std::string, std::string> places[] = {
      {"", "bird.png"},
      {".partial", "bird.png"},
      {"", "notes.tmp-1"},
      {"", "train-00000-of-01024.tfrecord"},  // without a manifest of ours
      {".partial", "birds-train-00000-of-01024.tfrecord"}};
  for (const auto& [where, mine] : places) {
    for (const bool again : {false, true}) {
      const ScratchFolder folder;
      const std::string path =
          folder.Write(DatasetFolder("", name).substr(1) + where + "/" + mine, "mine");
      const absl::Status refused =
          PrepareData(numbers, {}, folder.path(), {.again = again}).status();
      EXPECT_TRUE(absl::IsInvalidArgument(refused)) << refused;
      EXPECT_THAT(std::string(refused.message()),
                  AllOf(HasSubstr("'" + mine + "'"), HasSubstr("--data")));
      EXPECT_TRUE(std::filesystem::exists(path));
    }
  }
  EXPECT_EQ(numbers.generated, 0);
}

TEST(PrepareData, GeneratesAgainWhatWasCut) {
  const ScratchFolder folder;
  Numbers numbers(10);
  const auto manifest = PrepareData(numbers, {}, folder.path());
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  const std::string shard = DatasetFolder(folder.path(), "numbers:base=10") + "/" +
                            manifest->FindSplit("train")->shards[0].file;
  const std::string whole = *ReadFile(shard);
  ASSERT_TRUE(WriteFileAtomically(shard, whole.substr(0, whole.size() - 1)).ok());
  ASSERT_TRUE(PrepareData(numbers, {}, folder.path()).ok());
  EXPECT_EQ(numbers.generated, 2);
  EXPECT_EQ(*ReadFile(shard), whole);
  std::filesystem::remove(shard + ".index");
  ASSERT_TRUE(PrepareData(numbers, {}, folder.path()).ok());
  EXPECT_EQ(numbers.generated, 3);
}

TEST(PrepareData, BytesAreEqualInTwoFolders) {
  const ScratchFolder a, b;
  ASSERT_TRUE(PrepareData(Numbers(50), {}, a.path()).ok());
  ASSERT_TRUE(PrepareData(Numbers(50), {}, b.path()).ok());
  auto first = FilesOf(DatasetFolder(a.path(), "numbers:base=10"));
  auto second = FilesOf(DatasetFolder(b.path(), "numbers:base=10"));
  EXPECT_EQ(first.size(), 5u);   // two shards with their indexes, and the manifest
  first.erase("manifest.json");  // it has the date
  second.erase("manifest.json");
  EXPECT_EQ(first, second);
}

TEST(PrepareData, AKilledRunLeavesNothingThatPassesForComplete) {
  const ScratchFolder folder;
  const std::string dataset = DatasetFolder(folder.path(), "numbers:base=10");
  for (const int64_t kill_at : {int64_t{0}, int64_t{40}, int64_t{199}}) {
    const pid_t child = fork();
    if (child == 0) {
      Numbers numbers(200);
      numbers.before = [&](int64_t i) {
        if (i == kill_at) raise(SIGKILL);
      };
      PrepareOptions prepare;
      prepare.shard_bytes = 500;
      PrepareData(numbers, {}, folder.path(), prepare).IgnoreError();
      _exit(0);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(ReadManifest(dataset).status().code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(SplitReader::Open(dataset, "train").status().code(), absl::StatusCode::kNotFound);
  }
  const ScratchFolder undisturbed;
  ASSERT_TRUE(PrepareData(Numbers(200), {}, folder.path()).ok());
  ASSERT_TRUE(PrepareData(Numbers(200), {}, undisturbed.path()).ok());
  auto files = FilesOf(dataset),
       expected = FilesOf(DatasetFolder(undisturbed.path(), "numbers:base=10"));
  files.erase("manifest.json");
  expected.erase("manifest.json");
  EXPECT_EQ(files, expected);
  EXPECT_FALSE(std::filesystem::exists(dataset + ".partial"));
}

// Kills a process that generates after `delay`; false where it had ended by then.
bool KilledAfter(std::chrono::microseconds delay, const std::function<void()>& generate) {
  const pid_t child = fork();
  if (child == 0) {
    generate();
    _exit(0);
  }
  std::this_thread::sleep_for(delay);
  kill(child, SIGKILL);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFSIGNALED(status);
}

// Whatever the threads are at: Generate, the writing of examples, the hash of a shard, the last renaming.
TEST(PrepareData, KilledAtAnyMomentNothingIsLostDoubledOrHalf) {
  PrepareOptions prepare;
  prepare.shard_bytes = 20000;
  Numbers numbers(2000);
  const auto generate = [&](const std::string& folder, bool again) {
    prepare.again = again;
    return PrepareData(numbers, {}, folder, prepare);
  };
  const auto shards = [](const std::string& dataset) {
    auto files = FilesOf(dataset);
    files.erase("manifest.json");  // it has the date
    return files;
  };
  const std::string name = DatasetFolder("", "numbers:base=10");
  const ScratchFolder undisturbed;
  const auto began = std::chrono::steady_clock::now();
  ASSERT_TRUE(generate(undisturbed.path(), false).ok());
  const auto duration = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - began);
  const auto expected = shards(undisturbed.path() + name);
  ASSERT_GT(expected.size(), 8u);  // several shards

  constexpr int kMoments = 10;
  int killed = 0;
  // A first time, and over a data set that is there.
  for (const bool again : {false, true}) {
    for (int moment = 0; moment < kMoments; ++moment) {
      const ScratchFolder folder;
      const std::string dataset = folder.path() + name;
      if (again) {
        ASSERT_TRUE(generate(folder.path(), false).ok());
      }
      killed += KilledAfter(duration * moment / (kMoments - 2),
                            [&] { generate(folder.path(), again).IgnoreError(); });
      const auto manifest = ReadManifest(dataset);
      if (manifest.ok()) {
        EXPECT_EQ(shards(dataset), expected);
        EXPECT_TRUE(VerifyShards(dataset, *manifest).ok());
      } else {
        EXPECT_TRUE(absl::IsNotFound(manifest.status())) << manifest.status();
        EXPECT_FALSE(std::filesystem::exists(dataset));
      }
      const auto whole = generate(folder.path(), false);
      ASSERT_TRUE(whole.ok()) << whole.status();
      EXPECT_EQ(whole->FindSplit("train")->examples, 1999);
      EXPECT_EQ(shards(dataset), expected);
      // Of the killed process nothing is left.
      std::set<std::string> left;
      for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
        left.insert("/" + entry.path().filename().string());
      EXPECT_THAT(left, testing::ElementsAre(name, name + ".lock"));
    }
  }
  EXPECT_GT(killed, 4);  // else it has shown nothing
}

// Between the removal of the old data set and the new one's name.
TEST(PrepareData, AWholeDataSetWithoutItsNameIsTaken) {
  const ScratchFolder folder;
  Numbers numbers(10);
  ASSERT_TRUE(PrepareData(numbers, {}, folder.path()).ok());
  const std::string dataset = DatasetFolder(folder.path(), numbers.Spec().name);
  std::filesystem::rename(dataset, dataset + ".partial");
  ASSERT_TRUE(PrepareData(numbers, {}, folder.path()).ok());
  EXPECT_EQ(numbers.generated, 1);
  // Not one that is not what was asked for, nor one without its manifest.
  std::filesystem::rename(dataset, dataset + ".partial");
  numbers.revision = 2;
  EXPECT_EQ(PrepareData(numbers, {}, folder.path())->revision, 2);
  std::filesystem::rename(dataset, dataset + ".partial");
  std::filesystem::remove(dataset + ".partial/manifest.json");
  ASSERT_TRUE(PrepareData(numbers, {}, folder.path()).ok());
  EXPECT_EQ(numbers.generated, 3);
}

// Examples are written behind Generate: what is wrong with one is said of that one.
TEST(PrepareData, AnErrorOfTheWritingThreadNamesItsExample) {
  const ScratchFolder folder;
  Numbers numbers(3);
  numbers.last = [](ExampleSink& sink) {
    absl::Status status;
    for (int i = 0; i < 100000 && status.ok(); ++i) {
      Example example;
      example.key = absl::StrCat("k", i);
      example.ports["number"] = std::string(100, 'x');
      if (i == 5) example.alternatives["number"] = {Value(std::vector<float>{1})};
      status = sink.Add("train", example);
    }
    EXPECT_FALSE(status.ok()) << "Generate should have been stopped";
    return status;
  };
  EXPECT_THAT(std::string(PrepareData(numbers, {}, folder.path()).status().message()),
              AllOf(HasSubstr("example 'k5'"), HasSubstr("of another kind than its value")));
  EXPECT_FALSE(std::filesystem::exists(DatasetFolder(folder.path(), "numbers:base=10")));
}

TEST(PrepareData, AFailedRunKeepsTheOldDataSet) {
  const ScratchFolder folder;
  ASSERT_TRUE(PrepareData(Numbers(10), {}, folder.path()).ok());
  Numbers failing(10);
  failing.revision = 2;
  failing.last = [](ExampleSink&) { return absl::UnavailableError("the network is gone"); };
  const auto failed = PrepareData(failing, {}, folder.path());
  EXPECT_EQ(failed.status().message(), "data of 'numbers:base=10': the network is gone");
  EXPECT_EQ(ReadManifest(DatasetFolder(folder.path(), "numbers:base=10"))->revision, 1);
}

// A write that the system refuses: a limit on the size of files stands for a full disk.
TEST(PrepareData, AFullDiskIsAnErrorAndLeavesNothing) {
  const ScratchFolder folder;
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {20000, 20000};
    setrlimit(RLIMIT_FSIZE, &limit);
    const auto manifest = PrepareData(Numbers(5000), {}, folder.path());
    const bool named =
        std::string(manifest.status().message()).find(folder.path()) != std::string::npos;
    _exit(manifest.ok() ? 1 : named ? 0 : 2);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0) << "1: no error; 2: an error that does not name the file";
  EXPECT_FALSE(std::filesystem::exists(DatasetFolder(folder.path(), "numbers:base=10")));
  EXPECT_FALSE(
      std::filesystem::exists(DatasetFolder(folder.path(), "numbers:base=10") + ".partial"));
}

TEST(PrepareData, ChecksWhatAProblemGives) {
  const ScratchFolder folder;
  Numbers numbers(3);
  const auto error = [&] {
    return std::string(PrepareData(numbers, {}, folder.path()).status().message());
  };
  numbers.last = [](ExampleSink& sink) { return sink.Add("trian", {}); };
  EXPECT_THAT(error(), HasSubstr("is of split 'trian'; did you mean 'train'?"));
  numbers.last = [](ExampleSink& sink) {
    Example example;
    example.key = "k";
    example.ports["letter"] = "x";
    return sink.Add("train", example);
  };
  EXPECT_THAT(error(),
              HasSubstr("example 'k' has port 'letter', which the problem does not declare"));
  EXPECT_THAT(std::string(PrepareData(Numbers(0), {}, folder.path()).status().message()),
              HasSubstr("gave no example"));
}

TEST(PrepareData, BrokenRecordsStopOrAreCounted) {
  const ScratchFolder folder;
  Numbers numbers(3);
  numbers.last = [](ExampleSink& sink) {
    return sink.Broken("file:7", absl::DataLossError("not a picture"));
  };
  GenerateOptions options;
  EXPECT_THAT(PrepareData(numbers, options, folder.path()).status().message(),
              HasSubstr("file:7: not a picture"));
  options.on_error = OnError::kSkip;
  const auto manifest = PrepareData(numbers, options, folder.path());
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  EXPECT_EQ(manifest->broken, 1);
  EXPECT_THAT(manifest->broken_records, testing::ElementsAre("file:7: not a picture"));
}

TEST(PrepareData, WhatIsLeftOutIsCountedByItsReason) {
  const ScratchFolder folder;
  Numbers numbers(3);
  numbers.last = [](ExampleSink& sink) {
    for (const char* why : {"twins", "too odd", "twins"}) sink.LeftOut(why);
    return absl::OkStatus();
  };
  const auto manifest = PrepareData(numbers, {}, folder.path());
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  const std::map<std::string, int64_t> expected = {{"too odd", 1}, {"twins", 2}};
  EXPECT_EQ(manifest->left_out, expected);
  const auto again = ManifestFromJson(ManifestToJson(*manifest));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->left_out, expected);
  std::string damaged = ManifestToJson(*manifest);
  damaged.replace(damaged.find("\"twins\": 2"), 10, "\"twins\": \"\"");
  EXPECT_THAT(std::string(ManifestFromJson(damaged).status().message()),
              HasSubstr("left_out: twins is missing or of another type"));
}

// A run that stops at broken records took it for whole.
TEST(PrepareData, ADataSetWithoutItsBrokenRecordsIsRefusedWhereTheseStop) {
  const ScratchFolder folder;
  Numbers numbers(3);
  numbers.last = [](ExampleSink& sink) {
    return sink.Broken("file:7", absl::DataLossError("not a picture"));
  };
  const GenerateOptions skip = {.on_error = OnError::kSkip};
  ASSERT_TRUE(PrepareData(numbers, skip, folder.path()).ok());
  EXPECT_TRUE(PrepareData(numbers, skip, folder.path()).ok());
  EXPECT_EQ(numbers.generated, 1);
  EXPECT_THAT(std::string(PrepareData(numbers, {}, folder.path()).status().message()),
              HasSubstr("it lacks 1 broken records, which --skip-broken allowed"));
  EXPECT_TRUE(PrepareData(numbers, {}, folder.path(), {.any_complete = true}).ok());
  numbers.last = nullptr;  // mended
  EXPECT_EQ(PrepareData(numbers, {}, folder.path(), {.again = true})->broken, 0);
  EXPECT_TRUE(PrepareData(numbers, {}, folder.path()).ok());
}

TEST(PrepareData, SaysThatItWaitsForAnotherProcess) {
  const ScratchFolder folder;
  auto lock = FileLock::Acquire(DatasetFolder(folder.path(), "numbers:base=10") + ".lock");
  ASSERT_TRUE(lock.ok()) << lock.status();
  std::vector<std::string> said;
  GenerateOptions options;
  options.progress = [&](absl::string_view what, int64_t, int64_t) {
    said.emplace_back(what);
    lock = absl::CancelledError("released");  // the other process is done
  };
  ASSERT_TRUE(PrepareData(Numbers(3), options, folder.path()).ok());
  EXPECT_THAT(
      said, testing::ElementsAre("waiting for another process that makes it", "examples written"));
}

TEST(PrepareData, EverySourceHasADate) {
  const ScratchFolder folder;
  const auto manifest = PrepareData(Numbers(3), {}, folder.path());
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  EXPECT_EQ(manifest->sources[0].date, manifest->date);
}

TEST(PrepareData, TwoProcessesGenerateOnce) {
  const ScratchFolder folder;
  std::vector<pid_t> children;
  for (int i = 0; i < 3; ++i) {
    children.push_back(fork());
    if (children.back() == 0) {
      Numbers numbers(50);
      const bool ok = PrepareData(numbers, {}, folder.path()).ok();
      _exit(ok ? numbers.generated : 100);
    }
  }
  int generated = 0;
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    generated += WEXITSTATUS(status);
  }
  EXPECT_EQ(generated, 1);
}

}  // namespace
}  // namespace t2t
