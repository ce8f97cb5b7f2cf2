#include "problems/folder/stored_ids.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "files/tf_example.h"
#include "files/tfrecord.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "modalities/codecs/pixels.h"
#include "modalities/codecs/register_modalities.h"
#include "problems/folder/folder_problem.h"
#include "problems/folder/guess_manifest.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using Ids = std::vector<int64_t>;

constexpr char kVocabulary[] =
    "'<pad>'\n'<EOS>'\n'the_'\n'dog'\n's_'\n'_'\n'Hund'\n'e_'\n'\\'\n'u'\n';'\n'0'\n'1'\n'2'\n'3'\n"
    "'4'\n'5'\n'6'\n'7'\n'8'\n'9'\n";

// One record of Tensor2Tensor's text problems: generator_utils.to_example of {"inputs": [...], "targets": [...]}.
std::string PairRecord(const Ids& inputs, const Ids& targets) {
  Features features;
  features["inputs"].values = inputs;
  features["targets"].values = targets;
  return FrameRecord(EncodeTfExample(features));
}

absl::Status Generate(const ScratchFolder& folder, KeepingSink* sink) {
  Registry<Modality> modalities("modality");
  EXPECT_TRUE(RegisterModalities(modalities).ok());
  const auto problem = MakeFolderProblem(folder.path(), modalities);
  return problem.ok() ? (*problem)->Generate({}, *sink) : problem.status();
}

std::vector<std::string> TextsOf(const KeepingSink& sink, const std::string& split) {
  std::vector<std::string> texts;
  for (const Example& example : sink.examples.at(split)) {
    texts.push_back(example.key);
    for (const auto& [name, value] : example.ports)
      absl::StrAppend(&texts.back(), " ", name, "=", value.bytes());
  }
  return texts;
}

constexpr char kTranslation[] = R"(name: translate_tiny
inputs:
  english: {modality: text, column: inputs, ids: {file: vocab.subwords}, vocab: {kind: subwords, file: vocab.subwords}}
targets:
  german: {modality: text, column: targets, ids: {kind: subwords, file: vocab.subwords}, vocab: {kind: byte}}
data: {train: translate_tiny-train-*, valid: translate_tiny-dev-00000-of-00001, format: tfrecord}
)";

TEST(StoredIds, ShardsOfTensor2TensorAreReadAsTheirTexts) {
  const ScratchFolder folder;
  folder.Write("manifest.yaml", kTranslation);
  folder.Write("vocab.subwords", kVocabulary);
  folder.Write("translate_tiny-train-00001-of-00002", PairRecord({2, 3, 5, 1}, {6, 5, 1}));
  folder.Write("translate_tiny-train-00000-of-00002",
               PairRecord({3, 4, 1}, {6, 7, 1}) + PairRecord({2, 3, 4, 1, 0, 0}, {6, 7}));
  folder.Write("translate_tiny-dev-00000-of-00001", PairRecord({3, 8, 9, 3, 5, 1}, {6, 5, 1}));
  KeepingSink sink;
  ASSERT_EQ(Generate(folder, &sink), absl::OkStatus());
  EXPECT_THAT(sink.broken, ElementsAre());
  EXPECT_THAT(
      TextsOf(sink, "train"),
      ElementsAre("translate_tiny-train-00000-of-00002: record 0 english=dogs german=Hunde",
                  "translate_tiny-train-00000-of-00002: record 1 english=the dogs german=Hunde",
                  "translate_tiny-train-00001-of-00002: record 0 english=the dog german=Hund"));
  EXPECT_THAT(
      TextsOf(sink, "valid"),
      ElementsAre("translate_tiny-dev-00000-of-00001: record 0 english=dog_dog german=Hund"));
}

