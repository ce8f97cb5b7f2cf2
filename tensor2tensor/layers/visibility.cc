#include "tensor2tensor/layers/visibility.h"

#include <ATen/ATen.h>

#include <limits>

namespace t2t {
namespace {

at::Tensor Additive(const at::Tensor& allowed, const at::TensorOptions& options) {
  return at::zeros(allowed.sizes(), options)
      .masked_fill_(allowed.logical_not(), -std::numeric_limits<double>::infinity());
}

// Whether a query at its time may see a key at its time, by the visibility alone; times broadcast against each other.
at::Tensor AllowedByTime(const Visibility& visibility, int64_t block, const at::Tensor& query,
                         const at::Tensor& key) {
  at::Tensor allowed = key.le(query);
  if (visibility.kind == Visibility::Kind::kPrefix)
    allowed = allowed.logical_or(key < visibility.prefix);
  if (block > 0) allowed = allowed.logical_and(key >= (query.floor_divide(block) - 1) * block);
  return allowed;
}

}  // namespace

AttentionMask MakeAttentionMask(const Visibility& visibility, const at::Tensor& valid,
                                int64_t queries, int64_t keys, bool padding_behind,
                                const at::TensorOptions& options) {
  AttentionMask mask;
  at::Tensor allowed;  // [batch or 1, 1, queries or 1, keys]
  // All that a query could see lies in two blocks where there are no more.
  const int64_t block = keys > 2 * visibility.block ? visibility.block : 0;
  if (visibility.kind != Visibility::Kind::kFull && (queries > 1 || block > 0)) {
    if (visibility.kind == Visibility::Kind::kCausal && queries == keys &&
        (!valid.defined() || padding_behind)) {
      mask.causal = block == 0;
      mask.block = block;
      return mask;
    }
    const auto integers = at::TensorOptions(at::kLong).device(options.device());
    allowed =
        AllowedByTime(visibility, block, at::arange(keys - queries, keys, integers).unsqueeze(1),
                      at::arange(keys, integers).unsqueeze(0))
            .view({1, 1, queries, keys});
  }
  if (valid.defined()) {
    const at::Tensor rows = valid.view({valid.size(0), 1, 1, keys});
    allowed = allowed.defined() ? allowed.logical_and(rows) : rows;
  }
  if (allowed.defined()) mask.additive = Additive(allowed, options);
  return mask;
}

AttentionMask MakePackedMask(const Visibility& visibility, const Packing& queries,
                             const Packing& keys, const at::TensorOptions& options) {
  const at::Tensor segments = queries.segments().unsqueeze(2);
  at::Tensor allowed = segments.eq(keys.segments().unsqueeze(1));
  if (visibility.kind != Visibility::Kind::kFull) {
    allowed = allowed.logical_and(AllowedByTime(
        visibility, visibility.block, queries.times().unsqueeze(2), keys.times().unsqueeze(1)));
  }
  AttentionMask mask;
  mask.additive = Additive(allowed.logical_or(segments < 0).unsqueeze(1), options);
  return mask;
}

}  // namespace t2t
