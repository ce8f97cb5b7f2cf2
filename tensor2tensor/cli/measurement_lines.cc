#include "tensor2tensor/cli/measurement_lines.h"

#include "files/atomic_file.h"
#include "registry/status_macros.h"

namespace t2t {

absl::Status AddMeasurementLines(const std::string& path, const nlohmann::json& record,
                                 const std::vector<std::string>& problems) {
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
      T2T_RETURN_IF_ERROR(
          AppendLine(path, line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)));
    }
  }
  return absl::OkStatus();
}

}  // namespace t2t
