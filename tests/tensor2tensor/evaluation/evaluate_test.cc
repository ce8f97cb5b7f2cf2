#include "tensor2tensor/evaluation/evaluate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "absl/strings/str_cat.h"
#include "random/philox.h"
#include "tests/problems/scratch_folder.h"
#include "tests/tensor2tensor/evaluation/fixed_problem.h"
#include "tests/tensor2tensor/models/model_kit.h"

namespace t2t {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string Letters(Philox& random, uint64_t below) {
  std::string text;
  for (uint64_t i = random.Below(below); i > 0; --i)
    text += static_cast<char>('a' + random.Below(26));
  return text;
}

class EvaluateTest : public ::testing::Test {
 protected:
  explicit EvaluateTest(const std::string& model = "{}") : kit_(MakeKit({"copy"}, model)) {}

  // Texts and targets of lengths below `below`; the targets are no copies: a loss needs none.
  static std::vector<Example> Examples(int64_t count, uint64_t below) {
    Philox random(RandomKey(4).With("evaluate"));
    std::vector<Example> examples(static_cast<size_t>(count));
    for (size_t i = 0; i < examples.size(); ++i) {
      examples[i].key = absl::StrCat("key-", i);
      examples[i].ports["text"] = Letters(random, below);
      examples[i].ports["copied"] = Letters(random, below);
    }
    return examples;
  }
  std::unique_ptr<SplitReader> Split(const std::vector<Example>& examples) const {
    return WriteSplit(task().spec, examples, folder_ / "data");
  }
  EvaluationResult Result(const std::vector<Example>& examples,
                          const EvaluateOptions& options) const {
    auto result = EvaluateTask(*kit_.model, task(), *Split(examples), options);
    EXPECT_TRUE(result.ok()) << result.status();
    return *std::move(result);
  }
  // Nats of every example's target, batch by batch of `rows` in the given order.
  double Nats(const std::vector<Example>& examples, size_t rows) const {
    double sum = 0;
    for (size_t begin = 0; begin < examples.size(); begin += rows) {
      std::vector<EncodedExample> encoded;
      for (size_t i = begin; i < std::min(examples.size(), begin + rows); ++i)
        encoded.push_back(*EncodePorts(task(), examples[i], true, 0));
      sum += kit_.Loss(kit_.MakeBatch("copy", encoded));
    }
    return sum;
  }
  const Task& task() const { return kit_.task("copy"); }

