// caption_bars[:count=N]: a drawn 16x16 picture to how many bars it has, in words ("three bars").
// For tests.
#ifndef T2T_PROBLEMS_CATALOGUE_CAPTION_BARS_H_
#define T2T_PROBLEMS_CATALOGUE_CAPTION_BARS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "problems/problem.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Problem>> MakeCaptionBars(const ProblemParameters& parameters);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_CAPTION_BARS_H_
