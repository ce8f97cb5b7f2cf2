#include "tensor2tensor/evaluation/predict.h"

#include <torch/torch.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "random/philox.h"
#include "registry/status_macros.h"
#include "tensor2tensor/decoding/search.h"
#include "tensor2tensor/evaluation/from_torch.h"

namespace t2t {
namespace {

absl::StatusOr<Candidate> DecodeCandidate(const TaskPort& port, const Hypothesis& hypothesis) {
  Units units;
  units.ids = hypothesis.units;
  Candidate candidate;
  T2T_ASSIGN_OR_RETURN(candidate.value, port.codec->Decode(units));
  candidate.text = port.codec->Show(candidate.value);
  candidate.log_probability = hypothesis.log_probability;
  candidate.score = hypothesis.score;
  candidate.finished = hypothesis.finished;
  return candidate;
}

}  // namespace

absl::StatusOr<std::vector<Prediction>> Predict(const Model& model, const Task& task,
                                                const std::string& target,
                                                const std::vector<Example>& examples,
                                                const PredictOptions& options) {
  const TaskPort* port = task.Find(target);
  if (port == nullptr || port->head.empty()) {
    std::vector<std::string> names;
    for (const TaskPort& known : task.targets) names.push_back(known.port.name);
    return absl::NotFoundError(absl::StrCat("problem '", task.spec.name, "' has no target '",
                                            target, "'", Suggestion(target, names)));
  }
  const int64_t reach = model.body().max_positions();
  int64_t longest_input = 0;
  std::vector<EncodedExample> encoded;
  for (size_t i = 0; i < examples.size(); ++i) {
    T2T_ASSIGN_OR_RETURN(EncodedExample one,
                         EncodePorts(task, examples[i], /*with_targets=*/false, 0));
    one.number = static_cast<int64_t>(i);
    one.key = RandomKey(options.decode.seed).With(examples[i].key).With(i).value();
    longest_input = std::max(longest_input, one.length());
    // The tag, the inputs and, where they share positions, at least one unit and the stop.
    if (reach > 0 && one.length() + (model.body().joint_positions() ? 3 : 1) > reach) {
      return absl::InvalidArgumentError(absl::StrCat(
          task.spec.name, ", example '", examples[i].key, "': ", one.length(),
          " positions, but the model was built with ", reach, " (model.max_positions)"));
    }
    encoded.push_back(std::move(one));
  }
  DecodeOptions decode = options.decode;
  if (reach > 0) {
    const int64_t taken = model.body().joint_positions() ? longest_input + 2 : 1;
    decode.max_length = std::min(decode.max_length, reach - taken);
  }
  std::vector<Prediction> predictions(examples.size());
  int64_t done = 0;
  const absl::Status status = FromTorch([&]() -> absl::Status {
    const c10::InferenceMode inference;
    for (const std::vector<int64_t>& rows : CutBatches(encoded, options.batching)) {
      const Batch batch = MakeBatch(task, encoded, rows, /*with_targets=*/false).To(model.device());
      const auto production = model.Start(batch, target, decode.max_length);
      const auto found = Search(*production, decode, options.constraint, batch.keys);
      for (size_t i = 0; i < rows.size(); ++i) {
        for (const Hypothesis& hypothesis : found[i]) {
          T2T_ASSIGN_OR_RETURN(Candidate candidate, DecodeCandidate(*port, hypothesis));
          predictions[static_cast<size_t>(rows[i])].candidates.push_back(std::move(candidate));
        }
      }
      done += static_cast<int64_t>(rows.size());
      if (options.progress) options.progress(done, static_cast<int64_t>(examples.size()));
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return predictions;
}

}  // namespace t2t
