#include "tensor2tensor/models/transformer_block.h"

#include <ATen/ATen.h>

#include "tensor2tensor/layers/dropout.h"

namespace t2t {

TransformerBlock::TransformerBlock(const BlockOptions& options) : options_(options) {
  const auto norm = [&] { return std::make_shared<Norm>(options.width, options.norm); };
  attention_norm_ = register_module("attention_norm", norm());
  attention_ =
      register_module("attention", std::make_shared<SelfAttention>(options.width, options.heads));
  if (options.cross) {
    cross_norm_ = register_module("cross_norm", norm());
    cross_ =
        register_module("cross", std::make_shared<CrossAttention>(options.width, options.heads));
  }
  feed_forward_norm_ = register_module("feed_forward_norm", norm());
  feed_forward_ = register_module(
      "feed_forward",
      std::make_shared<FeedForward>(options.width, options.inner, options.feed_forward));
}

at::Tensor TransformerBlock::Forward(at::Tensor x, const at::Tensor& memory,
                                     const BlockInputs& inputs, int64_t layer,
                                     ForwardContext& context) const {
  const auto residual = [&](const Norm& norm, const auto& part) {
    if (options_.pre_norm) {
      x = DropoutAdd(x, part(norm.Forward(x)), options_.dropout, context);
    } else {
      x = norm.Forward(DropoutAdd(x, part(x), options_.dropout, context));
    }
  };
  residual(*attention_norm_, [&](const at::Tensor& y) {
    return attention_->Forward(y, inputs.rotary, inputs.self_mask, inputs.cache, layer);
  });
  if (cross_ != nullptr) {
    residual(*cross_norm_, [&](const at::Tensor& y) {
      return cross_->Forward(y, memory, inputs.cross_mask, inputs.cache, layer);
    });
  }
  residual(*feed_forward_norm_, [&](const at::Tensor& y) { return feed_forward_->Forward(y); });
  return x;
}

}  // namespace t2t