  ScratchFolder folder_;
  ModelKit kit_;
};

EvaluateOptions Quick() {
  EvaluateOptions options;
  options.decode.usual.max_length = 3;
  return options;
}

TEST_F(EvaluateTest, TheLossIsThatOfEveryExampleAlone) {
  const std::vector<Example> examples = Examples(23, 12);
  int64_t decisions = 0, bytes = 0;
  for (const Example& example : examples) {
    decisions += static_cast<int64_t>(example.ports.at("copied").bytes().size()) + 1;
    bytes += static_cast<int64_t>(example.ports.at("copied").bytes().size());
  }
  const double nats = Nats(examples, 1);
  const EvaluationResult result = Result(examples, Quick());
  EXPECT_EQ(result.problem, "copy");
  EXPECT_EQ(result.revision, 1);
  EXPECT_EQ(result.examples, 23);
  EXPECT_EQ(result.left_out, 0);
  ASSERT_EQ(result.targets.size(), 1u);
  const TargetResult& target = result.targets[0];
  EXPECT_EQ(target.target, "copied");
  EXPECT_EQ(target.decisions, decisions);
  EXPECT_NEAR(target.tf_loss, nats / static_cast<double>(decisions), 1e-5);
  ASSERT_TRUE(target.bits_per_raw_unit.has_value());
  EXPECT_NEAR(*target.bits_per_raw_unit, nats / std::log(2.0) / static_cast<double>(bytes), 1e-5);
  EXPECT_EQ(target.raw_unit, "byte");
}

TEST_F(EvaluateTest, BatchesChangeNothing) {
  const std::vector<Example> examples = Examples(23, 12);
  const EvaluationResult whole = Result(examples, Quick());
  for (const auto& [tokens, rows] :
       std::vector<std::pair<int64_t, int64_t>>{{0, 1}, {0, 5}, {50, 0}, {1, 0}}) {
    SCOPED_TRACE(absl::StrCat(tokens, " tokens, ", rows, " rows"));
    EvaluateOptions options = Quick();
    options.batching.tokens_per_batch = tokens;
    options.batching.examples_per_batch = rows;
    const EvaluationResult cut = Result(examples, options);
    EXPECT_EQ(cut.keys, whole.keys);
    EXPECT_EQ(cut.targets[0].decisions, whole.targets[0].decisions);
    EXPECT_NEAR(cut.targets[0].tf_loss, whole.targets[0].tf_loss, 1e-5);
    EXPECT_EQ(cut.targets[0].answers.predictions, whole.targets[0].answers.predictions);
  }
}

// Each example is asked for with the inputs of another one: what the model says to these, beside its own references.
TEST_F(EvaluateTest, BlindIsTheInputOfAnotherExample) {
  const std::vector<Example> examples = Examples(9, 5);
  EvaluateOptions options = Quick();
  options.price_all = true;
  const EvaluationResult own = Result(examples, options);
  options.blind = true;
  const EvaluationResult blind = Result(examples, options);
  ASSERT_EQ(blind.keys, own.keys);
  EXPECT_EQ(blind.targets[0].answers.references, own.targets[0].answers.references);
  // One shift for all, not by nothing: the answers are those of the others, turned around.
  const std::vector<std::string>& said = own.targets[0].answers.predictions;
  int64_t shifts = 0;
  for (size_t shift = 1; shift < examples.size(); ++shift) {
    std::vector<Example> swapped = examples;
    std::vector<std::string> turned;
    for (size_t i = 0; i < examples.size(); ++i) {
      const size_t other = (i + shift) % examples.size();
      turned.push_back(said[other]);
      swapped[i].ports["text"] = examples[other].ports.at("text");
    }
    if (turned != blind.targets[0].answers.predictions) continue;
    ++shifts;
    EXPECT_NEAR(blind.targets[0].tf_loss * static_cast<double>(blind.targets[0].decisions),
                Nats(swapped, 300), 1e-4);
  }
  EXPECT_GE(shifts, 1);
  EXPECT_EQ(own.targets[0].cost_numbers.size(), 9u);
  EXPECT_EQ(Result(examples, options).targets[0].tf_loss, blind.targets[0].tf_loss);
  const auto reader = Split({examples[0]});
  EXPECT_THAT(std::string(EvaluateTask(*kit_.model, task(), *reader, options).status().message()),
              HasSubstr("no other one's inputs fit"));
}

// Examples are encoded 2048 at a time.
TEST_F(EvaluateTest, TheWholeSplitIsMeasuredInItsOrder) {
  const std::vector<Example> examples = Examples(2100, 4);
  EvaluateOptions options = Quick();
  options.decode.usual.max_length = 1;
  options.seed = 5;
  std::vector<int64_t> done;
  options.progress = [&](int64_t now, int64_t total) {
    EXPECT_EQ(total, 2100);
    done.push_back(now);
  };
  const EvaluationResult result = Result(examples, options);
  EXPECT_EQ(result.examples, 2100);
  EXPECT_EQ(done.back(), 2100);
  const TargetResult& target = result.targets[0];
  EXPECT_NEAR(target.tf_loss, Nats(examples, 300) / static_cast<double>(target.decisions), 1e-5);
  ASSERT_EQ(result.keys.size(), 2100u);
  ASSERT_EQ(target.answers.references.size(), 2100u);
  ASSERT_EQ(target.predictions.size(), 2100u);
  for (size_t i = 0; i < examples.size(); ++i) {
    EXPECT_EQ(result.keys[i], examples[i].key);
    EXPECT_THAT(target.answers.references[i], ElementsAre(examples[i].ports.at("copied").bytes()));
    EXPECT_EQ(target.answers.predictions[i], target.predictions[i].candidates.at(0).text);
  }
  PredictOptions predict;
  predict.decode = options.decode.usual;
  for (size_t i : {size_t{0}, size_t{1000}, size_t{2047}, size_t{2048}, size_t{2099}}) {
    const auto alone = Predict(*kit_.model, task(), "copied", {examples[i]}, predict);
    EXPECT_EQ(target.answers.predictions[i], (*alone)[0].candidates.at(0).text) << i;
  }
}

TEST_F(EvaluateTest, ATargetIsDecodedInItsOwnWay) {
  const std::vector<Example> examples = Examples(6, 6);
  EvaluateOptions options = Quick();
  options.decode.own["copy.copied"].max_length = 1;
  const EvaluationResult cut = Result(examples, options);
  for (const Prediction& prediction : cut.targets[0].predictions)
    EXPECT_LE(prediction.candidates.at(0).value.bytes().size(), 1u);
  options.decode.own = {{"copy.text", options.decode.own["copy.copied"]}};  // another one's
  size_t longest = 0;
  const EvaluationResult whole = Result(examples, options);
  for (const Prediction& prediction : whole.targets[0].predictions)
    longest = std::max(longest, prediction.candidates.at(0).value.bytes().size());
  EXPECT_GT(longest, 1u);
}

// The bug: it took the first ones, which of a sorted table are all alike.
TEST_F(EvaluateTest, ALimitDrawsFromTheWholeSplit) {
  const std::vector<Example> examples = Examples(40, 6);
  EvaluateOptions options = Quick();
  options.limit = 8;
  const EvaluationResult result = Result(examples, options);
  ASSERT_EQ(result.numbers.size(), 8u);
  EXPECT_TRUE(std::is_sorted(result.numbers.begin(), result.numbers.end()));
  EXPECT_GT(result.numbers.back(), 20);
  std::vector<Example> drawn;
  for (size_t i = 0; i < 8; ++i) {
    drawn.push_back(examples[static_cast<size_t>(result.numbers[i])]);
    EXPECT_EQ(result.keys[i], drawn.back().key);
    EXPECT_THAT(result.targets[0].answers.references[i],
                ElementsAre(drawn.back().ports.at("copied").bytes()));
  }
  EXPECT_NEAR(result.targets[0].tf_loss * static_cast<double>(result.targets[0].decisions),
              Nats(drawn, 1), 1e-4);
  EXPECT_EQ(Result(examples, options).numbers, result.numbers);
  options.seed = 2;
  EXPECT_NE(Result(examples, options).numbers, result.numbers);
  options.limit = 100;
  EXPECT_EQ(Result(examples, options).examples, 40);
}

// What `t2t decode` says must be what is measured, however long the references are.
TEST_F(EvaluateTest, RunawaysAreEndedOnRequestOnly) {
  std::vector<Example> examples = Examples(4, 6);
  for (Example& example : examples) example.ports["copied"] = "";
  EvaluateOptions options = Quick();
  options.decode.usual.max_length = 30;
  const auto longest = [&] {
    size_t bytes = 0;
    const EvaluationResult result = Result(examples, options);
    for (const Prediction& prediction : result.targets[0].predictions)
      bytes = std::max(bytes, prediction.candidates.at(0).value.bytes().size());
    return bytes;
  };
  EXPECT_EQ(longest(), 30u);  // of weights that were not trained
  options.end_runaways = true;
  EXPECT_LE(longest(), 10u);
}

TEST_F(EvaluateTest, TooLongExamplesAreCountedAndTheOthersMeasured) {
  std::vector<Example> examples = Examples(10, 4);
  examples[3].ports["text"] = "a long input";
  examples[7].ports["copied"] = "a long target";
  EvaluateOptions options = Quick();
  options.batching.max_length = 11;
  const EvaluationResult result = Result(examples, options);
  EXPECT_EQ(result.examples, 8);
  EXPECT_EQ(result.left_out, 2);
  EXPECT_THAT(result.keys,
              ElementsAre("key-0", "key-1", "key-2", "key-4", "key-5", "key-6", "key-8", "key-9"));
  EXPECT_EQ(result.targets[0].answers.predictions.size(), 8u);
  std::vector<Example> rest = examples;
  rest.erase(rest.begin() + 7);
  rest.erase(rest.begin() + 3);
  EXPECT_NEAR(result.targets[0].tf_loss, Result(rest, Quick()).targets[0].tf_loss, 1e-6);
  options.batching.max_length = 12;
  EXPECT_EQ(Result(examples, options).left_out, 1);
  EXPECT_EQ(Result(examples, Quick()).left_out, 0);
}

TEST_F(EvaluateTest, ASplitOfTooLongExamplesOnlyIsAnError) {
  std::vector<Example> examples = Examples(3, 4);
  for (Example& example : examples) example.ports["text"] = "much too long";
  EvaluateOptions options = Quick();
  options.batching.max_length = 5;
  const absl::Status status = EvaluateTask(*kit_.model, task(), *Split(examples), options).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("copy"), HasSubstr("longer than 5"), HasSubstr("data.max_length")));
}

