// Layer: a module whose random initial values can be drawn by place: (seed, name of the parameter in the model). So
// a body starts the same whatever ports stand beside it (and on every machine, but for the last bit of log and cos). A
// module that is registered under two names is drawn by the last of them.
//
//   class Scale : public Layer {
//    public:
//     explicit Scale(int64_t width) { weight_ = AddNormal("weight", {width}, 0.02); }
//   };
//   DrawParameters(model, seed);   // every Layer below `model`, itself included
//
// Numbers: Philox4x32-10 (random/philox.h), in double, rounded to the parameter's type.
#ifndef T2T_TENSOR2TENSOR_LAYERS_LAYER_H_
#define T2T_TENSOR2TENSOR_LAYERS_LAYER_H_

#include <torch/nn/module.h>

#include <cstdint>
#include <string>
#include <vector>

#include "random/philox.h"

namespace t2t {

class Layer : public torch::nn::Module {
 public:
  // Registers a parameter of values uniform in +-bound, or normal with mean 0. Until Draw its values come from
  // torch's generator.
  at::Tensor AddUniform(const std::string& name, at::IntArrayRef sizes, double bound);
  at::Tensor AddNormal(const std::string& name, at::IntArrayRef sizes, double deviation);

  // Draws all that was added so anew, in place; `place` names this layer.
  void Draw(RandomKey place);

 private:
  struct Drawn {
    std::string name;
    at::Tensor parameter;
    bool uniform;
    double scale;  // bound or deviation
  };
  std::vector<Drawn> drawn_;
};

// The model must be held by a shared pointer (LibTorch asks that of who walks over modules).
void DrawParameters(const torch::nn::Module& model, uint64_t seed);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_LAYERS_LAYER_H_
