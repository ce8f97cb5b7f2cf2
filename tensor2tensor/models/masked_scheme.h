// The masked scheme: all units stand at their places at once, some known and the others asked for; each pass decides some of those,
// in an order drawn at random, until all are known. For frames of a known number: a picture's patches, in few passes instead of one
// decision each.
//
// Chang et al., "MaskGIT", arXiv 2202.04200, section 3: training hides cos(pi/2 u) of the units, u uniform in [0, 1), and its loss is
// of those; after pass p of P there are cos(pi/2 p/P) of them left. On frames, which have no confidence to decide the order by: Li et
// al., "Autoregressive Image Generation without Vector Quantization", arXiv 2406.11838, section 4.
#ifndef T2T_TENSOR2TENSOR_MODELS_MASKED_SCHEME_H_
#define T2T_TENSOR2TENSOR_MODELS_MASKED_SCHEME_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "tensor2tensor/models/scheme.h"

namespace t2t {

// Fits any body; frames of a known number. How many passes: DecodeOptions::passes, 0 = kUsualPasses.
std::unique_ptr<Scheme> MakeMaskedScheme();
inline constexpr int64_t kUsualPasses = 16;

// Units still unknown after each of `passes` passes over `units`: falling by one or more each time, the last 0. No more passes than
// units.
std::vector<int64_t> UnknownAfterPasses(int64_t units, int64_t passes);

// The places that training hides of a row of `units` units: one or more, in the order in which they are drawn.
std::vector<int64_t> HiddenPlaces(int64_t units, uint64_t row_key);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_MODELS_MASKED_SCHEME_H_