TEST_F(EvaluateTest, AnyAcceptableReferenceCounts) {
  std::vector<Example> examples = Examples(4, 6);
  const EvaluationResult before = Result(examples, Quick());
  // Whatever the model says is an alternative now, but of the last example.
  for (size_t i = 0; i < 3; ++i) {
    examples[i].alternatives["copied"] = {Value("zz"),
                                          Value(before.targets[0].answers.predictions[i])};
  }
  const EvaluationResult after = Result(examples, Quick());
  const auto exact_match = [](const EvaluationResult& result) {
    for (const MetricValue& metric : result.targets[0].metrics) {
      if (metric.name == "exact_match") return metric.value;
    }
    return -1.0;
  };
  EXPECT_EQ(exact_match(before), 0);
  EXPECT_EQ(exact_match(after), 75);
  EXPECT_THAT(after.targets[0].answers.references[1],
              ElementsAre(examples[1].ports.at("copied").bytes(), "zz",
                          before.targets[0].answers.predictions[1]));
  EXPECT_EQ(after.targets[0].tf_loss, before.targets[0].tf_loss);  // of the port's own value
}

TEST_F(EvaluateTest, CostsArePaidForEachTextAlone) {
  const std::vector<Example> examples = Examples(9, 12);
  Task priced = task();
  priced.targets[0].port.metrics = {"bits_per_character", "cer"};
  EvaluateOptions options = Quick();
  for (const bool decoded : {true, false}) {
    options.decoded = decoded;
    const auto result = EvaluateTask(*kit_.model, priced, *Split(examples), options);
    ASSERT_TRUE(result.ok()) << result.status();
    const TargetResult& target = result->targets[0];
    ASSERT_EQ(target.costs.predictions.size(), 9u);
    double characters = 0;
    for (size_t i = 0; i < examples.size(); ++i) {
      EXPECT_NEAR(std::stod(target.costs.predictions[i]), Nats({examples[i]}, 1) / std::log(2.0),
                  1e-3);
      EXPECT_THAT(target.costs.references[i], ElementsAre(examples[i].ports.at("copied").bytes()));
      characters += static_cast<double>(target.costs.references[i][0].size());
    }
    ASSERT_EQ(target.metrics.size(), decoded ? 2u : 1u);
    EXPECT_EQ(target.metrics[0].name, "bits_per_character");
    EXPECT_NEAR(target.metrics[0].value, Nats(examples, 1) / std::log(2.0) / characters, 1e-4);
    EXPECT_LT(target.metrics[0].low, target.metrics[0].high);
    EXPECT_EQ(target.answers.predictions.size(), decoded ? 9u : 0u);
  }
  EXPECT_THAT(Result(examples, Quick()).targets[0].costs.predictions, IsEmpty());
  // Not of decisions that are made apart.
  Task apart = task();
  apart.targets[0].port.metrics = {"bits_per_character"};
  EXPECT_TRUE(CheckMetrics(apart).ok());
  apart.targets[0].scheme_name = "aligned";
  EXPECT_THAT(std::string(CheckMetrics(apart).message()),
              HasSubstr("copy.copied: bits_per_character needs units that go back"));
  priced.inputs.clear();
  EXPECT_THAT(MetricNames(priced, *task().Find("copied")), ElementsAre("bits_per_character"));
}

