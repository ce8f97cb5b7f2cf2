#include "modalities/heads/categorical_head.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "modalities/heads/register_heads.h"
#include "tests/modalities/finite_differences.h"
#include "tests/modalities/sizes_codec.h"
#include "tests/tensor2tensor/layers/expect_close.h"

namespace t2t {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int64_t kWidth = 6, kRows = 5;

// Ids; four numbers a frame where there are none.
SizesCodec OfSize(int64_t vocabulary_size) {
  return SizesCodec(vocabulary_size, vocabulary_size > 0 ? 0 : 4, {});
}

struct Case {
  int64_t vocabulary, extra;
  bool tied;  // to a table of one row more than the vocabulary
};

class CategoricalHeadTest : public ::testing::TestWithParam<Case> {
 protected:
  CategoricalHeadTest() {
    at::manual_seed(1);
    classes_ = GetParam().vocabulary + GetParam().extra;
    HeadOptions options;
    options.width = kWidth;
    options.extra_classes = GetParam().extra;
    if (GetParam().tied) {
      table_ = at::randn({GetParam().vocabulary + 1, kWidth}).requires_grad_();
      options.table = table_;
    }
    head_ = *MakeCategoricalHead(OfSize(GetParam().vocabulary), options);
    const auto parameters = head_->named_parameters();
    bias_ = parameters["bias"];
    if (!GetParam().tied) table_ = parameters["weight"];
    const at::NoGradGuard no_grad;
    bias_.normal_();  // begins at zero, which would hide mistakes
    hidden_ = at::randn({kRows, kWidth});
    targets_ = at::randint(classes_, {kRows}, at::kLong);
  }

  // log softmax(W h + b) of one row, in plain loops.
  std::vector<double> LogProbabilities(int64_t row) const {
    std::vector<double> logits;
    double sum = 0;
    for (int64_t c = 0; c < classes_; ++c) {
      double logit = bias_[c].item<double>();
      for (int64_t i = 0; i < kWidth; ++i)
        logit += table_[c][i].item<double>() * hidden_[row][i].item<double>();
      logits.push_back(logit);
      sum += std::exp(logit);
    }
    for (double& logit : logits) logit -= std::log(sum);
    return logits;
  }

