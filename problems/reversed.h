// A problem the other way round: its targets are the inputs, its inputs the targets, over the same data set: no second copy
// of it is made.
//
//   image_fashion_mnist_rev          a kind of clothing to its picture
//   translate_debian_rev:lang=it     Italian to English
#ifndef T2T_PROBLEMS_REVERSED_H_
#define T2T_PROBLEMS_REVERSED_H_

#include <memory>

#include "absl/status/statusor.h"
#include "problems/problem.h"

namespace t2t {

inline constexpr char kReversed[] = "_rev";  // what its name has behind the other's

// Ports keep their options and languages. A target is made in the usual way of its modality and judged by its usual metrics; an
// input with which the one target was aligned is aligned with that one now. Error: a problem without inputs.
absl::StatusOr<std::unique_ptr<Problem>> Reversed(std::unique_ptr<Problem> problem);

}  // namespace t2t

#endif  // T2T_PROBLEMS_REVERSED_H_
