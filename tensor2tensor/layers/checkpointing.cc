#include "tensor2tensor/layers/checkpointing.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include <memory>

namespace t2t {
namespace {

using Part = std::function<at::Tensor(const std::vector<at::Tensor>&, ForwardContext&)>;

// What the backward pass needs to compute the part again; lives as long as the graph's node.
struct Again : torch::CustomClassHolder {
  Part part;
  ForwardContext context;  // as it was when the part began
};

class CheckpointFunction : public torch::autograd::Function<CheckpointFunction> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* ctx, c10::intrusive_ptr<Again> again,
                            ForwardContext* context, const at::Tensor& x,
                            const std::optional<at::Tensor>& optional_memory) {
    const at::Tensor memory = optional_memory.value_or(at::Tensor());
    const at::AutoGradMode no_grad(false);
    ctx->saved_data["again"] = c10::IValue::make_capsule(again);
    ctx->save_for_backward({x, memory});
    return again->part({x, memory}, *context);
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* ctx,
                                                 const torch::autograd::variable_list& grads) {
    const auto capsule = ctx->saved_data["again"].toCapsule();
    const Again& again = static_cast<const Again&>(*capsule);
    std::vector<at::Tensor> inputs;
    for (const at::Tensor& saved : ctx->get_saved_variables()) {
      inputs.push_back(saved.defined() ? saved.detach().requires_grad_(true) : saved);
    }
    ForwardContext context = again.context;
    at::Tensor out;
    {
      const at::AutoGradMode grad(true);
      out = again.part(inputs, context);
    }
    torch::autograd::backward({out}, {grads[0]});
    torch::autograd::variable_list result = {at::Tensor(), at::Tensor()};
    for (const at::Tensor& input : inputs) {
      result.push_back(input.defined() ? input.grad() : at::Tensor());
    }
    return result;
  }
};

}  // namespace

at::Tensor Checkpointed(const Part& part, const std::vector<at::Tensor>& inputs,
                        ForwardContext& context) {
  if (!at::GradMode::is_enabled()) return part(inputs, context);
  auto again = c10::make_intrusive<Again>();
  again->part = part;
  again->context = context;
  std::optional<at::Tensor> memory;
  if (inputs.size() > 1 && inputs[1].defined()) memory = inputs[1];
  return CheckpointFunction::apply(again, &context, inputs[0], memory);
}

}  // namespace t2t
