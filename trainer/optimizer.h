// Optimizers over named parameters, their state keyed by the parameter's name, and clipping.
//
//   T2T_ASSIGN_OR_RETURN(auto optimizer, Optimizer::Make(options, model.named_parameters()));
//   optimizer->ZeroGrad();
//   loss.backward();
//   const double norm = ClipByGlobalNorm(model.parameters(), 1.0);
//   optimizer->Step(LearningRate(schedule, step));
//
//   adamw      m <- beta1 m + (1 - beta1) g;  v <- beta2 v + (1 - beta2) g^2
//              w <- w - rate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
//              (Kingma and Ba, arXiv 1412.6980; Loshchilov and Hutter, arXiv 1711.05101)
//   adafactor  second moments of a matrix as the outer product of its rows' and columns' (Shazeer
//              and Stern, arXiv 1804.04235, algorithm 4), without first moments; their rho is the
//              schedule's rate. More than two dimensions are factored over the last two. With
//              scale_parameter rates are relative: about 1e-2, and 1e-3 is slow.
//   muon       m <- momentum m + (1 - momentum) g;  n = (1 - momentum) g + momentum m, made nearly
//              orthogonal (all singular values near 1) by five steps of a Newton-Schulz iteration;
//              w <- w - rate 0.2 sqrt(max(rows, columns)) n
//              (Jordan, kellerjordan.github.io/posts/muon; Liu et al., "Muon is Scalable for LLM
//              Training", arXiv 2502.16982). Of the linear maps of bodies only, parameters of two
//              dimensions named body.*.weight or bodies.*.weight; every other one as adamw. The
//              factor makes an update as large as one of adamw usually is, so rates are those of
//              adamw.
//   sgd        m <- momentum m + g;  w <- w - rate m
//
// Weight decay is decoupled in all four, w <- w - rate weight_decay w before the update, and never
// touches a parameter of less than two dimensions: norms, biases, markers, tags.
//
// A parameter without a gradient (its problem was not drawn in this step) stays as it is, decay
// included, and the step does not count for it: t above is its own. So a problem drawn in every
// tenth step starts with the bias correction of its own first steps. ZeroGrad leaves gradients
// undefined to make this visible.
#ifndef T2T_TRAINER_OPTIMIZER_H_
#define T2T_TRAINER_OPTIMIZER_H_

#include <ATen/core/Tensor.h>
#include <torch/ordered_dict.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "registry/config.h"
#include "trainer/named_tensors.h"

namespace t2t {

struct OptimizerOptions {
  std::string name = "adamw";
  double weight_decay = 0.01;   // only of parameters of two dimensions or more
  double beta1 = 0.9;           // adamw, muon: decay of the first moment
  double beta2 = 0.98;          // adamw, muon: decay of the second moment
  double epsilon = 1e-8;        // adamw, muon: added to the root of the second moment
  double decay_exponent = 0.8;  // adafactor: the second moment's decay is 1 - t^-decay_exponent
  double clip_threshold = 1.0;  // adafactor: largest root mean square of an update
  bool scale_parameter =
      true;                   // adafactor: the rate is relative to the parameter's root mean square
  double scale_floor = 1e-3;  // adafactor: the smallest such scale
  double momentum = 0.9;      // sgd
  double orthogonal_momentum = 0.95;  // muon: momentum of what it makes orthogonal

  void Bind(Binder& binder);
};

// Not thread-safe. Keeps the parameters (as handles), which stay on their device.
class Optimizer {
 public:
  // Parameters that need no gradient are left out. Errors: InvalidArgument for an unknown name, for
  // muon without a linear map of a body; for
  // a parameter that is not floating point or not contiguous, or one under two names.
  static absl::StatusOr<std::unique_ptr<Optimizer>> Make(
      const OptimizerOptions& options,
      const torch::OrderedDict<std::string, at::Tensor>& named_parameters);
  virtual ~Optimizer() = default;
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;

  virtual void Step(double learning_rate) = 0;
  void ZeroGrad();

  // "exp_avg.<name>", "step.<name>", ...: all of it, from the start on. The tensors are the
  // optimizer's own: the next step changes them. Those named step are on the CPU for adafactor.
  const NamedTensors& State() const { return state_; }
  // Strict, see LoadNamedTensors.
  absl::Status LoadState(const NamedTensors& state);

 protected:
  struct Parameter {
    std::string name;
    at::Tensor value;
    bool decays;
  };
  Optimizer(std::string kind, std::vector<Parameter> parameters)
      : kind_(std::move(kind)), parameters_(std::move(parameters)) {}

  const std::vector<Parameter>& parameters() const { return parameters_; }
  // A tensor of zeros that State shows as "<role>.<name>".
  at::Tensor NewState(const std::string& role, const Parameter& parameter, at::IntArrayRef shape,
                      const at::TensorOptions& options);

 private:
  std::string kind_;
  std::vector<Parameter> parameters_;
  NamedTensors state_;
};

// Scales the gradients so that the norm of all of them together is at most max_norm (0: no scaling)
// and returns the norm they had. A norm that is not finite is returned and changes nothing: the
// caller stops. Undefined gradients count nothing. One synchronisation with the device.
double ClipByGlobalNorm(const std::vector<at::Tensor>& parameters, double max_norm);

}  // namespace t2t

#endif  // T2T_TRAINER_OPTIMIZER_H_
