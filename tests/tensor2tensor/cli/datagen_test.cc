// t2t datagen and inspect: data sets that are the same each time, whole or not there, and checked.
#include <csignal>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "files/tf_example.h"
#include "files/tfrecord.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "modalities/codecs/sound.h"
#include "problems/shards/manifest.h"
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

std::map<std::string, std::string> WithoutDate(std::map<std::string, std::string> contents) {
  for (auto& [name, bytes] : contents) {
    if (!name.ends_with("manifest.json")) continue;
    nlohmann::json manifest = nlohmann::json::parse(bytes);
    manifest.erase("date");
    bytes = manifest.dump();
  }
  return contents;
}

TEST(Datagen, TwiceGivesTheSameBytes) {
  const ScratchFolder first, second;
  const std::vector<std::string> problems = {"reverse:count=50", "addition:count=50,digits=3",
                                             "image_stripes:count=30", "caption_bars:count=20"};
  const auto generate = [&](const ScratchFolder& folder, std::vector<std::string> more) {
    more.insert(more.begin(), problems.begin(), problems.end());
    more.insert(more.begin(), "datagen");
    more.insert(more.end(), {"--data", folder.path()});
    return ExpectWorks(RunT2t(more));
  };
  const std::string printed = generate(first, {});
  EXPECT_THAT(printed, AllOf(HasSubstr("\"problem\": \"reverse:count=50\""),
                             HasSubstr("\"problem\": \"caption_bars:count=20\"")));
  generate(second, {});
  const auto whole = Contents(first.path());
  EXPECT_THAT(Differing(WithoutDate(Contents(second.path())), WithoutDate(whole)), IsEmpty());

  generate(first, {});  // nothing is done again
  EXPECT_THAT(Differing(Contents(first.path()), whole), IsEmpty());
  const std::vector<std::string> other = {"datagen",    problems[0],   "--data",
                                          first.path(), "--data-seed", "2"};
  ExpectFails(RunT2t(other), 2, {"its seed is 1, not 2", "--again"});
  EXPECT_THAT(Differing(Contents(first.path()), whole), IsEmpty());
  generate(second, {"--data-seed", "2", "--limit", "7", "--again"});
  for (const std::string& problem : problems) {
    const auto before = ReadManifest(DatasetFolder(first.path(), problem));
    const auto manifest = ReadManifest(DatasetFolder(second.path(), problem));
    ASSERT_TRUE(before.ok() && manifest.ok()) << before.status() << manifest.status();
    EXPECT_EQ(manifest->FindSplit("train")->examples, 7);
    EXPECT_NE(manifest->FindSplit("test")->shards[0].sha256,
              before->FindSplit("test")->shards[0].sha256);
  }
}

TEST(Datagen, WhatIsLeftOutIsToldAndDescribed) {
  const ScratchFolder sounds, texts, data;
  const auto wav = EncodeWav({.rate = 8000, .samples = std::vector<float>(200, 0.1f)});
  ASSERT_TRUE(wav.ok()) << wav.status();
  std::string list = "beep: [a beep]\nmissing: Not there.\n";
  for (int i = 0; i < 30; ++i) {
    absl::StrAppend(&list, "p", i, ": Please press ", i, ".\n");
    sounds.Write(absl::StrCat("p", i, ".wav"), *wav);
  }
  sounds.Write("activated.wav", *wav);
  texts.Write("core-sounds-en.txt.gz", list);
  const Outcome made = RunT2t({"datagen", "speech_asterisk_en", "--data", data.path(), "--source",
                               "asterisk_sounds_en=" + sounds.path(), "--source",
                               "asterisk_texts_en=" + texts.path()});
  ExpectWorks(made);
  EXPECT_THAT(made.err,
              AllOf(HasSubstr("speech_asterisk_en: left out: 1 prompts without a recording"),
                    HasSubstr("speech_asterisk_en: left out: 1 prompts without words")));
  EXPECT_THAT(ExpectWorks(RunT2t({"describe", "speech_asterisk_en", "--data", data.path()})),
              ContainsRegex("left out +1 prompts without a recording"));
}

TEST(Datagen, AnInterruptedOneNeverPassesForComplete) {
  const std::string problem = "image_stripes:count=6000";
  const ScratchFolder whole, interrupted;
  ExpectWorks(RunT2t({"datagen", problem, "--data", whole.path()}));
  const std::string folder = DatasetFolder(interrupted.path(), problem);
  bool killed = false;
  for (int attempt = 0; attempt < 5 && !killed; ++attempt) {
    fs::remove_all(folder);
    Process generation({"datagen", problem, "--data", interrupted.path()});
    ASSERT_TRUE(WaitFor([&] { return fs::exists(folder + ".partial") || !generation.Running(); }));
    generation.Send(SIGKILL);
    killed = generation.Wait().code == -SIGKILL && !fs::exists(folder);
  }
  ASSERT_TRUE(killed);
  ExpectFails(RunT2t({"inspect", problem, "--data", interrupted.path()}), 2,
              {folder, "holds no complete data set"});
  EXPECT_THAT(ExpectWorks(RunT2t({"describe", problem, "--data", interrupted.path()})),
              HasSubstr("not there yet"));
  ExpectWorks(RunT2t({"datagen", problem, "--data", interrupted.path()}));
  EXPECT_THAT(
      Differing(WithoutDate(Contents(interrupted.path())), WithoutDate(Contents(whole.path()))),
      IsEmpty());
}

