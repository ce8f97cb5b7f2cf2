#include "tensor2tensor/evaluation/metrics/metric.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "random/philox.h"
#include "tensor2tensor/evaluation/metrics/base_pairs.h"
#include "tensor2tensor/evaluation/metrics/cost.h"
#include "tensor2tensor/evaluation/metrics/text_units.h"

namespace t2t {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::unique_ptr<Metric> Make(absl::string_view name) { return MakeMetric(name).value(); }

double One(absl::string_view name, const std::string& prediction,
           const std::vector<std::string>& references) {
  const auto metric = Make(name);
  return metric->Score(metric->Statistics(prediction, references));
}

// Sentences of few words with some words changed, at the rate of `noise`.
MetricInput Noisy(int64_t examples, double noise, absl::string_view place) {
  MetricInput input;
  const char* const kWords[] = {"one", "two",   "three", "four", "five",
                                "six", "seven", "eight", "nine"};
  Philox text(RandomKey(3).With("text")), change(RandomKey(3).With(place));
  for (int64_t i = 0; i < examples; ++i) {
    std::string prediction, reference;
    for (uint64_t left = 4 + text.Below(9); left > 0; --left) {
      const char* word = kWords[text.Below(9)];
      absl::StrAppend(&reference, word, " ");
      absl::StrAppend(&prediction, change.Uniform() < noise ? "wrong" : word, " ");
    }
    input.predictions.push_back(prediction);
    input.references.push_back({reference});
  }
  return input;
}

TEST(Metrics, TableIsSortedAndMakesWhatItNames) {
  std::vector<std::string> names;
  for (const MetricInfo& info : AllMetrics()) {
    names.push_back(info.name);
    EXPECT_EQ(info.make()->name(), info.name);
    EXPECT_FALSE(info.summary.empty());
    EXPECT_EQ(info.make()->higher_is_better(),
              info.summary.find("lower is better") == std::string::npos);
  }
  EXPECT_THAT(
      names, ElementsAre("accuracy", "back_translation", "bits_per_character", "bits_per_dimension",
                         "bits_per_sample", "bleu", "cer", "chrf", "codon_match", "codon_usage",
                         "duration_error", "exact_match", "flow_loss", "gc_distance", "label_f1",
                         "loudness_error", "mcd", "pair_f1", "pearson", "per", "psnr", "rmse",
                         "sequence_error", "ssim", "tag_accuracy", "token_f1", "wer"));
}

TEST(Metrics, UnknownNameListsTheKnown) {
  const auto metric = MakeMetric("blue");
  ASSERT_EQ(metric.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(metric.status().message()), HasSubstr("unknown metric 'blue'"));
  EXPECT_THAT(std::string(metric.status().message()), HasSubstr("token_f1, wer"));
}

TEST(Metrics, BadInputIsNamed) {
  const auto bleu = Make("bleu");
  EXPECT_THAT(std::string(Evaluate(*bleu, {{}, {}}, 1).status().message()),
              HasSubstr("no examples"));
  EXPECT_THAT(std::string(Evaluate(*bleu, {{"a", "b"}, {{"a"}}}, 1).status().message()),
              HasSubstr("2 predictions, but references of 1"));
  EXPECT_THAT(std::string(Evaluate(*bleu, {{"a", "b"}, {{"a"}, {}}}, 1).status().message()),
              HasSubstr("example 1 (from 0) has no reference"));
  EXPECT_THAT(
      std::string(PairedBootstrap(*bleu, {{"a"}, {{"a"}}}, {{"a"}, {{"b"}}}, 1).status().message()),
      HasSubstr("different references"));
}

TEST(Metrics, MatchesAnyReference) {
  EXPECT_EQ(One("exact_match", "b\n", {"a", " b"}), 100);
  EXPECT_EQ(One("accuracy", "B", {"a", "b"}), 0);
  EXPECT_EQ(One("sequence_error", "T AH0", {"T IY1", "T AH0"}), 0);
  EXPECT_EQ(One("sequence_error", "T AH", {"T IY1", "T AH0"}), 100);
  EXPECT_EQ(One("exact_match", "", {""}), 100);
}

TEST(Metrics, ErrorRatesTakeTheClosestReference) {
  // Two edits to either: the longer reference gives the smaller rate, wherever it stands.
  EXPECT_EQ(One("per", "a b", {"c d", "a b c d"}), 50);
  EXPECT_EQ(One("per", "a b", {"a b c d", "c d"}), 50);
  EXPECT_EQ(One("wer", "a b c", {"x y z q", "a b", "c"}), 50);
  EXPECT_EQ(One("wer", "a b c", {"a"}), 200);
  EXPECT_EQ(One("wer", "", {""}), 0);
  EXPECT_EQ(One("wer", "a b", {""}), 200);
  EXPECT_EQ(One("cer", "né", {"ne"}), 50);
  EXPECT_EQ(One("cer", " 猫が \n", {"猫が"}), 0);
  EXPECT_EQ(One("cer", "a\xff\xe7", {"a"}), 200);
}

TEST(Metrics, TokenF1) {
  EXPECT_DOUBLE_EQ(One("token_f1", "the cat the", {"a dog", "the cat sat down"}), 100 * 4.0 / 7);
  EXPECT_EQ(One("token_f1", "", {""}), 100);
  EXPECT_EQ(One("token_f1", "", {"a"}), 0);
}

// Whether a metric reads text; the others read lists of numbers and have a test of their own.
bool OfText(const MetricInfo& info) {
  return info.name != "pearson" && info.name != "rmse" &&
         info.judges == MetricInfo::Judges::kAnswer;
}

TEST(Metrics, IllFormedTextIsScoredToo) {
  const std::string bad = "\xff\xc3\xa9\xc3 \xed\xa0\x80 caf\xe9 a b c d";
  for (const MetricInfo& info : AllMetrics()) {
    if (IsOfCost(info.name)) continue;
    const auto metric = info.make();
    if (OfText(info)) {
      EXPECT_NEAR(metric->Score(metric->Statistics(bad, {bad})),
                  metric->higher_is_better() ? 100 : 0, 1e-9)
          << info.name;
    }
    EXPECT_TRUE(std::isfinite(metric->Score(metric->Statistics(bad, {"", "\xc3"})))) << info.name;
  }
}

TEST(Metrics, WhitespaceIsPythons) {
  EXPECT_THAT(SplitWords(" a\u00a0b\u3000\x1f\tc\u200bd "), ElementsAre("a", "b", "c\u200bd"));
  EXPECT_EQ(StripWhitespace("\u2003 a b\u0085\n"), "a b");
  EXPECT_EQ(StripWhitespace(" \n"), "");
  EXPECT_THAT(CodePoints("\xf0\x9f\x98\x80\x80"), ElementsAre(U'\U0001f600', 0x110080));
}

// The same texts with one of four letters for each byte.
MetricInput SpeltWith(const char* four, MetricInput input) {
  const auto spell = [four](std::string& text) {
    for (char& letter : text) letter = four[static_cast<unsigned char>(letter) % 4];
  };
  for (std::string& prediction : input.predictions) spell(prediction);
  for (auto& references : input.references) {
    for (std::string& reference : references) spell(reference);
  }
  return input;
}

TEST(Evaluate, SumsOfPartsScoreTheCorpus) {
  const MetricInput texts = Noisy(40, 0.2, "parts"), bases = SpeltWith("ACGT", texts),
                    pairs = SpeltWith("<>.-", texts);
  for (const MetricInfo& info : AllMetrics()) {
    if (!OfText(info)) continue;
    const bool of_bases = info.name == "codon_usage" || info.name == "gc_distance";
    const MetricInput& input = of_bases ? bases : info.name == "pair_f1" ? pairs : texts;
    const auto metric = info.make();
    std::vector<double> sum;
    for (size_t i = input.predictions.size(); i-- > 0;) {
      const auto part = metric->Statistics(input.predictions[i], input.references[i]);
      sum.resize(part.size());
      for (size_t j = 0; j < part.size(); ++j) sum[j] += part[j];
    }
    const auto value = Evaluate(*metric, input, 5);
    ASSERT_TRUE(value.ok()) << value.status();
    EXPECT_EQ(value->name, info.name);
    EXPECT_NEAR(value->value, metric->Score(sum), 1e-9) << info.name;
    EXPECT_LT(value->low, value->value) << info.name;
    EXPECT_GT(value->high, value->value) << info.name;
  }
}

TEST(Evaluate, IntervalIsAFunctionOfTheSeed) {
  const MetricInput input = Noisy(60, 0.2, "seed");
  const auto metric = Make("wer");
  const MetricValue a = *Evaluate(*metric, input, 1), b = *Evaluate(*metric, input, 1),
                    c = *Evaluate(*metric, input, 2);
  EXPECT_EQ(a.low, b.low);
  EXPECT_EQ(a.high, b.high);
  EXPECT_EQ(a.value, c.value);
  EXPECT_TRUE(a.low != c.low || a.high != c.high);
}

TEST(Evaluate, IntervalIsThatOfABinomial) {
  // 120 of 400 right: a standard error of 100 sqrt(0.3 0.7 / 400) = 2.29, so 30 +- 4.49.
  MetricInput input;
  for (int i = 0; i < 400; ++i) {
    input.predictions.push_back(i % 10 < 3 ? "yes" : "no");
    input.references.push_back({"yes"});
  }
  const MetricValue value = *Evaluate(*Make("accuracy"), input, 11);
  EXPECT_DOUBLE_EQ(value.value, 30);
  EXPECT_NEAR(value.low, 30 - 4.49, 0.8);
  EXPECT_NEAR(value.high, 30 + 4.49, 0.8);
}

TEST(Evaluate, IntervalsCoverTheTruthAsOftenAsTheySay) {
  // 200 corpora of 100 coins that show "yes" with probability 0.3; 95 % nominal, and four standard
  // errors of a count of 200 are 12.
  int covered = 0;
  const auto metric = Make("exact_match");
  for (uint64_t corpus = 0; corpus < 200; ++corpus) {
    Philox coins(RandomKey(17).With("coins").With(corpus));
    MetricInput input;
    for (int i = 0; i < 100; ++i) {
      input.predictions.push_back(coins.Uniform() < 0.3 ? "yes" : "no");
      input.references.push_back({"yes"});
    }
    const MetricValue value = *Evaluate(*metric, input, corpus);
    covered += value.low <= 30 && 30 <= value.high;
  }
  EXPECT_GE(covered, 178);
  EXPECT_LE(covered, 199);
}

TEST(PairedBootstrap, FindsARealDifferenceAndNoOther) {
  const MetricInput good = Noisy(200, 0.1, "good"), bad = Noisy(200, 0.3, "bad"),
                    like = Noisy(200, 0.1, "like good");
  const auto bleu = Make("bleu");
  const PairedComparison worse = *PairedBootstrap(*bleu, good, bad, 1);
  EXPECT_LT(worse.high, 0);
  EXPECT_LT(worse.low, worse.lead);
  EXPECT_LT(worse.lead, worse.high);
  EXPECT_NEAR(worse.p_value, 1.0 / 1001, 1e-12);
  EXPECT_NEAR(worse.lead, Evaluate(*bleu, bad, 1)->value - Evaluate(*bleu, good, 1)->value, 1e-9);
  // Where errors are counted, the one that makes fewer leads.
  const auto wer = Make("wer");
  const PairedComparison better = *PairedBootstrap(*wer, bad, good, 1);
  EXPECT_GT(better.low, 0);
  EXPECT_NEAR(better.lead, Evaluate(*wer, bad, 1)->value - Evaluate(*wer, good, 1)->value, 1e-9);
  const PairedComparison alike = *PairedBootstrap(*bleu, good, like, 1);
  EXPECT_LT(alike.low, 0);
  EXPECT_GT(alike.high, 0);
  EXPECT_GT(alike.p_value, 0.05);
  const PairedComparison same = *PairedBootstrap(*bleu, good, good, 1);
  EXPECT_EQ(same.lead, 0);
  EXPECT_EQ(same.low, 0);
  EXPECT_EQ(same.high, 0);
  EXPECT_EQ(same.p_value, 1);
}

TEST(Codons, MatchAtTheirPlace) {
  EXPECT_EQ(One("codon_match", "AUGGCC", {"AUGGCC"}), 100);
  EXPECT_EQ(One("codon_match", "AUGGCA", {"AUGGCC"}), 50);
  EXPECT_EQ(One("codon_match", "AUG", {"AUGGCC"}), 50);
  EXPECT_EQ(One("codon_match", "AUGGCCAAA", {"AUGGCC"}), 100.0 * 2 / 3);
  EXPECT_EQ(One("codon_match", "AUGGC", {"AUGGCC"}), 50);  // the last codon is incomplete
  EXPECT_EQ(One("codon_match", "", {""}), 100);
  EXPECT_EQ(One("codon_match", "", {"AUG"}), 0);
  EXPECT_EQ(One("codon_match", "AUGGCA", {"AUGGCC", "AUGGCA"}), 100);
  // Of a corpus: codons, not sequences.
  const auto metric = Make("codon_match");
  const auto a = metric->Statistics("AUG", {"AUG"}),
             b = metric->Statistics("CCCCCCCCC", {"AAACCCAAA"});
  EXPECT_EQ(metric->Score(std::vector<double>{a[0] + b[0], a[1] + b[1]}), 50);
}

TEST(Codons, SayTheProtein) {
  EXPECT_EQ(One("back_translation", "AUGGCA", {"AUGGCC"}), 100);  // both are MA
  EXPECT_EQ(One("back_translation", "GUGGCA", {"AUGGCC"}), 100);  // begins with the other start
  // Some files spell the residue of a start codon literally: UUG is M or L, UUA is L.
  EXPECT_EQ(One("back_translation", "UUAGCA", {"UUGGCC"}), 100);
  EXPECT_EQ(One("back_translation", "UUAGCA", {"AUGGCC"}), 0);
  EXPECT_EQ(One("back_translation", "AUGGAA", {"AUGGCC"}), 0);
  EXPECT_EQ(One("back_translation", "AUG", {"AUGGCC"}), 0);
  EXPECT_EQ(One("back_translation", "AUGGAA", {"AUGGCC", "ATGGAG"}), 100);
  EXPECT_EQ(One("back_translation", "AUGNNN", {"AUGGCC"}), 0);
}

TEST(Codons, UsageIsOfAllTogether) {
  EXPECT_EQ(One("codon_usage", "AUGGCC", {"GCCATG"}), 100);  // wherever they stand; U is T
  EXPECT_EQ(One("codon_usage", "AUGAUG", {"AUGGCC"}), 50);
  EXPECT_EQ(One("codon_usage", "AUGAUGAUGGCC", {"AUGGCC"}), 75);
  EXPECT_EQ(One("codon_usage", "AUGAN", {"AUGNA"}), 100);  // other triplets are alike
  EXPECT_EQ(One("codon_usage", "", {""}), 100);
  EXPECT_EQ(One("codon_usage", "", {"AUG"}), 0);
  const auto metric = Make("codon_usage");
  std::vector<double> sum = metric->Statistics("AUG", {"GCC"});
  const std::vector<double> other = metric->Statistics("GCC", {"AUG"});
  EXPECT_EQ(metric->Score(sum), 0);
  for (size_t i = 0; i < sum.size(); ++i) sum[i] += other[i];
  EXPECT_EQ(metric->Score(sum), 100);
}

TEST(Codons, GcIsOfEachExample) {
  EXPECT_EQ(One("gc_distance", "GGCC", {"GCGC"}), 0);
  EXPECT_EQ(One("gc_distance", "GGCC", {"AUUA"}), 100);
  EXPECT_EQ(One("gc_distance", "GGAA", {"GGGA"}), 25);
  EXPECT_EQ(One("gc_distance", "GGAA", {"GGGG", "GAAA", "GGCA"}), 25);  // the nearest
  EXPECT_EQ(One("gc_distance", "", {"GC"}), 100);
}

TEST(BasePairs, AreThoseOfNestedBrackets) {
  using Pairs = std::set<std::pair<int64_t, int64_t>>;
  EXPECT_EQ(BasePairs("<<.>>"), (Pairs{{0, 4}, {1, 3}}));
  EXPECT_EQ(BasePairs("([)]"), (Pairs{{0, 2}, {1, 3}}));  // a pseudoknot: each kind by itself
  EXPECT_EQ(BasePairs("{.}><.<>"), (Pairs{{0, 2}, {6, 7}}));
  EXPECT_TRUE(BasePairs("").empty());
}

TEST(BasePairs, F1IsOfAllPairsTogether) {
  EXPECT_EQ(One("pair_f1", "<<.>>", {"<<.>>"}), 100);
  EXPECT_EQ(One("pair_f1", ".....", {"<<.>>"}), 0);
  EXPECT_EQ(One("pair_f1", "...", {"..."}), 100);
  EXPECT_DOUBLE_EQ(One("pair_f1", "<...>", {"<<.>>"}), 100 * 2.0 / 3);
  EXPECT_EQ(One("pair_f1", "<...>", {"<<.>>", "<...>"}), 100);  // the best one
  const MetricInput input = {{"<...>", "<>"}, {{"<<.>>"}, {"<>"}}};
  EXPECT_DOUBLE_EQ(Evaluate(*Make("pair_f1"), input, 1)->value, 100 * 2 * 2.0 / (3 + 2));
}

TEST(Cost, BitsOfTheCorpusByItsCharacters) {
  const auto metric = Make("bits_per_character");
  EXPECT_TRUE(IsOfCost("bits_per_character"));
  EXPECT_FALSE(IsOfCost("bleu"));
  EXPECT_FALSE(IsOfCost("nothing"));
  EXPECT_THAT(metric->Statistics(CostText(12.5, 5), {"caf\u00e9"}), ElementsAre(12.5, 4));
  EXPECT_DOUBLE_EQ(One("bits_per_character", CostText(12.5, 6), {"caf\u00e9\n"}), 2.5);
  EXPECT_EQ(One("bits_per_character", CostText(3, 0), {""}), 0);
  const MetricInput input = {{CostText(10, 20), CostText(2, 4)}, {{"1234567890"}, {"ab"}}};
  EXPECT_DOUBLE_EQ(Evaluate(*metric, input, 1)->value, 1.0);
  // By raw units, whatever the reference is.
  EXPECT_TRUE(IsOfCost("bits_per_dimension"));
  EXPECT_DOUBLE_EQ(Evaluate(*Make("bits_per_dimension"), input, 1)->value, 0.5);
  EXPECT_EQ(One("bits_per_dimension", CostText(3, 0), {""}), 0);
}

TEST(Numbers, RootMeanSquareErrorAndCorrelation) {
  EXPECT_DOUBLE_EQ(One("rmse", "1 2 3", {"1 4 nan"}), std::sqrt(2.0));
  EXPECT_DOUBLE_EQ(One("rmse", "1", {"1 4"}), std::sqrt(8.0));  // the second is lacking
  EXPECT_DOUBLE_EQ(One("rmse", "1 9", {"1"}), 0);
  EXPECT_DOUBLE_EQ(One("rmse", "1 2", {"9 9", "1 3"}), std::sqrt(0.5));
  EXPECT_DOUBLE_EQ(One("rmse", "none", {"3"}), 3);
  const auto rmse = Make("rmse");
  const auto first = rmse->Statistics("1", {"2"}), second = rmse->Statistics("1 1", {"1 4"});
  EXPECT_DOUBLE_EQ(rmse->Score(std::vector<double>{first[0] + second[0], first[1] + second[1]}),
                   std::sqrt(10.0 / 3));
  EXPECT_GT(One("rmse", "1700000999", {"1700000123"}), 875);
  // numpy.corrcoef([1, 2, 3, 5], [2, 1, 4, 9])[0, 1]
  EXPECT_NEAR(One("pearson", "1 2 3 5", {"2 1 4 9"}), 0.932294, 1e-5);
  EXPECT_NEAR(One("pearson", "1 2 3", {"-2 -4 -6"}), -1, 1e-12);
  EXPECT_EQ(One("pearson", "4 4 4", {"1 2 3"}), 0);
  // Of a corpus: all numbers together.
  const auto metric = Make("pearson");
  const auto a = metric->Statistics("1 2", {"2 1"}), b = metric->Statistics("3 5", {"4 9"});
  std::vector<double> sum(a.size());
  for (size_t i = 0; i < sum.size(); ++i) sum[i] = a[i] + b[i];
  EXPECT_NEAR(metric->Score(sum), 0.932294, 1e-5);
}

TEST(Labels, SetsAndTags) {
  const auto f1 = *MakeMetric("label_f1"), tags = *MakeMetric("tag_accuracy");
  const auto of = [](const Metric& metric, const std::string& said,
                     const std::vector<std::string>& wanted) {
    return metric.Score(metric.Statistics(said, wanted));
  };
  EXPECT_EQ(of(*f1, "b; a", {"a, b"}), 100);
  EXPECT_EQ(of(*f1, "", {""}), 100);
  EXPECT_EQ(of(*f1, "a", {""}), 0);
  EXPECT_DOUBLE_EQ(of(*f1, "a, c, d", {"a, b"}), 100 * 2.0 / 5);
  EXPECT_EQ(of(*f1, "c", {"a", "c"}), 100);
  // Over all labels of both examples, not the mean of the examples.
  std::vector<double> sum = f1->Statistics("a, c, d", {"a, b"});
  const std::vector<double> other = f1->Statistics("x", {"x"});
  for (size_t i = 0; i < sum.size(); ++i) sum[i] += other[i];
  EXPECT_DOUBLE_EQ(f1->Score(sum), 100 * 4.0 / 7);
  EXPECT_EQ(of(*tags, "N V N", {"N V V"}), 100 * 2.0 / 3);
  EXPECT_EQ(of(*tags, "N V", {"N V V"}), 100 * 2.0 / 3);
  EXPECT_EQ(of(*tags, "N V V V", {"N V V"}), 75);
  EXPECT_EQ(of(*tags, "((.", {"(.."}), 100 * 2.0 / 3);
  EXPECT_EQ(of(*tags, "", {""}), 100);
}

}  // namespace
}  // namespace t2t
