// Which split the examples of a folder's one table belong to.
#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/problems/folder/folder_kit.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// The groups of each split, where column `key` names a row's group.
std::map<std::string, std::set<std::string>> GroupsOf(const KeepingSink& sink,
                                                      const std::string& port) {
  std::map<std::string, std::set<std::string>> groups;
  for (const auto& [split, examples] : sink.examples) {
    for (const Example& example : examples) groups[split].insert(example.ports.at(port).bytes());
  }
  return groups;
}

TEST(FolderSplits, AGroupStaysTogetherAndTheSharesAreAboutRight) {
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
TEST(FolderSplits, EqualInputsShareASplitWhateverTheOtherColumnsSay) {
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

TEST(FolderSplits, EqualPicturesOfTwoNamesShareASplit) {
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

TEST(FolderSplits, WithoutInputsEqualTargetsShareASplit) {
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

TEST(FolderSplits, MoreRowsLeaveTheOthersInTheirSplit) {
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

TEST(FolderSplits, AColumnMaySayTheSplit) {
  const ScratchFolder folder;
  const std::string ports =
      "name: c\ninputs: {x: {modality: text}}\ntargets: {y: {modality: text}}\ndata: {table: "
      "a.csv}\n";
  folder.Write("a.csv", "x,y,set\na,b,train\nc,d,dev\ne,f,test\n");
  folder.Write("manifest.yaml", ports + "split: {column: set}\n");
  EXPECT_THAT(Told(Generated(folder), "valid"), ElementsAre("a.csv:3: x=c y=d"));
  folder.Write("manifest.yaml",
               ports + "split: {column: set, values: {train: [train, dev], test: test}}\n");
  EXPECT_THAT(Make(folder)->Spec().splits, ElementsAre("train", "test"));
  EXPECT_EQ(Generated(folder).examples["train"].size(), 2u);
  folder.Write("a.csv", "x,y,set\na,b,train\nc,d,other\ne,f,test\n");
  KeepingSink sink = Generated(folder);
  ASSERT_EQ(sink.broken.size(), 1u);
  EXPECT_THAT(
      sink.broken[0],
      HasSubstr("a.csv:3: column 'set' = 'other' names no split; known are dev, test, train"));
}

TEST(FolderSplits, StratifiedSplitsHaveTheirSharesInEveryClass) {
  const ScratchFolder folder;
  folder.Write("manifest.yaml",
               "name: s\ninputs: {x: {modality: text}}\ntargets: {y: {modality: label}}\ndata: "
               "{table: a.tsv}\n"
               "split: {stratify: y, valid: 10%, test: 20%}\n");
  std::string table = "x\ty\n";
  for (int i = 0; i < 300; ++i)
    absl::StrAppend(&table, "x", i, "\t", i < 30 ? "rare" : "often", "\n");
  absl::StrAppend(&table, "x7\toften\n");  // of known inputs
  folder.Write("a.tsv", table);
  KeepingSink sink = Generated(folder);
  std::map<std::string, int> rare;
  for (const auto& [split, examples] : sink.examples) {
    for (const Example& example : examples)
      rare[split] += example.ports.at("y") == Value("rare") ? 1 : 0;
  }
  EXPECT_EQ(rare["valid"], 3);
  EXPECT_EQ(rare["test"], 6);
  EXPECT_EQ(sink.examples["valid"].size(),
            30u + (GroupsOf(sink, "x")["valid"].count("x7") != 0 ? 1u : 0u));
  auto groups = GroupsOf(sink, "x");
  EXPECT_EQ(groups["train"].size() + groups["valid"].size() + groups["test"].size(), 300u);
}

TEST(FolderSplits, EveryExampleIsTestInOneOfTheFolds) {
  const ScratchFolder folder;
  folder.Write("manifest.yaml", absl::StrCat(kPlurals, "split: {folds: 4}\n"));
  folder.Write("plurals.tsv", GroupedTable(200, 0));
  std::map<std::string, int> tested;
  for (int fold = 0; fold < 4; ++fold) {
    const FolderProblemOptions options = {.parameters = {{"fold", absl::StrCat(fold)}}};
    const auto problem = MakeFolderProblem(folder.path(), Modalities(), options);
    ASSERT_TRUE(problem.ok()) << problem.status();
    EXPECT_EQ((*problem)->Spec().name, absl::StrCat("plurals:fold=", fold));
    KeepingSink sink = Generated(folder, options);
    EXPECT_EQ(sink.examples["train"].size() + sink.examples["valid"].size() +
                  sink.examples["test"].size(),
              200u);
    EXPECT_NEAR(static_cast<double>(sink.examples["valid"].size()), 50, 30);
    for (const Example& example : sink.examples["test"]) ++tested[example.key];
  }
  EXPECT_EQ(tested.size(), 200u);
  for (const auto& [key, count] : tested) EXPECT_EQ(count, 1) << key;
  EXPECT_THAT(
      std::string(MakeFolderProblem(folder.path(), Modalities(), {.parameters = {{"fold", "4"}}})
                      .status()
                      .message()),
      HasSubstr("fold"));
  EXPECT_THAT(
      std::string(MakeFolderProblem(folder.path(), Modalities(), {.parameters = {{"folds", "4"}}})
                      .status()
                      .message()),
      HasSubstr("did you mean 'fold'?"));
}

}  // namespace
}  // namespace t2t
