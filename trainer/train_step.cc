#include "trainer/train_step.h"

#include <ATen/ATen.h>
#include <ATen/ThreadLocalState.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "registry/check.h"
#include "tensor2tensor/layers/parallel_for.h"

namespace t2t {

void LossOptions::Bind(Binder& b) {
  b.Field("label_smoothing", &label_smoothing,
          "share of the target's probability spread over all classes");
  if (label_smoothing < 0 || label_smoothing >= 1) b.Error("label_smoothing", "must be in [0, 1)");
  Binder section = b.Section("loss_weights");
  for (const std::string& problem : section.Names()) {
    Binder ports = section.Section(problem);
    for (const std::string& port : ports.Names()) {
      double& weight = weights[absl::StrCat(problem, ".", port)] = 1;
      ports.Field(port, &weight, "weight of this target's loss; 1 where nothing is said");
      if (weight < 0) ports.Error(port, "must not be negative");
    }
  }
}

std::string DescribeBatch(const Batch& batch) {
  constexpr int64_t kNamed = 8;
  const auto end = batch.examples.begin() + std::min(batch.rows(), kNamed);
  return absl::StrCat("a batch of ", batch.rows(), " examples of '", batch.problem, "': numbers ",
                      absl::StrJoin(batch.examples.begin(), end, ", "),
                      batch.rows() > kNamed ? ", ..." : "");
}

namespace {

// What one micro-batch gives.
struct Part {
  std::vector<std::string> names;     // "problem.port" of each term
  std::vector<at::Tensor> sums;       // plain sums on the device, read once at the end
  std::vector<at::Tensor> gradients;  // of each parameter, undefined where it took no part
};

Part ComputePart(const Model& model, const std::vector<at::Tensor>& parameters, const Batch& batch,
                 const LossOptions& options, const std::map<std::string, int64_t>& decisions) {
  const Batch here = batch.To(model.device());
  ForwardContext context;
  context.training = true;
  context.row_keys = here.keys;
  context.packed_rows = here.packed_rows;
  Part part;
  at::Tensor total;
  for (const LossTerm& term : model.Loss(here, options.label_smoothing, context)) {
    const std::string name = absl::StrCat(here.problem, ".", term.port);
    const auto weight = options.weights.find(name);
    const double scale = (weight == options.weights.end() ? 1.0 : weight->second) /
                         static_cast<double>(std::max<int64_t>(1, decisions.at(name)));
    const at::Tensor scaled = term.loss * scale;
    total = total.defined() ? total + scaled : scaled;
    part.names.push_back(name);
    part.sums.push_back(term.plain.detach());
  }
  part.gradients.resize(parameters.size());
  // All that the problem goes through may be frozen.
  if (total.defined() && total.requires_grad()) {
    part.gradients = torch::autograd::grad({total}, parameters, /*grad_outputs=*/{},
                                           /*retain_graph=*/std::nullopt, /*create_graph=*/false,
                                           /*allow_unused=*/true);
  }
  return part;
}

// Takes the gradients out of the part. One that another parameter shares, or that is laid out otherwise than its
// parameter, is copied: gradients are changed in place later.
void AddGradients(const std::vector<at::Tensor>& parameters, Part& part) {
  for (size_t i = 0; i < parameters.size(); ++i) {
    at::Tensor gradient = std::move(part.gradients[i]);
    if (!gradient.defined()) continue;
    at::Tensor& sum = parameters[i].mutable_grad();
    if (sum.defined()) {
      sum.add_(gradient);
    } else if (gradient.use_count() == 1 && gradient.storage().use_count() == 1 &&
               gradient.strides() == parameters[i].strides()) {
      sum = std::move(gradient);
    } else {
      sum = at::empty_like(parameters[i]).copy_(gradient);
    }
  }
}

}  // namespace

absl::StatusOr<StepLosses> AccumulateGradients(const Model& model,
                                               const std::vector<Batch>& micro_batches,
                                               const LossOptions& options, int64_t step,
                                               int64_t workers) {
  T2T_CHECK(workers > 0) << workers;
  StepLosses losses;
  for (const Batch& batch : micro_batches) {
    losses.positions += batch.positions();
    losses.real_positions += batch.real_positions();
    for (const auto& [port, count] : model.Decisions(batch)) {
      losses.decisions[absl::StrCat(batch.problem, ".", port)] += count;
    }
  }
  std::vector<at::Tensor> parameters;
  for (const at::Tensor& parameter : model.parameters()) {
    if (parameter.requires_grad()) parameters.push_back(parameter);
  }
  const int64_t count = static_cast<int64_t>(micro_batches.size());
  const int64_t at_once = model.device().is_cpu() ? workers : 1;
  std::vector<Part> parts(micro_batches.size());
  const at::ThreadLocalState state;
  for (int64_t first = 0; first < count; first += at_once) {
    const int64_t last = std::min(first + at_once, count);
    ParallelFor(last - first, 1, [&](int64_t begin, int64_t end) {
      const at::ThreadLocalStateGuard guard(state);
      for (int64_t i = begin; i < end; ++i) {
        const size_t at = static_cast<size_t>(first + i);
        parts[at] = ComputePart(model, parameters, micro_batches[at], options, losses.decisions);
      }
    });
    at::NoGradGuard no_grad;
    for (int64_t i = first; i < last; ++i) AddGradients(parameters, parts[static_cast<size_t>(i)]);
  }
  std::vector<at::Tensor> sums;
  for (const Part& part : parts) sums.insert(sums.end(), part.sums.begin(), part.sums.end());
  const at::Tensor values = at::stack(sums).to(at::kCPU, at::kDouble);
  int64_t next = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    for (const std::string& name : parts[i].names) {
      const double sum = values[next++].item<double>();
      if (!std::isfinite(sum)) {
        return absl::OutOfRangeError(
            absl::StrCat("step ", step, ": the loss of ", name, " is not finite (", sum, ") on ",
                         DescribeBatch(micro_batches[i]),
                         "; look at them with `t2t inspect`, or lower schedule.learning_rate"));
      }
      losses.plain[name] += sum / static_cast<double>(losses.decisions[name]);
    }
  }
  return losses;
}

}  // namespace t2t
