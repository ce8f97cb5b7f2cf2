#include "tensor2tensor/layers/attention.h"

#include <ATen/ATen.h>

#include <limits>

namespace t2t {
namespace {

// [batch, time, parts * width] -> parts x [batch, heads, time, head_dim], views.
std::vector<at::Tensor> SplitHeads(const at::Tensor& x, int64_t parts, int64_t heads) {
  std::vector<at::Tensor> split = x.view({x.size(0), x.size(1), parts, heads, -1}).unbind(2);
  for (at::Tensor& part : split) part = part.transpose(1, 2);
  return split;
}

// Each block of `block` queries over its own keys and those of the block before it, as if it were a head of its own:
// time x 2 block instead of time x time products. [batch, heads, time, head_dim] all; time > 2 block.
at::Tensor AttendInBlocks(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                          int64_t block) {
  const int64_t batch = q.size(0), heads = q.size(1), time = q.size(2), width = q.size(3);
  const int64_t blocks = (time + block - 1) / block;
  const auto cut = [&](const at::Tensor& x) {  // [batch, heads, blocks, block, head_dim]
    return at::constant_pad_nd(x, {0, 0, 0, blocks * block - time})
        .reshape({batch, heads, blocks, block, width});
  };
  const auto as_heads = [&](const at::Tensor& x) {
    return x.reshape({batch, heads * (blocks - 1), -1, width});
  };
  const auto with_before = [&](const at::Tensor& x) {
    const at::Tensor all = cut(x);
    return as_heads(at::cat({all.narrow(2, 0, blocks - 1), all.narrow(2, 1, blocks - 1)}, 3));
  };
  // The first block has none before it.
  const auto first = [&](const at::Tensor& x) { return x.narrow(2, 0, block); };
  const at::Tensor begin =
      at::scaled_dot_product_attention(first(q), first(k), first(v), std::nullopt, 0.0, true);
  const at::Tensor later =
      at::ones({block, 2 * block}, q.options().dtype(at::kBool)).triu(block + 1);
  const at::Tensor mask = at::zeros({1, 1, block, 2 * block}, q.options())
                              .masked_fill(later, -std::numeric_limits<double>::infinity());
  const at::Tensor rest = at::scaled_dot_product_attention(
      as_heads(cut(q).narrow(2, 1, blocks - 1)), with_before(k), with_before(v), mask, 0.0, false);
  return at::cat({begin, rest.reshape({batch, heads, -1, width}).narrow(2, 0, time - block)}, 2);
}

at::Tensor Attend(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                  const AttentionMask& mask) {
  std::optional<at::Tensor> additive;
  if (mask.additive.defined()) additive = mask.additive.to(q.scalar_type());
  const at::Tensor y = mask.block > 0
                           ? AttendInBlocks(q, k, v, mask.block)
                           : at::scaled_dot_product_attention(q, k, v, additive, 0.0, mask.causal);
  return y.transpose(1, 2).reshape({q.size(0), q.size(2), -1});
}

}  // namespace

SelfAttention::SelfAttention(int64_t width, int64_t heads) : heads_(heads) {
  qkv_ = register_module("qkv", std::make_shared<Linear>(width, 3 * width, true, 3));
  out_ = register_module("out", std::make_shared<Linear>(width, width));
}

at::Tensor SelfAttention::Forward(const at::Tensor& x, const RotaryTable& rotary,
                                  const AttentionMask& mask, KvCache* cache, int64_t layer) const {
  std::vector<at::Tensor> heads = SplitHeads(qkv_->Forward(x), 3, heads_);
  if (rotary.defined()) {
    heads[0] = ApplyRotary(heads[0], rotary);
    heads[1] = ApplyRotary(heads[1], rotary);
  }
  if (cache != nullptr) std::tie(heads[1], heads[2]) = cache->Append(layer, heads[1], heads[2]);
  return out_->Forward(Attend(heads[0], heads[1], heads[2], mask));
}

CrossAttention::CrossAttention(int64_t width, int64_t heads) : heads_(heads) {
  q_ = register_module("q", std::make_shared<Linear>(width, width));
  kv_ = register_module("kv", std::make_shared<Linear>(width, 2 * width, true, 2));
  out_ = register_module("out", std::make_shared<Linear>(width, width));
}

at::Tensor CrossAttention::Forward(const at::Tensor& x, const at::Tensor& memory,
                                   const AttentionMask& mask, KvCache* cache, int64_t layer) const {
  const at::Tensor q = SplitHeads(q_->Forward(x), 1, heads_)[0];
  if (cache == nullptr) {
    const std::vector<at::Tensor> kv = SplitHeads(kv_->Forward(memory), 2, heads_);
    return out_->Forward(Attend(q, kv[0], kv[1], mask));
  }
  KvCache::Layer& kept = cache->layer(layer);
  if (!kept.memory_keys.defined()) {
    const std::vector<at::Tensor> kv = SplitHeads(kv_->Forward(memory), 2, heads_);
    kept.memory_keys = kv[0].contiguous();
    kept.memory_values = kv[1].contiguous();
  }
  return out_->Forward(Attend(q, kept.memory_keys, kept.memory_values, mask));
}

}  // namespace t2t