TEST_F(EvaluateTest, MetricsAreThePortsOwnOrTheModalitys) {
  TaskPort port = *task().Find("copied");
  EXPECT_THAT(MetricNames(task(), port), ElementsAre("chrf", "bleu", "exact_match"));
  std::vector<std::string> names;
  const EvaluationResult own = Result(Examples(3, 5), Quick());
  for (const MetricValue& metric : own.targets[0].metrics) names.push_back(metric.name);
  EXPECT_THAT(names, ElementsAre("chrf", "bleu", "exact_match"));
  port.port.metrics = {"wer", "cer"};
  EXPECT_THAT(MetricNames(task(), port), ElementsAre("wer", "cer"));
  Task other = task();
  other.targets[0].port.metrics = {"cer"};
  const auto result = EvaluateTask(*kit_.model, other, *Split(Examples(3, 5)), Quick());
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_EQ(result->targets[0].metrics.size(), 1u);
  EXPECT_FALSE(result->targets[0].metrics[0].higher_is_better);
  other.targets[0].port.metrics = {"celsius"};
  EXPECT_EQ(EvaluateTask(*kit_.model, other, *Split(Examples(3, 5)), Quick()).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(EvaluateTest, TheLossAloneNeedsNoDecoding) {
  EvaluateOptions options = Quick();
  options.decoded = false;
  const std::vector<Example> examples = Examples(5, 6);
  const EvaluationResult result = Result(examples, options);
  EXPECT_THAT(result.targets[0].metrics, IsEmpty());
  EXPECT_THAT(result.targets[0].predictions, IsEmpty());
  EXPECT_EQ(result.targets[0].tf_loss, Result(examples, Quick()).targets[0].tf_loss);
}

TEST_F(EvaluateTest, IsCancelledWhenAsked) {
  EvaluateOptions options = Quick();
  options.batching.examples_per_batch = 1;
  int asked = 0;
  options.interrupted = [&] { return ++asked == 4; };
  EXPECT_EQ(EvaluateTask(*kit_.model, task(), *Split(Examples(9, 6)), options).status().code(),
            absl::StatusCode::kCancelled);
  EXPECT_EQ(asked, 4);
}

TEST_F(EvaluateTest, ABrokenExampleIsNamed) {
  std::vector<Example> examples = Examples(4, 6);
  examples[2].ports["copied"] = std::vector<float>{1};
  const absl::Status status = EvaluateTask(*kit_.model, task(), *Split(examples), Quick()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr("'key-2'"), HasSubstr("copied")));
}

class LearnedPositionsTest : public EvaluateTest {
 protected:
  LearnedPositionsTest() : EvaluateTest("{positions: learned, max_positions: 40}") {}
};

TEST_F(LearnedPositionsTest, WhatMaxLengthLetsThroughMustBeInReach) {
  EvaluateOptions options = Quick();
  options.batching.max_length = 39;
  EXPECT_TRUE(CheckReach(*kit_.model, task(), 39).ok());
  std::vector<Example> examples = Examples(3, 6);
  examples[1].ports["text"] = examples[1].ports["copied"] = std::string(39, 'x');
  EXPECT_EQ(Result(examples, options).examples, 3);
  options.batching.max_length = 40;
  const absl::Status status = EvaluateTask(*kit_.model, task(), *Split(examples), options).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("model.max_positions = 40"), HasSubstr("data.max_length = 40")));
}