TEST(StoredIds, WhatCannotBeTurnedBackNamesItsRecord) {
  const ScratchFolder folder;
  folder.Write("manifest.yaml", kTranslation);
  folder.Write("vocab.subwords", kVocabulary);
  folder.Write("translate_tiny-train-00000-of-00001",
               PairRecord({3, 4, 1}, {6, 7, 1}) + PairRecord({3, 4, 1, 3, 4, 1}, {6, 7, 1}) +
                   PairRecord({3, 21, 1}, {6, 7, 1}) + PairRecord({3, 1}, {-1, 1}) +
                   PairRecord({1}, {6, 1}));
  folder.Write("translate_tiny-dev-00000-of-00001", PairRecord({3, 5, 1}, {6, 5, 1}));
  KeepingSink sink;
  ASSERT_EQ(Generate(folder, &sink), absl::OkStatus());
  EXPECT_THAT(
      sink.broken,
      ElementsAre(
          HasSubstr("00001: record 1: column 'inputs': has ids behind its end, number 2 of 6"),
          HasSubstr("00001: record 2: column 'inputs': id 21 is outside of the vocabulary of 21"),
          HasSubstr("00001: record 3: column 'targets': id -1 is outside"),
          HasSubstr("00001: record 4: column 'inputs' is empty")));
}

TEST(StoredIds, BytesAndWordsAsTensor2TensorNumbersThem) {
  const ScratchFolder folder;
  folder.Write("manifest.yaml", R"(name: words_tiny
inputs: {word: {modality: text, column: inputs, ids: {kind: byte}, vocab: {kind: byte}}}
targets: {phones: {modality: text, column: targets, ids: {kind: word, file: phones}, vocab: {kind: word}}}
data: {train: "words_tiny-train-*", format: tfrecord}
)");
  folder.Write("phones", "<pad>\n<EOS>\nK \nAE\nT\n");
  folder.Write("words_tiny-train-00000-of-00001", PairRecord({101, 99, 118, 1}, {2, 3, 4, 1}));
  KeepingSink sink;
  ASSERT_EQ(Generate(folder, &sink), absl::OkStatus());
  EXPECT_THAT(TextsOf(sink, "train"),
              ElementsAre("words_tiny-train-00000-of-00001: record 0 phones=K AE T word=cat"));
}

TEST(StoredIds, AGuessFindsShardsAndTheirVocabulary) {
  Registry<Modality> modalities("modality");
  ASSERT_TRUE(RegisterModalities(modalities).ok());
  const ScratchFolder folder;
  folder.Write("vocab.translate_tiny.21.subwords", kVocabulary);
  folder.Write("translate_tiny-train-00000-of-00002", PairRecord({3, 4, 1}, {6, 7, 1}));
  folder.Write("translate_tiny-train-00001-of-00002", PairRecord({2, 3, 5, 1, 0}, {6, 5, 1}));
  folder.Write("translate_tiny-dev-00000-of-00001", PairRecord({3, 8, 9, 3, 5, 1}, {6, 5, 1}));
  const auto guess = GuessManifest(folder.path(), modalities, {});
  ASSERT_TRUE(guess.ok()) << guess.status();
  EXPECT_THAT(guess->yaml, AllOf(HasSubstr("ids: {kind: subwords, file: vocab.translate_tiny"),
                                 HasSubstr("train: \"translate_tiny-train-0000*-of-00002\""),
                                 HasSubstr("valid: translate_tiny-dev-00000-of-00001")));
  folder.Write("manifest.yaml", guess->yaml);
  KeepingSink sink;
  ASSERT_EQ(Generate(folder, &sink), absl::OkStatus()) << guess->yaml;
  EXPECT_THAT(
      TextsOf(sink, "train"),
      ElementsAre("translate_tiny-train-00000-of-00002: record 0 inputs=dogs targets=Hunde",
                  "translate_tiny-train-00001-of-00002: record 0 inputs=the dog targets=Hund"));
  // Words, bytes, and a vocabulary that is not there.
  folder.Write("vocab.translate_tiny.21.subwords", "<pad>\n<EOS>\nthe\ndog\n");
  EXPECT_THAT(GuessManifest(folder.path(), modalities, {})->yaml, HasSubstr("ids: {kind: word"));
  std::filesystem::remove(folder / "vocab.translate_tiny.21.subwords");
  EXPECT_THAT(GuessManifest(folder.path(), modalities, {})->yaml,
              HasSubstr("inputs: {modality: text, ids: {kind: byte}, vocab: {kind: byte}}"));
  folder.Write("translate_tiny-train-00000-of-00002", PairRecord({3000, 4, 1}, {6, 7, 1}));
  EXPECT_THAT(GuessManifest(folder.path(), modalities, {})->yaml,
              HasSubstr("# no port: inputs (ids up to 3000 of a vocabulary; put its file"));
}

