// image_fashion_mnist: a grey 28x28 picture to one of ten kinds of clothing. test is the original
// one; valid is 5,000 of the training pictures, 500 a class, chosen by a keyed order that no option
// changes.
#ifndef T2T_PROBLEMS_CATALOGUE_IMAGE_FASHION_MNIST_H_
#define T2T_PROBLEMS_CATALOGUE_IMAGE_FASHION_MNIST_H_

#include <memory>

#include "absl/status/statusor.h"
#include "problems/problem.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Problem>> MakeImageFashionMnist(const ProblemParameters& parameters);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_IMAGE_FASHION_MNIST_H_
