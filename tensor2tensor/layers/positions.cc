#include "tensor2tensor/layers/positions.h"

#include <ATen/ATen.h>

#include <cmath>

namespace t2t {
namespace {

// [batch or 1, time, pairs]
at::Tensor Angles(const at::Tensor& positions, int64_t pairs, double base) {
  const auto options = at::TensorOptions(at::kFloat).device(positions.device());
  const at::Tensor index = at::arange(pairs, options);
  const at::Tensor frequency = at::exp(index * (-std::log(base) / static_cast<double>(pairs)));
  const int64_t axes = positions.size(2);
  if (axes == 1) return positions.to(at::kFloat) * frequency;
  const at::Tensor axis = at::arange(pairs, options.dtype(at::kLong)).remainder(axes);
  return positions.to(at::kFloat).index_select(2, axis) * frequency;
}

}  // namespace

RotaryTable MakeRotaryTable(const at::Tensor& positions, int64_t head_dim, double base) {
  const at::Tensor angles = Angles(positions, head_dim / 2, base).unsqueeze(1);
  return {at::cos(angles), at::sin(angles)};
}

at::Tensor ApplyRotary(const at::Tensor& x, const RotaryTable& table) {
  const std::vector<at::Tensor> half = x.chunk(2, -1);
  const at::Tensor cosine = table.cosine.to(x.scalar_type()), sine = table.sine.to(x.scalar_type());
  return at::cat({half[0] * cosine - half[1] * sine, half[1] * cosine + half[0] * sine}, -1);
}

at::Tensor Sinusoids(const at::Tensor& positions, int64_t width, double base) {
  const at::Tensor angles = Angles(positions, width / 2, base);
  return at::cat({at::sin(angles), at::cos(angles)}, 2);
}

}  // namespace t2t
