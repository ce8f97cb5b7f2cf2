#include "tensor2tensor/report/report.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "files/atomic_file.h"
#include "files/folder.h"
#include "registry/status_macros.h"
#include "tensor2tensor/report/json_access.h"
#include "tensor2tensor/report/page.h"

namespace t2t {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// One JSON object of `path`, whose first line has the number `line`.
absl::StatusOr<json> ParseObject(absl::string_view text, const std::string& path, int64_t line) {
  json value;
  try {
    value = json::parse(text.begin(), text.end());
  } catch (const json::parse_error& error) {
    const size_t read = std::min(error.byte, text.size());
    line += std::count(text.begin(), text.begin() + static_cast<int64_t>(read), '\n');
    return absl::InvalidArgumentError(absl::StrCat(path, ":", line, ": not JSON: ", error.what()));
  }
  if (!value.is_object()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ":", line, ": a JSON ", value.type_name(), " where an object belongs"));
  }
  return value;
}

absl::StatusOr<std::vector<json>> ReadLog(const std::string& path) {
  std::vector<json> log;
  T2T_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  int64_t line = 0;
  for (absl::string_view record : absl::StrSplit(text, '\n')) {
    ++line;
    if (record.find_first_not_of(" \t\r") == absl::string_view::npos) continue;
    T2T_ASSIGN_OR_RETURN(json value, ParseObject(record, path, line));
    log.push_back(std::move(value));
  }
  return log;
}

// The test split first, the others by the name of their file.
absl::StatusOr<std::vector<json>> ReadEvaluations(const std::string& folder) {
  T2T_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(folder));
  std::vector<json> evaluations;
  for (const std::string& name : names) {
    if (!absl::EndsWith(name, ".json")) continue;
    const std::string path = absl::StrCat(folder, "/", name);
    T2T_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
    T2T_ASSIGN_OR_RETURN(json value, ParseObject(text, path, 1));
    evaluations.push_back(std::move(value));
  }
  std::stable_partition(evaluations.begin(), evaluations.end(),
                        [](const json& one) { return TextAt(one, "split") == "test"; });
  return evaluations;
}

}  // namespace

absl::Status WriteReport(const std::string& run_folder) {
  const fs::path folder(run_folder);
  const std::string log_path = (folder / "log.jsonl").string();
  std::vector<json> log;
  if (Exists(log_path)) {
    T2T_ASSIGN_OR_RETURN(log, ReadLog(log_path));
  }
  T2T_ASSIGN_OR_RETURN(const std::vector<json> evaluations,
                       ReadEvaluations((folder / "eval").string()));
  if (log.empty() && evaluations.empty()) {
    return absl::NotFoundError(
        absl::StrCat("there is nothing to report in ", run_folder,
                     ": neither log.jsonl nor eval/*.json; train or evaluate first"));
  }
  const fs::path plain = folder.lexically_normal();
  const std::string name = (plain.has_filename() ? plain : plain.parent_path()).filename().string();
  T2T_ASSIGN_OR_RETURN(const std::string html,
                       RenderReport(json(evaluations), log, name == "." ? "" : name));
  return WriteFileAtomically((folder / "report.html").string(), html);
}

}  // namespace t2t
