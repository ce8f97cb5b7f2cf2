#include "tensor2tensor/evaluation/frechet_distance.h"

#include <ATen/ATen.h>

#include <tuple>

#include "registry/check.h"

namespace t2t {
namespace {

at::Tensor Covariance(const at::Tensor& rows) {
  const at::Tensor centred = rows - rows.mean(0, true);
  return at::matmul(centred.t(), centred) / static_cast<double>(rows.size(0) - 1);
}

}  // namespace

double FrechetDistance(const at::Tensor& a, const at::Tensor& b) {
  T2T_CHECK(a.dim() == 2 && b.dim() == 2 && a.size(1) == b.size(1) && a.size(0) > 1 &&
            b.size(0) > 1 && a.isfinite().all().item<bool>() && b.isfinite().all().item<bool>());
  const at::Tensor x = a.to(at::kCPU, at::kDouble), y = b.to(at::kCPU, at::kDouble);
  const at::Tensor of_x = Covariance(x), of_y = Covariance(y);
  // trace (A B)^(1/2) by the eigenvalues of A^(1/2) B A^(1/2), which are those of A B; rounding may push small ones below 0.
  const auto [values, vectors] = at::linalg_eigh(of_x);
  const at::Tensor root = at::matmul(vectors * values.clamp_min(0).sqrt(), vectors.t());
  const at::Tensor both = at::linalg_eigvalsh(at::matmul(at::matmul(root, of_y), root));
  const at::Tensor difference = x.mean(0) - y.mean(0);
  return ((difference * difference).sum() + of_x.trace() + of_y.trace() -
          2 * both.clamp_min(0).sqrt().sum())
      .item<double>();
}

}  // namespace t2t
