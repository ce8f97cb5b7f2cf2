// ExpectClose: two tensors are equal within a tolerance; says where they differ first.
#ifndef T2T_TESTS_TENSOR2TENSOR_LAYERS_EXPECT_CLOSE_H_
#define T2T_TESTS_TENSOR2TENSOR_LAYERS_EXPECT_CLOSE_H_

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace t2t {

inline void ExpectClose(const at::Tensor& actual, const at::Tensor& expected,
                        double tolerance = 0.0) {
  ASSERT_EQ(actual.defined(), expected.defined());
  if (!actual.defined()) return;
  ASSERT_EQ(actual.sizes(), expected.sizes());
  const at::Tensor a = actual.detach().to(at::kDouble).reshape({-1}),
                   b = expected.detach().to(at::kDouble).reshape({-1});
  // Infinities of one sign are equal; NaN is not.
  const at::Tensor bad = a.eq(b).logical_or((a - b).abs().le(tolerance)).logical_not().nonzero();
  if (bad.size(0) == 0) return;
  const int64_t at = bad[0][0].item<int64_t>();
  ADD_FAILURE() << bad.size(0) << " of " << a.numel() << " differ by more than " << tolerance
                << "; first at " << at << " of shape " << actual.sizes() << ": "
                << a[at].item<double>() << " instead of " << b[at].item<double>();
}

}  // namespace t2t

#endif  // T2T_TESTS_TENSOR2TENSOR_LAYERS_EXPECT_CLOSE_H_