// Two targets, of which one is a label.
TEST(Evaluate, EveryTargetHasItsOwnResult) {
  const ModelKit kit = MakeKit({"caption"}, "{}");
  std::vector<Example> examples(5);
  for (size_t i = 0; i < examples.size(); ++i) {
    examples[i].key = std::to_string(i);
    examples[i].ports["hint"] = std::string(i, 'h');
    examples[i].ports["picture"] = std::vector<float>(5 * (i + 1), static_cast<float>(i));
    examples[i].ports["caption"] = std::string(2 * i, 'c');
    examples[i].ports["kind"] = i % 2 == 0 ? "red" : "blue";
  }
  const ScratchFolder folder;
  const auto split = WriteSplit(kit.task("caption").spec, examples, folder / "data");
  const auto result = EvaluateTask(*kit.model, kit.task("caption"), *split, Quick());
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_EQ(result->targets.size(), 2u);
  const TargetResult &caption = result->targets[0], &kind = result->targets[1];
  EXPECT_EQ(caption.target, "caption");
  EXPECT_EQ(caption.decisions, 2 * (0 + 1 + 2 + 3 + 4) + 5);
  EXPECT_EQ(kind.target, "kind");
  EXPECT_EQ(kind.decisions, 5);
  EXPECT_EQ(kind.raw_unit, "label");
  EXPECT_EQ(kind.metrics.at(0).name, "accuracy");
  EXPECT_THAT(kind.answers.references[1], ElementsAre("blue"));
  double sum = 0;
  for (const Example& example : examples) {
    const EncodedExample encoded = *EncodePorts(kit.task("caption"), example, true, 0);
    sum += kit.Loss(kit.MakeBatch("caption", {encoded}));
  }
  EXPECT_NEAR(caption.tf_loss * static_cast<double>(caption.decisions) + kind.tf_loss * 5, sum,
              1e-3);
}

