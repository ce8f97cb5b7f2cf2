#include "tensor2tensor/layers/cross_entropy.h"

#include <torch/torch.h>

#include <algorithm>

namespace t2t {
namespace {

constexpr int64_t kChunkElements =
    1 << 19;  // logits of a chunk: 2 MiB, so that they stay in the cache

class LinearCrossEntropyFunction : public torch::autograd::Function<LinearCrossEntropyFunction> {
 public:
  static torch::autograd::variable_list forward(torch::autograd::AutogradContext* ctx,
                                                const at::Tensor& hidden, const at::Tensor& weight,
                                                const std::optional<at::Tensor>& optional_bias,
                                                const at::Tensor& targets, double smoothing,
                                                bool with_gradient) {
    const at::Tensor bias = optional_bias.value_or(at::Tensor());
    const int64_t rows = hidden.size(0), classes = weight.size(0);
    const int64_t chunk =
        std::clamp<int64_t>(kChunkElements / classes, 16, std::max<int64_t>(rows, 16));
    const auto sums = at::TensorOptions(at::kDouble).device(hidden.device());
    at::Tensor nll = at::zeros({}, sums), loss = at::zeros({}, sums);
    at::Tensor hidden_grad, weight_grad, bias_grad;
    if (with_gradient) {
      hidden_grad = at::empty_like(hidden);
      weight_grad = at::zeros_like(weight);
      if (bias.defined()) bias_grad = at::zeros_like(bias);
    }
    const double share = smoothing / static_cast<double>(classes);
    for (int64_t begin = 0; begin < rows; begin += chunk) {
      const int64_t count = std::min(chunk, rows - begin);
      const at::Tensor h = hidden.narrow(0, begin, count);
      const at::Tensor t = targets.narrow(0, begin, count).unsqueeze(1);
      at::Tensor logits = bias.defined() ? at::addmm(bias, h, weight.t()) : at::mm(h, weight.t());
      logits = logits.to(at::kFloat);
      const at::Tensor norm = at::logsumexp(logits, 1, /*keepdim=*/true);  // [count, 1]
      const at::Tensor row_nll = norm - logits.gather(1, t);
      nll += row_nll.sum(at::kDouble);
      loss += row_nll.sum(at::kDouble) * (1.0 - smoothing);
      if (smoothing > 0) {
        loss += (norm.sum(at::kDouble) * static_cast<double>(classes) - logits.sum(at::kDouble)) *
                share;
      }
      if (!with_gradient) continue;
      at::Tensor grad = logits.sub_(norm).exp_();  // softmax
      if (smoothing > 0) grad.sub_(share);
      grad.scatter_add_(1, t, at::full({count, 1}, -(1.0 - smoothing), grad.options()));
      grad = grad.to(hidden.scalar_type());
      at::Tensor hidden_part = hidden_grad.narrow(0, begin, count);
      at::mm_out(hidden_part, grad, weight);
      weight_grad.addmm_(grad.t(), h);
      if (bias.defined()) bias_grad.add_(grad.sum(0));
    }
    ctx->save_for_backward({hidden_grad, weight_grad, bias_grad});
    ctx->mark_non_differentiable({nll});
    return {loss, nll};
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* ctx,
                                                 const torch::autograd::variable_list& grads) {
    const auto saved = ctx->get_saved_variables();
    torch::autograd::variable_list result;
    for (const at::Tensor& grad : saved) {
      result.push_back(grad.defined() ? grad * grads[0].to(grad.scalar_type()) : at::Tensor());
    }
    for (int i = 0; i < 3; ++i) result.push_back(at::Tensor());
    return result;
  }
};

}  // namespace

CrossEntropySum LinearCrossEntropy(const at::Tensor& hidden, const at::Tensor& weight,
                                   const at::Tensor& bias, const at::Tensor& targets,
                                   double smoothing) {
  const std::optional<at::Tensor> optional_bias =
      bias.defined() ? std::optional<at::Tensor>(bias) : std::nullopt;
  const auto result = LinearCrossEntropyFunction::apply(hidden, weight, optional_bias, targets,
                                                        smoothing, at::GradMode::is_enabled());
  return {result[0], result[1]};
}

}  // namespace t2t
