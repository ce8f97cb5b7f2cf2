#include "trainer/optimizer.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "registry/check.h"
#include "registry/suggest.h"

namespace t2t {
namespace {

const std::vector<std::string>& OptimizerNames() {
  static const std::vector<std::string> names = {"adamw", "adafactor", "muon", "sgd"};
  return names;
}

// The gradient laid out as its parameter is, which the fused kernel takes for granted.
at::Tensor AlignedGradient(const at::Tensor& parameter) {
  const at::Tensor& gradient = parameter.grad();
  T2T_CHECK(gradient.layout() == at::kStrided) << "a sparse gradient";
  return gradient.contiguous();
}

}  // namespace

void OptimizerOptions::Bind(Binder& binder) {
  binder.Choice("name", &name, OptimizerNames(), "how gradients change parameters");
  binder.Field("weight_decay", &weight_decay,
               "share of a weight that a rate of 1 would remove; never of norms and biases");
  if (weight_decay < 0) binder.Error("weight_decay", "must not be negative");
  const auto share = [&](const char* key, double* value, const char* comment) {
    binder.Field(key, value, comment);
    if (*value < 0 || *value >= 1) binder.Error(key, "must be in [0, 1)");
  };
  const auto positive = [&](const char* key, double* value, const char* comment) {
    binder.Field(key, value, comment);
    if (*value <= 0) binder.Error(key, "must be positive");
  };
  if (name == "adamw" || name == "muon") {
    if (name == "muon") {
      share("orthogonal_momentum", &orthogonal_momentum, "momentum of what is made orthogonal");
    }
    share("beta1", &beta1, "decay of the first moment");
    share("beta2", &beta2, "decay of the second moment");
    positive("epsilon", &epsilon, "added to the root of the second moment");
  } else if (name == "adafactor") {
    positive("decay_exponent", &decay_exponent, "the second moment's decay is 1 - t^-exponent");
    positive("clip_threshold", &clip_threshold, "largest root mean square of an update");
    binder.Field("scale_parameter", &scale_parameter,
                 "make the rate relative to the parameter's root mean square");
    if (scale_parameter) positive("scale_floor", &scale_floor, "the smallest such scale");
  } else {
    share("momentum", &momentum, "share of the last update that is kept");
  }
}

void Optimizer::ZeroGrad() {
  for (const Parameter& parameter : parameters_) parameter.value.mutable_grad().reset();
}

absl::Status Optimizer::LoadState(const NamedTensors& state) {
  return LoadNamedTensors(state, state_, absl::StrCat("state of the optimizer ", kind_));
}

at::Tensor Optimizer::NewState(const std::string& role, const Parameter& parameter,
                               at::IntArrayRef shape, const at::TensorOptions& options) {
  at::Tensor state = at::zeros(shape, options.requires_grad(false));
  T2T_CHECK(state_.emplace(absl::StrCat(role, ".", parameter.name), state).second)
      << role << " of " << parameter.name;
  return state;
}

namespace {

class AdamW : public Optimizer {
 public:
  AdamW(const OptimizerOptions& options, std::vector<Parameter> parameters)
      : AdamW(options, std::move(parameters), [](const Parameter&) { return true; }) {}

  void Step(double learning_rate) override {
    const at::NoGradGuard no_grad;
    // One call for what decays and one for what does not.
    std::array<Group, 2> groups;
    for (const Moments& moments : moments_) {
      const Parameter& parameter = *moments.parameter;
      if (!parameter.value.grad().defined()) continue;
      Group& group = groups[parameter.decays ? 0 : 1];
      group.values.push_back(parameter.value);
      group.gradients.push_back(AlignedGradient(parameter.value));
      group.first.push_back(moments.first);
      group.second.push_back(moments.second);
      group.steps.push_back(moments.steps);
    }
    for (size_t i = 0; i < groups.size(); ++i) {
      Group& group = groups[i];
      if (group.values.empty()) continue;
      at::_foreach_add_(group.steps, 1);
      at::_fused_adamw_(group.values, group.gradients, group.first, group.second, {}, group.steps,
                        learning_rate, options_.beta1, options_.beta2,
                        i == 0 ? options_.weight_decay : 0.0, options_.epsilon, /*amsgrad=*/false,
                        /*maximize=*/false);
    }
  }

 protected:
  // Of the parameters that `takes` accepts.
  AdamW(const OptimizerOptions& options, std::vector<Parameter> parameters,
        bool (*takes)(const Parameter&))
      : Optimizer(options.name, std::move(parameters)), options_(options) {
    for (const Parameter& parameter : this->parameters()) {
      if (!takes(parameter)) continue;
      const at::Tensor& value = parameter.value;
      moments_.push_back({&parameter,
                          NewState("exp_avg", parameter, value.sizes(), value.options()),
                          NewState("exp_avg_sq", parameter, value.sizes(), value.options()),
                          // The fused kernel wants the number of steps as a float, beside the
                          // weight.
                          NewState("step", parameter, {}, value.options().dtype(at::kFloat))});
    }
  }

