// Durations: frames along the units of an input in order, such as speech along letters. The Aligner finds the alignment while
// it trains, and expects durations when nothing is given; frame after frame is decided as by the autoregressive scheme, but
// each decision has the state of the units it belongs to, and the durations end the target. So the decoder need not find its
// place in the input by attention, and can neither skip nor repeat.
#ifndef T2T_TENSOR2TENSOR_MODELS_DURATION_SCHEME_H_
#define T2T_TENSOR2TENSOR_MODELS_DURATION_SCHEME_H_

#include "tensor2tensor/models/scheme.h"

namespace t2t {

std::unique_ptr<Scheme> MakeDurationScheme();

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_MODELS_DURATION_SCHEME_H_