// As image_utils.Image2ClassProblem writes them.
TEST(StoredIds, PicturesOfTensor2TensorHaveTheirClass) {
  const ScratchFolder folder;
  folder.Write("manifest.yaml", R"(name: image_tiny
inputs: {photo: {modality: image, size: 16, column: image/encoded}}
targets: {digit: {modality: label, column: image/class/label}}
data: {train: image_tiny-train-*, format: tfrecord}
)");
  const std::string png = *EncodePng(PixelsOfGrey(std::string(256, 'x'), 16, 16));
  Features features;
  features["image/encoded"].values = std::vector<std::string>{png};
  features["image/format"].values = std::vector<std::string>{"png"};
  features["image/class/label"].values = Ids{7};
  features["image/height"].values = Ids{16};
  features["image/width"].values = Ids{16};
  folder.Write("image_tiny-train-00000-of-00010", FrameRecord(EncodeTfExample(features)));
  KeepingSink sink;
  ASSERT_EQ(Generate(folder, &sink), absl::OkStatus());
  ASSERT_EQ(sink.examples["train"].size(), 1u);
  EXPECT_EQ(sink.examples["train"][0].ports.at("photo"), Value(png));
  EXPECT_EQ(sink.examples["train"][0].ports.at("digit"), Value("7"));
}

TEST(StoredIds, ManifestsThatCannotBeAreRefused) {
  const auto error = [](const std::string& port, const std::string& vocabulary) {
    const ScratchFolder folder;
    folder.Write("manifest.yaml", absl::StrCat("name: x\ntargets: {t: {", port,
                                               "}}\ndata: {train: a, format: tfrecord}\n"));
    folder.Write("vocab", vocabulary);
    folder.Write("a", PairRecord({3, 1}, {3, 1}));
    KeepingSink sink;
    return std::string(Generate(folder, &sink).message());
  };
  EXPECT_THAT(error("modality: text, ids: {kind: subwords}", ""),
              HasSubstr("manifest.yaml: targets.t.ids.file: must name the vocabulary's file"));
  EXPECT_THAT(error("modality: text, ids: {kind: subword, file: vocab}", ""),
              HasSubstr("did you mean 'subwords'?"));
  EXPECT_THAT(error("modality: image, ids: {kind: byte}", ""), HasSubstr("a file has none"));
  EXPECT_THAT(error("modality: text, ids: {file: lost}", ""), HasSubstr("lost"));
  EXPECT_THAT(error("modality: text, ids: {file: vocab}", "the\ndog\n"),
              HasSubstr("vocab:1: is 'the'; Tensor2Tensor's subwords begin with <pad>"));
}

// Other ids of the same records give other texts.
TEST(StoredIds, TheVocabularyIsPartOfTheRevision) {
  const ScratchFolder folder;
  folder.Write("manifest.yaml", kTranslation);
  folder.Write("translate_tiny-train-00000-of-00001", PairRecord({3, 4, 1}, {6, 7, 1}));
  folder.Write("translate_tiny-dev-00000-of-00001", PairRecord({3, 5, 1}, {6, 5, 1}));
  Registry<Modality> modalities("modality");
  ASSERT_TRUE(RegisterModalities(modalities).ok());
  std::vector<ProblemSpec> specs;
  for (const std::string& vocabulary :
       {std::string(kVocabulary), kVocabulary + std::string("x\n")}) {
    folder.Write("vocab.subwords", vocabulary);
    const auto problem = MakeFolderProblem(folder.path(), modalities);
    ASSERT_TRUE(problem.ok()) << problem.status();
    specs.push_back((*problem)->Spec());
  }
  EXPECT_NE(specs[0].revision, specs[1].revision);
  // A vocabulary's own file is found from wherever the program is started.
  EXPECT_THAT(specs[0].inputs[0].options, HasSubstr(folder / "vocab.subwords"));
}

}  // namespace
}  // namespace t2t