  const OptimizerOptions& options() const { return options_; }

 private:
  struct Moments {
    const Parameter* parameter;
    at::Tensor first, second, steps;
  };
  struct Group {
    std::vector<at::Tensor> values, gradients, first, second, steps;
  };
  OptimizerOptions options_;
  std::vector<Moments> moments_;
};

class Muon : public AdamW {
 public:
  static bool IsLinearMap(const Parameter& parameter) {
    return parameter.value.dim() == 2 && absl::EndsWith(parameter.name, ".weight") &&
           (absl::StartsWith(parameter.name, "body.") ||
            absl::StartsWith(parameter.name, "bodies."));
  }

  Muon(const OptimizerOptions& options, std::vector<Parameter> parameters)
      : AdamW(options, std::move(parameters),
              [](const Parameter& parameter) { return !IsLinearMap(parameter); }) {
    for (const Parameter& parameter : this->parameters()) {
      if (!IsLinearMap(parameter)) continue;
      const at::Tensor& value = parameter.value;
      maps_.push_back(
          {&parameter, NewState("momentum", parameter, value.sizes(), value.options())});
    }
  }

  void Step(double learning_rate) override {
    AdamW::Step(learning_rate);
    const at::NoGradGuard no_grad;
    const double fresh = 1.0 - options().orthogonal_momentum;
    for (const auto& [parameter, momentum] : maps_) {
      const at::Tensor& value = parameter->value;
      if (!value.grad().defined()) continue;
      const at::Tensor gradient = AlignedGradient(value);
      momentum.lerp_(gradient, fresh);
      const at::Tensor direction = Orthogonalized(momentum.lerp(gradient, fresh));
      value.mul_(1.0 - learning_rate * options().weight_decay);
      const auto longer = static_cast<double>(std::max(value.size(0), value.size(1)));
      value.add_(direction, -learning_rate * kUpdateSize * std::sqrt(longer));
    }
  }

 private:
  // Root mean square of an update over the rate: what arXiv 2502.16982 finds for AdamW.
  static constexpr double kUpdateSize = 0.2;

  // X <- a X + (b X X' + c (X X')^2) X, from X of a spectral norm of at most 1: the singular values
  // come to lie about 1 (0.7 to 1.2). The coefficients are Jordan's, steepest at 0.
  static at::Tensor Orthogonalized(const at::Tensor& matrix) {
    constexpr double kA = 3.4445, kB = -4.7750, kC = 2.0315;
    constexpr int kIterations = 5;
    const bool tall = matrix.size(0) > matrix.size(1);
    at::Tensor x = tall ? matrix.t() : matrix;  // the smaller Gram matrix
    x = x / x.norm().clamp_min(1e-7);
    for (int i = 0; i < kIterations; ++i) {
      const at::Tensor gram = at::mm(x, x.t());
      const at::Tensor polynomial = at::addmm(gram, gram, gram, kB, kC);
      x = at::addmm(x, polynomial, x, kA);
    }
    return tall ? x.t() : x;
  }

  struct LinearMap {
    const Parameter* parameter;
    at::Tensor momentum;
  };
  std::vector<LinearMap> maps_;
};

class Adafactor : public Optimizer {
 public:
  Adafactor(const OptimizerOptions& options, std::vector<Parameter> parameters)
      : Optimizer(options.name, std::move(parameters)), options_(options) {
    for (const Parameter& parameter : this->parameters()) {
      const at::Tensor& value = parameter.value;
      Moments moments;
      // On the CPU: the decay is computed there.
      moments.steps = NewState("step", parameter, {}, at::TensorOptions().dtype(at::kFloat));
      if (value.dim() < 2) {
        moments.full = NewState("exp_avg_sq", parameter, value.sizes(), value.options());
      } else {
        std::vector<int64_t> rows = value.sizes().vec(), columns = rows;
        rows.back() = 1;
        columns[columns.size() - 2] = 1;
        moments.rows = NewState("exp_avg_sq_row", parameter, rows, value.options());
        moments.columns = NewState("exp_avg_sq_col", parameter, columns, value.options());
      }
      moments_.push_back(std::move(moments));
    }
  }

  void Step(double learning_rate) override {
    const at::NoGradGuard no_grad;
    for (size_t i = 0; i < parameters().size(); ++i) {
      if (parameters()[i].value.grad().defined())
        Update(parameters()[i], moments_[i], learning_rate);
    }
  }

 private:
  struct Moments {
    at::Tensor steps;
    at::Tensor full;           // shape of the parameter; undefined where it is factored
    at::Tensor rows, columns;  // [..., rows, 1] and [..., 1, columns]
  };

