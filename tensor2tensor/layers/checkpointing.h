// Activation checkpointing: a part of the network keeps only its input and is computed again in the backward
// pass. Chen et al., "Training Deep Nets with Sublinear Memory Cost", arXiv 1604.06174.
#ifndef T2T_TENSOR2TENSOR_LAYERS_CHECKPOINTING_H_
#define T2T_TENSOR2TENSOR_LAYERS_CHECKPOINTING_H_

#include <ATen/core/Tensor.h>

#include <functional>

#include "tensor2tensor/layers/context.h"

namespace t2t {

// part(inputs, context), whose random masks are the same in both computations. `inputs` are x and, if there is
// one, the memory; `parameters` are all those that the part uses: one that is left out gets no gradient. They
// get it as any function's inputs do, where backward() or grad() wants it.
at::Tensor Checkpointed(
    const std::function<at::Tensor(const std::vector<at::Tensor>&, ForwardContext&)>& part,
    const std::vector<at::Tensor>& inputs, const std::vector<at::Tensor>& parameters,
    ForwardContext& context);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_LAYERS_CHECKPOINTING_H_