  int64_t classes_;
  at::Tensor table_, bias_, hidden_, targets_;
  std::shared_ptr<Head> head_;
};

INSTANTIATE_TEST_SUITE_P(All, CategoricalHeadTest,
                         ::testing::Values(Case{7, 0, false}, Case{7, 1, false}, Case{7, 1, true},
                                           Case{7, 0, true}, Case{1, 0, false}, Case{1, 1, true}));

TEST_P(CategoricalHeadTest, LogProbabilitiesAreTheSoftmax) {
  const at::Tensor actual = head_->LogProbabilities(hidden_);
  ASSERT_EQ(actual.sizes(), (std::vector<int64_t>{kRows, classes_}));
  for (int64_t row = 0; row < kRows; ++row) {
    const std::vector<double> expected = LogProbabilities(row);
    double sum = 0;
    for (int64_t c = 0; c < classes_; ++c) {
      EXPECT_NEAR(actual[row][c].item<double>(), expected[static_cast<size_t>(c)], 1e-5);
      sum += std::exp(actual[row][c].item<double>());
    }
    EXPECT_NEAR(sum, 1.0, 1e-5);
  }
}

TEST_P(CategoricalHeadTest, TheLossIsTheCrossEntropyOfSmoothedTargets) {
  for (double smoothing : {0.0, 0.1, 0.5}) {
    double loss = 0, plain = 0;
    for (int64_t row = 0; row < kRows; ++row) {
      const std::vector<double> log_probabilities = LogProbabilities(row);
      const auto target = static_cast<size_t>(targets_[row].item<int64_t>());
      for (size_t c = 0; c < log_probabilities.size(); ++c) {
        const double wanted =
            (c == target ? 1.0 - smoothing : 0.0) + smoothing / static_cast<double>(classes_);
        loss -= wanted * log_probabilities[c];
      }
      plain -= log_probabilities[target];
    }
    const Head::Sum sum = head_->Loss(hidden_, targets_, smoothing, {});
    EXPECT_NEAR(sum.loss.item<double>(), loss, 1e-4) << smoothing;
    EXPECT_NEAR(sum.plain.item<double>(), plain, 1e-4) << smoothing;
    EXPECT_TRUE(sum.loss.requires_grad());
    EXPECT_FALSE(sum.plain.requires_grad());
    const at::Tensor logits = at::linear(hidden_, table_.narrow(0, 0, classes_), bias_);
    ExpectClose(sum.loss,
                at::cross_entropy_loss(logits, targets_, {}, at::Reduction::Sum, -100, smoothing),
                1e-4);
  }
}

// In double; but the logits are rounded to float, so that the step is wide.
TEST_P(CategoricalHeadTest, FiniteDifferences) {
  if (classes_ == 1) return;  // nothing to decide: constant
  const Case& c = GetParam();
  at::manual_seed(2);
  HeadOptions options;
  options.width = kWidth;
  options.extra_classes = c.extra;
  const at::Tensor table =
      (at::randn({c.vocabulary + 1, kWidth}, at::kDouble) * 0.5).requires_grad_();
  if (c.tied) options.table = table;
  const auto head = *MakeCategoricalHead(OfSize(c.vocabulary), options);
  head->to(at::kDouble);
  std::vector<at::Tensor> leaves = head->parameters();
  if (c.tied) leaves.push_back(table);
  leaves.push_back(at::randn({kRows, kWidth}, at::kDouble).requires_grad_());
  ExpectGradients([&] { return head->Loss(leaves.back(), targets_, 0.1, {}).loss; }, leaves,
                  {.step = 1e-2, .tolerance = 2e-3, .elements = 100});
}

TEST_P(CategoricalHeadTest, OnlyWhatIsTheHeadsOwnIsItsParameter) {
  std::set<std::string> names;
  for (const auto& parameter : head_->named_parameters()) names.insert(parameter.key());
  if (GetParam().tied) {
    EXPECT_THAT(names, ElementsAre("bias"));
  } else {
    EXPECT_THAT(names, ElementsAre("bias", "weight"));
    EXPECT_EQ(table_.sizes(), (std::vector<int64_t>{classes_, kWidth}));
  }
  EXPECT_EQ(bias_.sizes(), std::vector<int64_t>{classes_});
}

TEST_P(CategoricalHeadTest, IsALikelihood) {
  EXPECT_EQ(head_->measure(), Head::Measure::kLikelihood);
}

// A tied table has a row for the stop unit; a head without it leaves that row alone.
TEST(CategoricalHead, LearnsIntoTheSharedTable) {
  at::manual_seed(3);
  HeadOptions options;
  options.width = kWidth;
  options.table = at::randn({8, kWidth}).requires_grad_();
  const auto head = *MakeCategoricalHead(OfSize(7), options);
  head->Loss(at::randn({kRows, kWidth}), at::randint(7, {kRows}, at::kLong), 0.1, {})
      .loss.backward();
  const at::Tensor gradient = options.table.grad();
  ASSERT_TRUE(gradient.defined());
  for (int64_t row = 0; row < 7; ++row)
    EXPECT_GT(gradient[row].abs().sum().item<double>(), 0) << row;
  EXPECT_EQ(gradient[7].abs().sum().item<double>(), 0);
}

TEST(CategoricalHead, BeginsWithLogitsOfUnitVariance) {
  at::manual_seed(4);
  HeadOptions options;
  options.width = 256;
  const auto head = *MakeCategoricalHead(OfSize(500), options);
  const auto parameters = head->named_parameters();
  EXPECT_NEAR(at::linear(at::randn({64, 256}), parameters["weight"]).std().item<double>(), 1, 0.05);
  EXPECT_EQ(parameters["bias"].abs().sum().item<double>(), 0);
}

TEST(CategoricalHead, RefusesACodecOfFrames) {
  HeadOptions options;
  options.width = kWidth;
  const auto head = MakeCategoricalHead(OfSize(0), options);
  ASSERT_EQ(head.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(head.status().message()),
              HasSubstr("the codec of this test gives frames"));
}

TEST(RegisterHeads, HasTheCategoricalOne) {
  Registry<HeadFactory> registry("head");
  ASSERT_TRUE(RegisterHeads(registry).ok());
  EXPECT_THAT(registry.Names(), Contains("categorical"));
  EXPECT_EQ(RegisterHeads(registry).code(), absl::StatusCode::kAlreadyExists);
}

}  // namespace
}  // namespace t2t
