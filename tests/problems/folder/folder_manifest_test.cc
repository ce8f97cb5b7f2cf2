#include "problems/folder/folder_manifest.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "modalities/codecs/register_modalities.h"
#include "registry/config.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

absl::StatusOr<FolderManifest> Read(const std::string& yaml) {
  const ScratchFolder folder;
  Registry<Modality> modalities("modality");
  EXPECT_TRUE(RegisterModalities(modalities).ok());
  return ReadFolderManifest(folder.Write("manifest.yaml", yaml), modalities);
}

std::string ErrorOf(const std::string& yaml) {
  const auto manifest = Read(yaml);
  EXPECT_FALSE(manifest.ok()) << yaml;
  return std::string(manifest.status().message());
}

// A manifest of the given lines, with what they do not say.
std::string With(const std::string& lines) {
  std::string yaml = lines;
  if (lines.find("name:") != 0) yaml += "\nname: birds";
  if (lines.find("inputs:") == std::string::npos) yaml += "\ninputs: {photo: {modality: image}}";
  if (lines.find("targets:") == std::string::npos) yaml += "\ntargets: {caption: {modality: text}}";
  if (lines.find("data:") == std::string::npos) yaml += "\ndata: {table: birds.tsv}";
  return yaml;
}

TEST(FolderManifest, SaysPortsInTheirOrderWithTheOptionsOfTheirModality) {
  const auto manifest = Read(
      "name: birds\nsummary: birds in words\nlicence: CC0-1.0\nsource: my garden\n"
      "inputs:\n  photo: {modality: image, size: 32, patch: 8}\n  country: {modality: label, "
      "classes: [\"no\", se]}\n"
      "targets:\n  caption:\n    modality: text\n    vocab: {kind: char}\n    metrics: [chrf, "
      "bleu]\n    language: en\n"
      "    scheme: autoregressive\n"
      "data: {table: birds.tsv}\nsplit: {by: species, valid: 10%, test: 0.2}\n");
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  const ProblemSpec& spec = manifest->spec;
  EXPECT_EQ(spec.name, "birds");
  EXPECT_EQ(spec.summary, "birds in words");
  EXPECT_EQ(spec.provenance.licence, "CC0-1.0");
  EXPECT_EQ(spec.provenance.source, "my garden");
  ASSERT_EQ(spec.inputs.size(), 2u);
  EXPECT_EQ(spec.inputs[0].name, "photo");
  EXPECT_EQ(spec.inputs[1].name, "country");
  const Port& caption = spec.targets.at(0);
  EXPECT_THAT(caption.metrics, ElementsAre("chrf", "bleu"));
  EXPECT_EQ(caption.language, "en");
  EXPECT_EQ(caption.scheme, "autoregressive");
  EXPECT_THAT(spec.splits, ElementsAre("train", "valid", "test"));
  EXPECT_EQ(manifest->split.by, "species");
  EXPECT_DOUBLE_EQ(manifest->split.valid, 0.1);
  EXPECT_DOUBLE_EQ(manifest->split.test, 0.2);
  ASSERT_EQ(manifest->ports.size(), 3u);
  EXPECT_TRUE(manifest->ports[0].is_file);
  EXPECT_FALSE(manifest->ports[2].is_file);
  // The options are YAML of the modality's keys alone, and mean what the manifest said.
  Config options;
  ASSERT_TRUE(options.MergeYaml(caption.options, Origin::kFile, "options").ok()) << caption.options;
  EXPECT_THAT(options.Root().Names(), ElementsAre("vocab"));
  std::vector<std::string> classes;
  Config label;
  ASSERT_TRUE(label.MergeYaml(spec.inputs[1].options, Origin::kFile, "options").ok())
      << spec.inputs[1].options;
  label.Root().Field("classes", &classes, "");
  EXPECT_THAT(classes, ElementsAre("no", "se"));
}

TEST(FolderManifest, TheSplitsMayBeGivenOrBeLeftOut) {
  const auto given = Read(With("data: {train: a.tsv, test: c.csv}"));
  ASSERT_TRUE(given.ok()) << given.status();
  EXPECT_THAT(given->spec.splits, ElementsAre("train", "test"));
  ASSERT_EQ(given->tables.size(), 2u);
  EXPECT_EQ(given->tables[1].split, "test");
  EXPECT_THAT(given->tables[1].parts, ElementsAre(Pair("", ElementsAre("c.csv"))));
  const auto one = Read(With("split: {valid: 0%, test: 10%}"));
  ASSERT_TRUE(one.ok()) << one.status();
  EXPECT_THAT(one->spec.splits, ElementsAre("train", "test"));
}

