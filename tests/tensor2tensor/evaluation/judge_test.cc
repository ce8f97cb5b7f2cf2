// What a judge says of sets of values: features, their distance, and retrieval.
#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "absl/strings/str_cat.h"
#include "random/philox.h"
#include "tensor2tensor/evaluation/frechet_distance.h"
#include "tensor2tensor/evaluation/judge_features.h"
#include "tensor2tensor/evaluation/retrieval.h"
#include "tests/tensor2tensor/models/model_kit.h"

namespace t2t {
namespace {

using ::testing::HasSubstr;

TEST(FrechetDistance, EqualsANumpyProgram) {
  // d = a.mean(0) - b.mean(0); d @ d + trace(A + B - 2 scipy.linalg.sqrtm(A @ B)), A = numpy.cov(a.T): NumPy 2.4.6, SciPy 1.17.1.
  const at::Tensor i = at::arange(24, at::kDouble).view({8, 3});
  const at::Tensor a = at::fmod(i * 37, 11), b = at::fmod(i * i * 5 + 3, 13).narrow(0, 0, 6);
  EXPECT_NEAR(FrechetDistance(a, b), 30.9682350129661, 1e-9);
  EXPECT_NEAR(FrechetDistance(b, a), 30.9682350129661, 1e-9);
}

TEST(FrechetDistance, OfOneNumberIsThatOfMeansAndDeviations) {
  const at::Tensor a = at::tensor({1.0, 3.0, 8.0}).view({3, 1});
  EXPECT_NEAR(FrechetDistance(a, a), 0, 1e-9);
  EXPECT_NEAR(FrechetDistance(a, a + 2), 4, 1e-9);
  const double deviation = a.std().item<double>();
  EXPECT_NEAR(FrechetDistance(a, a * 3), 64 + 4 * deviation * deviation, 1e-9);  // mean 4
  // Fewer rows than numbers: no full rank.
  EXPECT_NEAR(FrechetDistance(at::eye(3, at::kDouble), at::eye(3, at::kDouble)), 0, 1e-9);
}

std::vector<Example> Texts(int64_t count) {
  Philox random(RandomKey(5).With("judge"));
  std::vector<Example> examples(static_cast<size_t>(count));
  for (size_t i = 0; i < examples.size(); ++i) {
    examples[i].key = absl::StrCat("key-", i);
    for (const char* port : {"text", "copied"}) {
      std::string text;
      for (uint64_t n = random.Below(6); n > 0; --n)
        text += static_cast<char>('a' + random.Below(26));
      examples[i].ports[port] = text;
    }
  }
  return examples;
}

// The examples with these values in the port that is judged.
std::vector<Example> Holding(std::vector<Example> examples, const std::vector<Value>& values) {
  for (size_t i = 0; i < examples.size(); ++i) examples[i].ports["text"] = values[i];
  return examples;
}

TEST(JudgeFeatures, AreOfTheExampleAlone) {
  for (const char* layout : {"encoder_decoder", "decoder_only"}) {
    const ModelKit kit = MakeKit({"copy"}, absl::StrCat("{layout: ", layout, "}"));
    const JudgePorts ports = {&kit.task("copy"), "text", "copied"};
    const std::vector<Example> examples = Texts(7);
    const auto together = JudgeFeatures(*kit.model, ports, examples, {});
    ASSERT_TRUE(together.ok()) << together.status();
    ASSERT_EQ(together->sizes(), (std::vector<int64_t>{7, 16}));
    for (size_t i = 0; i < examples.size(); ++i) {
      const auto alone = JudgeFeatures(*kit.model, ports, {examples[i]}, {});
      EXPECT_LT(((*alone)[0] - (*together)[static_cast<int64_t>(i)]).abs().max().item<double>(),
                1e-5);
    }
    EXPECT_GT(((*together)[0] - (*together)[1]).abs().max().item<double>(), 1e-3);
  }
}

// The rank is that by the loss of training, candidate by candidate.
TEST(Retrieve, RanksByTheLossOfTheAnswer) {
  const ModelKit kit = MakeKit({"copy"}, "{}");
  const JudgePorts ports = {&kit.task("copy"), "text", "copied"};
  std::vector<Example> examples = Texts(9);
  examples[8].ports["copied"] = examples[2].ports["copied"];  // no candidates of each other
  std::vector<Value> made;
  for (size_t i = 0; i < examples.size(); ++i)
    made.push_back(absl::StrCat("m", examples[(i * 5) % 9].ports["text"].bytes()));
  made[3] = made[4];  // an equal price
  RetrievalOptions options;
  options.batching.tokens_per_batch = 40;  // several batches
  const auto retrieval = Retrieve(*kit.model, ports, Holding(examples, made), options);
  ASSERT_TRUE(retrieval.ok()) << retrieval.status();
  double chance = 0;
  for (size_t i = 0; i < examples.size(); ++i) {
    const auto price = [&](size_t j) {
      Example pair = examples[i];
      pair.ports["text"] = made[j];
      return kit.Loss(kit.MakeBatch("copy", {*EncodePorts(kit.task("copy"), pair, true, 0)}));
    };
    double rank = 1, candidates = 1;
    for (size_t j = 0; j < examples.size(); ++j) {
      if (j == i || (std::min(i, j) == 2 && std::max(i, j) == 8)) continue;
      ++candidates;
      const bool equal = made[j].bytes() == made[i].bytes();
      rank += equal ? 0.5 : price(j) < price(i) ? 1 : 0;
    }
    EXPECT_EQ(retrieval->ranks[i], rank) << i;
    chance += (1 + candidates) / 2 / 9;
  }
  EXPECT_NEAR(retrieval->by_chance, chance, 1e-9);
  // Of fewer candidates the rank is no larger, and the draw is one of the seed.
  options.candidates = 4;
  const auto fewer = Retrieve(*kit.model, ports, Holding(examples, made), options);
  ASSERT_TRUE(fewer.ok());
  EXPECT_NEAR(fewer->by_chance, 2.5, 1e-9);
  for (size_t i = 0; i < examples.size(); ++i) EXPECT_LE(fewer->ranks[i], retrieval->ranks[i]);
  EXPECT_EQ(fewer->ranks, Retrieve(*kit.model, ports, Holding(examples, made), options)->ranks);
}

// Where what was made for an example is too short to say its answer, whatever can say it is cheaper: not half of it.
TEST(Retrieve, WhatIsImpossibleRanksBehindAllThatIsPossible) {
  const ModelKit kit = MakeKit({"tag", "sort"}, "{}", "{tag: {tags: {scheme: ctc}}}");
  std::vector<Example> examples(4);
  std::vector<Value> made;
  for (size_t i = 0; i < examples.size(); ++i) {
    examples[i].key = absl::StrCat("key-", i);
    examples[i].ports["picture"] = std::vector<float>(10);
    examples[i].ports["text"] = "abcdef";
    examples[i].ports["tags"] = std::string{"pqrs"[i], 'x', 'y'};
    made.push_back(i == 0 ? Value("a") : Value(absl::StrCat("longer", i)));
  }
  const auto retrieval =
      Retrieve(*kit.model, {&kit.task("tag"), "text", "tags"}, Holding(examples, made), {});
  ASSERT_TRUE(retrieval.ok()) << retrieval.status();
  EXPECT_EQ(retrieval->ranks[0], 4);
  for (size_t i = 1; i < 4; ++i) EXPECT_LE(retrieval->ranks[i], 3);
}

TEST(Retrieve, LeavesOutWhatTheJudgeCannotSee) {
  const ModelKit kit = MakeKit({"copy"}, "{}");
  const JudgePorts ports = {&kit.task("copy"), "text", "copied"};
  std::vector<Example> examples = Texts(6);
  std::vector<Value> made;
  for (const Example& example : examples) made.push_back(example.ports.at("text"));
  examples[1].ports.erase("copied");
  made[4] = std::string(50, 'a');
  RetrievalOptions options;
  options.batching.max_length = 40;
  const auto retrieval = Retrieve(*kit.model, ports, Holding(examples, made), options);
  ASSERT_TRUE(retrieval.ok()) << retrieval.status();
  EXPECT_EQ(retrieval->left_out, 2);
  EXPECT_EQ(retrieval->ranks.size(), 4u);
  EXPECT_NEAR(retrieval->candidates, 4, 1e-9);
  const auto features = JudgeFeatures(*kit.model, ports, Holding(examples, made), options.batching);
  ASSERT_TRUE(features.ok()) << features.status();
  EXPECT_EQ(features->sizes(), (std::vector<int64_t>{5, 16}));
  const auto none = JudgeFeatures(*kit.model, ports, {}, options.batching);
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_EQ(none->size(0), 0);
}

TEST(Retrieve, RefusesWhatCannotBeToldApart) {
  const ModelKit kit = MakeKit({"copy", "film"}, "{}");
  std::vector<Example> examples = Texts(3);
  std::vector<Value> made;
  for (Example& example : examples) {
    example.ports["copied"] = "same";
    example.ports["filmed"] = std::vector<float>(10);
    made.push_back(example.ports["text"]);
  }
  EXPECT_THAT(std::string(Retrieve(*kit.model, {&kit.task("copy"), "text", "copied"},
                                   Holding(examples, made), {})
                              .status()
                              .message()),
              HasSubstr("of 3 examples the judge can see 3, and no two have another copied"));
  EXPECT_THAT(std::string(Retrieve(*kit.model, {&kit.task("film"), "text", "filmed"},
                                   Holding(examples, made), {})
                              .status()
                              .message()),
              HasSubstr("film.filmed is"));
}

}  // namespace
}  // namespace t2t
