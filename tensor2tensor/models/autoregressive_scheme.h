// Autoregressive: unit after unit from left to right, each seeing those before it, until the stop unit, which
// is the class behind the vocabulary. The first decision sees the port's tag alone. Where all values have one length (a
// picture's pixels) the number of units ends them, and there is no stop; each decision has the place of the unit that it
// decides.
#ifndef T2T_TENSOR2TENSOR_MODELS_AUTOREGRESSIVE_SCHEME_H_
#define T2T_TENSOR2TENSOR_MODELS_AUTOREGRESSIVE_SCHEME_H_

#include "tensor2tensor/models/scheme.h"

namespace t2t {

std::unique_ptr<Scheme> MakeAutoregressiveScheme();

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_MODELS_AUTOREGRESSIVE_SCHEME_H_
