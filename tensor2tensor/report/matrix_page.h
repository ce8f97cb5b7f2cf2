// MatrixPage: docs/matrix.md, what a matrix of modalities has measured, with pictures and sounds of what was made.
#ifndef T2T_TENSOR2TENSOR_REPORT_MATRIX_PAGE_H_
#define T2T_TENSOR2TENSOR_REPORT_MATRIX_PAGE_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace t2t {

// A model of one pair beside itself with the inputs of other examples.
struct MatrixCell {
  std::string from, to;
  std::string unit;                      // of the losses
  double own = 0, blind = 0;             // losses
  double less = 0, low = 0, high = 0;    // blind - own, with the paired 95 % interval
  std::string metric;                    // the target's first one of what was decoded
  double value = 0, blind_value = 0;     // of it
  std::string wanted_text, answer_text;  // of an example; "" for files
  std::string wanted_file, answer_file;  // bytes; "" for texts

  // A loss at least kLeastGain below the blind one, and an interval that excludes 0.
  bool passes() const;
};
inline constexpr double kLeastGain = 0.2;

struct MatrixPageFiles {
  std::string markdown;
  std::map<std::string, std::string> files;  // bytes by their path beside the page
};

// `rules`: modality and rule, in the order of rows and columns. `how`: lines about how it was made, such as the command. `folder`: of
// the files, relative to the page. Error: a picture or sound that does not decode.
absl::StatusOr<MatrixPageFiles> MatrixPage(
    const std::vector<std::pair<std::string, std::string>>& rules,
    const std::vector<MatrixCell>& cells, const std::string& how, const std::string& folder);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_REPORT_MATRIX_PAGE_H_
