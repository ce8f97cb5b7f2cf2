#include "tensor2tensor/evaluation/predict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "tests/tensor2tensor/models/model_kit.h"

namespace t2t {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Example Text(const std::string& key, const std::string& text) {
  Example example;
  example.key = key;
  example.ports["text"] = text;
  return example;
}

// Of lengths 0 to 12, in no order of lengths.
std::vector<Example> Texts(int count) {
  std::vector<Example> examples;
  for (int i = 0; i < count; ++i) {
    std::string text;
    for (int j = 0; j < i * 7 % 13; ++j) text += static_cast<char>('a' + (i * 5 + j * 3) % 26);
    examples.push_back(Text(absl::StrCat("example ", i), text));
  }
  return examples;
}

std::vector<Example> Named(const std::vector<std::string>& texts) {
  std::vector<Example> examples;
  for (const std::string& text : texts) examples.push_back(Text(text, text));
  return examples;
}

std::vector<Prediction> Predicted(const ModelKit& kit, const std::vector<Example>& examples,
                                  const PredictOptions& options) {
  const auto found = Predict(*kit.model, kit.task("copy"), "copied", examples, options);
  EXPECT_TRUE(found.ok()) << found.status();
  return found.ok() ? *found : std::vector<Prediction>(examples.size());
}

absl::Status Refused(const ModelKit& kit, const std::vector<Example>& examples,
                     const std::string& target = "copied") {
  return Predict(*kit.model, kit.task("copy"), target, examples, {}).status();
}

void ExpectSame(const Prediction& actual, const Prediction& expected) {
  ASSERT_EQ(actual.candidates.size(), expected.candidates.size());
  for (size_t i = 0; i < expected.candidates.size(); ++i) {
    const Candidate &a = actual.candidates[i], &b = expected.candidates[i];
    EXPECT_EQ(a.value, b.value);
    EXPECT_EQ(a.text, b.text);
    EXPECT_EQ(a.finished, b.finished);
    EXPECT_NEAR(a.log_probability, b.log_probability, 1e-3);
    EXPECT_NEAR(a.score, b.score, 1e-3);
  }
}

PredictOptions Options(const std::string& method) {
  PredictOptions options;
  options.decode.method = method;
  options.decode.max_length = 6;
  options.decode.beam = 3;
  options.decode.n_best = method == "greedy" ? 1 : 2;
  return options;
}

class Methods : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(All, Methods, ::testing::Values("greedy", "beam", "sample"));

TEST_P(Methods, BatchesChangeNothing) {
  // Of this seed: its answers differ, as is asked for below.
  const ModelKit kit = *ModelKit::Make({"copy"}, "{}", "{}", 2);
  const std::vector<Example> examples = Texts(17);
  const PredictOptions options = Options(GetParam());
  const std::vector<Prediction> whole = Predicted(kit, examples, options);
  ASSERT_EQ(whole.size(), examples.size());
  std::set<std::string> texts;
  for (const Prediction& prediction : whole) texts.insert(prediction.candidates.at(0).text);
  EXPECT_GT(texts.size(), 3u);  // else the order could not be seen
  for (const auto& [tokens, rows] :
       std::vector<std::pair<int64_t, int64_t>>{{0, 1}, {0, 4}, {40, 0}, {1, 0}, {100, 3}}) {
    PredictOptions cut = options;
    cut.batching.tokens_per_batch = tokens;
    cut.batching.examples_per_batch = rows;
    const std::vector<Prediction> found = Predicted(kit, examples, cut);
    for (size_t i = 0; i < examples.size(); ++i) {
      SCOPED_TRACE(absl::StrCat(tokens, " tokens, ", rows, " rows, ", examples[i].key));
      ExpectSame(found[i], whole[i]);
    }
  }
}

// Sampling is keyed by the place too, so that two equal inputs may differ.
TEST(Predict, PredictionsStandInTheOrderOfTheExamples) {
  const ModelKit kit = MakeKit({"copy"}, "{}");
  std::vector<Example> examples = Texts(17);
  for (const char* method : {"greedy", "beam"}) {
    const std::vector<Prediction> forward = Predicted(kit, examples, Options(method));
    std::vector<Example> turned(examples.rbegin(), examples.rend());
    const std::vector<Prediction> backward = Predicted(kit, turned, Options(method));
    for (size_t i = 0; i < examples.size(); ++i) {
      SCOPED_TRACE(examples[i].key);
      ExpectSame(backward[examples.size() - 1 - i], forward[i]);
    }
  }
}

TEST(Predict, TheSeedDecidesWhatIsSampled) {
  const ModelKit kit = MakeKit({"copy"}, "{}");
  const std::vector<Example> examples = Texts(4);
  PredictOptions options = Options("sample");
  const std::vector<Prediction> first = Predicted(kit, examples, options);
  EXPECT_EQ(Predicted(kit, examples, options)[2].candidates[0].text, first[2].candidates[0].text);
  options.decode.seed = 2;
  EXPECT_NE(Predicted(kit, examples, options)[2].candidates[0].text, first[2].candidates[0].text);
}

// A stop unit or one of two letters: random choices end soon.
class TwoLetters : public Constraint {
 public:
  std::optional<std::vector<int64_t>> Allowed(int64_t, const std::vector<int64_t>&) const override {
    return std::vector<int64_t>{'a', 'b', 256};
  }
};

// The probability of a sequence is what the teacher-forced loss says of it, the stop included.
TEST(Predict, LogProbabilitiesAreThoseOfTheModel) {
  const TwoLetters constraint;
  for (const std::string layout : {"encoder_decoder", "decoder_only"}) {
    const ModelKit kit = MakeKit({"copy"}, absl::StrCat("{layout: ", layout, "}"));
    const std::vector<Example> examples = Texts(6);
    PredictOptions options = Options("sample");
    options.constraint = &constraint;
    options.decode.n_best = 4;
    int finished = 0, cut = 0;
    const std::vector<Prediction> predictions = Predicted(kit, examples, options);
    for (size_t i = 0; i < examples.size(); ++i) {
      for (const Candidate& candidate : predictions[i].candidates) {
        EXPECT_EQ(candidate.text.find_first_not_of("ab"), std::string::npos) << candidate.text;
        EXPECT_LE(candidate.text.size(), 6u);
        if (!candidate.finished) {
          EXPECT_EQ(candidate.text.size(), 6u);
          ++cut;
          continue;
        }
        ++finished;
        Example forced = examples[i];
        forced.ports["copied"] = candidate.value;
        const auto encoded = EncodePorts(kit.task("copy"), forced, true, 0);
        ASSERT_TRUE(encoded.ok()) << encoded.status();
        EXPECT_NEAR(kit.Loss(kit.MakeBatch("copy", {*encoded})), -candidate.log_probability, 1e-3);
      }
    }
    EXPECT_GT(finished, 5);
    EXPECT_GT(finished + cut, 20);
  }
}

TEST(Predict, CandidatesStandBestFirst) {
  const TwoLetters constraint;
  const ModelKit kit = MakeKit({"copy"}, "{}");
  PredictOptions options = Options("beam");
  options.decode.beam = 5;
  options.decode.n_best = 4;
  options.constraint = &constraint;
  for (const Prediction& prediction : Predicted(kit, Texts(5), options)) {
    EXPECT_LE(prediction.candidates.size(), 4u);
    EXPECT_GE(prediction.candidates.size(), 2u);
    std::set<std::string> texts;
    for (size_t i = 0; i < prediction.candidates.size(); ++i) {
      texts.insert(prediction.candidates[i].text);
      if (i > 0 && prediction.candidates[i].finished) {
        EXPECT_LE(prediction.candidates[i].score, prediction.candidates[i - 1].score);
      }
    }
    EXPECT_EQ(texts.size(), prediction.candidates.size());
  }
}

TEST(Predict, TheClassesOfALabelShareOneProbability) {
  for (const std::string layout : {"encoder_decoder", "decoder_only", "encoder_only"}) {
    const ModelKit kit = MakeKit({"sort"}, absl::StrCat("{layout: ", layout, "}"));
    Example example;
    example.ports["picture"] = std::vector<float>(15, 0.5f);
    PredictOptions options;
    options.decode.method = "beam";
    options.decode.beam = options.decode.n_best = 3;
    const auto found = Predict(*kit.model, kit.task("sort"), "kind", {example}, options);
    ASSERT_TRUE(found.ok()) << found.status();
    double sum = 0;
    std::set<std::string> names;
    for (const Candidate& candidate : (*found)[0].candidates) {
      names.insert(candidate.text);
      sum += std::exp(candidate.log_probability);
    }
    EXPECT_THAT(names, ::testing::ElementsAre("blue", "green", "red"));
    EXPECT_NEAR(sum, 1.0, 1e-5);
  }
}

TEST(Predict, NothingInNothingOut) {
  EXPECT_THAT(Predicted(MakeKit({"copy"}, "{}"), {}, {}), IsEmpty());
}

TEST(Predict, ProgressGoesUpToAll) {
  const ModelKit kit = MakeKit({"copy"}, "{}");
  PredictOptions options = Options("greedy");
  options.batching.examples_per_batch = 4;
  std::vector<int64_t> done;
  options.progress = [&](int64_t now, int64_t total) {
    EXPECT_EQ(total, 11);
    done.push_back(now);
  };
  Predicted(kit, Texts(11), options);
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
  EXPECT_GE(done.size(), 3u);
  EXPECT_EQ(done.back(), 11);
}

TEST(Predict, IsCancelledBetweenBatches) {
  const ModelKit kit = MakeKit({"copy"}, "{}");
  PredictOptions options = Options("greedy");
  options.batching.examples_per_batch = 1;
  int batches = 0;
  options.progress = [&](int64_t, int64_t) { ++batches; };
  options.interrupted = [&] { return batches == 3; };
  const auto found = Predict(*kit.model, kit.task("copy"), "copied", Texts(9), options);
  EXPECT_EQ(found.status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(batches, 3);
}

TEST(Predict, AnUnknownTargetIsToldWithTheNearest) {
  const ModelKit kit = MakeKit({"copy"}, "{}");
  const absl::Status near = Refused(kit, Texts(1), "copide");
  EXPECT_EQ(near.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(near.message()),
              AllOf(HasSubstr("'copy'"), HasSubstr("'copide'"), HasSubstr("'copied'?")));
  EXPECT_EQ(Refused(kit, Texts(1), "text").code(), absl::StatusCode::kNotFound);  // an input
  EXPECT_EQ(Refused(kit, {}, "").code(), absl::StatusCode::kNotFound);
}

TEST(Predict, AValueThatIsRefusedOrMissingNamesItsExample) {
  const ModelKit kit = MakeKit({"copy"}, "{}");
  std::vector<Example> examples = Texts(3);
  examples[1].ports["text"] = std::vector<float>{1, 2};
  EXPECT_EQ(Refused(kit, examples),
            absl::InvalidArgumentError(
                "copy, example 'example 1', port text: a text is expected, not numbers"));
  examples[1].ports.clear();
  EXPECT_EQ(Refused(kit, examples),
            absl::InvalidArgumentError("copy, example 'example 1', port text: is missing"));
}

struct Reach {
  const char* layout;
  size_t longest;  // text under 40 positions
};

class LearnedPositions : public ::testing::TestWithParam<Reach> {};

// The tag stands before the text; where they share positions, so do at least one unit and the stop.
INSTANTIATE_TEST_SUITE_P(All, LearnedPositions,
                         ::testing::Values(Reach{"encoder_decoder", 39},
                                           Reach{"decoder_only", 37}));

TEST_P(LearnedPositions, AnExampleBeyondThemIsRefusedByName) {
  const ModelKit kit =
      MakeKit({"copy"}, absl::StrCat("{layout: ", GetParam().layout, ", positions: learned}"));
  std::vector<Example> examples = Texts(2);
  examples.push_back(Text("just", std::string(GetParam().longest, 'x')));
  const auto found = Predicted(kit, examples, {});  // max_length is 256: cut to what is in reach
  const size_t reach =
      std::string(GetParam().layout) == "decoder_only" ? 40 - GetParam().longest - 2 : 39;
  EXPECT_LE(found[2].candidates.at(0).value.bytes().size(), reach);
  examples[1] = Text("too long", std::string(GetParam().longest + 1, 'x'));
  const absl::Status status = Refused(kit, examples);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("'too long'"), HasSubstr(absl::StrCat(GetParam().longest + 1)),
                    HasSubstr("40"), HasSubstr("model.max_positions")));
}

