// Visibility: who may see whom, as a small description, turned into a mask or a kernel's argument in this
// one place.
#ifndef T2T_TENSOR2TENSOR_LAYERS_VISIBILITY_H_
#define T2T_TENSOR2TENSOR_LAYERS_VISIBILITY_H_

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "tensor2tensor/layers/packing.h"

namespace t2t {

struct Visibility {
  enum class Kind {
    kFull,    // every valid position
    kCausal,  // itself and what stands before
    kPrefix,  // the first `prefix` positions see each other; the others see those and, causally, each other
  };
  Kind kind = Kind::kFull;
  int64_t prefix = 0;
  // kCausal: positions are cut into blocks of so many, and one sees no further back than to the beginning of the block before
  // its own; 0 = all. Parmar et al., "Image Transformer", arXiv 1802.05751, section 3.2 (1D local attention).
  int64_t block = 0;
  static Visibility Full() { return {}; }
  static Visibility Causal(int64_t block = 0) { return {Kind::kCausal, 0, block}; }
  static Visibility Prefix(int64_t positions) { return {Kind::kPrefix, positions, 0}; }
};

// What at::scaled_dot_product_attention is given.
struct AttentionMask {
  bool causal = false;  // the kernel's own causal mask
  int64_t block =
      0;  // above 0: causal within blocks and the one before each, which are cut out; nothing else is masked
  at::Tensor
      additive;  // [batch or 1, 1, queries or 1, keys]: 0 = may be seen, -inf = not; may be undefined
};

// For queries at times [keys - queries, keys) (the newest ones) over `keys` positions. `valid` [batch, keys]
// bool marks keys that are not padding; undefined = all. A padded query's result means nothing. Under
// kCausal with padding only behind the valid positions (`padding_behind`) the padding needs no mask, since
// no valid query sees it.
AttentionMask MakeAttentionMask(const Visibility& visibility, const at::Tensor& valid,
                                int64_t queries, int64_t keys, bool padding_behind,
                                const at::TensorOptions& options);

// The same for streams whose rows hold several segments: a query sees its own segment alone, and of it what the visibility allows by
// the times that query and key have in the stream that was packed. For self-attention `queries` and `keys` are one; for
// cross-attention the visibility is full. Where no segment stands, a query sees all keys; its result means nothing.
AttentionMask MakePackedMask(const Visibility& visibility, const Packing& queries,
                             const Packing& keys, const at::TensorOptions& options);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_LAYERS_VISIBILITY_H_
