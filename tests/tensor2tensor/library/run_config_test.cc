#include "tensor2tensor/library/run_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "registry/status_macros.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class RunConfigTest : public ::testing::Test {
 protected:
  RunConfigTest() { EXPECT_TRUE(RegisterAll(library_).ok()); }

  absl::Status Merge(const std::string& name_or_path, Origin origin) {
    return MergeConfiguration(library_, name_or_path, origin, config_);
  }
  // A file of the run's own.
  void File(const std::string& yaml) {
    const absl::Status status = Merge(folder_.Write("run.yaml", yaml), Origin::kFile);
    EXPECT_TRUE(status.ok()) << status;
  }
  void Set(const std::string& assignment) {
    const absl::Status status = config_.Set(assignment);
    EXPECT_TRUE(status.ok()) << status;
  }
  absl::Status Bind() {
    T2T_ASSIGN_OR_RETURN(tasks_, BindRun(library_, library_.problems, config_, &options_));
    T2T_RETURN_IF_ERROR(BindModel(library_, tasks_, config_));
    return config_.Finish();
  }
  void ExpectBinds() {
    const absl::Status status = Bind();
    EXPECT_TRUE(status.ok()) << status;
  }
  std::string BindError() {
    const absl::Status status = Bind();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    return std::string(status.message());
  }
  std::string Bound(const std::string& path) const {
    const auto found = config_.bound_values().find(path);
    return found == config_.bound_values().end() ? "(not bound)" : found->second;
  }

  ScratchFolder folder_;
  Library library_;
  Config config_;
  RunOptions options_;
  std::vector<Task> tasks_;
};

TEST_F(RunConfigTest, LaterOnesWin) {
  // d_model is said by all; each other key by one less.
  ASSERT_TRUE(Merge("transformer_tiny", Origin::kPreset).ok());
  File("problems: {copy: 1}\nmodel: {d_model: 64, heads: 8, encoder_layers: 3}\n");
  Set("model.d_model=48");
  Set("model.heads=4");
  ExpectBinds();
  EXPECT_EQ(Bound("model.d_model"), "48");        // --set
  EXPECT_EQ(Bound("model.heads"), "4");           // --set
  EXPECT_EQ(Bound("model.encoder_layers"), "3");  // file
  EXPECT_EQ(Bound("model.ff"), "512");            // preset
  EXPECT_EQ(Bound("model.positions"), "rotary");  // default
  EXPECT_EQ(options_.schedule.learning_rate, 0.002);
  const std::string dump = config_.Dump(true);
  EXPECT_THAT(dump, HasSubstr("d_model: 48  # width of every stream [--set]"));
  EXPECT_THAT(
      dump, HasSubstr("encoder_layers: 3  # blocks of the encoder [" + (folder_ / "run.yaml:2:32]")));
  EXPECT_THAT(dump,
              HasSubstr("ff: 512  # inner width of the feed-forward layer [transformer_tiny:"));
  EXPECT_THAT(dump, HasSubstr("tokens_per_batch: 4096  # "));
  EXPECT_THAT(dump, HasSubstr("[default]"));
}

TEST_F(RunConfigTest, TheOrderIsThatOfTheMergesNotOfTheOrigins) {
  File("problems: {copy: 1}\nmodel: {ff: 64}\n");
  ASSERT_TRUE(Merge("transformer_tiny", Origin::kPreset).ok());
  ExpectBinds();
  EXPECT_EQ(Bound("model.ff"), "512");
}

TEST_F(RunConfigTest, AFileExtendsPresetsAndFilesBesideIt) {
  folder_.Write("sizes/wide.yaml", "extends: transformer_small\nmodel: {ff: 100, d_model: 32}\n");
  File("extends: sizes/wide.yaml\nproblems: {copy: 1}\nmodel: {d_model: 64}\n");
  ExpectBinds();
  EXPECT_EQ(Bound("model.d_model"), "64");
  EXPECT_EQ(Bound("model.ff"), "100");
  EXPECT_EQ(Bound("model.encoder_layers"), "2");
  EXPECT_EQ(options_.schedule.warmup_steps, 1000);
  EXPECT_THAT(config_.Dump(true), HasSubstr("sizes/wide.yaml:2:"));
  EXPECT_THAT(config_.Dump(true), Not(HasSubstr("extends")));
}

TEST_F(RunConfigTest, OfSeveralBasesTheLaterWins) {
  folder_.Write("a.yaml", "model: {ff: 100, d_model: 32, heads: 2}\n");
  folder_.Write("b.yaml", "model: {ff: 200}\n");
  File("extends: [a.yaml, b.yaml]\nproblems: {copy: 1}\n");
  ExpectBinds();
  EXPECT_EQ(Bound("model.ff"), "200");
  EXPECT_EQ(Bound("model.d_model"), "32");
}

