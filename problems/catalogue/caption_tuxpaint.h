// caption_tuxpaint[:lang=en]: a stamp of Tux Paint to its caption. Equal English captions share a
// split, in every language. The key begins with the stamp's folder: symbols/ (letters, coins, ...)
// is to be reported apart.
#ifndef T2T_PROBLEMS_CATALOGUE_CAPTION_TUXPAINT_H_
#define T2T_PROBLEMS_CATALOGUE_CAPTION_TUXPAINT_H_

#include <memory>

#include "absl/status/statusor.h"
#include "problems/problem.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Problem>> MakeCaptionTuxpaint(const ProblemParameters& parameters);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_CAPTION_TUXPAINT_H_
