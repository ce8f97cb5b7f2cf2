// MatrixPage: docs/matrix.md, what a matrix of modalities has measured, with pictures and sounds of what was made.
#ifndef T2T_TENSOR2TENSOR_REPORT_MATRIX_PAGE_H_
#define T2T_TENSOR2TENSOR_REPORT_MATRIX_PAGE_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "tensor2tensor/report/matrix_cell.h"

namespace t2t {

struct MatrixPageFiles {
  std::string markdown;
  std::map<std::string, std::string> files;  // bytes by their path beside the page
};

// `rules`: modality and rule, in the order of rows and columns. `real`: cells of real data, shown beside them in their order. `how`: lines about how it was made, such as the command. `folder`: of
// the files, relative to the page. Error: a picture or sound that does not decode.
absl::StatusOr<MatrixPageFiles> MatrixPage(
    const std::vector<std::pair<std::string, std::string>>& rules,
    const std::vector<MatrixCell>& cells, const std::vector<MatrixCell>& real,
    const std::string& how, const std::string& folder);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_REPORT_MATRIX_PAGE_H_
