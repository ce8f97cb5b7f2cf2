// report.html of a run: one page that needs nothing else, for people.
//
//   T2T_RETURN_IF_ERROR(WriteReport("runs/quickstart"));
//
// The page has no script, loads nothing, and its content security policy forbids both; text from
// data or models is escaped. What a run did not record is left out.
#ifndef T2T_TENSOR2TENSOR_REPORT_REPORT_H_
#define T2T_TENSOR2TENSOR_REPORT_REPORT_H_

#include <string>

#include "absl/status/status.h"

namespace t2t {

// Reads log.jsonl and eval/*.json of the folder, writes its report.html whole or not at all. The
// test split comes first where several were evaluated. Errors: NotFound where neither is there;
// InvalidArgument with file and line where one is not JSON.
absl::Status WriteReport(const std::string& run_folder);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_REPORT_REPORT_H_
