#include "problems/folder/guess_manifest.h"

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "modalities/codecs/pixels.h"
#include "modalities/codecs/register_modalities.h"
#include "modalities/codecs/sound.h"
#include "problems/folder/folder_problem.h"
#include "random/philox.h"
#include "tests/problems/rows/rows_kit.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class GuessManifestTest : public testing::Test {
 protected:
  GuessManifestTest() { EXPECT_TRUE(RegisterModalities(modalities_).ok()); }

  // The guess, which must be a manifest that gives examples in all its splits.
  std::string Guessed(const std::vector<std::string>& targets = {},
                      const std::map<std::string, std::string>& as = {}) {
    const auto guess = GuessManifest(folder_.path(), modalities_,
                                     {.targets = targets, .modalities = as, .taken = {}});
    if (!guess.ok()) return std::string(guess.status().message());
    folder_.Write("manifest.yaml", guess->yaml);
    const auto problem = MakeFolderProblem(folder_.path(), modalities_);
    EXPECT_TRUE(problem.ok()) << problem.status() << "\n" << guess->yaml;
    if (!problem.ok()) return guess->yaml;
    KeepingSink sink;
    EXPECT_EQ((*problem)->Generate({}, sink), absl::OkStatus()) << guess->yaml;
    EXPECT_TRUE(sink.broken.empty()) << sink.broken[0];
    return guess->yaml;
  }

  std::string Png(int i) const {
    return *EncodePng(PixelsOfGrey(std::string(28 * 28, static_cast<char>(i)), 28, 28));
  }

  // A table of `rows` rows; each cell is made of its number.
  static std::string Table(const std::string& header, int rows,
                           const std::function<std::string(int)>& row) {
    std::string text = header + "\n";
    for (int i = 0; i < rows; ++i) absl::StrAppend(&text, row(i), "\n");
    return text;
  }

  ScratchFolder folder_;
  Registry<Modality> modalities_{"modality"};
};

TEST_F(GuessManifestTest, ATableOfTexts) {
  folder_.Write("README.md", "about");
  folder_.Write("a.tsv", Table("id\tquestion\tanswer", 200, [](int i) {
                  return absl::StrCat("q", i, "\twhat is ", i, " and ", i, "?\tit is ", 2 * i);
                }));
  EXPECT_THAT(Guessed(),
              AllOf(HasSubstr("inputs:\n  question: {modality: text, vocab: {kind: char}}"),
                    HasSubstr("targets:\n  answer: {modality: text"),
                    HasSubstr("# no port: id (looks like a key)"), HasSubstr("table: a.tsv"),
                    HasSubstr("split: {valid: 10%, test: 10%}")));
}

TEST_F(GuessManifestTest, NumbersAndNamesToAClass) {
  folder_.Write("flowers.csv", Table("Sepal Length,petal,colour,species", 300, [](int i) {
                  return absl::StrCat(i * 0.37, ",", i % 7 == 0 ? "" : absl::StrCat(i * 1.5), ",",
                                      i % 2 == 0 ? "red" : "blue", ",",
                                      i % 3 == 0   ? "rose"
                                      : i % 3 == 1 ? "iris"
                                                   : "lily");
                }));
  EXPECT_THAT(Guessed(), AllOf(HasSubstr("features: {modality: vector, columns: [\"Sepal Length\", "
                                         "petal], empty: nan, missing: mark}"),
                               HasSubstr("colour: {modality: label}"),
                               HasSubstr("targets:\n  species: {modality: label}"),
                               HasSubstr("split: {stratify: species, valid: 10%, test: 10%}")));
  EXPECT_THAT(Guessed({"petal"}),
              HasSubstr("targets:\n  petal: {modality: vector, empty: nan, missing: mark}"));
  EXPECT_THAT(Guessed({"petals"}), HasSubstr("there is no column 'petals'; did you mean 'petal'?"));
}

