#include "modalities/heads/density_head.h"

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

TEST(DensityHead, IsTheDensityOfTheNumbersThatAreThere) {
  DensityHead head(Density::kGaussian, kNumbers, kHidden);
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

TEST(DensityHead, GradientsMatchFiniteDifferences) {
  DensityHead head(Density::kGaussian, kNumbers, kHidden);
  head.to(at::kDouble);
  at::Tensor hidden = at::arange(kFrames * kHidden, at::kDouble).view({kFrames, kHidden}).sin();
  hidden.requires_grad_();
  std::vector<at::Tensor> tensors = head.parameters();
  tensors.push_back(hidden);
  ExpectGradients([&] { return head.Loss(hidden, Targets(), 0, {}).loss; }, tensors);
}

TEST(DensityHead, LaplaceIsItsDensity) {
  DensityHead head(Density::kLaplace, kNumbers, kHidden);
  head.to(at::kDouble);
  at::Tensor hidden = at::arange(kFrames * kHidden, at::kDouble).view({kFrames, kHidden}).sin();
  const at::Tensor targets = Targets();
  const at::Tensor decided = at::linear(hidden, head.named_parameters()["projection.weight"],
                                        head.named_parameters()["projection.bias"]);
  double expected = 0;
  for (int64_t row = 0; row < kFrames; ++row) {
    for (int64_t i = 0; i < kNumbers; ++i) {
      if (targets[row][kNumbers + i].item<double>() == 1) continue;
      const double scale = std::exp(decided[row][kNumbers + i].item<double>());
      const double off = targets[row][i].item<double>() - decided[row][i].item<double>();
      expected -= std::log(std::exp(-std::abs(off) / scale) / (2 * scale));
    }
  }
  EXPECT_NEAR(head.Loss(hidden, targets, 0, {}).loss.item<double>(), expected, 1e-9);
  EXPECT_EQ(head.measure(), Head::Measure::kScore);
  hidden.requires_grad_();
  std::vector<at::Tensor> tensors = head.parameters();
  tensors.push_back(hidden);
  ExpectGradients([&] { return head.Loss(hidden, targets, 0, {}).loss; }, tensors);
}

// exp(-m) m^n / n!, of counts whose frames are log(1 + n).
TEST(DensityHead, PoissonIsTheProbabilityOfACount) {
  DensityHead head(Density::kPoisson, 2, kHidden);
  head.to(at::kDouble);
  at::Tensor hidden = at::arange(2 * kHidden, at::kDouble).view({2, kHidden}).sin();
  const double counts[2][2] = {{0, 5}, {170, 3}};
  at::Tensor targets = at::zeros({2, 4}, at::kDouble);
  for (int64_t row = 0; row < 2; ++row) {
    for (int64_t i = 0; i < 2; ++i) targets[row][i] = std::log1p(counts[row][i]);
  }
  targets[1][3] = 1;  // the 3 is missing
  const at::Tensor log_means = at::linear(hidden, head.named_parameters()["projection.weight"],
                                          head.named_parameters()["projection.bias"]);
  double expected = 0;
  for (const auto& [row, i] : {std::pair(0, 0), std::pair(0, 1), std::pair(1, 0)}) {
    const double mean = std::exp(log_means[row][i].item<double>()), count = counts[row][i];
    expected += mean;
    for (int n = 1; n <= static_cast<int>(count); ++n) expected -= std::log(mean / n);
  }
  EXPECT_NEAR(head.Loss(hidden, targets, 0, {}).loss.item<double>(), expected, 1e-6);
  EXPECT_EQ(head.measure(), Head::Measure::kLikelihood);
  const at::Tensor frames = head.Frames(hidden, {});
  EXPECT_LT((frames.narrow(1, 0, 2).expm1() - log_means.exp()).abs().max().item<double>(), 1e-9);
  hidden.requires_grad_();
  std::vector<at::Tensor> tensors = head.parameters();
  tensors.push_back(hidden);
  ExpectGradients([&] { return head.Loss(hidden, targets, 0, {}).loss; }, tensors);
}

// A missing number teaches nothing.
TEST(DensityHead, MissingNumbersHaveNoGradient) {
  DensityHead head(Density::kGaussian, 1, kHidden);
  const at::Tensor hidden = at::ones({1, kHidden});
  head.Loss(hidden, at::tensor({7.0f, 1.0f}).view({1, 2}), 0, {}).loss.backward();
  for (const at::Tensor& parameter : head.parameters()) {
    EXPECT_EQ(parameter.grad().abs().sum().item<double>(), 0);
  }
}

TEST(DensityHead, NeedsFramesOfNumbersAndMarks) {
  HeadOptions options;
  options.width = kHidden;
  Config config;
  Binder port = config.Root();
  const HeadFactory make = MakeDensityHead(Density::kLaplace);
  EXPECT_TRUE(make(SizesCodec(0, 6, {}), port, options).ok());
  EXPECT_THAT(std::string(make(SizesCodec(0, 5, {}), port, options).status().message()),
              HasSubstr("the codec of this test has others"));
  EXPECT_THAT(std::string(make(SizesCodec(9, 0, {}), port, options).status().message()),
              HasSubstr("has ids"));
}

}  // namespace
}  // namespace t2t
