#include "tensor2tensor/runs/codec_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

#include "absl/strings/str_cat.h"
#include "files/atomic_file.h"
#include "modalities/codecs/register_modalities.h"
#include "problems/shards/prepare.h"
#include "registry/status_macros.h"
#include "tensor2tensor/models/register_models.h"
#include "tests/files/damage.h"

namespace t2t {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

// One port for each kind of vocabulary. The words of `held_out` stand in the other splits only.
class Menus : public Problem {
 public:
  ProblemSpec Spec() const override {
    ProblemSpec spec;
    spec.name = "menus";
    spec.inputs = {{.name = "letters", .modality = "text", .options = "vocab: {kind: char}"},
                   {.name = "words", .modality = "text", .options = "vocab: {kind: word}"},
                   {.name = "bytes", .modality = "text", .options = "vocab: {kind: byte}"}};
    spec.targets = {{.name = "pieces",
                     .modality = "text",
                     .options = "vocab: {kind: sentencepiece, size: 300}"},
                    {.name = "course", .modality = "label"}};
    return spec;
  }
  absl::Status Generate(const GenerateOptions&, ExampleSink& sink) const override {
    T2T_RETURN_IF_ERROR(Add("train", "soup of the day", "starter", sink));
    T2T_RETURN_IF_ERROR(Add("train", "cake of the house", "dessert", sink));
    T2T_RETURN_IF_ERROR(Add("valid", "salad", "starter", sink));
    return Add("test", "cheese", "dessert", sink);
  }

 private:
  static absl::Status Add(const std::string& split, const std::string& text,
                          const std::string& course, ExampleSink& sink) {
    Example example;
    example.key = text;
    for (const std::string port : {"letters", "words", "bytes", "pieces"})
      example.ports[port] = text;
    example.ports["course"] = course;
    return sink.Add(split, std::move(example));
  }
};

class CodecStoreTest : public ::testing::Test {
 protected:
  CodecStoreTest() {
    EXPECT_TRUE(RegisterModalities(modalities_).ok());
    EXPECT_TRUE(RegisterSchemes(schemes_).ok());
    EXPECT_TRUE(PrepareData(Menus(), {}, Data()).ok());
  }
  std::string Data() const { return folder_ / "data"; }
  std::string Run() const { return folder_ / "run"; }
  std::string PortFolder(const std::string& port) const {
    return absl::StrCat(Run(), "/ports/", port);
  }

  // Codecs that know nothing yet.
  std::vector<Task> NewTasks(const std::string& ports = "{}") {
    Config config;
    EXPECT_TRUE(config.MergeYaml("ports: {menus: " + ports + "}", Origin::kFile, "test").ok());
    auto task = MakeTask(Menus().Spec(), modalities_, schemes_, config);
    EXPECT_TRUE(task.ok()) << task.status();
    EXPECT_TRUE(config.Finish().ok()) << config.Finish();
    std::vector<Task> tasks;
    tasks.push_back(*std::move(task));
    return tasks;
  }
  absl::Status Learn(const std::vector<Task>& tasks, const std::string& data_folder) {
    said_.clear();
    return LearnCodecs(Run(), tasks, data_folder,
                       [this](const std::string& text) { said_.push_back(text); });
  }
  std::vector<std::string> Listing(const std::string& port) const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(PortFolder(port)))
      names.push_back(entry.path().filename().string());
    return names;
  }

  TestFolder folder_;
  Registry<Modality> modalities_{"modality"};
  Registry<SchemeFactory> schemes_{"scheme"};
  std::vector<std::string> said_;
};

std::vector<int64_t> Ids(const Task& task, const std::string& port, const std::string& text) {
  const auto units = task.Find(port)->codec->Encode(Value(text), {});
  EXPECT_TRUE(units.ok()) << units.status();
  return units.ok() ? units->ids : std::vector<int64_t>();
}

void ExpectEqualCodecs(const Task& actual, const Task& expected) {
  for (const std::string port : {"letters", "words", "bytes", "pieces"}) {
    SCOPED_TRACE(port);
    EXPECT_EQ(actual.Find(port)->codec->vocabulary_size(),
              expected.Find(port)->codec->vocabulary_size());
    for (const std::string text : {"soup of the day", "house cake", "a salad", "\xff\n", ""})
      EXPECT_EQ(Ids(actual, port, text), Ids(expected, port, text));
  }
  for (const std::string course : {"starter", "dessert"})
    EXPECT_EQ(Ids(actual, "course", course), Ids(expected, "course", course));
}

TEST_F(CodecStoreTest, AValueThatCannotBeLearnedNamesItsExample) {
  EXPECT_THAT(std::string(Learn(NewTasks("{course: {max_classes: 1}}"), Data()).message()),
              HasSubstr("menus/course: menus, training example 'cake of the house': more than "
                        "max_classes = 1"));
}

