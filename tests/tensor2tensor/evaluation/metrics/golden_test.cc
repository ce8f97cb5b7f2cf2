// Values of sacreBLEU and jiwer (tests/data/metrics/make_golden.py), to 1e-9.
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tensor2tensor/evaluation/metrics/bleu.h"
#include "tensor2tensor/evaluation/metrics/metric.h"

namespace t2t {
namespace {

nlohmann::json Golden() {
  std::ifstream file(T2T_TEST_DATA "/metrics/golden.json");
  return nlohmann::json::parse(file);
}

std::unique_ptr<Metric> MakeNamed(const std::string& name) { return MakeMetric(name).value(); }

TEST(Golden, SegmentsEqualSacrebleuAndJiwer) {
  const nlohmann::json golden = Golden();
  ASSERT_GE(golden["segments"].size(), 60u);
  int compared = 0;
  for (const auto& segment : golden["segments"]) {
    const auto text = segment["text"].get<std::vector<std::string>>();
    const std::vector<std::string> references(text.begin() + 1, text.end());
    for (const std::string name : {"bleu", "chrf"}) {
      const auto metric = MakeNamed(name);
      EXPECT_NEAR(metric->Score(metric->Statistics(text[0], references)),
                  segment[name].get<double>(), 1e-9)
          << name << " of " << segment["text"];
      ++compared;
    }
    if (!segment.contains("wer")) continue;
    for (const std::string name : {"wer", "per", "cer"}) {
      const auto metric = MakeNamed(name);
      EXPECT_NEAR(metric->Score(metric->Statistics(text[0], {text[1]})),
                  segment[name == "per" ? "wer" : name].get<double>(), 1e-9)
          << name << " of " << segment["text"];
      ++compared;
    }
  }
  EXPECT_GE(compared, 270);
}

TEST(Golden, CorporaEqualSacrebleu) {
  const nlohmann::json golden = Golden();
  ASSERT_EQ(golden["corpora"].size(), 8u);
  for (const auto& corpus : golden["corpora"]) {
    MetricInput input;
    for (size_t i = corpus["first"]; i < corpus["last"]; i += corpus["step"].get<size_t>()) {
      const auto text = golden["segments"][i]["text"].get<std::vector<std::string>>();
      input.predictions.push_back(text[0]);
      input.references.emplace_back(text.begin() + 1, text.end());
    }
    for (const std::string name : {"bleu", "chrf"}) {
      const auto value = Evaluate(*MakeNamed(name), input, 1);
      ASSERT_TRUE(value.ok()) << value.status();
      EXPECT_NEAR(value->value, corpus[name].get<double>(), 1e-9) << name << " of " << corpus;
    }
  }
}

TEST(Golden, Tokenizer13aOfSacrebleuItself) {
  EXPECT_EQ(Tokenize13a("Hello, world!"), "Hello , world !");
  EXPECT_EQ(Tokenize13a("$1,234.56 in 2019-2020..."), "$ 1,234.56 in 2019 - 2020 . . .");
  EXPECT_EQ(Tokenize13a("state-of-the-art isn't"), "state-of-the-art isn't");
  EXPECT_EQ(Tokenize13a("&amp;lt; a-\nb"), "< ab");
  EXPECT_EQ(Tokenize13a(" \n "), "");
}

}  // namespace
}  // namespace t2t