TEST(FolderManifest, UnknownKeysAreErrorsWithFileLineAndTheNearestName) {
  EXPECT_THAT(ErrorOf(With("name: birds\nlicense: CC0-1.0")),
              HasSubstr("manifest.yaml:2:1: 'license' is not known; did you mean 'licence'?"));
  EXPECT_THAT(
      ErrorOf(With("inputs: {photo: {modality: image, szie: 32}}")),
      HasSubstr("manifest.yaml:1:35: 'inputs.photo.szie' is not known; did you mean 'size'?"));
  EXPECT_THAT(
      ErrorOf(With("targets:\n  caption: {modality: text, vocab: {knid: char}}")),
      HasSubstr(
          "manifest.yaml:2:37: 'targets.caption.vocab.knid' is not known; did you mean 'kind'?"));
  EXPECT_THAT(ErrorOf(With("inputs: {photo: {modality: image, metrics: [chrf]}}")),
              HasSubstr("'inputs.photo.metrics' is not known"));
  EXPECT_THAT(ErrorOf(With("data: {tabel: birds.tsv}")), HasSubstr("did you mean 'table'?"));
}

TEST(FolderManifest, WrongValuesNameFileAndLine) {
  EXPECT_THAT(
      ErrorOf(With("inputs: {photo: {modality: imgae}}")),
      HasSubstr("manifest.yaml:1:18: inputs.photo.modality = imgae: unknown modality 'imgae'; "
                "did you mean 'image'?"));
  EXPECT_THAT(
      ErrorOf(With("inputs:\n  photo: {modalty: image, height: 3}")),
      HasSubstr(
          "manifest.yaml:2: inputs.photo: has no modality; did you mean 'modality' by 'modalty'?"));
  EXPECT_THAT(ErrorOf(With("inputs: {photo: {modality: image, size: big}}")),
              HasSubstr("manifest.yaml:1:35: inputs.photo.size = big"));
  EXPECT_THAT(ErrorOf(With("name: my birds")), HasSubstr("'my birds' is not snake_case"));
  EXPECT_THAT(ErrorOf(With("name: ../birds")), HasSubstr("is not snake_case"));
  EXPECT_THAT(ErrorOf(With("inputs: {Photo: {modality: image}}")),
              HasSubstr("a port's name is snake_case"));
  EXPECT_THAT(
      ErrorOf(With("split: {valid: 5 percent}")),
      HasSubstr(
          "manifest.yaml:1:9: split.valid = \"5 percent\": must be a share such as 5% or 0.05"));
  EXPECT_THAT(ErrorOf(With("split: {valid: -1%}")), HasSubstr("must be a share"));
  EXPECT_THAT(ErrorOf(With("split: {valid: 60%, test: 40%}")),
              HasSubstr("leave nothing to train on"));
}

TEST(FolderManifest, WhatIsMissingOrSaidTwiceIsTold) {
  EXPECT_THAT(ErrorOf(""), HasSubstr("manifest.yaml: is empty"));
  EXPECT_THAT(ErrorOf("name: [birds"), HasSubstr("not valid YAML"));
  EXPECT_THAT(ErrorOf("[a, b]"), HasSubstr("must hold keys and values"));
  EXPECT_THAT(ErrorOf("inputs: {}"), HasSubstr("name: is missing"));
  EXPECT_THAT(ErrorOf("name: birds\ntargets: {}"),
              HasSubstr("manifest.yaml:2: targets: there must be at least one"));
  EXPECT_THAT(ErrorOf(With("name: birds\ndata: {}")),
              HasSubstr("manifest.yaml:2: data: must name a table"));
  EXPECT_THAT(ErrorOf(With("data: {table: a.tsv, test: b.tsv}")),
              HasSubstr("has both table and test"));
  EXPECT_THAT(ErrorOf(With("data: {train: a.tsv}\nsplit: {valid: 5%}")),
              HasSubstr("manifest.yaml:2: split: data names the table of each split already"));
  EXPECT_THAT(ErrorOf(With("inputs: {text: {modality: text}}\ntargets: {text: {modality: text}}")),
              HasSubstr("'text' is an input already"));
  EXPECT_THAT(ErrorOf(With("name: a\nname: b")), HasSubstr("'name' stands there twice"));
}

// A manifest that was cut is an error, or all that it says is what was meant.
TEST(FolderManifest, ACutManifestIsToldOrWhole) {
  const std::string yaml = With("name: birds");
  int refused = 0;
  for (size_t length = 0; length < yaml.size(); ++length) {
    const auto manifest = Read(yaml.substr(0, length));
    if (!manifest.ok()) {
      ++refused;
    } else {
      EXPECT_EQ(manifest->spec.targets.size(), 1u) << length;
    }
  }
  EXPECT_GT(refused, static_cast<int>(yaml.size()) - 12);
}

}  // namespace
}  // namespace t2t
