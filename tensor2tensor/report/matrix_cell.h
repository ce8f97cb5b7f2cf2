// MatrixCell: a model of one pair of modalities beside itself with the inputs of other examples, as `t2t eval --blind` recorded it.
#ifndef T2T_TENSOR2TENSOR_REPORT_MATRIX_CELL_H_
#define T2T_TENSOR2TENSOR_REPORT_MATRIX_CELL_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace t2t {

struct MatrixCell {
  std::string run, problem, target;      // of real data; "" of drawn pairs
  std::string from, to;                  // modalities; several inputs joined by " + "
  std::string unit;                      // of the losses
  double own = 0, blind = 0;             // losses
  double less = 0, low = 0, high = 0;    // blind - own, with the paired 95 % interval
  std::string metric;                    // one of what was decoded; "" where none was measured
  double value = 0, blind_value = 0;     // of it
  std::string wanted_text, answer_text;  // of an example; "" for files
  std::string wanted_file, answer_file;  // bytes; "" for texts

  // A loss at least kLeastGain below the blind one, which is above 0, and an interval that excludes 0.
  bool passes() const;
};
inline constexpr double kLeastGain = 0.2;

// `target`: what a record (eval/SPLIT.json) says of one target. Error: DataLoss for one that lacks something, such as a loss that is
// no number or was not compared with a blind one.
absl::StatusOr<MatrixCell> ReadMatrixCell(const nlohmann::json& target);

// A cell for each target of the record that was compared with a blind one, with its problem and target. Error: DataLoss as above, or where
// there is none.
absl::StatusOr<std::vector<MatrixCell>> ReadMatrixCells(const nlohmann::json& record);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_REPORT_MATRIX_CELL_H_
