#include "tensor2tensor/layers/normalization.h"

#include <ATen/ATen.h>

namespace t2t {

constexpr double kEpsilon = 1e-5;

Norm::Norm(int64_t width, Kind kind) : width_(width), kind_(kind) {
  weight_ = register_parameter("weight", at::ones({width}));
  if (kind == Kind::kLayer) bias_ = register_parameter("bias", at::zeros({width}));
}

at::Tensor Norm::Forward(const at::Tensor& x) const {
  if (kind_ == Kind::kLayer) return at::layer_norm(x, {width_}, weight_, bias_, kEpsilon);
  return at::rms_norm(x, {width_}, weight_, kEpsilon);
}

}  // namespace t2t
