#include "registry/config.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace t2t {
namespace {

// What a part of a program binds.
struct Options {
  int64_t steps = 1000;
  double rate = 0.5;
  bool fast = true;
  std::string name = "plain";
  std::string kind = "cosine";
  std::vector<std::string> files = {"a"};
  std::map<std::string, double> rates;
  std::string inner;

  void Bind(Binder b) {
    b.Field("steps", &steps, "optimizer steps");
    b.Field("rate", &rate, "a share");
    b.Field("fast", &fast, "whether");
    b.Field("name", &name, "a word");
    b.Choice("kind", &kind, {"cosine", "linear"}, "which");
    b.Field("files", &files, "some");
    b.Field("rates", &rates, "by problem");
    Binder section = b.Section("section");
    section.Field("inner", &inner, "a word within");
  }
};

// The options under `train` after these files and settings; `status` is the first error of any of it.
struct Bound {
  Config config;
  Options options;
  absl::Status status;
};

Bound BindYaml(const std::string& yaml, const std::vector<std::string>& sets = {},
               Origin origin = Origin::kFile) {
  Bound bound;
  bound.status.Update(bound.config.MergeYaml(yaml, origin, "run.yaml"));
  for (const std::string& set : sets) bound.status.Update(bound.config.Set(set));
  bound.options.Bind(bound.config.Root().Section("train"));
  bound.status.Update(bound.config.Finish());
  return bound;
}

TEST(ConfigTest, BindsEveryType) {
  const Bound bound = BindYaml(
      "train:\n"
      "  steps: 1_000_000\n"
      "  rate: 1e-3\n"
      "  fast: no\n"
      "  name: \"two words\"\n"
      "  kind: linear\n"
      "  files: [x, \"y z\"]\n"
      "  rates: {\"copy:length=4\": 2, reverse: 0.5}\n"
      "  section: {inner: deep}\n");
  ASSERT_TRUE(bound.status.ok()) << bound.status;
  EXPECT_EQ(bound.options.steps, 1000000);
  EXPECT_EQ(bound.options.rate, 1e-3);
  EXPECT_FALSE(bound.options.fast);
  EXPECT_EQ(bound.options.name, "two words");
  EXPECT_EQ(bound.options.kind, "linear");
  EXPECT_EQ(bound.options.files, (std::vector<std::string>{"x", "y z"}));
  EXPECT_EQ(bound.options.rates,
            (std::map<std::string, double>{{"copy:length=4", 2}, {"reverse", 0.5}}));
  EXPECT_EQ(bound.options.inner, "deep");
}

TEST(ConfigTest, KeepsDefaultsWhereNothingIsSaid) {
  for (const char* yaml : {"", "# nothing\n", "train:\n", "train: {}\n", "train: {section: }\n"}) {
    const Bound bound = BindYaml(yaml);
    ASSERT_TRUE(bound.status.ok()) << yaml << ": " << bound.status;
    EXPECT_EQ(bound.options.steps, 1000);
    EXPECT_EQ(bound.options.files, std::vector<std::string>{"a"});
  }
}

TEST(ConfigTest, LaterMergesWinAndTheDumpTellsEveryOrigin) {
  Config config;
  ASSERT_TRUE(
      config.MergeYaml("train: {rate: 0.1, name: preset, fast: false}", Origin::kPreset, "tiny")
          .ok());
  ASSERT_TRUE(
      config.MergeYaml("train:\n  rate: 0.2\n  name: file\n", Origin::kFile, "run.yaml").ok());
  ASSERT_TRUE(config.Set("train.rate=0.3").ok());
  Options options;
  options.Bind(config.Root().Section("train"));
  ASSERT_TRUE(config.Finish().ok()) << config.Finish();
  EXPECT_EQ(options.rate, 0.3);
  EXPECT_EQ(options.name, "file");
  EXPECT_FALSE(options.fast);
  const std::string dump = config.Dump(true);
  EXPECT_NE(dump.find("  steps: 1000  # optimizer steps [default]\n"), std::string::npos) << dump;
  EXPECT_NE(dump.find("  fast: false  # whether [tiny:1:34]\n"), std::string::npos) << dump;
  EXPECT_NE(dump.find("  name: file  # a word [run.yaml:3:3]\n"), std::string::npos) << dump;
  EXPECT_NE(dump.find("  rate: 0.3  # a share [--set]\n"), std::string::npos) << dump;
}

struct Mistake {
  const char* name;
  const char* yaml;
  const char* message;
};

class ConfigMistakeTest : public testing::TestWithParam<Mistake> {};

TEST_P(ConfigMistakeTest, IsRefusedWithItsPlace) {
  const Bound bound = BindYaml(GetParam().yaml);
  EXPECT_TRUE(absl::IsInvalidArgument(bound.status)) << bound.status;
  EXPECT_EQ(bound.status.message(), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, ConfigMistakeTest,
    testing::Values(
        Mistake{"UnknownKey", "train:\n  stpes: 3\n",
                "run.yaml:2:3: 'train.stpes' is not known; did you mean 'steps'?"},
        Mistake{"UnknownSection", "trian: {steps: 3}\n",
                "run.yaml:1:1: 'trian' is not known; did you mean 'train'?"},
        Mistake{"UnknownEmptyKey", "train:\n  stpes:\n",
                "run.yaml:2:3: 'train.stpes' is not known; did you mean 'steps'?"},
        Mistake{"UnknownDeepKey", "train: {section: {iner: x}}\n",
                "run.yaml:1:19: 'train.section.iner' is not known; did you mean 'inner'?"},
        Mistake{"WordForNumber", "train: {steps: many}\n",
                "run.yaml:1:9: train.steps = many: must be a whole number"},
        Mistake{"FractionForWholeNumber", "train: {steps: 1.5}\n",
                "run.yaml:1:9: train.steps = 1.5: must be a whole number"},
        Mistake{"TooLarge", "train: {steps: 9223372036854775808}\n",
                "run.yaml:1:9: train.steps = 9223372036854775808: must be a whole number"},
        Mistake{"Infinity", "train: {rate: inf}\n",
                "run.yaml:1:9: train.rate = inf: must be a finite number"},
        Mistake{"NotANumber", "train: {rate: nan}\n",
                "run.yaml:1:9: train.rate = nan: must be a finite number"},
        Mistake{"WordForTruth", "train: {fast: maybe}\n",
                "run.yaml:1:9: train.fast = maybe: must be true or false"},
        Mistake{
            "NotAChoice", "train: {kind: cosin}\n",
            "run.yaml:1:9: train.kind = cosin: is not one of cosine, linear; did you mean 'cosine'?"},
        Mistake{"ListForNumber", "train: {steps: [1]}\n",
                "run.yaml:1:9: train.steps: must be a whole number, not a list"},
        Mistake{"MapForWord", "train: {name: {a: b}}\n",
                "run.yaml:1:9: train.name: must be a word or text, not a section"},
        Mistake{"MapForList", "train: {files: {a: b}}\n",
                "run.yaml:1:9: train.files: must be a list"},
        Mistake{"ListForRates", "train: {rates: [copy]}\n",
                "run.yaml:1:9: train.rates: must be a map from names to numbers"},
        Mistake{"WordForRate", "train: {rates: {copy: much}}\n",
                "run.yaml:1:9: train.rates: 'copy' must have a finite number"},
        Mistake{"PlainValueForSection", "train: 7\n",
                "run.yaml:1:1: train = 7: must be a section (a map), not a plain value"},
        Mistake{"Twice", "train:\n  steps: 1\n  steps: 2\n",
                "run.yaml:3:3: key 'steps' stands there twice"},
        Mistake{"ListOfMaps", "train:\n  files:\n    - {a: b}\n",
                "run.yaml:3:7: a list may hold only plain values"},
        Mistake{"ListOfLists", "train: {files: [[a]]}\n",
                "run.yaml:1:17: a list may hold only plain values"},
        Mistake{"ListAsKey", "{[a]: b}\n", "run.yaml:1:1: a key must be a plain word"},
        Mistake{"TwoDocuments", "a: 1\n---\nb: 2\n", "run.yaml: holds more than one YAML document"},
        Mistake{"Alias", "train:\n  files: &x [a]\nother: *x\n",
                "run.yaml:3: an alias (*name) is not allowed here"},
        Mistake{"PlainText", "just words\n", "run.yaml: must hold keys and values"},
        Mistake{"List", "[a, b]\n", "run.yaml: must hold keys and values"}),
    [](const auto& mistake) { return mistake.param.name; });

TEST(ConfigTest, BadYamlNamesItsLine) {
  Config config;
  const absl::Status status = config.MergeYaml("a: 1\nb: [1, 2\nc: }\n", Origin::kFile, "run.yaml");
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_EQ(status.message().substr(0, 9), "run.yaml:") << status;
  EXPECT_NE(status.message().find("not valid YAML"), absl::string_view::npos) << status;
}

// What refers to itself would have no end, and nine such lines are a billion nodes.
TEST(ConfigTest, AliasesCanNeitherCircleNorMultiply) {
  Config config;
  EXPECT_TRUE(absl::IsInvalidArgument(config.MergeYaml("a: &a {b: *a}\n", Origin::kFile, "x")));
  std::string bomb = "a0: &a0 {x: 1}\n";
  for (int i = 1; i < 30; ++i) {
    absl::StrAppend(&bomb, "a", i, ": &a", i, " {x: *a", i - 1, " , y: *a", i - 1, " }\n");
  }
  EXPECT_TRUE(absl::IsInvalidArgument(config.MergeYaml(bomb, Origin::kFile, "x")));
}

// yaml-cpp makes empty documents of them without end.
TEST(ConfigTest, ASignThatStandsAloneEnds) {
  for (const char* sign : {",", "]", "}", ", a", "a: 1\n,"}) {
    Config config;
    EXPECT_TRUE(absl::IsInvalidArgument(config.MergeYaml(sign, Origin::kFile, "x"))) << sign;
    EXPECT_TRUE(absl::IsInvalidArgument(config.Set(std::string("a.b=") + sign))) << sign;
  }
}

TEST(ConfigTest, TheFirstErrorIsTold) {
  Bound bound = BindYaml("train: {steps: many, rate: much}\n");
  EXPECT_EQ(bound.status.message(), "run.yaml:1:9: train.steps = many: must be a whole number");
  EXPECT_EQ(bound.options.steps, 1000) << "a field that failed keeps its default";
}

TEST(ConfigTest, APartMayAddItsOwnError) {
  Config config;
  ASSERT_TRUE(config.MergeYaml("model:\n  heads: 3\n", Origin::kFile, "run.yaml").ok());
  int64_t heads = 4;
  Binder model = config.Root().Section("model");
  model.Field("heads", &heads, "");
  EXPECT_TRUE(model.status().ok());
  model.Error("heads", "must divide 64");
  EXPECT_EQ(model.status().message(), "run.yaml:2:3: model.heads = 3: must divide 64");
  EXPECT_EQ(config.Finish(), model.status());
}

// A key that belongs to another choice: "layers" where an encoder-decoder was chosen.
TEST(ConfigTest, AKeyThatTheChosenPartsDoNotReadIsAnError) {
  const auto bind = [](Config& config) {
    Binder model = config.Root().Section("model");
    std::string layout = "two";
    model.Field("layout", &layout, "");
    int64_t layers = 6;
    if (layout == "one") model.Field("layers", &layers, "blocks");
  };
  for (const std::string set : {"", "model.layers=2"}) {
    Config config;
    ASSERT_TRUE(
        config.MergeYaml("model: {layers: 4}", set.empty() ? Origin::kFile : Origin::kPreset, "x")
            .ok());
    if (!set.empty()) {
      ASSERT_TRUE(config.Set(set).ok());
    }
    bind(config);
    EXPECT_TRUE(absl::IsInvalidArgument(config.Finish())) << set;
  }
  Config inherited;
  ASSERT_TRUE(inherited.MergeYaml("model: {layers: 4}", Origin::kPreset, "tiny").ok());
  bind(inherited);
  EXPECT_TRUE(inherited.Finish().ok()) << inherited.Finish();
  EXPECT_NE(inherited.Dump(true).find("# inherited and not used: model.layers [tiny:1:9]\n"),
            std::string::npos);
  EXPECT_EQ(inherited.Dump(false).find("layers"), std::string::npos);
}

TEST(ConfigTest, WhatWasAskedForButNotReadIsNamedSo) {
  Config config;
  ASSERT_TRUE(config.Set("model.layers=2").ok());
  Binder model = config.Root().Section("model");
  EXPECT_TRUE(model.Has("layers"));  // looked at, not bound
  EXPECT_EQ(config.Finish().message(),
            "--set: 'model.layers' is not read by the parts chosen here");
}

TEST(ConfigSetTest, TakesScalarsListsAndMaps) {
  const Bound bound =
      BindYaml("", {"train.steps=5", "train.files=[p, \"q=r\"]", "train.rates={copy: 2}",
                    "train.name=a=b", "train.section={inner: z}"});
  ASSERT_TRUE(bound.status.ok()) << bound.status;
  EXPECT_EQ(bound.options.steps, 5);
  EXPECT_EQ(bound.options.files, (std::vector<std::string>{"p", "q=r"}));
  EXPECT_EQ(bound.options.rates, (std::map<std::string, double>{{"copy", 2}}));
  EXPECT_EQ(bound.options.name, "a=b");
  EXPECT_EQ(bound.options.inner, "z");
}

TEST(ConfigSetTest, AnEmptyValueIsTheEmptyText) {
  const Bound bound = BindYaml("train: {name: x}", {"train.name="});
  ASSERT_TRUE(bound.status.ok()) << bound.status;
  EXPECT_EQ(bound.options.name, "");
}

TEST(ConfigSetTest, APortsProblemMayHoldEqualsSigns) {
  Config config;
  ASSERT_TRUE(config.Set("ports.x:lang=it.p.k=v").ok());
  ASSERT_TRUE(config.Set("ports.x:lang=it,n=2.p.vocab.size=8").ok());
  std::string k;
  config.Root().Section("ports").Section("x:lang=it").Section("p").Field("k", &k, "");
  EXPECT_EQ(k, "v");
  int64_t size = 0;
  config.Root()
      .Section("ports")
      .Section("x:lang=it,n=2")
      .Section("p")
      .Section("vocab")
      .Field("size", &size, "");
  EXPECT_EQ(size, 8);
  EXPECT_TRUE(config.Finish().ok()) << config.Finish();
}

TEST(ConfigSetTest, AProblemsRateStandsBehindItsLastEqualsSign) {
  Config config;
  ASSERT_TRUE(config.Set("problems.copy:length=4,count=9=2.5").ok());
  std::map<std::string, double> rates;
  config.Root().Field("problems", &rates, "");
  EXPECT_EQ(rates, (std::map<std::string, double>{{"copy:length=4,count=9", 2.5}}));
}

TEST(ConfigSetTest, ALossWeightToo) {
  Config config;
  ASSERT_TRUE(config.Set("trainer.loss_weights.copy:length=4.copied=2").ok());
  std::map<std::string, double> weights;
  config.Root().Section("trainer").Section("loss_weights").Field("copy:length=4", &weights, "");
  EXPECT_EQ(weights, (std::map<std::string, double>{{"copied", 2}}));
  EXPECT_TRUE(config.Finish().ok());
}

TEST(ConfigSetTest, AddsToAMapOfAFile) {
  const Bound bound = BindYaml("train: {rates: {copy: 1, reverse: 2}}", {"train.rates.copy=3"});
  ASSERT_TRUE(bound.status.ok()) << bound.status;
  EXPECT_EQ(bound.options.rates, (std::map<std::string, double>{{"copy", 3}, {"reverse", 2}}));
}

TEST(ConfigSetTest, RefusesWhatIsNoAssignment) {
  for (const char* text : {"", "=", "=3", "train.steps", "train..steps=3", ".=1", "train.steps=[1",
                           "train.files=[{a: b}]"}) {
    Config config;
    const absl::Status status = config.Set(text);
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << "'" << text << "': " << status;
    EXPECT_NE(status.message().find("--set"), absl::string_view::npos) << status;
  }
}

TEST(ConfigTest, ExtendsNamesWhatComesBefore) {
  EXPECT_EQ(*Config::Extends("extends: tiny\na: 1", "x"), std::vector<std::string>{"tiny"});
  EXPECT_EQ(*Config::Extends("extends: [tiny, ./mine.yaml]", "x"),
            (std::vector<std::string>{"tiny", "./mine.yaml"}));
  EXPECT_TRUE(Config::Extends("a: 1", "x")->empty());
  EXPECT_TRUE(absl::IsInvalidArgument(Config::Extends("extends: {a: b}", "x").status()));
  const Bound bound = BindYaml("extends: tiny\ntrain: {steps: 2}\n");
  EXPECT_TRUE(bound.status.ok()) << bound.status;
}

TEST(ConfigTest, DefaultsOfAPortStandBehindWhatTheRunSays) {
  Config config;
  ASSERT_TRUE(config.Set("ports.p.image.size=32").ok());
  ASSERT_TRUE(
      config
          .MergeDefaults("ports.p.image", "{size: 16, patch: 4, vocab: {kind: byte}}", "problem p")
          .ok());
  int64_t size = 0, patch = 0;
  std::string kind;
  Binder port = config.Root().Section("ports").Section("p").Section("image");
  port.Field("size", &size, "");
  port.Field("patch", &patch, "");
  port.Section("vocab").Field("kind", &kind, "");
  EXPECT_EQ(size, 32);
  EXPECT_EQ(patch, 4);
  EXPECT_EQ(kind, "byte");
  EXPECT_EQ(port.Names(), (std::vector<std::string>{"patch", "size", "vocab"}));
  EXPECT_TRUE(config.Finish().ok());
  EXPECT_TRUE(absl::IsInvalidArgument(config.MergeDefaults("a", "[1]", "problem p")));
}

TEST(ConfigTest, RestartForgetsWhatWasRead) {
  Bound bound = BindYaml("train: {steps: many}");
  EXPECT_FALSE(bound.status.ok());
  bound.config.Restart();
  std::string steps;
  bound.config.Root().Section("train").Field("steps", &steps, "");
  EXPECT_TRUE(bound.config.Finish().ok()) << bound.config.Finish();
  EXPECT_EQ(bound.config.bound_values().size(), 1u);
}

TEST(ConfigTest, DifferencesNamePathAndBothValues) {
  const Bound a = BindYaml("train: {steps: 20, name: x}"),
              b = BindYaml("train: {steps: 30, name: x}");
  EXPECT_EQ(Config::Differences(a.config, b.config),
            std::vector<std::string>{"train.steps: 20 -> 30"});
  Config less;
  int64_t steps = 20;
  less.Root().Section("train").Field("steps", &steps, "");
  const std::vector<std::string> gone = Config::Differences(a.config, less);
  EXPECT_EQ(gone.size(), a.config.bound_values().size() - 1);
  EXPECT_NE(std::find(gone.begin(), gone.end(), "train.name: x -> (not there)"), gone.end());
  EXPECT_EQ(Config::Differences(less, a.config).size(), gone.size());
}

}  // namespace
}  // namespace t2t
