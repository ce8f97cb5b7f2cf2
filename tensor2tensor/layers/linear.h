// Linear: y = x W^T + b. Every projection of a body is one of these, so that a weight can later be stored in
// another precision, packed, adapted or split without touching what uses it.
#ifndef T2T_TENSOR2TENSOR_LAYERS_LINEAR_H_
#define T2T_TENSOR2TENSOR_LAYERS_LINEAR_H_

#include <cstdint>

#include "tensor2tensor/layers/layer.h"

namespace t2t {

class Linear : public Layer {
 public:
  // Weights uniform in +-sqrt(6 / (in + out)) (Glorot and Bengio 2010), for a projection that holds
  // `parts` matrices one above the other (q, k, v) with each part's own fan; bias zero.
  Linear(int64_t in, int64_t out, bool bias = true, int64_t parts = 1);
  at::Tensor Forward(const at::Tensor& x) const;  // [..., in] -> [..., out]
  const at::Tensor& weight() const { return weight_; }

 private:
  at::Tensor weight_;  // [out, in]
  at::Tensor bias_;    // [out] or undefined
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_LAYERS_LINEAR_H_