TEST_F(GuessManifestTest, NumbersThatCountAreClassesAndOthersQuantities) {
  folder_.Write("a.csv", Table("x,digit,charge,answer", 200, [](int i) {
                  return absl::StrCat("text ", i, ",", i % 10, ",", i % 7 - 3, ",",
                                      i % 2 == 0 ? "yes" : "no");
                }));
  EXPECT_THAT(Guessed(),
              AllOf(HasSubstr("digit: {modality: label}"), HasSubstr("charge: {modality: vector}"),
                    HasSubstr("answer: {modality: text, vocab: {kind: char}}")));
  EXPECT_THAT(Guessed({"digit"}, {{"digit", "text"}, {"answer", "label"}}),
              AllOf(HasSubstr("targets:\n  digit: {modality: text, vocab: {kind: char}}"),
                    HasSubstr("answer: {modality: label}")));
  EXPECT_THAT(Guessed({}, {{"digit", "txet"}}),
              HasSubstr("unknown modality 'txet'; did you mean 'text'?"));
  EXPECT_THAT(Guessed({}, {{"digits", "text"}}),
              HasSubstr("there is no column 'digits'; did you mean 'digit'?"));
}

TEST_F(GuessManifestTest, FoldersOfPictures) {
  for (int i = 0; i < 40; ++i)
    folder_.Write(absl::StrCat(i % 2 == 0 ? "cat/" : "dog/", i, ".png"), Png(i));
  EXPECT_THAT(Guessed(),
              AllOf(HasSubstr("image: {modality: image, column: file, size: 28, patch: 4}"),
                    HasSubstr("class: {modality: label}"), HasSubstr("table: \".\"")));
}

TEST_F(GuessManifestTest, FoldersOfPicturesForEachSplit) {
  for (int i = 0; i < 12; ++i) {
    for (const char* split : {"train", "val", "test"})
      folder_.Write(absl::StrCat(split, "/", i % 2 == 0 ? "cat/" : "dog/", i, ".png"), Png(i));
  }
  EXPECT_THAT(Guessed(), AllOf(HasSubstr("  train: train "), HasSubstr("  valid: val\n"),
                               HasSubstr("  test: test\n"), Not(HasSubstr("split:"))));
}

TEST_F(GuessManifestTest, PicturesThatATableNamesInAnotherFolder) {
  for (int i = 0; i < 60; ++i) folder_.Write(absl::StrCat("photos/", i, ".png"), Png(i));
  folder_.Write("captions.jsonl", Table("", 60, [](int i) {
                  return absl::StrCat("{\"photo\": \"", i,
                                      ".png\", \"meta\": {\"caption\": \"the picture number ",
                                      i * 31, "\"}}");
                }));
  EXPECT_THAT(Guessed(), AllOf(HasSubstr("photo: {modality: image, size: 28, patch: 4}"),
                               HasSubstr("meta_caption: {modality: text, column: meta.caption"),
                               HasSubstr("folder: photos")));
}

TEST_F(GuessManifestTest, ParallelTexts) {
  for (const char* split : {"train", "dev"}) {
    folder_.Write(absl::StrCat(split, ".en"),
                  Table("start", 30, [](int i) { return absl::StrCat("sentence ", i); }));
    folder_.Write(absl::StrCat(split, ".de"),
                  Table("Beginn", 30, [](int i) { return absl::StrCat("Satz ", i); }));
  }
  EXPECT_THAT(Guessed({"en"}), AllOf(HasSubstr("  train: {de: train.de, en: train.en}"),
                                     HasSubstr("  valid: {de: dev.de, en: dev.en}"),
                                     HasSubstr("targets:\n  en: {modality: text")));
}

TEST_F(GuessManifestTest, SequencesToNumbers) {
  std::string fasta, table = "protein,temperature\n";
  for (int i = 0; i < 60; ++i) {
    std::string letters;
    Philox random(RandomKey(static_cast<uint64_t>(i)));
    for (int j = 0; j < 40; ++j) letters += "ACDEFGHIKLMNPQRSTVWY"[random.Below(20)];
    absl::StrAppend(&table, letters, ",", i * 1.25, "\n");
  }
  folder_.Write("stability.csv", table);
  EXPECT_THAT(Guessed(), AllOf(HasSubstr("protein: {modality: protein}"),
                               HasSubstr("targets:\n  temperature: {modality: vector}")));
}

TEST_F(GuessManifestTest, SoundsByFolder) {
  Sound tone = {.rate = 8000, .samples = std::vector<float>(800)};
  for (int i = 0; i < 30; ++i) {
    tone.samples[0] = static_cast<float>(i) / 40;
    folder_.Write(absl::StrCat(i % 2 == 0 ? "yes/" : "no/", i, ".wav"), *EncodeWav(tone));
  }
  EXPECT_THAT(Guessed(), AllOf(HasSubstr("audio: {modality: audio, column: file}"),
                               HasSubstr("class: {modality: label}")));
}

