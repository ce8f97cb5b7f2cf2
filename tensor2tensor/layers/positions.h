// Positions: rotary, sinusoidal or learned, over any number of axes (1 for text, 2 for image patches).
//
// Pair i of the channels turns with frequency base^(-i / pairs) of axis i mod axes. A text in a model of more
// axes has the same position on each (see Concatenate), so that it sees the same positions as in a model of
// one axis.
// Rotary: Su et al., "RoFormer", arXiv 2104.09864. Sinusoidal: Vaswani et al., arXiv 1706.03762, section 3.5.
#ifndef T2T_TENSOR2TENSOR_LAYERS_POSITIONS_H_
#define T2T_TENSOR2TENSOR_LAYERS_POSITIONS_H_

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace t2t {

// cos and sin for queries and keys of `head_dim` channels: [batch or 1, 1, time, head_dim / 2].
struct RotaryTable {
  at::Tensor cosine, sine;
  bool defined() const { return cosine.defined(); }
};

// positions [batch or 1, time, axes].
RotaryTable MakeRotaryTable(const at::Tensor& positions, int64_t head_dim, double base = 10000.0);

// Turns x [batch, heads, time, head_dim]: channel i with channel i + head_dim / 2.
at::Tensor ApplyRotary(const at::Tensor& x, const RotaryTable& table);

// [batch or 1, time, width]: sines in the first half of the channels, cosines in the second.
at::Tensor Sinusoids(const at::Tensor& positions, int64_t width, double base = 10000.0);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_LAYERS_POSITIONS_H_
