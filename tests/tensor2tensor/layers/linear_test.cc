#include "tensor2tensor/layers/linear.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/tensor2tensor/layers/expect_close.h"

namespace t2t {
namespace {

TEST(Linear, IsTheProductPlusTheBias) {
  Linear linear(2, 3);
  const at::NoGradGuard no_grad;
  auto parameters = linear.named_parameters();
  parameters["weight"].copy_(at::tensor({1.0, 2.0, 0.0, -1.0, 0.5, 0.5}).view({3, 2}));
  parameters["bias"].copy_(at::tensor({10.0, 20.0, 30.0}));
  const at::Tensor x = at::tensor({1.0f, 2.0f, -3.0f, 4.0f}).view({2, 1, 2});
  ExpectClose(linear.Forward(x), at::tensor({15.0, 18.0, 31.5, 15.0, 16.0, 30.5}).view({2, 1, 3}));
}

TEST(Linear, BeginsWithinTheBoundOfEachPart) {
  at::manual_seed(3);
  const double bound = std::sqrt(6.0 / (64 + 128));
  for (const int64_t parts : {1, 3}) {
    const Linear linear(64, 128 * parts, true, parts);
    const at::Tensor size = linear.weight().abs();
    EXPECT_LE(size.max().item<double>(), bound);
    EXPECT_NEAR(size.mean().item<double>(), bound / 2, bound / 50);  // uniform
    EXPECT_EQ(linear.named_parameters()["bias"].abs().max().item<double>(), 0);
  }
  EXPECT_EQ(Linear(4, 4, /*bias=*/false).named_parameters().size(), 1u);
}

}  // namespace
}  // namespace t2t
