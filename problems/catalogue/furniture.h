// furniture[:lang=en]: the icon of a piece of furniture to its name and to its category (a label of twelve, in English).
// Pieces of one English name, but for numbers in it, share a split. All directions are views of it: furniture_icon_to_category.
#ifndef T2T_PROBLEMS_CATALOGUE_FURNITURE_H_
#define T2T_PROBLEMS_CATALOGUE_FURNITURE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "problems/problem.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Problem>> MakeFurniture(const ProblemParameters& parameters);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_FURNITURE_H_