TEST_F(CodecStoreTest, WhatIsLearnedIsLoadedAgain) {
  const std::vector<Task> learned = NewTasks();
  ASSERT_TRUE(Learn(learned, Data()).ok());
  EXPECT_THAT(said_, UnorderedElementsAre(HasSubstr("menus/letters"), HasSubstr("menus/words"),
                                          HasSubstr("menus/pieces"), HasSubstr("menus/course")));
  // From the train split alone: "salad" is unknown to the words, and the courses are sorted.
  EXPECT_EQ(Ids(learned[0], "course", "dessert"), std::vector<int64_t>{0});
  EXPECT_EQ(Ids(learned[0], "course", "starter"), std::vector<int64_t>{1});
  EXPECT_EQ(Ids(learned[0], "words", "salad"), Ids(learned[0], "words", "cheese"));
  EXPECT_NE(Ids(learned[0], "words", "soup"), Ids(learned[0], "words", "cake"));
  const std::vector<Task> loaded = NewTasks();
  const absl::Status status = LoadCodecs(Run(), loaded);
  ASSERT_TRUE(status.ok()) << status;
  ExpectEqualCodecs(loaded[0], learned[0]);
  EXPECT_FALSE(fs::exists(PortFolder("menus/bytes")));  // nothing to learn
}

TEST_F(CodecStoreTest, LearningAgainLoadsAndNeedsNoData) {
  const std::vector<Task> first = NewTasks(), second = NewTasks();
  ASSERT_TRUE(Learn(first, Data()).ok());
  const absl::Status status = Learn(second, folder_ / "no data");
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_THAT(said_, IsEmpty());
  ExpectEqualCodecs(second[0], first[0]);
}

TEST_F(CodecStoreTest, WithoutDataNothingIsLearnedOrWritten) {
  EXPECT_EQ(Learn(NewTasks(), folder_ / "no data").code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(fs::exists(Run()));
}

TEST_F(CodecStoreTest, PortsOfOneKeyLearnTogether) {
  const std::string ports =
      "{letters: {share: all, vocab: {kind: word}}, words: {share: all}, course: {share: own}}";
  const std::vector<Task> learned = NewTasks(ports), alone = NewTasks();
  ASSERT_TRUE(Learn(learned, Data()).ok());
  EXPECT_EQ(Ids(learned[0], "letters", "soup day"), Ids(learned[0], "words", "soup day"));
  EXPECT_TRUE(fs::exists(PortFolder("shared/all")));
  EXPECT_TRUE(fs::exists(PortFolder("shared/own")));
  EXPECT_FALSE(fs::exists(PortFolder("menus/words")));
  const std::vector<Task> loaded = NewTasks(ports);
  ASSERT_TRUE(LoadCodecs(Run(), loaded).ok());
  ExpectEqualCodecs(loaded[0], learned[0]);
}

TEST_F(CodecStoreTest, ASharedVocabularySeesTheValuesOfAllItsPorts) {
  // The courses' names are words that no other port has.
  const std::string ports = "{words: {share: all}}";
  Config config;
  ASSERT_TRUE(config.MergeYaml("ports: {menus: " + ports + "}", Origin::kFile, "test").ok());
  ProblemSpec spec = Menus().Spec();
  spec.targets[1].modality = "text";
  spec.targets[1].options = "{share: all, vocab: {kind: word}}";
  std::vector<Task> tasks;
  tasks.push_back(*MakeTask(spec, modalities_, schemes_, config));
  ASSERT_TRUE(Learn(tasks, Data()).ok());
  const std::vector<int64_t> unknown = Ids(tasks[0], "words", "salad");
  for (const std::string port : {"words", "course"}) {
    for (const std::string known : {"soup", "starter"})
      EXPECT_NE(Ids(tasks[0], port, known), unknown) << port << " " << known;
  }
}

TEST_F(CodecStoreTest, LoadingNamesTheFolderThatIsMissing) {
  EXPECT_EQ(LoadCodecs(Run(), NewTasks()).code(), absl::StatusCode::kNotFound);
  ASSERT_TRUE(Learn(NewTasks(), Data()).ok());
  fs::remove_all(PortFolder("menus/pieces"));
  const absl::Status status = LoadCodecs(Run(), NewTasks());
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), HasSubstr(PortFolder("menus/pieces")));
}

