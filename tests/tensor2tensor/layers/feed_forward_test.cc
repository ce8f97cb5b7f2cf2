#include "tensor2tensor/layers/feed_forward.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/tensor2tensor/layers/expect_close.h"

namespace t2t {
namespace {

double Activation(const std::string& kind, double x) {
  if (kind == "relu") return std::max(x, 0.0);
  if (kind == "swiglu") return x / (1 + std::exp(-x));
  // GELU by its approximation with tanh (Hendrycks and Gimpel, arXiv 1606.08415).
  return 0.5 * x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
}

class FeedForwardTest : public testing::TestWithParam<std::string> {};

// Number by number, in double.
TEST_P(FeedForwardTest, EqualsItsFormula) {
  at::manual_seed(4);
  const at::NoGradGuard no_grad;
  const int64_t width = 3, inner = 5;
  FeedForward layer(width, inner, GetParam());
  for (auto& parameter : layer.parameters()) parameter.normal_();
  const bool gated = GetParam() == "swiglu" || GetParam() == "geglu";
  auto parameters = layer.named_parameters();
  const at::Tensor up = parameters["up.weight"], up_bias = parameters["up.bias"],
                   down = parameters["down.weight"], down_bias = parameters["down.bias"];
  ASSERT_EQ(up.size(0), gated ? 2 * inner : inner);
  const at::Tensor x = at::randn({2, 4, width});
  at::Tensor expected = at::empty({2, 4, width});
  const auto number = [](const at::Tensor& tensor) { return tensor.item<double>(); };
  for (int64_t row = 0; row < 2; ++row) {
    for (int64_t t = 0; t < 4; ++t) {
      const auto projected = [&](int64_t i) {
        double sum = number(up_bias[i]);
        for (int64_t j = 0; j < width; ++j) sum += number(up[i][j]) * number(x[row][t][j]);
        return sum;
      };
      for (int64_t out = 0; out < width; ++out) {
        double sum = number(down_bias[out]);
        for (int64_t i = 0; i < inner; ++i) {
          const double hidden = Activation(GetParam(), projected(i));
          sum += number(down[out][i]) * hidden * (gated ? projected(inner + i) : 1);
        }
        expected[row][t][out] = sum;
      }
    }
  }
  ExpectClose(layer.Forward(x), expected, 1e-4);
}

INSTANTIATE_TEST_SUITE_P(Kinds, FeedForwardTest, testing::ValuesIn(FeedForward::Kinds()));

}  // namespace
}  // namespace t2t
