#include "tensor2tensor/layers/layer.h"

#include <ATen/ATen.h>

#include <memory>

namespace t2t {

at::Tensor Layer::AddUniform(const std::string& name, at::IntArrayRef sizes, double bound) {
  drawn_.push_back(
      {name, register_parameter(name, at::empty(sizes).uniform_(-bound, bound)), true, bound});
  return drawn_.back().parameter;
}

at::Tensor Layer::AddNormal(const std::string& name, at::IntArrayRef sizes, double deviation) {
  drawn_.push_back(
      {name, register_parameter(name, at::empty(sizes).normal_(0.0, deviation)), false, deviation});
  return drawn_.back().parameter;
}

void Layer::Draw(RandomKey place) {
  const at::NoGradGuard no_grad;
  for (const Drawn& drawn : drawn_) {
    Philox random(place.With(drawn.name));
    at::Tensor values = at::empty(drawn.parameter.sizes(), at::kDouble);
    double* out = values.mutable_data_ptr<double>();
    for (int64_t i = 0; i < values.numel(); ++i) {
      out[i] = drawn.scale * (drawn.uniform ? 2.0 * random.Uniform() - 1.0 : random.Normal());
    }
    at::Tensor(drawn.parameter).copy_(values);
  }
}

void DrawParameters(const torch::nn::Module& model, uint64_t seed) {
  const RandomKey key = RandomKey(seed).With("parameters");
  for (const auto& module : model.named_modules()) {
    if (const auto layer = std::dynamic_pointer_cast<Layer>(module.value()))
      layer->Draw(key.With(module.key()));
  }
}

}  // namespace t2t
