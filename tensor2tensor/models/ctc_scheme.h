// The ctc scheme: connectionist temporal classification (Graves et al., ICML 2006). Each place of an input gives a unit or
// a blank, all at once; joined and without blanks they are the target. For targets that follow their input in order and are
// shorter: the letters of a recording, of a line of handwriting. The loss is the likelihood of the target, over all ways in
// which its units may lie along the input.
//
// Read off the body's states of the inputs (Body::InputStates): the body is `layout: encoder_only`, or an
// encoder-decoder whose decoder other targets use.
#ifndef T2T_TENSOR2TENSOR_MODELS_CTC_SCHEME_H_
#define T2T_TENSOR2TENSOR_MODELS_CTC_SCHEME_H_

#include <memory>

#include "tensor2tensor/models/scheme.h"

namespace t2t {

std::unique_ptr<Scheme> MakeCtcScheme();

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_MODELS_CTC_SCHEME_H_
