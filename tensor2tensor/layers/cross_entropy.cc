#include "tensor2tensor/layers/cross_entropy.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

namespace t2t {
namespace {

// Logits of a chunk, 16 MiB: few enough for the last cache, and rows enough to be worth reading the weight and its
// gradient once more for each chunk.
constexpr int64_t kChunkElements = 1 << 22, kLeastRows = 256;

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
        std::clamp(kChunkElements / classes, kLeastRows, std::max(rows, kLeastRows));
    const auto sums = at::TensorOptions(at::kDouble).device(hidden.device());
    at::Tensor nll = at::zeros({}, sums), loss = at::zeros({}, sums);
    at::Tensor hidden_grad, weight_grad, bias_grad;
    if (with_gradient) {
      hidden_grad = at::empty_like(hidden);
      weight_grad = at::zeros_like(weight);
      if (bias.defined()) bias_grad = at::zeros_like(bias);
    }
    // The sum of a row's logits is hidden . (sum of the weights) + the sum of the biases.
    const double share = smoothing / static_cast<double>(classes);
    at::Tensor weight_sum, bias_sum;
    if (smoothing > 0) {
      weight_sum = weight.sum(0);
      if (bias.defined()) bias_sum = bias.sum(at::kDouble);
    }
    for (int64_t begin = 0; begin < rows; begin += chunk) {
      const int64_t count = std::min(chunk, rows - begin);
      const at::Tensor h = hidden.narrow(0, begin, count);
      const at::Tensor t = targets.narrow(0, begin, count).unsqueeze(1);
      at::Tensor logits = bias.defined() ? at::addmm(bias, h, weight.t()) : at::mm(h, weight.t());
      logits = logits.to(at::kFloat);
      const at::Tensor wanted = logits.gather(1, t), top = logits.amax(1, /*keepdim=*/true);
      at::Tensor grad =
          logits.sub_(top).exp_();  // softmax times `total`, which divides the small factors below
      const at::Tensor total = grad.sum(1, /*keepdim=*/true);  // [count, 1]
      const at::Tensor norm = top + total.log();
      const at::Tensor chunk_nll = (norm - wanted).sum(at::kDouble);
      nll += chunk_nll;
      loss += chunk_nll * (1.0 - smoothing);
      if (smoothing > 0) {
        at::Tensor logits_sum = at::mv(h, weight_sum).sum(at::kDouble);
        if (bias.defined()) logits_sum += bias_sum * count;
        loss += norm.sum(at::kDouble) * smoothing - logits_sum * share;
      }
      if (!with_gradient) continue;
      grad.scatter_add_(1, t, total * (smoothing - 1.0));
      grad = grad.to(hidden.scalar_type());
      const at::Tensor scale = total.to(hidden.scalar_type()).reciprocal();
      at::Tensor hidden_part = hidden_grad.narrow(0, begin, count);
      at::mm_out(hidden_part, grad, weight);
      hidden_part.mul_(scale);
      weight_grad.addmm_(grad.t(), h * scale);
      if (bias.defined()) bias_grad.addmv_(grad.t(), scale.squeeze(1));
    }
    if (with_gradient && smoothing > 0) {  // - share at every class
      hidden_grad.sub_(weight_sum, share);
      weight_grad.sub_(hidden.sum(0), share);
      if (bias.defined()) bias_grad.sub_(share * static_cast<double>(rows));
    }
    ctx->save_for_backward({hidden_grad, weight_grad, bias_grad});
    ctx->mark_non_differentiable({nll});
    return {loss, nll};
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* ctx,
                                                 const torch::autograd::variable_list& grads) {
    const auto saved = ctx->get_saved_variables();
    torch::autograd::variable_list result;
    for (at::Tensor grad : saved) {
      // In place: a second backward pass is refused, since what was saved has changed.
      result.push_back(grad.defined() ? grad.mul_(grads[0].to(grad.scalar_type())) : at::Tensor());
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