TEST(Inspect, ShowsRecordsAndSavesTheirPictures) {
  const ScratchFolder scratch;
  const std::string data = scratch / "data";
  ExpectWorks(RunT2t({"datagen", kReverse, kBars, "--data", data}));
  const std::string text =
      ExpectWorks(RunT2t({"inspect", kReverse, "--split", "valid", "--first", "2", "--count", "3",
                          "--statistics", "--data", data}));
  for (int i = 2; i < 5; ++i)
    EXPECT_THAT(text, HasSubstr(absl::StrCat(i, "  valid-00000", i, "\n    text ")));
  EXPECT_THAT(text, testing::Not(HasSubstr("valid-000005")));
  EXPECT_THAT(text,
              AllOf(HasSubstr("8 examples in valid of " + std::string(kReverse)),
                    ContainsRegex(
                        "\n    text +length in bytes: smallest 3, median 4, 95% 4, largest 4\n")));

  const std::string pictures = scratch / "pictures";
  const std::string shown =
      ExpectWorks(RunT2t({"inspect", kBars, "--count", "2", "--save", pictures, "--data", data}));
  EXPECT_THAT(shown, ContainsRegex("caption +.*one bar"));
  const auto saved = Contents(pictures);
  ASSERT_EQ(saved.size(), 2u);
  for (const char* name : {"train-0-image.png", "train-1-image.png"})
    EXPECT_THAT(saved.at(name), testing::StartsWith("\x89PNG\r\n"));
  EXPECT_NE(saved.at("train-0-image.png"), saved.at("train-1-image.png"));

  ExpectFails(RunT2t({"inspect", kBars, "--first", "999999999", "--data", data}), 2,
              {"--first 999999999", "records 0 to"});
  ExpectFails(RunT2t({"inspect", kBars, "--split", "tests", "--data", data}), 2,
              {"tests", "'test'"});
}

TEST(Inspect, ShowsTheFeaturesOfAnyTfRecordFile) {
  const ScratchFolder scratch;
  const std::string file = scratch / "anyones-train-00000-of-00001";
  std::string records;
  for (const int64_t label : {3, 7}) {
    Features features;
    features["image/class/label"].values = std::vector<int64_t>{label};
    features["scores"].values = std::vector<float>{0.5f, 2};
    features["words"].values = std::vector<std::string>{"one", "two"};
    records += FrameRecord(EncodeTfExample(features));
  }
  ASSERT_TRUE(WriteFileAtomically(file, records).ok());
  const std::string text =
      ExpectWorks(RunT2t({"inspect", file, "--first", "1", "--statistics", "--verify"}));
  EXPECT_THAT(text, testing::StartsWith("1  3 features\n"));
  EXPECT_THAT(text, AllOf(ContainsRegex("\n    image/class/label +int64 x 1  7\n"),
                          ContainsRegex("\n    scores +float x 2  0.5 2\n"),
                          ContainsRegex("\n    words +bytes x 2  one [|] two\n"),
                          HasSubstr("\n2 records in " + file + "\n"),
                          ContainsRegex("\n    words +bytes, in 2 records\n"),
                          ContainsRegex("\n +numbers from 3 to 7\n")));
  ExpectFails(RunT2t({"inspect", file, "--first", "2"}), 2, {"has 2 records"});
  records[records.size() / 2 + 20] = static_cast<char>(records[records.size() / 2 + 20] ^ 1);
  ASSERT_TRUE(WriteFileAtomically(file, records).ok());
  ExpectFails(RunT2t({"inspect", file, "--verify", "--count", "0"}), 1, {file, "record 1"});
}

TEST(Inspect, VerifyFindsOneFlippedBit) {
  const ScratchFolder scratch;
  ExpectWorks(RunT2t({"datagen", kBars, "--data", scratch.path()}));
  const std::vector<std::string> verify = {"inspect", kBars,    "--verify",    "--count",
                                           "0",       "--data", scratch.path()};
  const Outcome good = RunT2t(verify);
  ExpectWorks(good);
  EXPECT_THAT(good.err, HasSubstr("every shard has the checksum of the manifest"));
  const std::string folder = DatasetFolder(scratch.path(), kBars);
  const auto manifest = ReadManifest(folder);
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  const std::string shard = manifest->FindSplit("test")->shards[0].file;
  std::string bytes = MustRead(folder + "/" + shard);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  ASSERT_TRUE(WriteFileAtomically(folder + "/" + shard, bytes).ok());
  ExpectFails(RunT2t(verify), 1, {shard, "sha256"});
}

}  // namespace
}  // namespace t2t
