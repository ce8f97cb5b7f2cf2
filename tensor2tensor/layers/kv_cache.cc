#include "tensor2tensor/layers/kv_cache.h"

#include <ATen/ATen.h>

#include "registry/check.h"

namespace t2t {

KvCache::KvCache(int64_t layers, int64_t rows, int64_t heads, int64_t capacity, int64_t head_dim,
                 const at::TensorOptions& options)
    : rows_(rows), capacity_(capacity), layers_(static_cast<size_t>(layers)) {
  for (Layer& layer : layers_) {
    layer.keys = at::empty({rows, heads, capacity, head_dim}, options);
    layer.values = at::empty({rows, heads, capacity, head_dim}, options);
  }
}

std::pair<at::Tensor, at::Tensor> KvCache::Append(int64_t i, const at::Tensor& keys,
                                                  const at::Tensor& values) {
  const int64_t time = keys.size(2);
  T2T_CHECK(length_ + time <= capacity_) << length_ << " + " << time << " slots of " << capacity_;
  Layer& own = layer(i);
  own.keys.narrow(2, length_, time).copy_(keys);
  own.values.narrow(2, length_, time).copy_(values);
  return {own.keys.narrow(2, 0, length_ + time), own.values.narrow(2, 0, length_ + time)};
}

void KvCache::Extend(int64_t time, const at::Tensor& valid) {
  if (valid.defined() && !valid_.defined()) {
    valid_ = at::ones({rows_, capacity_}, valid.options());
  }
  if (valid.defined()) valid_.narrow(1, length_, time).copy_(valid);
  length_ += time;
}

void KvCache::Select(const at::Tensor& rows, bool same_memory) {
  // Only the filled slots are worth moving; the rest of the new tensors is fresh.
  const auto moved = [&](const at::Tensor& from) {
    at::Tensor to =
        at::empty({rows.size(0), from.size(1), capacity_, from.size(3)}, from.options());
    if (length_ > 0)
      to.narrow(2, 0, length_).copy_(from.narrow(2, 0, length_).index_select(0, rows));
    return to;
  };
  for (Layer& layer : layers_) {
    layer.keys = moved(layer.keys);
    layer.values = moved(layer.values);
    if (!same_memory && layer.memory_keys.defined()) {
      layer.memory_keys = layer.memory_keys.index_select(0, rows);
      layer.memory_values = layer.memory_values.index_select(0, rows);
    }
  }
  if (valid_.defined()) valid_ = valid_.index_select(0, rows);
  if (origin.defined() && origin.size(0) > 1) origin = origin.index_select(0, rows);
  if (!same_memory && memory_mask.defined()) memory_mask = memory_mask.index_select(0, rows);
  rows_ = rows.size(0);
}

void KvCache::Truncate(int64_t length) {
  T2T_CHECK(length >= 0 && length <= length_) << length << " of " << length_;
  if (valid_.defined()) valid_.narrow(1, length, capacity_ - length).fill_(true);
  length_ = length;
}

at::Tensor KvCache::Valid(int64_t ahead) const {
  if (!valid_.defined()) return {};
  return valid_.narrow(1, 0, length_ + ahead);
}

}  // namespace t2t