TEST(Evaluate, ATargetOutOfReachHasNoLossAndIsDecoded) {
  const ModelKit kit =
      MakeKit({"copy"}, "{layout: encoder_only}", "{copy: {copied: {scheme: ctc}}}");
  std::vector<Example> examples(3);
  for (size_t i = 0; i < examples.size(); ++i) {
    examples[i].key = std::to_string(i);
    examples[i].ports["text"] = "abc";
    examples[i].ports["copied"] = i == 1 ? "xxyy" : "xyz";
  }
  const ScratchFolder folder;
  const auto split = WriteSplit(kit.task("copy").spec, examples, folder / "data");
  const auto result = EvaluateTask(*kit.model, kit.task("copy"), *split, Quick());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->examples, 3);
  EXPECT_EQ(result->out_of_reach, 1);
  EXPECT_EQ(result->without_loss, 0);
  const TargetResult& copied = result->targets.at(0);
  EXPECT_EQ(copied.decisions, 2 * (3 + 1));
  EXPECT_TRUE(std::isfinite(copied.tf_loss));
  ASSERT_EQ(copied.answers.references.size(), 3u);
  EXPECT_THAT(copied.answers.references[1], ElementsAre("xxyy"));
}

// The bug: a class of the valid split alone stopped the training, and every attempt to go on.
TEST(Evaluate, AClassThatTrainingHasNotSeenIsWrongAndHasNoLoss) {
  const ModelKit kit = MakeKit({"caption"}, "{}");
  std::vector<Example> examples(4);
  for (size_t i = 0; i < examples.size(); ++i) {
    examples[i].key = std::to_string(i);
    examples[i].ports["hint"] = "h";
    examples[i].ports["picture"] = std::vector<float>(5, static_cast<float>(i));
    examples[i].ports["caption"] = "c";
    examples[i].ports["kind"] = i == 2 ? "violet" : "blue";
  }
  const ScratchFolder folder;
  const auto split = WriteSplit(kit.task("caption").spec, examples, folder / "data");
  const auto result = EvaluateTask(*kit.model, kit.task("caption"), *split, Quick());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->examples, 4);
  EXPECT_EQ(result->without_loss, 1);
  const TargetResult& kind = result->targets.at(1);
  EXPECT_EQ(kind.decisions, 3);
  ASSERT_EQ(kind.answers.references.size(), 4u);
  EXPECT_THAT(kind.answers.references[2], ElementsAre("violet"));
  EXPECT_NE(kind.answers.predictions[2], "violet");
  EXPECT_NE(kind.answers.predictions[2], "");

  // No loss at all is not the best of losses.
  const auto unseen = WriteSplit(kit.task("caption").spec, {examples[2]}, folder / "unseen");
  const auto none = EvaluateTask(*kit.model, kit.task("caption"), *unseen, Quick());
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_TRUE(std::isnan(none->targets.at(1).tf_loss));
}

TEST(ReferenceTexts, AreTheValueAndThenItsAlternatives) {
  const ModelKit kit = MakeKit({"copy"}, "{}");
  const TaskPort& port = *kit.task("copy").Find("copied");
  Example example;
  EXPECT_THAT(ReferenceTexts(port, example), IsEmpty());
  example.ports["copied"] = "b";
  example.alternatives["copied"] = {Value("a"), Value("\xff")};
  example.alternatives["text"] = {Value("of another port")};
  EXPECT_THAT(ReferenceTexts(port, example), ElementsAre("b", "a", "\xEF\xBF\xBD"));
}

TEST(ToJson, NamesTheLossAndTheMetrics) {
  TargetResult result;
  result.target = "caption";
  result.tf_loss = 0.5;
  result.raw_unit = "byte";
  result.metrics = {
      {.name = "cer", .value = 12.5, .low = 10, .high = 15, .higher_is_better = false}};
  EXPECT_EQ(
      ToJson(result),
      nlohmann::json::parse(
          R"({"tf_loss": 0.5, "loss_unit": "nats a decision", "metrics": {"cer": {"value": 12.5, "low": 10.0,
                                    "high": 15.0, "higher_is_better": false}}})"));
  result.bits_per_raw_unit = 1.25;
  EXPECT_EQ(ToJson(result).at("bits_per_byte"), 1.25);
}

}  // namespace
}  // namespace t2t