TEST_F(RunConfigTest, ACircleIsTold) {
  folder_.Write("a.yaml", "extends: b.yaml\n");
  folder_.Write("b.yaml", "extends: a.yaml\n");
  const absl::Status status = Merge(folder_ / "a.yaml", Origin::kFile);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("extends itself"));
}

TEST_F(RunConfigTest, ABaseThatIsMissingOrWrongIsNamed) {
  const auto message = [&](const std::string& yaml) {
    const absl::Status status = Merge(folder_.Write("run.yaml", yaml), Origin::kFile);
    EXPECT_FALSE(status.ok()) << yaml;
    return std::string(status.message());
  };
  EXPECT_THAT(message("extends: none.yaml\n"), HasSubstr(folder_ / "none.yaml"));
  EXPECT_THAT(message("extends: transformer_tinny\n"),
              HasSubstr("unknown preset 'transformer_tinny'; did you mean 'transformer_tiny'?"));
  EXPECT_THAT(message("extends: {a: b}\n"), HasSubstr("run.yaml:1"));
  folder_.Write("sizes/wrong.yaml", "model: {ff: 1}\nmodel: {ff: 2}\n");
  EXPECT_THAT(message("extends: sizes/wrong.yaml\n"), HasSubstr(folder_ / "sizes/wrong.yaml:2"));
  EXPECT_THAT(message("model: [\n"), HasSubstr(folder_ / "run.yaml"));
}

TEST_F(RunConfigTest, AnUnknownPresetOrFileIsTold) {
  const absl::Status preset = Merge("transfomer_tiny", Origin::kPreset);
  EXPECT_EQ(preset.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(preset.message()), HasSubstr("did you mean 'transformer_tiny'?"));
  for (const std::string& path :
       {folder_ / "none.yaml", folder_ / "none", std::string("none.yml")}) {
    EXPECT_THAT(std::string(Merge(path, Origin::kFile).message()), HasSubstr(path));
  }
  EXPECT_FALSE(Merge(folder_.path(), Origin::kFile).ok());  // a folder
}

TEST_F(RunConfigTest, AKeyThatNothingReadsIsAnErrorOfTheRunsOwn) {
  File("problems: {copy: 1}\nmodel:\n  droput: 0.2\n");
  EXPECT_EQ(BindError(),
            (folder_ / "run.yaml") + ":3:3: 'model.droput' is not known; did you mean 'dropout'?");
}

TEST_F(RunConfigTest, AKeyThatTheChosenPartsDoNotReadIsAnErrorToo) {
  Set("problems.copy=1");
  Set("model.layers=3");
  EXPECT_THAT(BindError(), AllOf(HasSubstr("--set"), HasSubstr("model.layers")));
}

TEST_F(RunConfigTest, AnInheritedOneIsListedOnly) {
  folder_.Write("base.yaml", "model: {layers: 3, colour: red}\n");
  File("extends: base.yaml\nproblems: {copy: 1}\n");
  ExpectBinds();
  EXPECT_THAT(config_.Dump(true), AllOf(HasSubstr("# inherited and not used: model.layers ["),
                                        HasSubstr("# inherited and not used: model.colour [")));
  EXPECT_THAT(config_.Dump(false), Not(HasSubstr("colour")));
}

struct Wrong {
  const char* yaml;
  std::vector<std::string> says;
};

class WrongRunConfig : public RunConfigTest, public ::testing::WithParamInterface<Wrong> {};

