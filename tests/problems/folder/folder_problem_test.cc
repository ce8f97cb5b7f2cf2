#include "problems/folder/folder_problem.h"

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "modalities/codecs/pixels.h"
#include "modalities/codecs/register_modalities.h"
#include "problems/shards/prepare.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kBirds[] =
    "name: birds\ninputs: {photo: {modality: image, size: 16}}\ntargets: {species: {modality: "
    "label, classes: [tit, jay]}}\n"
    "data: {train: train.tsv, valid: valid.csv}\n";
constexpr char kPlurals[] =
    "name: plurals\ninputs: {singular: {modality: text}}\ntargets: {plural: {modality: "
    "text}}\ndata: {table: plurals.tsv}\n";

const Registry<Modality>& Modalities() {
  static const Registry<Modality>* const modalities = [] {
    auto* registry = new Registry<Modality>("modality");
    EXPECT_TRUE(RegisterModalities(*registry).ok());
    return registry;
  }();
  return *modalities;
}

std::unique_ptr<Problem> Make(const ScratchFolder& folder) {
  auto problem = MakeFolderProblem(folder.path(), Modalities());
  EXPECT_TRUE(problem.ok()) << problem.status();
  return *std::move(problem);
}

absl::Status GenerateError(const ScratchFolder& folder) {
  KeepingSink sink;
  return Make(folder)->Generate({}, sink);
}

std::string Png(char grey = 'x') {
  return *EncodePng(PixelsOfGrey(std::string(256, grey), 16, 16));
}

// The groups of each split, where column `key` names a row's group.
std::map<std::string, std::set<std::string>> GroupsOf(const KeepingSink& sink,
                                                      const std::string& port) {
  std::map<std::string, std::set<std::string>> groups;
  for (const auto& [split, examples] : sink.examples) {
    for (const Example& example : examples) groups[split].insert(example.ports.at(port).bytes());
  }
  return groups;
}

TEST(FolderProblem, ReadsFilesBesideTheTablesOfGivenSplits) {
  const ScratchFolder folder;
  folder.Write("manifest.yaml", kBirds);
  folder.Write("pictures/a.png", Png());
  folder.Write("train.tsv", "note\tspecies\tphoto\n\tjay\tpictures/a.png\n");
  folder.Write("valid.csv", "photo,species\r\n\"pictures/a.png\",tit\r\n");
  KeepingSink sink;
  std::vector<SourceRecord> sources;
  GenerateOptions options;
  options.source_used = [&](const SourceRecord& record) { sources.push_back(record); };
  ASSERT_EQ(Make(folder)->Generate(options, sink), absl::OkStatus());
  ASSERT_EQ(sink.examples["train"].size(), 1u);
  EXPECT_EQ(sink.examples["train"][0].key, "train.tsv:2");
  EXPECT_EQ(sink.examples["train"][0].ports.at("photo"), Value(Png()));
  EXPECT_EQ(sink.examples["train"][0].ports.at("species"), Value("jay"));
  EXPECT_EQ(sink.examples["valid"][0].ports.at("species"), Value("tit"));
  ASSERT_EQ(sources.size(), 2u);
  EXPECT_EQ(sources[0].name, "train.tsv");
  EXPECT_EQ(sources[0].sha256.size(), 64u);
}

TEST(FolderProblem, WhatIsBrokenNamesItsRow) {
  const ScratchFolder folder;
  folder.Write("manifest.yaml", kBirds);
  folder.Write("a.png", Png());
  folder.Write("text.png", "this is no picture");
  folder.Write(
      "train.tsv",
      "photo\tspecies\nlost.png\tjay\ntext.png\tjay\na.png\tjya\na.png\n\tjay\na.png\tjay\n");
  folder.Write("valid.csv", "photo,species\na.png,tit\n");
  KeepingSink sink;
  ASSERT_EQ(Make(folder)->Generate({}, sink), absl::OkStatus());
  ASSERT_EQ(sink.broken.size(), 5u);
  EXPECT_THAT(sink.broken[0], HasSubstr(folder / "train.tsv:2: column 'photo': "));
  EXPECT_THAT(sink.broken[0], HasSubstr("lost.png"));
  EXPECT_THAT(sink.broken[1], HasSubstr("train.tsv:3: column 'photo' = text.png: "));
  EXPECT_THAT(sink.broken[2], HasSubstr("train.tsv:4: column 'species': "));
  EXPECT_THAT(sink.broken[2], HasSubstr("jya"));
  EXPECT_THAT(sink.broken[3], HasSubstr("train.tsv:5: the row has 1 cells, but the header 2"));
  EXPECT_THAT(sink.broken[4], HasSubstr("train.tsv:6: column 'photo' is empty"));
  EXPECT_EQ(sink.examples["train"].size(), 1u);
}

