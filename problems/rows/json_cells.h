// The cells of a JSON object: nested keys have a '.' between them. See formats.h.
#ifndef T2T_PROBLEMS_ROWS_JSON_CELLS_H_
#define T2T_PROBLEMS_ROWS_JSON_CELLS_H_

#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "problems/rows/row.h"

namespace t2t {

// Adds the cells of `json` under the name `prefix`, "" at the root.
void AddJsonCells(const nlohmann::json& json, const std::string& prefix, Row* row);

// Errors (DataLoss): what is wrong and at which byte, from 1.
absl::StatusOr<nlohmann::json> ParseJson(absl::string_view text);

}  // namespace t2t

#endif  // T2T_PROBLEMS_ROWS_JSON_CELLS_H_
