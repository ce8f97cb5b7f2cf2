// CtcPrefixes: connectionist temporal classification read unit by unit. Each place of an input gives a unit or a blank; the
// path's repeats are joined and its blanks dropped (Graves et al., "Connectionist Temporal Classification", ICML 2006). From
// the distributions at the places follow, exactly, the probability of each unit to come next and that of the end, whatever
// stands before (section 3.2 there, prefix search): p(c | g) = p(gc...) / p(g...), so that any search over units can read
// it. A step costs places x units for each row, on the CPU, in double.
#ifndef T2T_TENSOR2TENSOR_MODELS_CTC_PREFIXES_H_
#define T2T_TENSOR2TENSOR_MODELS_CTC_PREFIXES_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace t2t {

class CtcPrefixes {
 public:
  // log_probabilities [rows, places, units + 1]: of each unit and, last, of the blank. lengths: the places of each row.
  CtcPrefixes(const at::Tensor& log_probabilities, const std::vector<int64_t>& lengths);

  int64_t rows() const { return static_cast<int64_t>(rows_.size()); }
  // Log-probabilities [rows, units + 1] (float, on the CPU) of each unit to come next and, last, of the end. They sum to 1.
  // Called once before each Advance. A row whose prefix is impossible has ended.
  at::Tensor Next();
  // The new row i continues row parents[i] with ids[i].
  void Advance(const std::vector<int64_t>& parents, const std::vector<int64_t>& ids);

 private:
  // A prefix g over a row's places. Of each number of places t from 0: log-probabilities that they give exactly g, the last
  // of them a unit, or a blank.
  struct Row {
    int64_t source = 0;
    int64_t last = -1;                      // g's last unit; -1: g is empty
    double log_prefix = 0;                  // that all places give g or more
    std::vector<double> in_unit, in_blank;  // [places + 1]
  };

  at::Tensor logs_;           // [sources, places, units + 1], float
  at::Tensor probabilities_;  // of these, double
  std::vector<Row> rows_;
  at::Tensor next_;  // [rows, units + 1], double: what Next gave
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_MODELS_CTC_PREFIXES_H_
