#include "problems/readers/json_file.h"

#include "absl/strings/str_cat.h"
#include "problems/readers/compressed.h"
#include "registry/status_macros.h"

namespace t2t {

absl::StatusOr<nlohmann::json> ReadJsonFile(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(const std::string text, ReadMaybeCompressed(path));
  nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded()) return absl::DataLossError(absl::StrCat(path, ": not JSON"));
  return json;
}

}  // namespace t2t
