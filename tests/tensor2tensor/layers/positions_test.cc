#include "tensor2tensor/layers/positions.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/tensor2tensor/layers/expect_close.h"

namespace t2t {
namespace {

at::Tensor OneAxis(std::vector<int64_t> positions) {
  return at::tensor(positions, at::kLong).view({1, -1, 1});
}

TEST(Rotary, TurnsPairsByTheirFrequency) {
  // Two pairs: frequencies 1 and 1/100. Channel 0 turns with channel 2, channel 1 with channel 3.
  const RotaryTable table = MakeRotaryTable(OneAxis({3}), 4);
  const at::Tensor x = at::tensor({1.0f, 0.0f, 0.0f, 1.0f}).view({1, 1, 1, 4});
  const at::Tensor expected =
      at::tensor({std::cos(3.0), -std::sin(0.03), std::sin(3.0), std::cos(0.03)})
          .view({1, 1, 1, 4});
  ExpectClose(ApplyRotary(x, table), expected, 1e-6);
}

TEST(Rotary, ScoresDependOnDistanceAlone) {
  at::manual_seed(1);
  const at::Tensor q = at::randn({1, 2, 5, 8}), k = at::randn({1, 2, 5, 8});
  const auto scores = [&](int64_t shift) {
    const RotaryTable table = MakeRotaryTable(OneAxis({0, 1, 2, 5, 9}) + shift, 8);
    return at::matmul(ApplyRotary(q, table), ApplyRotary(k, table).transpose(2, 3));
  };
  ExpectClose(scores(37), scores(0), 1e-4);
  EXPECT_GT((scores(0) - at::matmul(q, k.transpose(2, 3))).abs().max().item<double>(), 0.1);
}

TEST(Rotary, OfTwoAxesEachMatters) {
  at::manual_seed(1);
  const at::Tensor q = at::randn({1, 1, 1, 8}), k = at::randn({1, 1, 1, 8});
  const auto score = [&](int64_t row, int64_t column) {
    const at::Tensor at = at::tensor({row, column}, at::kLong).view({1, 1, 2}),
                     origin = at::zeros_like(at);
    return (ApplyRotary(q, MakeRotaryTable(at, 8)) * ApplyRotary(k, MakeRotaryTable(origin, 8)))
        .sum()
        .item<double>();
  };
  EXPECT_GT(std::abs(score(1, 0) - score(0, 0)), 1e-3);
  EXPECT_GT(std::abs(score(0, 1) - score(0, 0)), 1e-3);
  EXPECT_GT(std::abs(score(0, 1) - score(1, 0)), 1e-3);
}

TEST(Positions, OnTheDiagonalAxesDoNotMatter) {
  const at::Tensor line = OneAxis({0, 1, 7, 30}), diagonal = line.expand({1, 4, 2}),
                   cube = line.expand({1, 4, 3});
  const RotaryTable one = MakeRotaryTable(line, 16);
  for (const at::Tensor& other : {diagonal, cube}) {
    const RotaryTable table = MakeRotaryTable(other, 16);
    ExpectClose(table.cosine, one.cosine);
    ExpectClose(table.sine, one.sine);
    ExpectClose(Sinusoids(other, 12), Sinusoids(line, 12));
  }
}

TEST(Sinusoids, GoldenValues) {
  const double f = 0.01;  // 10000^(-1/2)
  ExpectClose(
      Sinusoids(OneAxis({0, 1, 5}), 4),
      at::tensor({0.0, 0.0, 1.0, 1.0, std::sin(1.0), std::sin(f), std::cos(1.0), std::cos(f),
                  std::sin(5.0), std::sin(5 * f), std::cos(5.0), std::cos(5 * f)})
          .view({1, 3, 4}),
      1e-6);
  // Axis 0 turns pair 0, axis 1 pair 1.
  ExpectClose(
      Sinusoids(at::tensor({2, 3}, at::kLong).view({1, 1, 2}), 4),
      at::tensor({std::sin(2.0), std::sin(3 * f), std::cos(2.0), std::cos(3 * f)}).view({1, 1, 4}),
      1e-6);
}

}  // namespace
}  // namespace t2t
