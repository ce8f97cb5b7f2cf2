// Many pictures on one: a row for each example, its candidates from left to right.
#ifndef T2T_TENSOR2TENSOR_REPORT_CONTACT_SHEET_H_
#define T2T_TENSOR2TENSOR_REPORT_CONTACT_SHEET_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace t2t {

// A PNG of the pictures, given as the bytes of their files, each in a field of the size of the largest, centred on white, with a
// white line between; small ones are drawn larger, whole numbers of pixels a pixel. Errors: no picture; one that does not decode,
// by row and column.
absl::StatusOr<std::string> ContactSheetPng(const std::vector<std::vector<std::string>>& rows);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_REPORT_CONTACT_SHEET_H_
