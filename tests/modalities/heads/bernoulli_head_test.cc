#include "modalities/heads/bernoulli_head.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/modalities/finite_differences.h"
#include "tests/modalities/sizes_codec.h"

namespace t2t {
namespace {

TEST(BernoulliHead, IsTheProbabilityOfTheSet) {
  BernoulliHead head(3, 4);
  head.to(at::kDouble);
  at::Tensor hidden = at::arange(8, at::kDouble).view({2, 4}).sin();
  const at::Tensor targets = at::tensor({1.0, 0.0, 0.0, 1.0, 1.0, 0.0}, at::kDouble).view({2, 3});
  const at::Tensor yes = head.Frames(hidden, {});
  const auto cost = [&](double off) {  // of targets drawn toward 1/2
    double sum = 0;
    for (int64_t row = 0; row < 2; ++row) {
      for (int64_t i = 0; i < 3; ++i) {
        const double p = yes[row][i].item<double>();
        const double wanted = targets[row][i].item<double>() * (1 - off) + off / 2;
        sum -= wanted * std::log(p) + (1 - wanted) * std::log(1 - p);
      }
    }
    return sum;
  };
  EXPECT_NEAR(head.Loss(hidden, targets, 0, {}).loss.item<double>(), cost(0), 1e-9);
  EXPECT_NEAR(head.Loss(hidden, targets, 0.2, {}).loss.item<double>(), cost(0.2), 1e-9);
  EXPECT_NEAR(head.Loss(hidden, targets, 0.2, {}).plain.item<double>(), cost(0), 1e-9);
  EXPECT_EQ(head.measure(), Head::Measure::kLikelihood);
  hidden.requires_grad_();
  std::vector<at::Tensor> tensors = head.parameters();
  tensors.push_back(hidden);
  ExpectGradients([&] { return head.Loss(hidden, targets, 0.1, {}).loss; }, tensors);
}

TEST(BernoulliHead, NeedsFrames) {
  HeadOptions options;
  options.width = 4;
  EXPECT_TRUE(MakeBernoulliHead(SizesCodec(0, 3, {}), options).ok());
  EXPECT_FALSE(MakeBernoulliHead(SizesCodec(9, 0, {}), options).ok());
}

}  // namespace
}  // namespace t2t
