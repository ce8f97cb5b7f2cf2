// Problems on 16x16 grey pictures that are drawn from the seed and need no download, for tests and
// first steps.
//
//   image_stripes[:count=2000]   stripes -> their direction, a label
//   caption_bars[:count=2000]    one to five bars -> how many they are, in words ("three bars")
//
// count as in generated_text.h.
#ifndef T2T_PROBLEMS_CATALOGUE_GENERATED_IMAGES_H_
#define T2T_PROBLEMS_CATALOGUE_GENERATED_IMAGES_H_

#include <memory>

#include "absl/status/statusor.h"
#include "problems/problem.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Problem>> MakeImageStripes(const ProblemParameters& parameters);
absl::StatusOr<std::unique_ptr<Problem>> MakeCaptionBars(const ProblemParameters& parameters);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_GENERATED_IMAGES_H_
