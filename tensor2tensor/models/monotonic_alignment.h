// Frames along units in order: each unit has one frame or more, and all frames of a unit stand before those of the next.
#ifndef T2T_TENSOR2TENSOR_MODELS_MONOTONIC_ALIGNMENT_H_
#define T2T_TENSOR2TENSOR_MODELS_MONOTONIC_ALIGNMENT_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace t2t {

// [frames, units], float: the logarithm of each unit's probability at each frame while nothing is known but their order:
// beta-binomial around the diagonal (Badlani et al., "One TTS Alignment To Rule Them All", arXiv 2108.10447, section 2.2.2).
at::Tensor DiagonalPrior(int64_t frames, int64_t units);

// The frames of each unit, 1 or more, at which the sum of scores [frames, units] (float, on the CPU) along them is largest:
// monotonic alignment search (Kim et al., "Glow-TTS", arXiv 2005.11129, section 3.2). Needs 1 <= units <= frames.
std::vector<int64_t> BestDurations(const at::Tensor& scores);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_MODELS_MONOTONIC_ALIGNMENT_H_
