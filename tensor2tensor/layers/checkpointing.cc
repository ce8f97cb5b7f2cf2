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
                            const std::optional<at::Tensor>& optional_memory,
                            at::TensorList parameters) {
    const at::Tensor memory = optional_memory.value_or(at::Tensor());
    const at::AutoGradMode no_grad(false);
    ctx->saved_data["again"] = c10::IValue::make_capsule(again);
    torch::autograd::variable_list saved = {x, memory};
    saved.insert(saved.end(), parameters.begin(), parameters.end());
    ctx->save_for_backward(saved);
    return again->part({x, memory}, *context);
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* ctx,
                                                 const torch::autograd::variable_list& grads) {
    const auto capsule = ctx->saved_data["again"].toCapsule();
    const Again& again = static_cast<const Again&>(*capsule);
    const torch::autograd::variable_list saved = ctx->get_saved_variables();
    std::vector<at::Tensor> inputs, wanted;
    for (size_t i = 0; i < saved.size(); ++i) {
      const bool parameter = i >= kInputs;
      at::Tensor tensor = saved[i];
      if (!parameter) {
        if (tensor.defined()) tensor = tensor.detach().requires_grad_(true);
        inputs.push_back(tensor);
      }
      if (tensor.defined() && tensor.requires_grad()) wanted.push_back(tensor);
    }
    ForwardContext context = again.context;
    at::Tensor out;
    {
      const at::AutoGradMode grad(true);
      out = again.part(inputs, context);
    }
    const torch::autograd::variable_list found =
        torch::autograd::grad({out}, wanted, {grads[0]}, /*retain_graph=*/std::nullopt,
                              /*create_graph=*/false, /*allow_unused=*/true);
    torch::autograd::variable_list result = {at::Tensor(), at::Tensor()};  // again, context
    size_t next = 0;
    for (size_t i = 0; i < saved.size(); ++i) {
      const bool has = saved[i].defined() && (i < kInputs || saved[i].requires_grad());
      result.push_back(has ? found[next++] : at::Tensor());
    }
    return result;
  }

 private:
  static constexpr size_t kInputs = 2;  // x and memory, before the parameters
};

}  // namespace

at::Tensor Checkpointed(const Part& part, const std::vector<at::Tensor>& inputs,
                        const std::vector<at::Tensor>& parameters, ForwardContext& context) {
  if (!at::GradMode::is_enabled()) return part(inputs, context);
  auto again = c10::make_intrusive<Again>();
  again->part = part;
  again->context = context;
  std::optional<at::Tensor> memory;
  if (inputs.size() > 1 && inputs[1].defined()) memory = inputs[1];
  return CheckpointFunction::apply(again, &context, inputs[0], memory, at::TensorList(parameters));
}

}  // namespace t2t
