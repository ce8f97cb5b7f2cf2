#include "trainer/train_step.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

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

absl::StatusOr<StepLosses> AccumulateGradients(const Model& model,
                                               const std::vector<Batch>& micro_batches,
                                               const LossOptions& options, int64_t step) {
  StepLosses losses;
  for (const Batch& batch : micro_batches) {
    for (const auto& [port, count] : model.Decisions(batch)) {
      losses.decisions[absl::StrCat(batch.problem, ".", port)] += count;
    }
  }
  struct Part {
    std::string name;
    size_t batch;
  };
  std::vector<Part> parts;
  std::vector<at::Tensor> sums;  // plain sums on the device, read once at the end
  for (size_t i = 0; i < micro_batches.size(); ++i) {
    const Batch batch = micro_batches[i].To(model.device());
    losses.positions += batch.positions();
    losses.real_positions += batch.real_positions();
    ForwardContext context;
    context.training = true;
    context.row_keys = batch.keys;
    at::Tensor total;
    for (const LossTerm& term : model.Loss(batch, options.label_smoothing, context)) {
      const std::string name = absl::StrCat(batch.problem, ".", term.port);
      const auto weight = options.weights.find(name);
      const double scale = (weight == options.weights.end() ? 1.0 : weight->second) /
                           static_cast<double>(losses.decisions[name]);
      const at::Tensor part = term.loss * scale;
      total = total.defined() ? total + part : part;
      parts.push_back({name, i});
      sums.push_back(term.plain.detach());
    }
    total.backward();
  }
  const at::Tensor values = at::stack(sums).to(at::kCPU, at::kDouble);
  for (size_t i = 0; i < parts.size(); ++i) {
    const double sum = values[static_cast<int64_t>(i)].item<double>();
    if (!std::isfinite(sum)) {
      return absl::InternalError(
          absl::StrCat("step ", step, ": the loss of ", parts[i].name, " is not finite (", sum,
                       ") on ", DescribeBatch(micro_batches[parts[i].batch]),
                       "; look at them with `t2t inspect`, or lower schedule.learning_rate"));
    }
    losses.plain[parts[i].name] += sum / static_cast<double>(losses.decisions[parts[i].name]);
  }
  return losses;
}

}  // namespace t2t
