#include "tensor2tensor/report/matrix_cell.h"

#include <array>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "registry/status_macros.h"
#include "tensor2tensor/evaluation/metrics/metric.h"

namespace t2t {
namespace {

// The target's first one where that is of what was decoded, else one that tells most, or the first that there is.
std::string MetricOf(const nlohmann::json& target) {
  constexpr std::array kTelling = {"ssim", "mcd", "cer", "tag_accuracy"};
  const std::string primary = target.value("primary", "");
  const nlohmann::json& metrics = target.at("metrics");
  if (metrics.contains(primary) && !IsOfCost(primary)) return primary;
  for (const char* name : kTelling) {
    if (metrics.contains(name)) return name;
  }
  for (const auto& [name, metric] : metrics.items()) {
    if (!IsOfCost(name)) return name;
  }
  return "";
}

MatrixCell CellFrom(const nlohmann::json& target) {
  MatrixCell cell;
  cell.to = target.at("modality");
  const nlohmann::json& loss = target.at("blind_loss");
  cell.unit = loss.at("unit");
  cell.own = loss.at("own");
  cell.blind = loss.at("other");
  cell.less = loss.at("less");
  cell.low = loss.at("low");
  cell.high = loss.at("high");
  cell.metric = MetricOf(target);
  if (!cell.metric.empty()) {
    cell.value = target.at("metrics").at(cell.metric).at("value");
    cell.blind_value = target.at("baselines").at("blind").at("metrics").at(cell.metric).at("value");
  }
  const nlohmann::json& examples = target.at("examples");
  if (examples.empty()) return cell;
  const nlohmann::json& example = examples.at(0);
  if (example.contains("answer") && example.contains("wanted")) {
    cell.wanted_file = example.at("wanted").at("base64");
    cell.answer_file = example.at("answer").at("base64");
  } else {
    cell.wanted_text = example.at("references").at(0);
    cell.answer_text = example.value("prediction", "");  // what was priced has none
  }
  return cell;
}

}  // namespace

bool MatrixCell::passes() const { return blind > 0 && own <= (1 - kLeastGain) * blind && low > 0; }

absl::StatusOr<MatrixCell> ReadMatrixCell(const nlohmann::json& target) {
  try {
    MatrixCell cell = CellFrom(target);
    for (std::string* file : {&cell.wanted_file, &cell.answer_file}) {
      std::string bytes;
      if (!absl::Base64Unescape(*file, &bytes))
        return absl::DataLossError("a file of the record is not base64");
      *file = std::move(bytes);
    }
    return cell;
  } catch (const nlohmann::json::exception& error) {
    return absl::DataLossError(error.what());
  }
}

absl::StatusOr<std::vector<MatrixCell>> ReadMatrixCells(const nlohmann::json& record) {
  std::vector<MatrixCell> cells;
  try {
    for (const auto& [problem, entry] : record.at("problems").items()) {
      std::vector<std::string> inputs;
      for (const auto& [port, modality] : entry.at("inputs").items())
        inputs.push_back(modality.get<std::string>());
      for (const auto& [name, target] : entry.at("targets").items()) {
        if (!target.contains("blind_loss")) continue;
        auto cell = ReadMatrixCell(target);
        if (!cell.ok()) return Annotate(cell.status(), absl::StrCat(problem, ".", name));
        cell->problem = problem;
        cell->target = name;
        cell->from = absl::StrJoin(inputs, " + ");
        cells.push_back(*std::move(cell));
      }
    }
  } catch (const nlohmann::json::exception& error) {
    return absl::DataLossError(error.what());
  }
  if (cells.empty())
    return absl::DataLossError("no target of the record was compared with a blind one");
  return cells;
}

}  // namespace t2t
