#include "tensor2tensor/evaluation/judge_features.h"

#include <ATen/ATen.h>

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "registry/status_macros.h"
#include "tensor2tensor/evaluation/from_torch.h"

namespace t2t {

absl::StatusOr<at::Tensor> JudgeFeatures(const Model& judge, const JudgePorts& ports,
                                         const std::vector<Example>& examples,
                                         const BatchingOptions& batching) {
  std::vector<EncodedExample> encoded;
  for (const Example& example : examples) {
    auto seen = SeenByJudge(*ports.task, example, batching.max_length);
    if (seen.has_value()) encoded.push_back(*std::move(seen));
  }
  at::Tensor features = at::empty({0, judge.body().width()});
  T2T_RETURN_IF_ERROR(FromTorch([&]() -> absl::Status {
    const c10::InferenceMode inference;
    std::vector<at::Tensor> rows(encoded.size());
    for (const std::vector<int64_t>& together : CutBatches(encoded, batching)) {
      const Batch batch =
          MakeBatch(*ports.task, encoded, together, /*with_targets=*/false).To(judge.device());
      const at::Tensor of_rows = judge.InputFeatures(batch, ports.answer).to(at::kCPU, at::kFloat);
      for (size_t i = 0; i < together.size(); ++i)
        rows[static_cast<size_t>(together[i])] = of_rows[static_cast<int64_t>(i)];
    }
    if (!rows.empty()) features = at::stack(rows);
    return absl::OkStatus();
  }));
  if (!features.isfinite().all().item<bool>()) {
    return absl::InternalError(absl::StrCat("the judge's features of ", ports.task->spec.name, ".",
                                            ports.seen, " are not finite"));
  }
  return features;
}

}  // namespace t2t