// Tables of 40 positions: the target of a long text, and of no other one, is cut short by them.
TEST(Predict, ALongExampleLeavesTheOthersTheirLength) {
  const ModelKit kit = MakeKit({"copy"}, "{layout: decoder_only, positions: learned}");
  PredictOptions options;
  const auto predict = [&](const std::vector<std::string>& texts) {
    const auto found = Predict(*kit.model, kit.task("copy"), "copied", Named(texts), options);
    EXPECT_TRUE(found.ok()) << found.status();
    return *found;
  };
  const std::vector<std::string> texts = {"ab", std::string(30, 'x'), "abc", "q"};
  for (const char* method : {"greedy", "beam"}) {
    options.decode.method = method;
    const auto together = predict(texts);
    for (size_t i = 0; i < texts.size(); ++i) {
      const auto alone = predict({texts[i]});
      EXPECT_EQ(together[i].candidates[0].text, alone[0].candidates[0].text) << texts[i];
      EXPECT_NEAR(together[i].candidates[0].score, alone[0].candidates[0].score, 1e-4);
    }
  }
}

// Lengths of inputs alone would put all 40 rows into one batch, with four beams of 100 slots each.
TEST(Predict, BatchesAreBoundedByWhatIsDecodedToo) {
  const ModelKit kit = MakeKit({"copy"}, "{}");
  PredictOptions options;
  options.batching.tokens_per_batch = 200;
  options.decode.max_length = 98;
  const std::vector<Example> examples = Named(std::vector<std::string>(40, "ab"));
  std::vector<int64_t> batches;
  int64_t before = 0;
  options.progress = [&](int64_t done, int64_t total) {
    EXPECT_EQ(total, 40);
    batches.push_back(done - before);
    before = done;
  };
  // 8 x 200 slots, 100 a row.
  ASSERT_TRUE(Predict(*kit.model, kit.task("copy"), "copied", examples, options).ok());
  EXPECT_EQ(batches, (std::vector<int64_t>{16, 16, 8}));
  batches.clear();
  before = 0;
  options.decode.method = "beam";
  ASSERT_TRUE(Predict(*kit.model, kit.task("copy"), "copied", examples, options).ok());
  EXPECT_EQ(batches, std::vector<int64_t>(10, 4));
}

