// The position-wise feed-forward layer: W2 act(W1 x), or gated: W2 (act(W1 x) * V x).
// Gated: Shazeer, "GLU Variants Improve Transformer", arXiv 2002.05202.
#ifndef T2T_TENSOR2TENSOR_LAYERS_FEED_FORWARD_H_
#define T2T_TENSOR2TENSOR_LAYERS_FEED_FORWARD_H_

#include <torch/nn/module.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tensor2tensor/layers/linear.h"

namespace t2t {

class FeedForward : public torch::nn::Module {
 public:
  static const std::vector<std::string>& Kinds();  // relu, gelu, swiglu, geglu
  FeedForward(int64_t width, int64_t inner, const std::string& kind);
  at::Tensor Forward(const at::Tensor& x) const;  // [..., width] -> [..., width]

 private:
  std::string kind_;
  bool gated_;
  std::shared_ptr<Linear> up_, down_;
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_LAYERS_FEED_FORWARD_H_