// Numbers are scaled by all of training, and are looked at before.
TEST(FolderProblem, ANumberThatIsNoneNamesItsRow) {
  const ScratchFolder folder;
  folder.Write(
      "manifest.yaml",
      "name: sizes\ninputs: {pulse: {modality: vector, size: 2, missing: mark}}\ntargets: {mean: "
      "{modality: vector}}\ndata: {train: train.tsv, valid: train.tsv}\n");
  folder.Write("train.tsv",
               "pulse\tmean\n1 2 3 4\t2.5\n1 two\t1\n1 2 3\t2\n1 2\tmany\n1 nan\t1 2\n1 2\tnan\n");
  KeepingSink sink;
  ASSERT_EQ(Make(folder)->Generate({}, sink), absl::OkStatus());
  EXPECT_EQ(sink.examples["train"].size(), 2u);
  ASSERT_GE(sink.broken.size(), 3u);
  EXPECT_THAT(sink.broken[0], HasSubstr("train.tsv:3: column 'pulse': 'two' is not a number"));
  EXPECT_THAT(sink.broken[1], HasSubstr("train.tsv:4: column 'pulse': 3 numbers where a multiple"));
  EXPECT_THAT(sink.broken[2], HasSubstr("train.tsv:5: column 'mean': 'many' is not a number"));
  EXPECT_THAT(sink.broken.back(), HasSubstr("train.tsv:7: column 'mean': a number is nan"));
}

TEST(FolderProblem, AColumnMayWeighTheExamples) {
  const ScratchFolder folder;
  folder.Write("manifest.yaml",
               "name: words\ninputs: {word: {modality: text}}\ntargets: {kind: {modality: label}}\n"
               "data: {train: train.tsv, weight: count}\n");
  folder.Write("train.tsv",
               "word\tkind\tcount\na\tx\t0.5\nb\ty\t3\nc\tx\tmany\nd\tx\t-1\ne\ty\t1\n");
  KeepingSink sink;
  ASSERT_EQ(Make(folder)->Generate({}, sink), absl::OkStatus());
  ASSERT_EQ(sink.examples["train"].size(), 3u);
  EXPECT_EQ(sink.examples["train"][0].weight, 0.5f);
  EXPECT_EQ(sink.examples["train"][1].weight, 3);
  EXPECT_EQ(sink.examples["train"][2].weight, 1);
  ASSERT_EQ(sink.broken.size(), 2u);
  EXPECT_THAT(
      sink.broken[0],
      HasSubstr("train.tsv:4: column 'count' = 'many': a weight is a number from 0 to 1000"));
  EXPECT_THAT(sink.broken[1], HasSubstr("train.tsv:5: column 'count' = '-1'"));
}

// --skip-broken counted the rest of the table as one row.
TEST(FolderProblem, AnOpenQuoteStopsEvenWhereBrokenRowsAreSkipped) {
  const ScratchFolder folder;
  folder.Write("manifest.yaml", kBirds);
  folder.Write("a.png", Png());
  folder.Write("train.tsv", "photo\tspecies\na.png\tjay\n");
  folder.Write("valid.csv", "photo,species\na.png,tit\n\"a.png,tit\na.png,tit\na.png,tit\n");
  KeepingSink sink;
  EXPECT_THAT(std::string(Make(folder)->Generate({}, sink).message()),
              HasSubstr(folder / "valid.csv:3: a quoted cell does not end before the file does"));
  EXPECT_TRUE(sink.broken.empty());
}