std::vector<Candidate> Candidates(const std::vector<std::string>& texts) {
  std::vector<Candidate> candidates;
  for (const std::string& text : texts) {
    candidates.emplace_back();
    candidates.back().text = text;
  }
  return candidates;
}

// By hand: of five draws two are equal, and two more share words with each other.
TEST(BestByUtilityTest, OrdersByTheMeanAgreementWithAllThatWereDrawn) {
  const std::vector<Candidate> drawn = Candidates({"a b c d", "x", "a b c e", "y y", "x"});
  const auto exact = BestByUtility(**MakeMetric("exact_match"), drawn, 3);
  ASSERT_EQ(exact.size(), 3u);
  EXPECT_EQ(exact[0].text, "x");
  EXPECT_DOUBLE_EQ(exact[0].score, 40);
  EXPECT_EQ(exact[1].text, "a b c d");  // those that are equal keep their order
  EXPECT_DOUBLE_EQ(exact[1].score, 20);
  EXPECT_EQ(exact[2].text, "a b c e");
  // Word errors, lower is better. "a b c d": 0, 25, and against "x", "x", "y y" 400, 400, 200.
  std::map<std::string, double> scores;
  const auto by_errors = BestByUtility(**MakeMetric("wer"), drawn, 9);
  for (const Candidate& candidate : by_errors) scores[candidate.text] = candidate.score;
  ASSERT_EQ(by_errors.size(), 4u);  // different texts
  EXPECT_DOUBLE_EQ(scores["a b c d"], -(0 + 25 + 400 + 400 + 200) / 5.0);
  EXPECT_DOUBLE_EQ(scores["x"], -(100 + 100 + 0 + 100 + 0) / 5.0);
  EXPECT_EQ(by_errors[0].text, "x");
}

