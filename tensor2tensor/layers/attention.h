// Multi-head attention on at::scaled_dot_product_attention: softmax(q k^T / sqrt(head_dim)) v.
// Vaswani et al., "Attention Is All You Need", arXiv 1706.03762, section 3.2.
#ifndef T2T_TENSOR2TENSOR_LAYERS_ATTENTION_H_
#define T2T_TENSOR2TENSOR_LAYERS_ATTENTION_H_

#include <torch/nn/module.h>

#include <cstdint>
#include <memory>

#include "tensor2tensor/layers/kv_cache.h"
#include "tensor2tensor/layers/linear.h"
#include "tensor2tensor/layers/positions.h"
#include "tensor2tensor/layers/visibility.h"

namespace t2t {

class SelfAttention : public torch::nn::Module {
 public:
  SelfAttention(int64_t width, int64_t heads);
  // x [batch, time, width] -> the same shape. With a cache, its filled slots are seen too, and x's keys and
  // values are written behind them (`layer` says whose); the mask then covers all slots.
  at::Tensor Forward(const at::Tensor& x, const RotaryTable& rotary, const AttentionMask& mask,
                     KvCache* cache, int64_t layer) const;

 private:
  int64_t heads_;
  std::shared_ptr<Linear> qkv_, out_;
};

class CrossAttention : public torch::nn::Module {
 public:
  CrossAttention(int64_t width, int64_t heads);
  // x [batch, time, width], memory [batch, memory time, width] -> [batch, time, width]. With a cache the
  // memory's keys and values are made at the first call and `memory` may be undefined from then on.
  at::Tensor Forward(const at::Tensor& x, const at::Tensor& memory, const AttentionMask& mask,
                     KvCache* cache, int64_t layer) const;

 private:
  int64_t heads_;
  std::shared_ptr<Linear> q_, kv_, out_;
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_LAYERS_ATTENTION_H_
