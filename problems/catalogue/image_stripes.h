// image_stripes[:count=N]: a drawn 16x16 picture to the direction of its stripes. Needs no
// download: for tests.
#ifndef T2T_PROBLEMS_CATALOGUE_IMAGE_STRIPES_H_
#define T2T_PROBLEMS_CATALOGUE_IMAGE_STRIPES_H_

#include <memory>

#include "absl/status/statusor.h"
#include "problems/problem.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Problem>> MakeImageStripes(const ProblemParameters& parameters);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_IMAGE_STRIPES_H_
