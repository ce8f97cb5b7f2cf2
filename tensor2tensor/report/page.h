// The whole report as HTML, from what a run recorded.
//
//   T2T_ASSIGN_OR_RETURN(std::string html, RenderReport(evaluation, log, "quickstart"));
//
// evaluation: an object as in eval/<split>.json, or an array of such, of which the first that has a
// problem gives its card and the others a line; log: the records of log.jsonl.
#ifndef T2T_TENSOR2TENSOR_REPORT_PAGE_H_
#define T2T_TENSOR2TENSOR_REPORT_PAGE_H_

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace t2t {

// Errors: InvalidArgument where `evaluation` is neither null, an object nor an array of objects, or
// a record of the log is no object.
absl::StatusOr<std::string> RenderReport(const nlohmann::json& evaluation,
                                         const std::vector<nlohmann::json>& log,
                                         absl::string_view name = "");

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_REPORT_PAGE_H_
