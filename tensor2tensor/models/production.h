// Production: one target coming about, decision by decision, for many rows at once. Greedy search, beams and
// sampling drive any Production and know nothing of models.
//
//   while (!all stopped) {
//     at::Tensor log_probabilities = production.Next();          // [rows, classes]
//     ... choose ids, and which row each continues ...
//     production.Advance(parents, ids);
//   }
#ifndef T2T_TENSOR2TENSOR_MODELS_PRODUCTION_H_
#define T2T_TENSOR2TENSOR_MODELS_PRODUCTION_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "modalities/heads/head.h"

namespace t2t {

// What came about of one row of a target of numbers.
struct FrameRow {
  at::Tensor frames;     // [time, frame_width]
  bool finished = true;  // false where max_decisions cut it off
};

class Production {
 public:
  virtual ~Production() = default;
  virtual int64_t rows() const = 0;
  // Log-probabilities of the next decision of each row: [rows, classes], float. Called once a decision.
  virtual at::Tensor Next() = 0;
  // The new row i continues row parents[i] with ids[i]. Fewer rows than before drop finished ones, more rows
  // fork. ids hold no stop unit: a stopped row is dropped, or goes on with any id and is ignored.
  virtual void Advance(const std::vector<int64_t>& parents, const std::vector<int64_t>& ids) = 0;
  // The class that ends a row; none where the number of decisions is fixed.
  virtual std::optional<int64_t> stop() const = 0;
  // Of a target of numbers, which no search decides: the frames of each row; empty for the others. Where there are any,
  // Next is not to be called.
  // `draw` has a key for each row, or none.
  virtual std::vector<FrameRow> Frames(const FrameDraw&) { return {}; }
  // At most so many decisions, the stop not counted.
  virtual int64_t max_decisions() const = 0;
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_MODELS_PRODUCTION_H_
