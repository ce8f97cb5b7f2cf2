#include "tensor2tensor/cli/measurement_lines.h"

#include "absl/strings/str_cat.h"
#include "files/atomic_file.h"
#include "registry/status_macros.h"

namespace t2t {

absl::Status AddMeasurementLines(const std::string& path, const nlohmann::json& record,
                                 const std::vector<std::string>& problems) {
  std::string lines;
  if (auto before = ReadFile(path); before.ok()) {
    lines = *std::move(before);
  } else if (!absl::IsNotFound(before.status())) {
    return before.status();
  }
  for (const std::string& problem : problems) {
    const nlohmann::json& entry = record.at("problems").at(problem);
    for (const auto& [target, measured] : entry.at("targets").items()) {
      nlohmann::json line = measured;
      for (const char* key : {"examples", "confusion"}) line.erase(key);
      line["problem"] = problem;
      line["target"] = target;
      for (const char* key : {"split", "step", "checkpoint", "parameters"})
        line[key] = record.at(key);
      for (const char* key : {"revision", "data", "examples", "limit", "run"})
        line[key] = entry.at(key);
      absl::StrAppend(&lines, line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
                      "\n");
    }
  }
  return WriteFileAtomically(path, lines);
}

}  // namespace t2t
