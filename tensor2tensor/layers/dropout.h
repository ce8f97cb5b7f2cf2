// Dropout whose mask is a pure function of its place: (row key, site, position, channel). Nothing is
// stored for the backward pass, the bits are made again; padding and batch composition change nothing (where
// padding stands within a row, the position is that of ForwardContext::places).
//
//   x = DropoutAdd(residual, y, 0.1, context);     // residual + dropout(y)
//
// Bits: Philox4x32-7 (random/philox.h), counter (element / 8, 0, site, 0), 16 bits an element, so that the
// rate is exact to 1/65536 and the kept values are scaled by the exact inverse of the kept share.
// Srivastava et al., "Dropout", JMLR 2014.
#ifndef T2T_TENSOR2TENSOR_LAYERS_DROPOUT_H_
#define T2T_TENSOR2TENSOR_LAYERS_DROPOUT_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "tensor2tensor/layers/context.h"

namespace t2t {

// residual + dropout(x); `residual` may be undefined. x is [rows, ...] with rows == context.row_keys.size() when training, or, where
// the context says how x is packed, as many keys as there are segments. Takes the next site of the context. Without training, or at
// rate 0, no mask is made.
at::Tensor DropoutAdd(const at::Tensor& residual, const at::Tensor& x, double rate,
                      ForwardContext& context);

namespace internal {
// The mask's values (0 or scale) for x of `sizes` by tensor operations alone: the path of other devices,
// and what the CPU kernel is tested against. Result [rows, elements of a row], float.
at::Tensor KeyedMask(const std::vector<uint64_t>& row_keys, int64_t elements, uint32_t site,
                     double rate, const at::Device& device);
}  // namespace internal

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_LAYERS_DROPOUT_H_