TEST_F(GuessManifestTest, ShardsOfTars) {
  for (int shard = 0; shard < 2; ++shard) {
    std::vector<std::pair<std::string, std::string>> files;
    for (int i = 0; i < 30; ++i) {
      const int number = 30 * shard + i;
      files.emplace_back(absl::StrCat(number, ".png"), Png(number));
      files.emplace_back(absl::StrCat(number, ".cls"), absl::StrCat(number % 3));
    }
    folder_.Write(absl::StrCat("birds-0", shard, ".tar"), Archived("", files));
  }
  EXPECT_THAT(Guessed(),
              AllOf(HasSubstr("png: {modality: image, size: 28, patch: 4}"),
                    HasSubstr("cls: {modality: label}"), HasSubstr("table: \"birds-0*.tar\"")));
}

TEST_F(GuessManifestTest, NothingIsToldWithWhatThereIs) {
  EXPECT_THAT(Guessed(), HasSubstr("holds nothing that looks like data"));
  folder_.Write("notes.pdf", "%PDF");
  EXPECT_THAT(Guessed(), HasSubstr("it holds notes.pdf; see `t2t list formats`"));
  folder_.Write("a.tsv", "x\ty\n");
  EXPECT_THAT(Guessed(), HasSubstr("a.tsv: holds no row"));
}

// Their common letters overlapped; a pattern met the files of another split.
TEST_F(GuessManifestTest, APatternMeansItsFilesAndNoOthers) {
  const auto table = [](int i) { return absl::StrCat("text ", i, "\tanswer ", i * 7); };
  folder_.Write("part1.tsv", Table("x\ty", 30, table));
  folder_.Write("part11.tsv", Table("x\ty", 30, [&](int i) { return table(i + 100); }));
  EXPECT_THAT(Guessed(), HasSubstr("table: \"part1*.tsv\""));
  std::filesystem::rename(folder_ / "part1.tsv", folder_ / "a_train.tsv");
  std::filesystem::rename(folder_ / "part11.tsv", folder_ / "b_training.tsv");
  folder_.Write("c_valid.tsv", Table("x\ty", 30, [&](int i) { return table(i + 200); }));
  EXPECT_THAT(Guessed(), AllOf(HasSubstr("  train: [a_train.tsv, b_training.tsv]"),
                               HasSubstr("  valid: c_valid.tsv\n")));
}

TEST_F(GuessManifestTest, StrayFilesAreNoColumns) {
  for (int i = 0; i < 40; ++i)
    folder_.Write(absl::StrCat(i % 2 == 0 ? "cat/" : "dog/", i, ".png"), Png(i));
  folder_.Write("paper.pdf", "%PDF \xE2\xE3");
  folder_.Write("setup.py", "print()");
  EXPECT_THAT(Guessed(), HasSubstr("class: {modality: label}"));
}

TEST_F(GuessManifestTest, EmptyCellsOfPicturesAreLeftOut) {
  for (int i = 0; i < 60; ++i) folder_.Write(absl::StrCat("photos/", i, ".png"), Png(i));
  folder_.Write("t.csv", Table("photo,kind", 60, [](int i) {
                  return absl::StrCat(i == 9 ? "" : absl::StrCat("photos/", i, ".png"), ",",
                                      i % 2 == 0 ? "a" : "b");
                }));
  EXPECT_THAT(Guessed(), AllOf(HasSubstr("1 of 60 rows are empty"), HasSubstr("filter:"),
                               HasSubstr("  photo: {length: 1..}")));
}

TEST_F(GuessManifestTest, AWantedColumnIsAPortAmongHundreds) {
  std::string header, row;
  for (int i = 0; i < 100; ++i) absl::StrAppend(&header, "p", i, ",");
  folder_.Write("a.csv", Table(header + "kind", 100, [](int i) {
                  std::string cells;
                  for (int j = 0; j < 100; ++j) absl::StrAppend(&cells, 0.5 + i * 1.5 + j, ",");
                  return cells + (i % 2 == 0 ? "x" : "y");
                }));
  EXPECT_THAT(Guessed({"kind"}), HasSubstr("targets:\n  kind: {modality: label}"));
}

}  // namespace
}  // namespace t2t
