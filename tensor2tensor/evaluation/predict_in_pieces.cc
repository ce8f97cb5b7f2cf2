#include "tensor2tensor/evaluation/predict_in_pieces.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

// The example as it is, or once for each piece of its one long input.
absl::StatusOr<std::vector<Example>> InPieces(const Task& task, const Example& example,
                                              int64_t most_units) {
  std::vector<Example> parts = {example};
  std::string cut;
  for (const TaskPort& port : task.inputs) {
    const auto value = example.ports.find(port.port.name);
    if (value == example.ports.end()) continue;  // Predict tells
    auto pieces = port.codec->Pieces(value->second, most_units);
    if (!pieces.ok()) {
      return Annotate(pieces.status(), absl::StrCat(task.spec.name, ", example '", example.key,
                                                    "', port ", port.port.name));
    }
    if (pieces->size() == 1) continue;
    if (!cut.empty()) return std::vector<Example>{example};
    cut = port.port.name;
    parts.assign(pieces->size(), example);
    for (size_t i = 0; i < parts.size(); ++i) parts[i].ports[cut] = std::move((*pieces)[i]);
  }
  return parts;
}

Prediction Joined(const std::vector<Prediction>& parts, size_t begin, size_t end) {
  Candidate joined;
  for (size_t i = begin; i < end; ++i) {
    if (parts[i].candidates.empty()) continue;
    const Candidate& best = parts[i].candidates[0];
    if (!best.text.empty())
      absl::StrAppend(&joined.text, joined.text.empty() ? "" : " ", best.text);
    joined.log_probability += best.log_probability;
    joined.score += best.score;
    joined.finished = joined.finished && best.finished;
  }
  joined.value = Value(joined.text);
  return {{std::move(joined)}};
}

}  // namespace

absl::StatusOr<std::vector<Prediction>> PredictInPieces(const Model& model, const Task& task,
                                                        const std::string& target,
                                                        const std::vector<Example>& examples,
                                                        const PredictOptions& options) {
  std::vector<Example> parts;
  std::vector<size_t> begins;
  const TaskPort* port = task.Find(target);
  const bool text = port != nullptr && port->port.modality == "text";
  for (const Example& example : examples) {
    begins.push_back(parts.size());
    std::vector<Example> pieces = {example};
    if (text) {
      T2T_ASSIGN_OR_RETURN(pieces, InPieces(task, example, options.batching.max_length));
    }
    for (Example& piece : pieces) parts.push_back(std::move(piece));
  }
  begins.push_back(parts.size());
  T2T_ASSIGN_OR_RETURN(std::vector<Prediction> predictions,
                       Predict(model, task, target, parts, options));
  std::vector<Prediction> joined;
  for (size_t i = 0; i < examples.size(); ++i) {
    joined.push_back(begins[i + 1] - begins[i] == 1
                         ? std::move(predictions[begins[i]])
                         : Joined(predictions, begins[i], begins[i + 1]));
  }
  return joined;
}

}  // namespace t2t
