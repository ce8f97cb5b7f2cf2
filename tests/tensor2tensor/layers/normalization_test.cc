#include "tensor2tensor/layers/normalization.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/tensor2tensor/layers/expect_close.h"

namespace t2t {
namespace {

TEST(Norm, LayerGoldenValues) {
  // Mean 2.5, variance 1.25.
  const Norm norm(4, Norm::Kind::kLayer);
  const double s = std::sqrt(1.25 + 1e-5);
  ExpectClose(norm.Forward(at::tensor({1.0f, 2.0f, 3.0f, 4.0f})),
              at::tensor({-1.5 / s, -0.5 / s, 0.5 / s, 1.5 / s}), 1e-6);
}

TEST(Norm, RmsGoldenValues) {
  // Mean square 7.5.
  const Norm norm(4, Norm::Kind::kRms);
  const double s = std::sqrt(7.5 + 1e-5);
  ExpectClose(norm.Forward(at::tensor({1.0f, 2.0f, 3.0f, 4.0f})),
              at::tensor({1 / s, 2 / s, 3 / s, 4 / s}), 1e-6);
}

TEST(Norm, ScaleAndShift) {
  Norm norm(2, Norm::Kind::kLayer);
  {
    const at::NoGradGuard no_grad;
    norm.named_parameters()["weight"].copy_(at::tensor({2.0f, 3.0f}));
    norm.named_parameters()["bias"].copy_(at::tensor({10.0f, 20.0f}));
  }
  ExpectClose(norm.Forward(at::tensor({-1000.0f, 1000.0f})), at::tensor({8.0, 23.0}), 1e-4);
  EXPECT_EQ(Norm(2, Norm::Kind::kRms).parameters().size(), 1u);
}

}  // namespace
}  // namespace t2t