TEST(FolderProblem, ATableMustBeThereAndHaveTheColumns) {
  const ScratchFolder folder;
  folder.Write("manifest.yaml", kPlurals);
  const auto without = MakeFolderProblem(folder.path(), Modalities());
  EXPECT_THAT(std::string(without.status().message()), HasSubstr("plurals.tsv"));
  EXPECT_THAT(std::string(without.status().message()), HasSubstr("manifest.yaml"));
  folder.Write("plurals.tsv", "singular\tplurals\ncat\tcats\n");
  EXPECT_THAT(std::string(GenerateError(folder).message()),
              HasSubstr("has no column 'plural'; did you mean 'plurals'?"));
  folder.Write("plurals.tsv", "singular\tplural\n");
  EXPECT_THAT(std::string(GenerateError(folder).message()),
              HasSubstr("split 'train' has no example"));
  folder.Write("manifest.yaml", absl::StrCat(kPlurals, "split: {by: stem}\n"));
  EXPECT_THAT(std::string(GenerateError(folder).message()), HasSubstr("has no column 'stem'"));
}

std::string GroupedTable(int rows, int from) {
  std::string table = "singular\tplural\tstem\n";
  for (int i = from; i < from + rows; ++i)
    absl::StrAppend(&table, "word", i, "\twords", i, "\tstem", i / 4, "\n");
  return table;
}

TEST(FolderProblem, AGroupStaysTogetherAndTheSharesAreAboutRight) {
  const ScratchFolder folder;
  folder.Write(
      "manifest.yaml",
      absl::StrCat(
          "name: stems\ninputs: {singular: {modality: text}}\ntargets: {stem: {modality: text}}\n",
          "data: {table: t.tsv}\nsplit: {by: stem, valid: 10%, test: 20%}\n"));
  folder.Write("t.tsv", GroupedTable(8000, 0));
  KeepingSink sink;
  ASSERT_EQ(Make(folder)->Generate({}, sink), absl::OkStatus());
  auto groups = GroupsOf(sink, "stem");
  EXPECT_EQ(groups["train"].size() + groups["valid"].size() + groups["test"].size(), 2000u);
  EXPECT_NEAR(static_cast<double>(groups["valid"].size()), 200, 60);  // 4.5 standard deviations
  EXPECT_NEAR(static_cast<double>(groups["test"].size()), 400, 80);
  EXPECT_NEAR(static_cast<double>(sink.examples["test"].size()), 1600, 320);
}

// Where a row of another comment, or another target, was held out from its own input.
TEST(FolderProblem, EqualInputsShareASplitWhateverTheOtherColumnsSay) {
  const ScratchFolder folder;
  folder.Write("manifest.yaml", absl::StrCat(kPlurals, "split: {valid: 30%, test: 30%}\n"));
  std::string table = "note\tsingular\tplural\n";
  for (int i = 0; i < 400; ++i)
    absl::StrAppend(&table, "note", i, "\tword", i % 100, "\twords", i, "\n");
  folder.Write("plurals.tsv", table);
  KeepingSink sink;
  ASSERT_EQ(Make(folder)->Generate({}, sink), absl::OkStatus());
  auto groups = GroupsOf(sink, "singular");
  EXPECT_EQ(groups["train"].size() + groups["valid"].size() + groups["test"].size(), 100u);
  EXPECT_GT(groups["valid"].size(), 10u);
}

TEST(FolderProblem, EqualPicturesOfTwoNamesShareASplit) {
  const ScratchFolder folder;
  folder.Write("manifest.yaml",
               "name: birds\ninputs: {photo: {modality: image, size: 16}}\ntargets: {species: "
               "{modality: text}}\ndata: {table: t.tsv}\nsplit: {valid: 30%, test: 30%}\n");
  std::string table = "photo\tspecies\n";
  for (int i = 0; i < 60; ++i) {
    const std::string name = absl::StrCat(i, ".png");
    folder.Write(name, Png(static_cast<char>(i % 30)));
    absl::StrAppend(&table, name, "\tbird ", i, "\n");
  }
  folder.Write("t.tsv", table);
  KeepingSink sink;
  ASSERT_EQ(Make(folder)->Generate({}, sink), absl::OkStatus());
  auto groups = GroupsOf(sink, "photo");
  EXPECT_EQ(groups["train"].size() + groups["valid"].size() + groups["test"].size(), 30u);
  EXPECT_GT(groups["test"].size(), 2u);
}

