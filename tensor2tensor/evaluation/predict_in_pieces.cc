#include "tensor2tensor/evaluation/predict_in_pieces.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

// The example once for each piece of its one long input; empty where it is to be taken as it is.
absl::StatusOr<std::vector<Example>> InPieces(const Task& task, const Example& example,
                                              int64_t most_units) {
  std::vector<Example> parts;
  for (const TaskPort& port : task.inputs) {
    const auto value = example.ports.find(port.port.name);
    if (value == example.ports.end()) continue;  // Predict tells
    auto pieces = port.codec->Pieces(value->second, most_units);
    if (!pieces.ok()) {
      return Annotate(pieces.status(), absl::StrCat(task.spec.name, ", example '", example.key,
                                                    "', port ", port.port.name));
    }
    if (pieces->size() == 1) continue;
    // Pieces are made with some room: what just fits is not cut.
    if (const auto whole = port.codec->Encode(value->second, {});
        whole.ok() && whole->length() <= most_units) {
      continue;
    }
    if (!parts.empty()) return std::vector<Example>();
    parts.assign(pieces->size(), example);
    for (size_t i = 0; i < parts.size(); ++i)
      parts[i].ports[port.port.name] = std::move((*pieces)[i]);
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

absl::StatusOr<bool> FitsInPieces(const Task& task, const Example& example, int64_t most_units) {
  for (const TaskPort& port : task.targets) {
    if (port.port.modality != "text") return false;
  }
  T2T_ASSIGN_OR_RETURN(const std::vector<Example> parts, InPieces(task, example, most_units));
  if (parts.empty()) return false;
  for (const Example& part : parts) {
    T2T_ASSIGN_OR_RETURN(const EncodedExample encoded,
                         EncodePorts(task, part, /*with_targets=*/false, 0));
    if (encoded.longest_port() > most_units) return false;
  }
  return true;
}

absl::StatusOr<std::vector<Prediction>> PredictInPieces(const Model& model, const Task& task,
                                                        const std::string& target,
                                                        const std::vector<Example>& examples,
                                                        const PredictOptions& options) {
  const TaskPort* port = task.Find(target);
  const bool text = port != nullptr && port->port.modality == "text";
  std::map<size_t, std::vector<Example>> cut;  // by the example's place
  for (size_t i = 0; text && i < examples.size(); ++i) {
    T2T_ASSIGN_OR_RETURN(std::vector<Example> pieces,
                         InPieces(task, examples[i], options.batching.max_length));
    if (!pieces.empty()) cut[i] = std::move(pieces);
  }
  if (cut.empty()) return Predict(model, task, target, examples, options);
  std::vector<Example> parts;
  std::vector<size_t> begins;
  for (size_t i = 0; i < examples.size(); ++i) {
    begins.push_back(parts.size());
    const auto pieces = cut.find(i);
    if (pieces == cut.end()) {
      parts.push_back(examples[i]);
    } else {
      std::move(pieces->second.begin(), pieces->second.end(), std::back_inserter(parts));
    }
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