TEST(PredictTest, UtilityChoosesAmongTheDrawn) {
  const ModelKit kit = MakeKit({"copy"}, "{}");
  PredictOptions options;
  options.decode.method = "sample";
  options.decode.n_best = 12;
  options.decode.max_length = 1;
  options.decode.top_k = 3;
  const std::vector<Example> examples = Texts(5);
  const std::vector<Prediction> drawn = Predicted(kit, examples, options);
  options.decode.n_best = 1;
  options.decode.candidates = 12;
  options.decode.utility = "exact_match";
  const std::vector<Prediction> chosen = Predicted(kit, examples, options);
  for (size_t i = 0; i < examples.size(); ++i) {
    std::map<std::string, int> counts;
    for (const Candidate& candidate : drawn[i].candidates) ++counts[candidate.text];
    int most = 0;
    for (const auto& [text, count] : counts) most = std::max(most, count);
    ASSERT_EQ(chosen[i].candidates.size(), 1u);
    EXPECT_EQ(counts[chosen[i].candidates[0].text], most);
    EXPECT_DOUBLE_EQ(chosen[i].candidates[0].score, 100.0 * most / 12);
  }
  DecodeChoices priced;
  priced.usual.utility = "bits_per_character";
  EXPECT_THAT(std::string(CheckUtilities(priced, "here").message()),
              HasSubstr("here: bits_per_character does not judge decoded texts"));
  options.decode.utility = "chf";
  const auto refused = Predict(*kit.model, kit.task("copy"), "copied", examples, options);
  EXPECT_TRUE(absl::IsNotFound(refused.status()));
  EXPECT_THAT(refused.status().message(), HasSubstr("chrf"));
}

// Any number of them gives whole pictures; what has no passes refuses them.
TEST(PredictTest, PassesAreOfTheMaskedScheme) {
  const std::string flow = "{flow: {drawn: {scheme: masked}}}";
  const ModelKit kit = MakeKit({"flow", "draw"}, "{}", flow);
  PredictOptions options;
  options.decode.method = "sample";
  std::vector<Example> examples = Texts(3);
  for (const int64_t passes : {1, 2, 6}) {
    options.decode.passes = passes;
    const auto predictions = Predict(*kit.model, kit.task("flow"), "drawn", examples, options);
    ASSERT_TRUE(predictions.ok()) << predictions.status();
    EXPECT_EQ((*predictions)[0].candidates[0].text, "3x2 image");
  }
  const auto refused = Predict(*kit.model, kit.task("draw"), "drawn", examples, options);
  EXPECT_THAT(std::string(refused.status().message()),
              HasSubstr("draw.drawn: decode with passes: the scheme autoregressive has none"));
}

}  // namespace
}  // namespace t2t
