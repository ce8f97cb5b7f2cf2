#include "problems/folder/folder_problem.h"

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "problems/shards/prepare.h"
#include "problems/shards/shard_reader.h"
#include "problems/views.h"
#include "tests/problems/folder/folder_kit.h"
#include "tests/problems/rows/rows_kit.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kBirds[] =
    "name: birds\ninputs: {photo: {modality: image, size: 16}}\ntargets: {species: {modality: "
    "label, classes: [tit, jay]}}\n"
    "data: {train: train.tsv, valid: valid.csv}\n";

absl::Status GenerateError(const ScratchFolder& folder) {
  KeepingSink sink;
  return Make(folder)->Generate({}, sink);
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

TEST(FolderProblem, PortsTakeTheirCellsFromColumnsThatAreCalledOtherwise) {
  const ScratchFolder folder;
  folder.Write("manifest.yaml",
               "name: people\ninputs:\n"
               "  who: {modality: text, column: meta.name}\n"
               "  size: {modality: vector, columns: [w, h], empty: 0}\n"
               "targets:\n  year: {modality: label, column: note, extract: \"in (\\\\d+)\"}\n"
               "  topics: {modality: labels, join: \", \", column: tags}\n"
               "data: {train: a.jsonl}\n");
  folder.Write(
      "a.jsonl",
      R"({"meta": {"name": "Ann"}, "w": 1, "h": 2.5, "note": "born in 1912.", "tags": ["b", "a"]})"
      "\n"
      R"({"meta": {"name": "Bob"}, "w": 3, "note": "in 1913", "tags": ["b"]})"
      "\n");
  EXPECT_THAT(Told(Generated(folder), "train"),
              ElementsAre("a.jsonl:1: size=1 2.5 topics=b, a who=Ann year=1912",
                          "a.jsonl:2: size=3 0 topics=b who=Bob year=1913"));
}

TEST(FolderProblem, AListIsATargetsValuesAndNoInput) {
  const ScratchFolder folder;
  folder.Write("a.jsonl", R"({"x": "a", "y": ["b", "c"]})");
  folder.Write("manifest.yaml",
               "name: lists\ninputs: {x: {modality: text}}\ntargets: {y: {modality: text}}\ndata: "
               "{train: a.jsonl}\n");
  KeepingSink sink = Generated(folder);
  ASSERT_EQ(sink.examples["train"].size(), 1u);
  EXPECT_THAT(sink.examples["train"][0].alternatives.at("y"), ElementsAre(Value("c")));
  folder.Write("manifest.yaml",
               "name: lists\ninputs: {y: {modality: text}}\ntargets: {x: {modality: text}}\ndata: "
               "{train: a.jsonl}\n");
  KeepingSink other;
  EXPECT_FALSE(Make(folder)->Generate({}, other).ok());
  ASSERT_EQ(other.broken.size(), 1u);
  EXPECT_THAT(other.broken[0], HasSubstr("a.jsonl:1: column 'y': has 2 values; say join"));
}

TEST(FolderProblem, ParallelFilesAndPatternsOfFiles) {
  const ScratchFolder folder;
  folder.Write("1.en", "one\ntwo\n");
  folder.Write("1.de", "eins\nzwei\n");
  folder.Write("2.en", "three\n");
  folder.Write("2.de", "drei\n");
  folder.Write("manifest.yaml",
               "name: en_de\ninputs: {en: {modality: text}}\ntargets: {de: {modality: text}}\n"
               "data: {train: {en: \"[0-9].en\", de: [1.de, 2.de]}}\n");
  EXPECT_THAT(
      Told(Generated(folder), "train"),
      ElementsAre("1.de:1: de=eins en=one", "1.de:2: de=zwei en=two", "2.de:1: de=drei en=three"));
  folder.Write("2.de", "drei\nvier\n");
  EXPECT_THAT(std::string(GenerateError(folder).message()),
              HasSubstr("2.en: ends after 1 rows, but"));
  folder.Write("3.en", "four\n");
  const auto problem = MakeFolderProblem(folder.path(), Modalities());
  EXPECT_THAT(std::string(problem.status().message()), HasSubstr("they must be as many"));
}

TEST(FolderProblem, FiltersCountWhatTheyLeaveOut) {
  const ScratchFolder folder;
  folder.Write(
      "manifest.yaml",
      "name: f\ninputs: {x: {modality: text}}\ntargets: {y: {modality: text}}\ndata: {train: "
      "a.tsv}\n"
      "filter: {x: {length: 2..4, pattern: \"^[a-z\xC3\xA9]+$\"}, y: {ratio: {x: 0.5..2}}}\n");
  folder.Write(
      "a.tsv",
      "x\ty\nabcd\tabc\na\tb\nabcde\tb\n\tb\nA1\tbb\n\xC3\xA9\xC3\xA9\xC3\xA9\tb\nab\tabcde\n");
  KeepingSink sink = Generated(folder);
  EXPECT_THAT(Told(sink, "train"), ElementsAre("a.tsv:2: x=abcd y=abc"));
  EXPECT_TRUE(sink.broken.empty());
  EXPECT_EQ(sink.left_out["x: length outside of 2..4"], 3);
  EXPECT_EQ(sink.left_out["x: does not fit the pattern"], 1);
  EXPECT_EQ(sink.left_out["y: ratio to x outside of 0.5..2"], 2);
}

TEST(FolderProblem, PicturesAreFilteredByTheirSide) {
  const ScratchFolder folder;
  folder.Write("manifest.yaml",
               "name: f\ninputs: {photo: {modality: image, size: 16, column: file}}\ntargets: "
               "{kind: {modality: label, "
               "column: class}}\ndata: {train: birds/}\nfilter: {photo: {side: 16..}}\n");
  folder.Write("birds/jay/a.png", Png());
  folder.Write("birds/tit/b.png", *EncodePng(PixelsOfGrey(std::string(64, 'x'), 4, 16)));
  KeepingSink sink = Generated(folder);
  ASSERT_EQ(sink.examples["train"].size(), 1u);
  EXPECT_EQ(sink.examples["train"][0].key, "birds/jay/a.png");
  EXPECT_EQ(sink.examples["train"][0].ports.at("kind"), Value("jay"));
  EXPECT_EQ(sink.left_out["photo: shorter side outside of 16.."], 1);
}

TEST(FolderProblem, ClassesMayWeighOrBeBalanced) {
  const ScratchFolder folder;
  const std::string ports =
      "name: w\ninputs: {x: {modality: text}}\ntargets: {y: {modality: label}}\n";
  folder.Write("a.tsv", "x\ty\tcount\na\tjay\t2\nb\tjay\t1\nc\tjay\t1\nd\ttit\t1\n");
  const auto weights = [&] {
    KeepingSink sink = Generated(folder);
    std::vector<float> all;
    for (const Example& example : sink.examples["train"]) all.push_back(example.weight);
    return all;
  };
  folder.Write("manifest.yaml",
               ports + "data: {train: a.tsv, weight: count, class_weight: {y: {jay: 0.5}}}\n");
  EXPECT_THAT(weights(), ElementsAre(1, 0.5f, 0.5f, 1));
  folder.Write("manifest.yaml", ports + "data: {train: a.tsv, class_weight: {y: balanced}}\n");
  EXPECT_THAT(weights(), ElementsAre(2.0f / 3, 2.0f / 3, 2.0f / 3, 2));
}

TEST(FolderProblem, TwoExamplesWithOneKeyNameBothPlaces) {
  const ScratchFolder folder;
  folder.Write("manifest.yaml",
               "name: p\ninputs: {sequence: {modality: protein}}\ntargets: {id: {modality: "
               "label}}\ndata: {train: [a.fasta, b.fasta]}\n");
  folder.Write("a.fasta", ">x\nMK\n>y\nMV\n");
  folder.Write("b.fasta", ">z\nMK\n>y\nMA\n");
  EXPECT_THAT(std::string(GenerateError(folder).message()),
              testing::AllOf(HasSubstr("b.fasta:3: has the key of "),
                             HasSubstr("a.fasta:3: two examples with one key")));
  folder.Write("b.fasta", ">z\nMK\n");
  EXPECT_THAT(Told(Generated(folder), "train"),
              ElementsAre("x: id=x sequence=MK", "y: id=y sequence=MV", "z: id=z sequence=MK"));
}

TEST(FolderProblem, TheFilesOfATarAreTheExamples) {
  const ScratchFolder folder;
  folder.Write("manifest.yaml",
               "name: t\ninputs: {photo: {modality: image, size: 16, column: png}}\ntargets: "
               "{kind: {modality: label, "
               "column: cls}}\ndata: {train: \"*.tar\"}\n");
  folder.Write(
      "1.tar",
      Archived("", {{"a.png", Png('a')}, {"a.cls", "3"}, {"b.png", Png('b')}, {"b.cls", "4"}}));
  KeepingSink sink = Generated(folder);
  ASSERT_EQ(sink.examples["train"].size(), 2u);
  EXPECT_EQ(sink.examples["train"][1].key, "b");
  EXPECT_EQ(sink.examples["train"][1].ports.at("photo"), Value(Png('b')));
  folder.Write("2.tar", Archived("", {{"a.png", Png('a')}, {"a.cls", "3"}}).substr(0, 700));
  EXPECT_THAT(std::string(GenerateError(folder).message()), HasSubstr("2.tar: "));
}

TEST(FolderProblem, AnotherProblemsExamplesUnderOtherNamesNeedNoNewDataSet) {
  const ScratchFolder base, view, data;
  base.Write("manifest.yaml", absl::StrCat(kPlurals, "split: {valid: 20%, test: 20%}\n"));
  base.Write("plurals.tsv", GroupedTable(50, 0));
  view.Write("manifest.yaml",
             "name: renamed\ninputs: {text: {modality: text, column: plural}}\n"
             "targets: {plural: {modality: text, vocab: {kind: byte}, column: singular}}\ndata: "
             "{problem: plurals}\n");
  FolderProblemOptions options;
  options.find = [&](const std::string& name) -> absl::StatusOr<std::unique_ptr<Problem>> {
    if (name != "plurals") return absl::NotFoundError(name);
    return MakeFolderProblem(base.path(), Modalities());
  };
  const auto problem = MakeFolderProblem(view.path(), Modalities(), options);
  ASSERT_TRUE(problem.ok()) << problem.status();
  ASSERT_TRUE(PrepareData(**problem, {}, data.path()).ok());
  EXPECT_FALSE(std::filesystem::exists(data / "renamed"));
  const auto reader = SplitReader::Open(data.path(), (*problem)->Spec(), "train");
  ASSERT_TRUE(reader.ok()) << reader.status();
  const absl::StatusOr<Example> example = (*reader)->Read(0);
  ASSERT_TRUE(example.ok());
  EXPECT_EQ(example->ports.at("text").bytes(),
            absl::StrCat("words", example->ports.at("plural").bytes().substr(4)));
  view.Write("manifest.yaml",
             "name: renamed\ninputs: {text: {modality: text}}\ntargets: {plural: {modality: "
             "text}}\ndata: {problem: plurals}\n");
  EXPECT_THAT(std::string(MakeFolderProblem(view.path(), Modalities(), options).status().message()),
              HasSubstr("'plurals' has no port 'text'"));
}

TEST(FolderProblem, ASampleIsOfTrainingOnlyAndTheSameEachTime) {
  const ScratchFolder folder, data;
  folder.Write("manifest.yaml", absl::StrCat(kPlurals, "split: {valid: 20%, test: 20%}\n"));
  folder.Write("plurals.tsv", GroupedTable(200, 0));
  const auto keys = [&](int64_t count) {
    const auto sampled = Sampled(Make(folder), count);
    EXPECT_TRUE(PrepareData(*sampled, {}, data.path()).ok());
    const auto reader = SplitReader::Open(data.path(), sampled->Spec(), "train");
    std::set<std::string> all;
    for (int64_t i = 0; i < (*reader)->size(); ++i) all.insert((*reader)->Read(i)->key);
    EXPECT_GT((*SplitReader::Open(data.path(), sampled->Spec(), "valid"))->size(), 20);
    return all;
  };
  const std::set<std::string> ten = keys(10), twenty = keys(20);
  EXPECT_EQ(ten.size(), 10u);
  EXPECT_EQ(twenty.size(), 20u);
  for (const std::string& key : ten) EXPECT_EQ(twenty.count(key), 1u);
  EXPECT_GT(keys(100000).size(), 100u);
}

TEST(FolderProblem, InputsThatTrainingHasTooAreCounted) {
  const ScratchFolder folder, data;
  folder.Write("manifest.yaml",
               "name: d\ninputs: {x: {modality: text}}\ntargets: {y: {modality: text}}\ndata: "
               "{train: a.tsv, valid: b.tsv}\n");
  folder.Write("a.tsv", "x\ty\na\t1\nb\t2\nb\t3\n");
  folder.Write("b.tsv", "x\ty\nb\t4\nc\t5\nb\t6\n");
  const auto manifest = PrepareData(*Make(folder), {}, data.path());
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  EXPECT_THAT(manifest->seen_in_training, ElementsAre(testing::Pair("valid", 2)));
  EXPECT_THAT(ReadManifest(data / "d")->seen_in_training, ElementsAre(testing::Pair("valid", 2)));
}

TEST(FolderProblem, TheFormatMayBeSaidWhateverTheNameIs) {
  const ScratchFolder folder;
  const std::string ports =
      "name: c\ninputs: {x: {modality: text}}\ntargets: {y: {modality: text}}\n";
  folder.Write("manifest.yaml", ports + "data: {train: adult.data, format: csv}\n");
  folder.Write("adult.data", "x,y\n\"a, b\",c\n");
  EXPECT_THAT(Told(Generated(folder), "train"), ElementsAre("adult.data:2: x=a, b y=c"));
  folder.Write("manifest.yaml", ports + "data: {train: b.csv, format: tsv}\n");
  folder.Write("b.csv", "x\ty\na,b\tc\n");
  EXPECT_THAT(Told(Generated(folder), "train"), ElementsAre("b.csv:2: x=a,b y=c"));
}

TEST(FolderProblem, AFileIsReadOnce) {
  const ScratchFolder folder;
  const std::string ports =
      "name: c\ninputs: {x: {modality: text}}\ntargets: {y: {modality: text}}\n";
  folder.Write("a.tsv", "x\ty\na\tb\n");
  folder.Write("valid.tsv", "x\ty\nc\td\n");
  for (const char* data :
       {"{table: [a.tsv, \"*.tsv\"]}", "{train: [a.tsv, a.tsv], valid: valid.tsv}"}) {
    folder.Write("manifest.yaml", absl::StrCat(ports, "data: ", data, "\n"));
    EXPECT_THAT(std::string(MakeFolderProblem(folder.path(), Modalities()).status().message()),
                HasSubstr("is named twice by data"))
        << data;
  }
}

TEST(FolderProblem, BalanceIsOfTheExamplesThatTrainingHas) {
  const ScratchFolder folder;
  folder.Write("manifest.yaml",
               "name: w\ninputs: {x: {modality: text}}\ntargets: {y: {modality: label}}\n"
               "data: {table: a.tsv, class_weight: {y: balanced}}\nsplit: {column: set}\nfilter: "
               "{x: {length: ..3}}\n");
  folder.Write("a.tsv",
               "x\ty\tset\na\tjay\ttrain\nlonger\tjay\ttrain\nb\towl\ttrain\nc\towl\ttrain\nd\towl"
               "\ttrain\ne\tjay\tdev\nf\tjay\ttest\n");
  KeepingSink sink = Generated(folder);
  std::vector<float> weights;
  for (const Example& example : sink.examples["train"]) weights.push_back(example.weight);
  EXPECT_THAT(weights, ElementsAre(2, 2.0f / 3, 2.0f / 3, 2.0f / 3));
  EXPECT_EQ(sink.left_out["x: length outside of ..3"], 1);
}

TEST(FolderProblem, WhatIsExtractedIsExtractedFromEachOfSeveralValues) {
  const ScratchFolder folder;
  folder.Write("a.jsonl", R"({"x": "a", "y": ["1: b", "2: c"]})");
  folder.Write("manifest.yaml",
               "name: l\ninputs: {x: {modality: text}}\ntargets: {y: {modality: text, extract: \": "
               "(.+)\"}}\ndata: {train: a.jsonl}\n");
  KeepingSink sink = Generated(folder);
  ASSERT_EQ(sink.examples["train"].size(), 1u);
  EXPECT_EQ(sink.examples["train"][0].ports.at("y"), Value("b"));
  EXPECT_THAT(sink.examples["train"][0].alternatives.at("y"), ElementsAre(Value("c")));
}

// Moved to another split under a name of the same place in the order.
TEST(FolderProblem, ARenamedFileMakesTheDataSetAnew) {
  const ScratchFolder folder;
  folder.Write("manifest.yaml",
               "name: c\ninputs: {x: {modality: text}}\ntargets: {y: {modality: text}}\ndata: "
               "{train: \"a*.tsv\", valid: \"b*.tsv\"}\n");
  folder.Write("a1.tsv", "x\ty\na\tb\n");
  folder.Write("a2.tsv", "x\ty\nc\td\n");
  folder.Write("b1.tsv", "x\ty\ne\tf\n");
  const int64_t before = Make(folder)->Spec().revision;
  std::filesystem::rename(folder / "a2.tsv", folder / "b0.tsv");
  EXPECT_NE(Make(folder)->Spec().revision, before);
}

TEST(FolderProblem, WhatWouldDoNothingIsRefused) {
  const ScratchFolder folder;
  folder.Write("plurals.tsv", "singular\tplural\nfish\tfish\n");
  const auto error = [&](const char* more) {
    folder.Write(
        "manifest.yaml",
        absl::StrReplaceAll(kPlurals, {{"plurals.tsv", absl::StrCat("plurals.tsv, ", more)}}));
    const auto problem = MakeFolderProblem(folder.path(), Modalities());
    EXPECT_FALSE(problem.ok()) << more;
    return std::string(problem.status().message());
  };
  EXPECT_THAT(error("feature: CDS"), HasSubstr("only genbank has features"));
  EXPECT_THAT(error("folder: photos"), HasSubstr("data.folder = photos would do nothing"));
}

}  // namespace
}  // namespace t2t
