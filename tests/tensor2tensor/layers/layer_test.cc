#include "tensor2tensor/layers/layer.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>

namespace t2t {
namespace {

class Two : public Layer {
 public:
  Two() {
    uniform = AddUniform("uniform", {100, 200}, 0.3);
    normal = AddNormal("normal", {200, 100}, 0.5);
  }
  at::Tensor uniform, normal;
};

class Outer : public torch::nn::Module {
 public:
  std::shared_ptr<Two> first = register_module("first", std::make_shared<Two>());
  std::shared_ptr<Two> second = register_module("second", std::make_shared<Two>());
};

// The limits are five standard errors of 20,000 draws.
TEST(Layer, ValuesHaveTheDistributionAskedFor) {
  const auto model = std::make_shared<Outer>();
  DrawParameters(*model, 1);
  const at::Tensor &u = model->first->uniform, &n = model->first->normal;
  EXPECT_LE(u.abs().max().item<double>(), 0.3);
  EXPECT_NEAR(u.mean().item<double>(), 0, 5 * 0.3 / std::sqrt(3 * 20'000.0));
  EXPECT_NEAR(u.square().mean().item<double>(), 0.03, 5 * 0.03 * std::sqrt(0.8 / 20'000));
  EXPECT_NEAR(n.mean().item<double>(), 0, 5 * 0.5 / std::sqrt(20'000.0));
  EXPECT_NEAR(n.square().mean().item<double>(), 0.25, 5 * 0.25 * std::sqrt(2.0 / 20'000));
}

// Worked out by a separate program of the same definitions (Philox4x32-10, Box-Muller) in Python.
TEST(Layer, GoldenValues) {
  const auto model = std::make_shared<Outer>();
  DrawParameters(*model, 1);
  const auto expect = [](const at::Tensor& tensor, const std::vector<double>& values) {
    for (size_t i = 0; i < values.size(); ++i)
      EXPECT_NEAR(tensor.flatten()[static_cast<int64_t>(i)].item<double>(), values[i], 1e-7);
  };
  expect(model->first->uniform, {0.19242264210, 0.07625754975, -0.12889310609, 0.13913362514});
  expect(model->first->normal, {0.08143467430, 0.09524766028, -0.80458216041, -0.65422105947});
}

TEST(Layer, TheSeedAndTheNameMakeTheValues) {
  const auto a = std::make_shared<Outer>(), b = std::make_shared<Outer>();
  DrawParameters(*a, 1);
  DrawParameters(*b, 1);
  EXPECT_TRUE(at::equal(a->first->normal, b->first->normal));
  EXPECT_TRUE(at::equal(a->second->uniform, b->second->uniform));
  EXPECT_FALSE(at::equal(a->first->normal, a->second->normal));
  DrawParameters(*b, 2);
  EXPECT_FALSE(at::equal(a->first->normal, b->first->normal));
}

// The parameter is written in place: what holds it (an optimizer, a tied head) sees it.
TEST(Layer, DrawingKeepsTheParameterItself) {
  const auto model = std::make_shared<Outer>();
  const at::Tensor held = model->first->normal;
  const at::Tensor before = held.detach().clone();
  DrawParameters(*model, 3);
  EXPECT_TRUE(held.is_same(model->named_parameters()["first.normal"]));
  EXPECT_TRUE(held.requires_grad());
  EXPECT_FALSE(at::equal(held, before));
}

}  // namespace
}  // namespace t2t