TEST(FolderProblem, WithoutInputsEqualTargetsShareASplit) {
  const ScratchFolder folder;
  folder.Write("manifest.yaml",
               "name: lines\ntargets: {line: {modality: text}}\ndata: {table: t.tsv}\nsplit: "
               "{valid: 30%, test: 30%}\n");
  std::string table = "line\tnote\n";
  for (int i = 0; i < 200; ++i) absl::StrAppend(&table, "line ", i % 50, "\t", i, "\n");
  folder.Write("t.tsv", table);
  KeepingSink sink;
  ASSERT_EQ(Make(folder)->Generate({}, sink), absl::OkStatus());
  auto groups = GroupsOf(sink, "line");
  EXPECT_EQ(groups["train"].size() + groups["valid"].size() + groups["test"].size(), 50u);
}

TEST(FolderProblem, MoreRowsLeaveTheOthersInTheirSplit) {
  const ScratchFolder folder;
  folder.Write("manifest.yaml", absl::StrCat(kPlurals, "split: {valid: 20%, test: 20%}\n"));
  folder.Write("plurals.tsv", GroupedTable(200, 100));
  KeepingSink few, many;
  ASSERT_EQ(Make(folder)->Generate({}, few), absl::OkStatus());
  folder.Write("plurals.tsv", GroupedTable(400, 0));
  ASSERT_EQ(Make(folder)->Generate({.seed = 7}, many), absl::OkStatus());
  auto before = GroupsOf(few, "singular"), after = GroupsOf(many, "singular");
  for (const char* split : {"train", "valid", "test"}) {
    EXPECT_FALSE(before[split].empty());
    for (const std::string& word : before[split])
      EXPECT_EQ(after[split].count(word), 1u) << split << " " << word;
  }
}

TEST(FolderProblem, AChangedManifestOrTableMakesTheDataSetAnew) {
  const ScratchFolder folder, data;
  folder.Write("manifest.yaml", absl::StrCat(kPlurals, "split: {valid: 20%, test: 20%}\n"));
  folder.Write("plurals.tsv", GroupedTable(100, 0));
  const auto examples = [&] {
    const auto manifest = PrepareData(*Make(folder), {}, data.path());
    EXPECT_TRUE(manifest.ok()) << manifest.status();
    int64_t count = 0;
    for (const SplitManifest& split : manifest->splits) count += split.examples;
    return count;
  };
  EXPECT_EQ(examples(), 100);
  const int64_t revision = Make(folder)->Spec().revision;
  EXPECT_EQ(Make(folder)->Spec().revision, revision);
  folder.Write("plurals.tsv", GroupedTable(99, 0));
  EXPECT_NE(Make(folder)->Spec().revision, revision);
  EXPECT_EQ(examples(), 99);
}

TEST(FolderProblem, ARunsCopyNeedsTheFolderNoMore) {
  const ScratchFolder folder, run, data;
  folder.Write("manifest.yaml", absl::StrCat(kPlurals, "split: {valid: 20%, test: 20%}\n"));
  folder.Write("plurals.tsv", GroupedTable(100, 0));
  ASSERT_TRUE(PrepareData(*Make(folder), {}, data.path()).ok());
  const int64_t revision = Make(folder)->Spec().revision;
  ASSERT_EQ(KeepFolderProblem(folder.path(), Modalities(), run / "problems/plurals"),
            absl::OkStatus());
  std::filesystem::remove(folder / "plurals.tsv");
  std::filesystem::remove(folder / "manifest.yaml");
  EXPECT_FALSE(IsProblemFolder(folder.path()));
  EXPECT_TRUE(IsProblemFolder(run / "problems/plurals"));
  const auto kept = MakeKeptFolderProblem(run / "problems/plurals", Modalities());
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_EQ((*kept)->Spec().name, "plurals");
  EXPECT_EQ((*kept)->Spec().revision, revision);
  EXPECT_TRUE(PrepareData(**kept, {}, data.path()).ok()) << "the data set is there";
  KeepingSink sink;
  EXPECT_THAT(std::string((*kept)->Generate({}, sink).message()),
              HasSubstr("a run keeps the manifest only"));
  run.Write("problems/plurals/revision", "many\n");
  EXPECT_EQ(MakeKeptFolderProblem(run / "problems/plurals", Modalities()).status().code(),
            absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace t2t
