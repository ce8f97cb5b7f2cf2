#include "tensor2tensor/evaluation/judge_features.h"

#include <ATen/ATen.h>

#include "registry/status_macros.h"
#include "tensor2tensor/evaluation/from_torch.h"

namespace t2t {

absl::StatusOr<at::Tensor> JudgeFeatures(const Model& judge, const JudgePorts& ports,
                                         const std::vector<Example>& examples,
                                         const BatchingOptions& batching) {
  std::vector<EncodedExample> encoded;
  for (const Example& example : examples) {
    T2T_ASSIGN_OR_RETURN(EncodedExample one,
                         EncodePorts(*ports.task, example, /*with_targets=*/false, 0));
    encoded.push_back(std::move(one));
  }
  std::vector<at::Tensor> features(examples.size());
  T2T_RETURN_IF_ERROR(FromTorch([&]() -> absl::Status {
    const c10::InferenceMode inference;
    for (const std::vector<int64_t>& rows : CutBatches(encoded, batching)) {
      const Batch batch =
          MakeBatch(*ports.task, encoded, rows, /*with_targets=*/false).To(judge.device());
      const at::Tensor of_rows = judge.InputFeatures(batch, ports.answer).cpu();
      for (size_t i = 0; i < rows.size(); ++i)
        features[static_cast<size_t>(rows[i])] = of_rows[static_cast<int64_t>(i)];
    }
    return absl::OkStatus();
  }));
  return at::stack(features);
}

}  // namespace t2t
