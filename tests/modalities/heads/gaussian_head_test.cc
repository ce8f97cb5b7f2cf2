#include "modalities/heads/gaussian_head.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/modalities/finite_differences.h"
#include "tests/modalities/sizes_codec.h"

namespace t2t {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kNumbers = 3, kHidden = 5, kFrames = 4;

at::Tensor Targets() {
  at::Tensor targets = at::zeros({kFrames, 2 * kNumbers}, at::kDouble);
  targets.narrow(1, 0, kNumbers).copy_(at::arange(12, at::kDouble).view({4, 3}).cos());
  targets[1][kNumbers + 2] = 1;  // missing
  targets[3][kNumbers] = 1;
  return targets;
}

TEST(GaussianHead, IsTheDensityOfTheNumbersThatAreThere) {
  GaussianHead head(kNumbers, kHidden);
  head.to(at::kDouble);
  const at::Tensor hidden =
      at::arange(kFrames * kHidden, at::kDouble).view({kFrames, kHidden}).sin();
  const at::Tensor targets = Targets();
  const at::Tensor decided = at::linear(hidden, head.named_parameters()["projection.weight"],
                                        head.named_parameters()["projection.bias"]);
  double expected = 0;
  for (int64_t row = 0; row < kFrames; ++row) {
    for (int64_t i = 0; i < kNumbers; ++i) {
      if (targets[row][kNumbers + i].item<double>() == 1) continue;
      const double mean = decided[row][i].item<double>();
      const double variance = std::exp(decided[row][kNumbers + i].item<double>());
      const double number = targets[row][i].item<double>();
      expected -= std::log(std::exp(-(number - mean) * (number - mean) / (2 * variance)) /
                           std::sqrt(2 * M_PI * variance));
    }
  }
  const Head::Sum sum = head.Loss(hidden, targets, 0.1, {});
  EXPECT_NEAR(sum.loss.item<double>(), expected, 1e-9);
  EXPECT_NEAR(sum.plain.item<double>(), expected, 1e-9);
  EXPECT_FALSE(sum.plain.requires_grad());
  EXPECT_EQ(head.measure(), Head::Measure::kScore);
  const at::Tensor frames = head.Frames(hidden, {});
  EXPECT_TRUE(at::equal(frames.narrow(1, 0, kNumbers), decided.narrow(1, 0, kNumbers)));
  EXPECT_EQ(frames.narrow(1, kNumbers, kNumbers).abs().sum().item<double>(), 0);
  EXPECT_FALSE(head.LogProbabilities(hidden).defined());
}

TEST(GaussianHead, GradientsMatchFiniteDifferences) {
  GaussianHead head(kNumbers, kHidden);
  head.to(at::kDouble);
  at::Tensor hidden = at::arange(kFrames * kHidden, at::kDouble).view({kFrames, kHidden}).sin();
  hidden.requires_grad_();
  std::vector<at::Tensor> tensors = head.parameters();
  tensors.push_back(hidden);
  ExpectGradients([&] { return head.Loss(hidden, Targets(), 0, {}).loss; }, tensors);
}

// A missing number teaches nothing.
TEST(GaussianHead, MissingNumbersHaveNoGradient) {
  GaussianHead head(1, kHidden);
  const at::Tensor hidden = at::ones({1, kHidden});
  head.Loss(hidden, at::tensor({7.0f, 1.0f}).view({1, 2}), 0, {}).loss.backward();
  for (const at::Tensor& parameter : head.parameters()) {
    EXPECT_EQ(parameter.grad().abs().sum().item<double>(), 0);
  }
}

TEST(GaussianHead, NeedsFramesOfNumbersAndMarks) {
  HeadOptions options;
  options.width = kHidden;
  EXPECT_TRUE(MakeGaussianHead(SizesCodec(0, 6, {}), options).ok());
  EXPECT_THAT(std::string(MakeGaussianHead(SizesCodec(0, 5, {}), options).status().message()),
              HasSubstr("the codec of this test has others"));
  EXPECT_THAT(std::string(MakeGaussianHead(SizesCodec(9, 0, {}), options).status().message()),
              HasSubstr("has ids"));
}

}  // namespace
}  // namespace t2t
