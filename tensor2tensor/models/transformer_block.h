// One Transformer block: self-attention, cross-attention where there is a memory, feed-forward; each with a
// residual connection and a norm before (pre) or behind (post) it.
// Post-norm: Vaswani et al., arXiv 1706.03762. Pre-norm: Xiong et al., arXiv 2002.04745.
#ifndef T2T_TENSOR2TENSOR_MODELS_TRANSFORMER_BLOCK_H_
#define T2T_TENSOR2TENSOR_MODELS_TRANSFORMER_BLOCK_H_

#include <torch/nn/module.h>

#include <memory>
#include <string>

#include "tensor2tensor/layers/attention.h"
#include "tensor2tensor/layers/context.h"
#include "tensor2tensor/layers/feed_forward.h"
#include "tensor2tensor/layers/normalization.h"

namespace t2t {

struct BlockOptions {
  int64_t width = 256;
  int64_t heads = 4;
  int64_t inner = 1024;
  std::string feed_forward = "gelu";
  bool pre_norm = true;
  Norm::Kind norm = Norm::Kind::kLayer;
  double dropout = 0.1;
  bool cross = false;  // whether it has cross-attention
};

// What a block sees of its surroundings; the same for all blocks of a stack.
struct BlockInputs {
  RotaryTable rotary;
  AttentionMask self_mask, cross_mask;
  KvCache* cache = nullptr;
};

class TransformerBlock : public torch::nn::Module {
 public:
  explicit TransformerBlock(const BlockOptions& options);
  // x [batch, time, width]; memory undefined for a block without cross-attention.
  at::Tensor Forward(at::Tensor x, const at::Tensor& memory, const BlockInputs& inputs,
                     int64_t layer, ForwardContext& context) const;

 private:
  BlockOptions options_;
  std::shared_ptr<SelfAttention> attention_;
  std::shared_ptr<CrossAttention> cross_;
  std::shared_ptr<FeedForward> feed_forward_;
  std::shared_ptr<Norm> attention_norm_, cross_norm_, feed_forward_norm_;
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_MODELS_TRANSFORMER_BLOCK_H_
