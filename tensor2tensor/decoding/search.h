// Search: greedy, beam or sampling over any Production, all on its one cached path.
//
//   const auto production = model.Start(batch, "caption", options.max_length);
//   const auto found = Search(*production, options, /*constraint=*/nullptr, batch.keys);
//   found[row][0].units
//
// A row's result depends on that row (and its key) alone: not on the order of the batch, nor on the rows beside it.
// Rows that are done leave the production at once, so that the longest ones do not pay for the others.
#ifndef T2T_TENSOR2TENSOR_DECODING_SEARCH_H_
#define T2T_TENSOR2TENSOR_DECODING_SEARCH_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "tensor2tensor/decoding/constraint.h"
#include "tensor2tensor/decoding/decode_options.h"
#include "tensor2tensor/decoding/hypothesis.h"
#include "tensor2tensor/models/production.h"

namespace t2t {

// For every row of the production at least one and at most n_best hypotheses: finished ones by score, best first;
// then, where too few finished, cut off ones. `row_keys` (one a row) seed sampling and are not read otherwise;
// `constraint` may be null.
std::vector<std::vector<Hypothesis>> Search(Production& production, const DecodeOptions& options,
                                            const Constraint* constraint,
                                            absl::Span<const uint64_t> row_keys);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_DECODING_SEARCH_H_
