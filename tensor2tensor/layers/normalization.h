// Norms over the last axis: layer normalisation (Ba et al., arXiv 1607.06450) and its form without mean and
// bias, RMSNorm (Zhang and Sennrich, arXiv 1910.07467).
#ifndef T2T_TENSOR2TENSOR_LAYERS_NORMALIZATION_H_
#define T2T_TENSOR2TENSOR_LAYERS_NORMALIZATION_H_

#include <torch/nn/module.h>

#include <cstdint>
#include <string>

namespace t2t {

class Norm : public torch::nn::Module {
 public:
  enum class Kind { kLayer, kRms };
  Norm(int64_t width, Kind kind);
  at::Tensor Forward(const at::Tensor& x) const;  // [..., width] -> [..., width]

 private:
  int64_t width_;
  Kind kind_;
  at::Tensor weight_;  // [width]
  at::Tensor bias_;    // [width]; undefined for kRms
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_LAYERS_NORMALIZATION_H_
