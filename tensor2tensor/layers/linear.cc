#include "tensor2tensor/layers/linear.h"

#include <ATen/ATen.h>

#include <cmath>

namespace t2t {

Linear::Linear(int64_t in, int64_t out, bool bias, int64_t parts) {
  const double bound = std::sqrt(6.0 / static_cast<double>(in + out / parts));
  weight_ = AddUniform("weight", {out, in}, bound);
  if (bias) bias_ = register_parameter("bias", at::zeros({out}));
}

at::Tensor Linear::Forward(const at::Tensor& x) const { return at::linear(x, weight_, bias_); }

}  // namespace t2t
