// Frechet distance between two sets of features, each taken as one normal distribution: how far what was made lies from what is true
// as a whole, in the middle and in its variety. Dowson and Landau, "The Frechet distance between multivariate normal distributions",
// 1982; of generated pictures: Heusel et al., arXiv 1706.08500.
#ifndef T2T_TENSOR2TENSOR_EVALUATION_FRECHET_DISTANCE_H_
#define T2T_TENSOR2TENSOR_EVALUATION_FRECHET_DISTANCE_H_

#include <ATen/core/Tensor.h>

namespace t2t {

// |mean a - mean b|^2 + trace(A + B - 2 (A B)^(1/2)), A and B the covariances (unbiased). a [n, numbers], b [m, numbers], finite and of
// two rows or more (checked). The fewer rows, the larger: compare sets of equal size, or beside the distance of two true ones.
double FrechetDistance(const at::Tensor& a, const at::Tensor& b);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_FRECHET_DISTANCE_H_
