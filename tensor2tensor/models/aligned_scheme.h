// The aligned scheme: an output for each unit of an input, all decided at once, each seeing everything. For targets that are
// as long as an input: codons of a protein, tags of a text.
#ifndef T2T_TENSOR2TENSOR_MODELS_ALIGNED_SCHEME_H_
#define T2T_TENSOR2TENSOR_MODELS_ALIGNED_SCHEME_H_

#include <memory>

#include "tensor2tensor/models/scheme.h"

namespace t2t {

std::unique_ptr<Scheme> MakeAlignedScheme();

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_MODELS_ALIGNED_SCHEME_H_
