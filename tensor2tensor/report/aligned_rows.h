// Sequences that go together unit by unit, one above the other: a protein, the codons the model chose for its residues,
// and the codons of the gene.
#ifndef T2T_TENSOR2TENSOR_REPORT_ALIGNED_ROWS_H_
#define T2T_TENSOR2TENSOR_REPORT_ALIGNED_ROWS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace t2t {

inline constexpr int64_t kShownColumns = 60;

// HTML of the first columns: a letter of the guide, what was said for it and what was wanted, marked where they
// differ; and how many columns of all agree. "" where the texts are not the guide's length or the same multiple of it.
std::string AlignedRows(absl::string_view guide, absl::string_view said, absl::string_view wanted);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_REPORT_ALIGNED_ROWS_H_