TEST_P(WrongRunConfig, IsTold) {
  File(GetParam().yaml);
  const absl::Status status = Bind();
  ASSERT_FALSE(status.ok());
  for (const std::string& part : GetParam().says)
    EXPECT_THAT(std::string(status.message()), HasSubstr(part));
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongRunConfig,
    ::testing::Values(
        Wrong{"{}", {"no problem is named", "--problem"}},
        Wrong{"problems: {copy: 0}", {"problems.copy = 0", "positive"}},
        Wrong{"problems: {copy: -1}", {"problems.copy = -1"}},
        Wrong{"problems: {copy: often}", {"run.yaml:1", "'copy' must have a finite number"}},
        Wrong{"problems: [copy]", {"run.yaml:1", "problems", "map"}},
        Wrong{"problems: {copy: 1, image_stripes: 1}\nmixture: {unit: seconds}",
              {"mixture.unit = seconds", "'copy'", "text of bytes"}},
        Wrong{"problems: {copy: 1, image_stripes: 1}\nmixture: {floors: {stripes: 0.1}}",
              {"mixture.floors.stripes", "did you mean 'image_stripes'?"}},
        Wrong{"problems: {copy: 1, image_stripes: 1}\nmixture: {temperature: 2}",
              {"run.yaml:2", "'mixture.temperature' is not read"}},
        Wrong{"problems: {cpoy: 1}", {"unknown problem 'cpoy'", "did you mean 'copy'?"}},
        Wrong{"problems: {'copy:lenght=3': 1}", {"'copy:lenght=3'", "did you mean 'length'?"}},
        Wrong{"problems: {copy: 1}\ntrainer: {stpes: 5}",
              {"run.yaml:2", "'trainer.stpes'", "did you mean 'steps'?"}},
        Wrong{"problems: {copy: 1}\ntrainer: {steps: many}",
              {"run.yaml:2", "trainer.steps = many", "whole number"}},
        Wrong{"problems: {copy: 1}\ntrainer: 5", {"run.yaml:2", "trainer", "section"}},
        Wrong{"problems: {copy: 1}\ntrianer: {steps: 5}", {"'trianer'", "'trainer'?"}},
        Wrong{"problems: {copy: 1}\noptimizer: {name: adam}",
              {"optimizer.name = adam", "did you mean 'adamw'?"}},
        Wrong{"problems: {copy: 1}\ndata: {tokens_per_batch: -1}",
              {"run.yaml:2:8: data.tokens_per_batch", "must not be negative"}},
        Wrong{"problems: {copy: 1}\nschedule: {kind: cosinus}", {"did you mean 'cosine'?"}},
        Wrong{"problems: {copy: 1}\nvalidation: {decode: {method: bean}}",
              {"validation.decode.method", "did you mean 'beam'?"}},
        Wrong{"problems: {copy: 1}\nports: {copy: {copied: {decode: {method: bean}}}}",
              {"ports.copy.copied.decode.method", "did you mean 'beam'?"}},
        Wrong{"problems: {copy: 1}\nports: {copy: {text: {decode: {method: beam}}}}",
              {"ports.copy.text.decode"}},  // an input is not decoded
        Wrong{"problems: {copy: 1}\nports: {copy: {copied: {scheme: ctc}}}",
              {"model.layout", "choose encoder_only"}},
        Wrong{"problems: {image_stripes_rev: 1}\n"
              "ports: {image_stripes_rev: {image: {stem: convolution}}}",
              {"ports.image_stripes_rev.image.stem", "choose linear"}},
        Wrong{"problems: {image_stripes_rev: 1}\ndata: {max_length: 255}\n"
              "ports: {image_stripes_rev: {image: {units: pixels}}}",
              {"ports.image_stripes_rev.image", "256 units", "data.max_length = 255"}},
        Wrong{"problems: {copy: 1}\nmodel: {body: transfomer}", {"did you mean 'transformer'?"}},
        Wrong{"problems: {copy: 1}\nmodel: {heads: 3}", {"run.yaml:2", "model.heads = 3", "256"}},
        Wrong{"problems: {copy: 1}\nports: {copy: {text: {vocab: {kind: sylable}}}}",
              {"ports.copy.text.vocab.kind = sylable"}},
        Wrong{"problems: {copy: 1}\nports: {copy: {txet: {vocab: {kind: char}}}}",
              {"run.yaml:2", "'ports.copy.txet'", "did you mean 'text'?"}},
        Wrong{"problems: {copy: 1}\nports: {revers: {text: {vocab: {kind: char}}}}",
              {"run.yaml:2", "'ports.revers'"}},
        Wrong{
            "problems: {image_stripes: 1}\nports: {image_stripes: {image: {stem: convolutional}}}",
            {"stem = convolutional", "did you mean 'convolution'?"}},
        Wrong{"problems: {image_stripes: 1}\nports: {image_stripes: {image: {patch: 5}}}",
              {"patch", "5"}}));

TEST_F(RunConfigTest, PortsAreOverriddenByTheInstancesName) {
  Set("problems.caption_tuxpaint:lang=it=1");
  Set("problems.caption_tuxpaint:lang=fr=2");
  Set("ports.caption_tuxpaint:lang=it.picture.patch=16");
  ExpectBinds();
  EXPECT_THAT(options_.problems,
              ElementsAre(std::pair<const std::string, double>("caption_tuxpaint:lang=fr", 2),
                          std::pair<const std::string, double>("caption_tuxpaint:lang=it", 1)));
  ASSERT_EQ(tasks_.size(), 2u);
  EXPECT_EQ(tasks_[0].spec.name, "caption_tuxpaint:lang=fr");
  EXPECT_EQ(tasks_[0].Find("picture")->codec->frame_width(), 8 * 8 * 3);
  EXPECT_EQ(tasks_[1].Find("picture")->codec->frame_width(), 16 * 16 * 3);
}

