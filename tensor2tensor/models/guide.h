// Decisions along a guide: the input whose units a target is decided at.
#ifndef T2T_TENSOR2TENSOR_MODELS_GUIDE_H_
#define T2T_TENSOR2TENSOR_MODELS_GUIDE_H_

#include <ATen/core/Tensor.h>

#include "tensor2tensor/models/scheme.h"

namespace t2t {

// Hidden states [batch, time, width] at the places of the memory's guide, all at once and each seeing all: its units ask
// the body, behind the tag, so that no row is empty.
at::Tensor DecideAlongGuide(const SchemeParts& parts, const Memory& memory,
                            ForwardContext& context);

// Log-probabilities [batch, time, classes] of the head at these places.
at::Tensor LogProbabilitiesAlongGuide(const SchemeParts& parts, const Memory& memory,
                                      ForwardContext& context);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_MODELS_GUIDE_H_
