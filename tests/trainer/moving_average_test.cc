#include "trainer/moving_average.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <string>

namespace t2t {
namespace {

using NamedParameters = torch::OrderedDict<std::string, at::Tensor>;

NamedParameters OneParameter(float value) {
  NamedParameters parameters;
  parameters.insert("w", torch::full({2, 2}, value).requires_grad_(true));
  return parameters;
}

void SetTo(const at::Tensor& parameter, double value) {
  const at::NoGradGuard no_grad;
  parameter.fill_(value);
}

double FirstOf(const at::Tensor& tensor) { return tensor.reshape(-1)[0].item<double>(); }

TEST(MovingAverageTest, FollowsTheFormula) {
  const NamedParameters parameters = OneParameter(1);
  MovingAverage average(0.25, parameters);
  EXPECT_EQ(FirstOf(average.State().at("average.w")), 1);  // begins as a copy
  const double decays[] = {0.1, 2.0 / 11, 3.0 / 12, 0.25,
                           0.25};  // (1 + n) / (10 + n), at most 0.25
  double expected = 1;
  for (int n = 0; n < 5; ++n) {
    const double weight = 10.0 + 3 * n * n;
    SetTo(parameters["w"], weight);
    average.Update();
    expected = decays[n] * expected + (1 - decays[n]) * weight;
    EXPECT_NEAR(FirstOf(average.State().at("average.w")), expected, 1e-5) << "update " << n;
  }
  EXPECT_EQ(average.State().at("updates").item<int64_t>(), 5);
}

TEST(MovingAverageTest, SwapsForAScopeAndBackBitExactly) {
  const NamedParameters parameters = OneParameter(1);
  const at::Tensor view = parameters["w"].detach().view({4});
  MovingAverage average(0.9, parameters);
  {
    const at::NoGradGuard no_grad;
    parameters["w"].copy_(torch::rand({2, 2}));
  }
  const at::Tensor weights = parameters["w"].detach().clone();
  average.Update();
  const at::Tensor averages = average.State().at("average.w").clone();
  ASSERT_FALSE(at::equal(weights, averages));
  {
    const MovingAverage::Swapped swapped = average.Swap();
    EXPECT_TRUE(at::equal(parameters["w"], averages));
    EXPECT_TRUE(at::equal(view, averages.view({4})));  // who holds a view sees them too
    EXPECT_TRUE(parameters["w"].requires_grad());
  }
  EXPECT_TRUE(at::equal(parameters["w"], weights));
  EXPECT_TRUE(at::equal(average.State().at("average.w"), averages));
}

TEST(MovingAverageTest, GoesOnFromItsState) {
  const NamedParameters parameters = OneParameter(1);
  MovingAverage straight(0.99, parameters);
  for (int step = 0; step < 3; ++step) {
    SetTo(parameters["w"], step * 0.7);
    straight.Update();
  }
  NamedTensors saved;
  for (const auto& [name, tensor] : straight.State()) saved[name] = tensor.clone();
  MovingAverage resumed(0.99, parameters);
  const absl::Status loaded = resumed.LoadState(saved);
  ASSERT_TRUE(loaded.ok()) << loaded;
  SetTo(parameters["w"], 5);
  straight.Update();
  resumed.Update();
  for (const auto& [name, tensor] : straight.State()) {
    EXPECT_TRUE(at::equal(tensor, resumed.State().at(name))) << name;
  }
  saved.erase("updates");
  EXPECT_THAT(std::string(resumed.LoadState(saved).message()),
              ::testing::HasSubstr("missing 'updates'"));
}

}  // namespace
}  // namespace t2t
