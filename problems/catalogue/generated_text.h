// Text problems that are drawn from the seed and need no download, for tests and first steps.
//
//   copy[:length=8,alphabet=10,count=2000]      "abca" -> "abca"
//   reverse[:length=8,alphabet=10,count=2000]   "abcd" -> "dcba"
//   addition[:digits=2,count=2000]              "12+34" -> "46"
//
// count examples are for training, a tenth of it (at most 200) for each of the other splits. No
// input is drawn twice, so that held-out inputs are new.
#ifndef T2T_PROBLEMS_CATALOGUE_GENERATED_TEXT_H_
#define T2T_PROBLEMS_CATALOGUE_GENERATED_TEXT_H_

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "problems/problem.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Problem>> MakeCopy(const ProblemParameters& parameters);
absl::StatusOr<std::unique_ptr<Problem>> MakeReverse(const ProblemParameters& parameters);
absl::StatusOr<std::unique_ptr<Problem>> MakeAddition(const ProblemParameters& parameters);

// How many examples a generated problem of `count` training examples gives to the split.
int64_t GeneratedCount(absl::string_view split, int64_t count);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_GENERATED_TEXT_H_
