// KvCache: keys and values of what was already decoded, preallocated. Nothing is concatenated per step.
//
// Own positions stand in slots 0 .. length() of `capacity` for all rows; rows may have padding in their
// slots (`valid`), as prefixes of unequal length do. The memory's keys and values are made once.
#ifndef T2T_TENSOR2TENSOR_LAYERS_KV_CACHE_H_
#define T2T_TENSOR2TENSOR_LAYERS_KV_CACHE_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace t2t {

class KvCache {
 public:
  struct Layer {
    at::Tensor keys, values;  // [rows, heads, capacity, head_dim]
    at::Tensor memory_keys,
        memory_values;  // [rows, heads, memory time, head_dim]; may be undefined
  };

  KvCache(int64_t layers, int64_t rows, int64_t heads, int64_t capacity, int64_t head_dim,
          const at::TensorOptions& options);

  // Writes keys and values [rows, heads, time, head_dim] of layer i behind the present length and returns
  // views of all slots up to and with them. The length moves on by Extend, once a step for all layers.
  std::pair<at::Tensor, at::Tensor> Append(int64_t layer, const at::Tensor& keys,
                                           const at::Tensor& values);
  // `time` slots were filled in every layer. `valid` [rows, time] bool; undefined = all valid.
  void Extend(int64_t time, const at::Tensor& valid);
  // Row i goes on as row rows[i] did: reorders (beams), compacts (finished rows dropped) and forks (a row
  // named twice), in one. `same_memory`: each row keeps its source, the memory's part need not move.
  void Select(const at::Tensor& rows, bool same_memory);
  // Forgets all slots from `length` on.
  void Truncate(int64_t length);

  int64_t length() const { return length_; }
  int64_t rows() const { return rows_; }
  int64_t capacity() const { return capacity_; }
  // [rows, length() + ahead] bool, the `ahead` slots to come counted as valid; undefined where all are.
  at::Tensor Valid(int64_t ahead) const;
  Layer& layer(int64_t i) { return layers_[static_cast<size_t>(i)]; }

  at::Tensor memory_mask;  // [rows, 1, 1, memory time] additive; undefined where nothing is padded
  at::Tensor
      origin;  // [rows or 1, 1, 1] int64: the position at which the target's own count begins

 private:
  int64_t rows_, capacity_, length_ = 0;
  std::vector<Layer> layers_;
  at::Tensor valid_;  // [rows, capacity] bool; undefined while all filled slots are valid
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_LAYERS_KV_CACHE_H_
