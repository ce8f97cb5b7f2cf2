#include "tensor2tensor/layers/feed_forward.h"

#include <ATen/ATen.h>

namespace t2t {

const std::vector<std::string>& FeedForward::Kinds() {
  static const std::vector<std::string>* const kinds =
      new std::vector<std::string>{"relu", "gelu", "swiglu", "geglu"};
  return *kinds;
}

FeedForward::FeedForward(int64_t width, int64_t inner, const std::string& kind)
    : kind_(kind), gated_(kind == "swiglu" || kind == "geglu") {
  const int64_t parts = gated_ ? 2 : 1;
  up_ = register_module("up", std::make_shared<Linear>(width, parts * inner, true, parts));
  down_ = register_module("down", std::make_shared<Linear>(inner, width));
}

at::Tensor FeedForward::Forward(const at::Tensor& x) const {
  at::Tensor up = up_->Forward(x);
  if (gated_) {
    const std::vector<at::Tensor> half = up.chunk(2, -1);
    const at::Tensor gate = kind_ == "swiglu" ? at::silu(half[0]) : at::gelu(half[0], "tanh");
    return down_->Forward(gate * half[1]);
  }
  // The pre-activation is not needed again when ReLU is done in place; its gradient reads the result.
  if (kind_ == "relu") return down_->Forward(at::relu_(up));
  return down_->Forward(at::gelu(up, "tanh"));
}

}  // namespace t2t