  void Update(const Parameter& parameter, const Moments& moments, double learning_rate) const {
    constexpr double kSquareFloor =
        1e-30;  // epsilon_1 of the paper: keeps an all-zero gradient finite
    const at::Tensor& value = parameter.value;
    const at::Tensor gradient = AlignedGradient(value);
    moments.steps.add_(1);
    const double t = moments.steps.item<float>();
    const double fresh = std::pow(t, -options_.decay_exponent);  // 1 - beta2 of step t
    const at::Tensor square = gradient.square().add_(kSquareFloor);
    at::Tensor scale;  // 1 / sqrt(second moment)
    if (moments.full.defined()) {
      moments.full.lerp_(square, fresh);
      scale = moments.full.rsqrt();
    } else {
      moments.rows.lerp_(square.mean(-1, /*keepdim=*/true), fresh);
      moments.columns.lerp_(square.mean(-2, /*keepdim=*/true), fresh);
      // Two roots, not the root of a product: two small moments would fall out of float's range.
      scale = (moments.rows / moments.rows.mean(-2, /*keepdim=*/true)).rsqrt_() *
              moments.columns.rsqrt();
    }
    at::Tensor update = scale.mul_(gradient);
    const at::Tensor size = update.square().mean().sqrt_();
    at::Tensor rate =
        (size / options_.clip_threshold).clamp_min_(1.0).reciprocal_().mul_(-learning_rate);
    if (options_.scale_parameter) {
      rate.mul_(value.square().mean().sqrt_().clamp_min_(options_.scale_floor));
    }
    if (parameter.decays) value.mul_(1.0 - learning_rate * options_.weight_decay);
    value.add_(update.mul_(rate));
  }

  OptimizerOptions options_;
  std::vector<Moments> moments_;
};

class Sgd : public Optimizer {
 public:
  Sgd(const OptimizerOptions& options, std::vector<Parameter> parameters)
      : Optimizer(options.name, std::move(parameters)), options_(options) {
    if (options_.momentum == 0) return;
    for (const Parameter& parameter : this->parameters()) {
      momenta_.push_back(
          NewState("momentum", parameter, parameter.value.sizes(), parameter.value.options()));
    }
  }

  void Step(double learning_rate) override {
    const at::NoGradGuard no_grad;
    for (size_t i = 0; i < parameters().size(); ++i) {
      const Parameter& parameter = parameters()[i];
      if (!parameter.value.grad().defined()) continue;
      at::Tensor direction = AlignedGradient(parameter.value);
      if (!momenta_.empty()) direction = momenta_[i].mul_(options_.momentum).add_(direction);
      if (parameter.decays) parameter.value.mul_(1.0 - learning_rate * options_.weight_decay);
      parameter.value.add_(direction, -learning_rate);
    }
  }

 private:
  OptimizerOptions options_;
  std::vector<at::Tensor> momenta_;  // none without momentum
};

}  // namespace

absl::StatusOr<std::unique_ptr<Optimizer>> Optimizer::Make(
    const OptimizerOptions& options,
    const torch::OrderedDict<std::string, at::Tensor>& named_parameters) {
  std::vector<Parameter> parameters;
  std::map<const void*, std::string> seen;
  for (const auto& item : named_parameters) {
    const at::Tensor& value = item.value();
    if (!value.requires_grad()) continue;
    if (!value.is_floating_point() || !value.is_contiguous()) {
      return absl::InvalidArgumentError(
          absl::StrCat("parameter '", item.key(), "' is ",
                       value.is_contiguous() ? "not floating point" : "not contiguous",
                       ": it cannot be optimized"));
    }
    const auto [it, added] = seen.emplace(value.unsafeGetTensorImpl(), item.key());
    if (!added) {
      return absl::InvalidArgumentError(
          absl::StrCat("parameters '", it->second, "' and '", item.key(),
                       "' are one tensor: a step would change it twice"));
    }
    parameters.push_back({item.key(), value, value.dim() >= 2});
  }
  if (options.name == "adamw") {
    return std::make_unique<AdamW>(options, std::move(parameters));
  }
  if (options.name == "adafactor") {
    return std::make_unique<Adafactor>(options, std::move(parameters));
  }
  if (options.name == "muon") {
    if (std::none_of(parameters.begin(), parameters.end(), Muon::IsLinearMap)) {
      return absl::InvalidArgumentError(
          "optimizer.name = muon: the model has no linear map of a body (body.*.weight)");
    }
    return std::make_unique<Muon>(options, std::move(parameters));
  }
  if (options.name == "sgd") {
    return std::make_unique<Sgd>(options, std::move(parameters));
  }
  return absl::InvalidArgumentError(absl::StrCat("unknown optimizer '", options.name, "'",
                                                 Suggestion(options.name, OptimizerNames())));
}

double ClipByGlobalNorm(const std::vector<at::Tensor>& parameters, double max_norm) {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> gradients;
  for (const at::Tensor& parameter : parameters) {
    if (parameter.grad().defined()) gradients.push_back(parameter.grad());
  }
  if (gradients.empty()) return 0.0;
  const std::vector<at::Tensor> norms = at::_foreach_norm(gradients, 2, at::kFloat);
  const double norm = at::stack(norms).to(at::kDouble).norm().item<double>();
  if (std::isfinite(norm) && max_norm > 0 && norm > max_norm) {
    at::_foreach_mul_(gradients, max_norm / norm);
  }
  return norm;
}

}  // namespace t2t