// The bug: a temporary file that a killed writer had left was taken for one of the codec's files,
// and the run could not be opened any more.
TEST_F(CodecStoreTest, WhatAnInterruptedLearnerLeftIsLearnedAnew) {
  ASSERT_TRUE(Learn(NewTasks(), Data()).ok());
  const std::string folder = PortFolder("menus/words");
  fs::remove(folder + "/.complete");
  const std::string name = Listing("menus/words").at(0);
  WriteRaw(folder + "/" + name, "half of a vocabul");
  WriteRaw(folder + "/" + name + ".tmp-77-1", "a writer that was killed");
  EXPECT_EQ(LoadCodecs(Run(), NewTasks()).code(), absl::StatusCode::kNotFound);
  const std::vector<Task> again = NewTasks(), loaded = NewTasks();
  ASSERT_TRUE(Learn(again, Data()).ok());
  EXPECT_THAT(said_, ElementsAre(HasSubstr("menus/words")));
  EXPECT_THAT(Listing("menus/words"), UnorderedElementsAre(name, ".complete"));
  const absl::Status status = LoadCodecs(Run(), loaded);
  ASSERT_TRUE(status.ok()) << status;
  ExpectEqualCodecs(loaded[0], again[0]);
}

class DamagedVocabularyTest : public CodecStoreTest,
                              public ::testing::WithParamInterface<const char*> {
 protected:
  DamagedVocabularyTest() {
    EXPECT_TRUE(Learn(NewTasks(), Data()).ok());
    for (const auto& entry : fs::directory_iterator(PortFolder(Folder()))) {
      if (entry.path().filename() != ".complete") path_ = entry.path().string();
    }
    whole_ = *ReadFile(path_);
    // The other codecs of the run would cost most of the time.
    task_ = NewTasks();
    for (auto* ports : {&task_[0].inputs, &task_[0].targets})
      std::erase_if(*ports, [](const TaskPort& port) { return port.port.name != GetParam(); });
  }
  static std::string Folder() { return absl::StrCat("menus/", GetParam()); }
  absl::Status Load(const std::string& bytes) {
    WriteRaw(path_, bytes);
    return LoadCodecs(Run(), task_);
  }
  void ExpectRefused(const std::string& bytes) {
    const absl::Status status = Load(bytes);
    ASSERT_FALSE(status.ok());
    EXPECT_THAT(std::string(status.message()), HasSubstr(PortFolder(Folder())));
    // It is not thrown away either: what a run was trained with cannot be learned again.
    EXPECT_FALSE(Learn(task_, Data()).ok());
    EXPECT_EQ(*ReadFile(path_), bytes);
  }

  std::string path_, whole_;
  std::vector<Task> task_;
};

TEST_P(DamagedVocabularyTest, CutFilesAreRefused) {
  const size_t every = whole_.size() / 40 + 1;
  ForEachTruncation(whole_, [&](const std::string& cut) {
    if (cut.size() % every == 0 || cut.size() + 1 == whole_.size()) ExpectRefused(cut);
  });
  EXPECT_TRUE(Load(whole_).ok());
}

TEST_P(DamagedVocabularyTest, RandomBytesAreRefused) {
  Philox random(RandomKey(5).With(GetParam()));
  for (int i = 0; i < 20; ++i) ExpectRefused(RandomBytes(random, random.Below(300)));
}

// A changed letter makes another vocabulary, which no form can tell, but a checksum.
TEST_P(DamagedVocabularyTest, OneChangedByteIsTold) {
  ForEachFlip(whole_, 20, [&](const std::string& damaged, size_t) { ExpectRefused(damaged); });
}

// A run from before there were checksums: what can be loaded can be used.
TEST_P(DamagedVocabularyTest, WithoutChecksumsOneChangedByteIsToldOrHarmless) {
  WriteRaw(PortFolder(Folder()) + "/.complete", "");
  ForEachFlip(whole_, 60, [&](const std::string& damaged, size_t) {
    const absl::Status status = Load(damaged);
    if (!status.ok()) {
      EXPECT_THAT(std::string(status.message()), HasSubstr(PortFolder(Folder())));
      return;
    }
    const Codec& codec = *task_[0].Find(GetParam())->codec;
    for (const std::string text : {"soup of the day", "starter", "\xff"}) {
      const auto units = codec.Encode(Value(text), {});
      if (!units.ok()) continue;  // a label may have lost its name
      for (int64_t id : units->ids) {
        EXPECT_GE(id, 0);
        EXPECT_LT(id, codec.vocabulary_size());
      }
      EXPECT_TRUE(codec.Decode(*units).ok());
    }
  });
  EXPECT_TRUE(Load(whole_).ok());
}

TEST_P(DamagedVocabularyTest, AFileTooManyOrTooFewIsTold) {
  const std::string stray = PortFolder(Folder()) + "/stray.txt";
  WriteRaw(stray, "?");
  EXPECT_THAT(std::string(LoadCodecs(Run(), task_).message()), HasSubstr(PortFolder(Folder())));
  fs::remove(stray);
  EXPECT_TRUE(LoadCodecs(Run(), task_).ok());
  fs::remove(path_);
  EXPECT_THAT(std::string(LoadCodecs(Run(), task_).message()), HasSubstr(PortFolder(Folder())));
}

INSTANTIATE_TEST_SUITE_P(All, DamagedVocabularyTest,
                         ::testing::Values("letters", "words", "pieces", "course"));

}  // namespace
}  // namespace t2t
