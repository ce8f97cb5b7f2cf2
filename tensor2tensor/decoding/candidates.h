// Candidates: the likeliest next units of every live row, brought to the host in one copy a decision.
#ifndef T2T_TENSOR2TENSOR_DECODING_CANDIDATES_H_
#define T2T_TENSOR2TENSOR_DECODING_CANDIDATES_H_

#include <cstdint>
#include <limits>
#include <vector>

#include "absl/types/span.h"
#include "tensor2tensor/decoding/constraint.h"
#include "tensor2tensor/models/production.h"

namespace t2t {

constexpr double kImpossible = -std::numeric_limits<double>::infinity();

// A row of the production that goes on.
struct LiveRow {
  int64_t source = 0;  // the row it began as
  int64_t copy = 0;    // which of its source's samples
  std::vector<int64_t> units;
  double log_probability = 0;
};

// One for each source.
std::vector<LiveRow> FirstRows(const Production& production);

struct Candidates {
  int64_t width = 0;  // candidates of each row
  std::vector<double>
      log_probabilities;     // [rows, width], falling; kImpossible where nothing more may follow
  std::vector<int64_t> ids;  // [rows, width]; of equally likely ones the lower id comes first

  absl::Span<const double> row_log_probabilities(size_t row) const {
    return absl::MakeConstSpan(log_probabilities)
        .subspan(row * static_cast<size_t>(width), static_cast<size_t>(width));
  }
  absl::Span<const int64_t> row_ids(size_t row) const {
    return absl::MakeConstSpan(ids).subspan(row * static_cast<size_t>(width),
                                            static_cast<size_t>(width));
  }
};

// Takes the production's next decision: the `width` likeliest classes (all where there are fewer) of each row.
// `constraint` may be null. A NaN counts as impossible.
Candidates NextCandidates(Production& production, const std::vector<LiveRow>& rows,
                          const Constraint* constraint, int64_t width);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_DECODING_CANDIDATES_H_
