#include "tensor2tensor/layers/cross_entropy.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "tests/tensor2tensor/layers/expect_close.h"

namespace t2t {
namespace {

struct Case {
  int64_t rows, classes;
  bool bias;
  double smoothing;
};

class CrossEntropyTest : public ::testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    at::manual_seed(1);
    hidden_ = at::randn({GetParam().rows, 6}).requires_grad_();
    weight_ = at::randn({GetParam().classes, 6}).requires_grad_();
    if (GetParam().bias) bias_ = at::randn({GetParam().classes}).requires_grad_();
    targets_ = at::randint(GetParam().classes, {GetParam().rows}, at::kLong);
  }
  at::Tensor hidden_, weight_, bias_, targets_;
};

TEST_P(CrossEntropyTest, EqualsTorch) {
  const double smoothing = GetParam().smoothing;
  std::vector<at::Tensor> parameters = {hidden_, weight_};
  if (bias_.defined()) parameters.push_back(bias_);
  const CrossEntropySum sum = LinearCrossEntropy(hidden_, weight_, bias_, targets_, smoothing);
  EXPECT_FALSE(sum.nll.requires_grad());
  const at::Tensor logits = at::linear(hidden_, weight_, bias_).to(at::kDouble);
  const at::Tensor loss =
      at::cross_entropy_loss(logits, targets_, {}, at::Reduction::Sum, -100, smoothing);
  const double size = static_cast<double>(GetParam().rows);
  ExpectClose(sum.loss, loss, 1e-5 * size);
  ExpectClose(sum.nll, at::cross_entropy_loss(logits, targets_, {}, at::Reduction::Sum),
              1e-5 * size);
  // A factor, so that the incoming gradient is seen to be used.
  const auto actual = torch::autograd::grad({sum.loss * 0.5}, parameters),
             expected = torch::autograd::grad({loss * 0.5}, parameters);
  for (size_t i = 0; i < parameters.size(); ++i) {
    SCOPED_TRACE(i);
    ExpectClose(actual[i], expected[i], 2e-5 * std::sqrt(size));
  }
}

TEST_P(CrossEntropyTest, WithoutGradientItIsTheSame) {
  const double smoothing = GetParam().smoothing;
  const CrossEntropySum with = LinearCrossEntropy(hidden_, weight_, bias_, targets_, smoothing);
  const at::NoGradGuard no_grad;
  const CrossEntropySum without = LinearCrossEntropy(hidden_, weight_, bias_, targets_, smoothing);
  ExpectClose(without.loss, with.loss);
  ExpectClose(without.nll, with.nll);
  EXPECT_FALSE(without.loss.requires_grad());
}

// A chunk holds 2^22 / classes rows, 1024 of 4096 classes, but at least 256.
INSTANTIATE_TEST_SUITE_P(All, CrossEntropyTest,
                         ::testing::Values(Case{1, 2, true, 0.0}, Case{7, 5, true, 0.1},
                                           Case{7, 5, false, 0.1}, Case{40, 1, true, 0.1},
                                           Case{1023, 4096, true, 0.1}, Case{1024, 4096, true, 0.1},
                                           Case{1025, 4096, false, 0.0},
                                           Case{2100, 4096, true, 0.1},
                                           Case{257, 20000, true, 0.1}));

// The gradient is scaled where it lies.
TEST(CrossEntropy, ASecondBackwardPassIsRefused) {
  const at::Tensor hidden = at::randn({3, 4}).requires_grad_(), weight = at::randn({5, 4});
  const at::Tensor loss =
      LinearCrossEntropy(hidden, weight, {}, at::tensor({0, 3, 2}, at::kLong), 0.1).loss;
  loss.backward({}, /*retain_graph=*/true);
  EXPECT_THROW(loss.backward(), c10::Error);
}

TEST(CrossEntropy, FiniteDifferencesInDouble) {
  at::manual_seed(2);
  const at::Tensor targets = at::tensor({0, 3, 2}, at::kLong);
  std::vector<at::Tensor> parameters = {at::randn({3, 4}, at::kDouble).requires_grad_(),
                                        at::randn({5, 4}, at::kDouble).requires_grad_(),
                                        at::randn({5}, at::kDouble).requires_grad_()};
  const auto loss = [&] {
    return LinearCrossEntropy(parameters[0], parameters[1], parameters[2], targets, 0.1).loss;
  };
  const auto grads = torch::autograd::grad({loss()}, parameters);
  const at::NoGradGuard no_grad;
  for (size_t i = 0; i < parameters.size(); ++i) {
    at::Tensor flat = parameters[i].view({-1});
    for (int64_t j = 0; j < flat.numel(); ++j) {
      const double step = 1e-2, before = flat[j].item<double>();
      flat[j] = before + step;
      const double above = loss().item<double>();
      flat[j] = before - step;
      const double below = loss().item<double>();
      flat[j] = before;
      // The logits are rounded to float: a wide step, and a tolerance for its curvature.
      EXPECT_NEAR(grads[i].view({-1})[j].item<double>(), (above - below) / (2 * step), 2e-4)
          << i << " " << j;
    }
  }
}

TEST(CrossEntropy, GoldenValue) {
  // Logits (0, ln 3): p = (1/4, 3/4). Target 0: nll = ln 4; smoothed by 0.2: 0.8 ln 4 + 0.1 (ln 4 + ln 4/3).
  const at::Tensor hidden = at::ones({1, 1}),
                   weight = at::tensor({0.0f, std::log(3.0f)}).view({2, 1});
  const CrossEntropySum sum =
      LinearCrossEntropy(hidden, weight, {}, at::tensor({0}, at::kLong), 0.2);
  EXPECT_NEAR(sum.nll.item<double>(), 1.3862944, 1e-6);
  EXPECT_NEAR(sum.loss.item<double>(), 0.9 * 1.3862944 + 0.1 * 0.2876821, 1e-6);
}

}  // namespace
}  // namespace t2t