TEST_F(RunConfigTest, ATargetIsDecodedInItsOwnWay) {
  Set("problems.caption_tuxpaint:lang=it=1");
  Set("problems.copy=1");
  Set("validation.decode.max_length=50");
  Set("ports.caption_tuxpaint:lang=it.caption.decode={method: sample, utility: chrf}");
  ExpectBinds();
  const DecodeChoices& decode = options_.validation.decode;
  EXPECT_EQ(decode.Of("copy", "copied").method, "greedy");
  const DecodeOptions& own = decode.Of("caption_tuxpaint:lang=it", "caption");
  EXPECT_EQ(own.method, "sample");
  EXPECT_EQ(own.utility, "chrf");
  EXPECT_EQ(own.max_length, 50);  // what it does not say is as usual
  const std::string dumped = config_.Dump(false);
  EXPECT_THAT(dumped, HasSubstr("utility: chrf"));
  config_.Restart();
  Set("ports.caption_tuxpaint:lang=it.caption.decode.beam=3");
  options_ = {};
  EXPECT_THAT(BindError(), HasSubstr("decode.beam"));  // sampling reads none
}

TEST_F(RunConfigTest, AProblemHasOneNameHoweverItsParametersAreOrdered) {
  Set("problems.copy:length=5,count=20=3");
  ExpectBinds();
  EXPECT_THAT(options_.problems,
              ElementsAre(std::pair<const std::string, double>("copy:count=20,length=5", 3)));
  config_.Restart();
  Set("problems.copy:count=20,length=5=1");
  options_ = {};
  EXPECT_THAT(BindError(), HasSubstr("'copy:count=20,length=5'"));
}

TEST_F(RunConfigTest, AMixtureNamesProblemsHoweverTheyAreWritten) {
  File(
      "problems: {'copy:length=5,count=20': 3, image_stripes: 1, reverse: 1}\n"
      "mixture:\n"
      "  unit: bytes\n"
      "  floors: {'copy:length=5,count=20': 0.1}\n"
      "  epochs: {'copy:count=20,length=5': 2}\n"
      "  groups: {two: {members: [image_stripes, 'copy:length=5,count=20']}}\n");
  ExpectBinds();
  EXPECT_EQ(options_.mixture.unit, "bytes");
  EXPECT_EQ(options_.mixture.FloorOf("copy:count=20,length=5"), 0.1);
  EXPECT_EQ(options_.mixture.epochs.count("copy:count=20,length=5"), 1u);
  EXPECT_THAT(options_.mixture.groups.at("two").members,
              ElementsAre("image_stripes", "copy:count=20,length=5"));
}

TEST_F(RunConfigTest, AScheduleEndsWithTheRunUnlessItSays) {
  File("problems: {copy: 1}\nschedule: {kind: linear}\ntrainer: {steps: 321}\n");
  ExpectBinds();
  EXPECT_EQ(options_.schedule.steps, 321);
  config_.Restart();
  Set("schedule.steps=100");
  options_ = {};
  ExpectBinds();
  EXPECT_EQ(options_.schedule.steps, 100);
}

TEST_F(RunConfigTest, WhatIsDumpedBindsToTheSame) {
  ASSERT_TRUE(Merge("quickstart", Origin::kPreset).ok());
  Set("problems.caption_tuxpaint:lang=it=0.5");
  ExpectBinds();
  const std::string dumped = config_.Dump(false);
  Config again;
  ASSERT_TRUE(again.MergeYaml(dumped, Origin::kFile, "config.yaml").ok());
  RunOptions options;
  const auto tasks = BindRun(library_, library_.problems, again, &options);
  ASSERT_TRUE(tasks.ok()) << tasks.status();
  ASSERT_TRUE(BindModel(library_, *tasks, again).ok());
  EXPECT_TRUE(again.Finish().ok()) << again.Finish();
  EXPECT_THAT(Config::Differences(config_, again), ElementsAre());
  EXPECT_EQ(again.Dump(false), dumped);
}

TEST_F(RunConfigTest, RestartBindsAgain) {
  ASSERT_TRUE(Merge("quickstart", Origin::kPreset).ok());
  ExpectBinds();
  const std::string dumped = config_.Dump(true);
  config_.Restart();
  options_ = {};
  ExpectBinds();
  EXPECT_EQ(config_.Dump(true), dumped);
}

}  // namespace
}  // namespace t2t
