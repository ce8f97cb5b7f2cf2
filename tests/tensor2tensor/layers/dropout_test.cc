#include "tensor2tensor/layers/dropout.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "random/philox.h"
#include "tests/tensor2tensor/layers/expect_close.h"

namespace t2t {
namespace {

ForwardContext Training(std::vector<uint64_t> keys, uint32_t site = 0) {
  ForwardContext context;
  context.training = true;
  context.row_keys = std::move(keys);
  context.site = site;
  return context;
}

at::Tensor MaskOf(const std::vector<uint64_t>& keys, at::IntArrayRef sizes, double rate,
                  uint32_t site = 0) {
  ForwardContext context = Training(keys, site);
  return DropoutAdd({}, at::ones(sizes), rate, context);
}

class DropoutTest : public ::testing::TestWithParam<std::tuple<int64_t, double>> {
};  // elements of a row, rate

// The mask by the definition in the header: Philox4x32-7, counter (element / 8, 0, site, 0), 16 bits an element.
TEST_P(DropoutTest, TheKernelEqualsTheDefinition) {
  const auto [elements, rate] = GetParam();
  const std::vector<uint64_t> keys = {1, 0xFFFFFFFFFFFFFFFFull, 0x123456789ABCDEFull};
  const uint32_t site = 77, threshold = static_cast<uint32_t>(std::lround(rate * 65536));
  at::Tensor expected = at::zeros({3, elements});
  for (int64_t row = 0; row < 3; ++row) {
    for (int64_t e = 0; e < elements; ++e) {
      const PhiloxBlock block =
          Philox4x32({static_cast<uint32_t>(e / 8), 0, site, 0}, keys[static_cast<size_t>(row)], 7);
      const uint32_t bits = (block[static_cast<size_t>(e % 8 / 2)] >> (e % 2 * 16)) & 0xFFFF;
      expected[row][e] =
          bits >= threshold ? 65536.0f / static_cast<float>(65536 - threshold) : 0.0f;
    }
  }
  ExpectClose(MaskOf(keys, {3, elements}, rate, site), expected);
  ExpectClose(internal::KeyedMask(keys, elements, site, rate, at::kCPU), expected);
}

TEST_P(DropoutTest, AddsToTheResidual) {
  const auto [elements, rate] = GetParam();
  const std::vector<uint64_t> keys = {5, 6};
  const at::Tensor x = at::randn({2, elements}), residual = at::randn({2, elements});
  ForwardContext context = Training(keys, 3);
  ExpectClose(DropoutAdd(residual, x, rate, context),
              residual + x * MaskOf(keys, {2, elements}, rate, 3), 1e-6);
  EXPECT_EQ(context.site, 4u);
}

INSTANTIATE_TEST_SUITE_P(Sizes, DropoutTest,
                         ::testing::Combine(::testing::Values(1, 7, 8, 127, 128, 129, 1000),
                                            ::testing::Values(0.1, 0.5)));

TEST(Dropout, KeepsTheRate) {
  for (double rate : {0.1, 0.3, 0.5}) {
    const at::Tensor mask = MaskOf({1, 2, 3, 4}, {4, 100000}, rate);
    const double dropped = mask.eq(0).to(at::kDouble).mean().item<double>();
    EXPECT_NEAR(dropped, rate,
                5 * std::sqrt(rate * (1 - rate) / 400000));  // five standard deviations
    EXPECT_NEAR(mask.to(at::kDouble).mean().item<double>(), 1.0, 0.01);
  }
}

TEST(Dropout, SitesRowsAndNeighboursAreIndependent) {
  const at::Tensor a = MaskOf({1}, {1, 100000}, 0.5, 0).ne(0),
                   b = MaskOf({1}, {1, 100000}, 0.5, 1).ne(0),
                   c = MaskOf({2}, {1, 100000}, 0.5, 0).ne(0);
  for (const at::Tensor& other : {b, c, a.roll(1, 1), a.roll(8, 1), a.roll(128, 1)}) {
    EXPECT_NEAR(a.eq(other).to(at::kDouble).mean().item<double>(), 0.5, 0.01);
  }
}

TEST(Dropout, ARowsMaskKnowsNoOtherRows) {
  const std::vector<uint64_t> keys = {11, 12, 13, 14};
  const at::Tensor whole = MaskOf(keys, {4, 9, 10}, 0.3);
  for (int64_t row = 0; row < 4; ++row) {
    ExpectClose(MaskOf({keys[static_cast<size_t>(row)]}, {1, 9, 10}, 0.3), whole.narrow(0, row, 1));
  }
}

TEST(Dropout, PaddingBehindChangesNothing) {
  ExpectClose(MaskOf({3, 4}, {2, 23, 6}, 0.3).narrow(1, 0, 9), MaskOf({3, 4}, {2, 9, 6}, 0.3));
}

TEST(Dropout, PaddingWithinChangesNothing) {
  // Times 0, 3 and 4 of the second row are its places 0, 1 and 2.
  const at::Tensor places = at::tensor({0, 1, 2, 3, 4, 0, 0, 0, 1, 2}, at::kLong).view({2, 5});
  for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
    ForwardContext context = Training({3, 4});
    context.places = places;
    const at::Tensor x = at::randn({2, 5, 6}, type).requires_grad_(),
                     residual = at::randn({2, 5, 6}, type);
    const at::Tensor plain = MaskOf({3, 4}, {2, 5, 6}, 0.3).to(type);
    const at::Tensor mask = at::stack(
        {plain[0], at::stack({plain[1][0], plain[1][0], plain[1][0], plain[1][1], plain[1][2]})});
    const at::Tensor out = DropoutAdd(residual, x, 0.3, context);
    ExpectClose(out, residual + x * mask, 1e-6);
    out.sum().backward();
    ExpectClose(x.grad(), mask, 1e-6);
  }
}

TEST(Dropout, GradientIsTheMask) {
  const std::vector<uint64_t> keys = {3, 4};
  at::Tensor x = at::randn({2, 50}).requires_grad_(),
             residual = at::randn({2, 50}).requires_grad_();
  ForwardContext context = Training(keys);
  const at::Tensor weights = at::randn({2, 50});
  (DropoutAdd(residual, x, 0.4, context) * weights).sum().backward();
  ExpectClose(x.grad(), weights * MaskOf(keys, {2, 50}, 0.4), 1e-6);
  ExpectClose(residual.grad(), weights);
  at::Tensor alone = at::randn({2, 50}).requires_grad_();
  ForwardContext again = Training(keys);
  (DropoutAdd({}, alone, 0.4, again) * weights).sum().backward();
  ExpectClose(alone.grad(), x.grad(), 1e-6);
}

TEST(Dropout, OtherTypesTakeTheSameMask) {
  const std::vector<uint64_t> keys = {3, 4};
  ForwardContext context = Training(keys);
  const at::Tensor doubles = DropoutAdd({}, at::ones({2, 3, 30}, at::kDouble), 0.25, context);
  ExpectClose(doubles, MaskOf(keys, {2, 3, 30}, 0.25), 1e-7);
}

TEST(Dropout, WithoutTrainingOrRateNothingIsDropped) {
  const at::Tensor x = at::randn({2, 5}), residual = at::randn({2, 5});
  ForwardContext evaluation, training = Training({1, 2});
  ExpectClose(DropoutAdd(residual, x, 0.5, evaluation), residual + x);
  ExpectClose(DropoutAdd({}, x, 0.0, training), x);
  EXPECT_EQ(evaluation.site, 1u);
  EXPECT_EQ(training.site, 1u);
}

// 0.99999 is nearer to 65536 / 65536 than to the number before: a share of nothing would be kept, scaled by infinity.
TEST(Dropout, ARateOfNearlyOneStaysFinite) {
  const at::Tensor mask = MaskOf({1, 2, 3}, {3, 1 << 17}, 0.999999);
  EXPECT_EQ(mask.max().item<double>(), 65536);
  EXPECT_EQ(mask.min().item<double>(), 0);
}

}  // namespace
}  // namespace t2t
