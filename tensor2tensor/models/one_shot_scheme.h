// One-shot: a single decision, made by the tag's position after it has seen the whole input. For labels.
#ifndef T2T_TENSOR2TENSOR_MODELS_ONE_SHOT_SCHEME_H_
#define T2T_TENSOR2TENSOR_MODELS_ONE_SHOT_SCHEME_H_

#include "tensor2tensor/models/scheme.h"

namespace t2t {

std::unique_ptr<Scheme> MakeOneShotScheme();

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_MODELS_ONE_SHOT_SCHEME_H_
