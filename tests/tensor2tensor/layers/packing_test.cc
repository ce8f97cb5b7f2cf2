#include "tensor2tensor/layers/packing.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <limits>

#include "tensor2tensor/layers/dropout.h"
#include "tensor2tensor/layers/visibility.h"
#include "tests/tensor2tensor/layers/expect_close.h"

namespace t2t {
namespace {

at::Tensor Integers(const std::vector<int64_t>& values, const std::vector<int64_t>& sizes) {
  return at::tensor(values, at::kLong).view(sizes);
}

Stream Padded(const std::vector<int64_t>& lengths, int64_t time, int64_t width = 6) {
  Stream stream;
  stream.values = at::randn({static_cast<int64_t>(lengths.size()), time, width});
  stream.positions = at::arange(10, 10 + time, at::kLong).view({1, time, 1});
  stream.lengths = lengths;
  stream.valid = ValidFromLengths(lengths, time, at::kCPU);
  return stream;
}

// Three rows of two streams behind each other, so that padding also stands within: of 4, 2 and 3 positions.
Stream PaddedWithin() { return Concatenate({Padded({2, 1, 2}, 2), Padded({2, 1, 1}, 3)}, 1); }

TEST(Packing, RowsStandBehindEachOther) {
  const Stream stream = Padded({2, 3, 1}, 3);
  const Stream packed = Pack(stream, {0, 0, 1});
  ASSERT_NE(packed.packing, nullptr);
  ExpectClose(packed.packing->segments(), Integers({0, 0, 1, 1, 1, 2, -1, -1, -1, -1}, {2, 5}));
  ExpectClose(packed.packing->times(), Integers({0, 1, 0, 1, 2, 0, 0, 0, 0, 0}, {2, 5}));
  ExpectClose(packed.positions, Integers({10, 11, 10, 11, 12, 10, 0, 0, 0, 0}, {2, 5, 1}));
  ExpectClose(packed.values[0], at::cat({stream.values[0].narrow(0, 0, 2), stream.values[1]}));
  ExpectClose(packed.values[1][0], stream.values[2][0]);
  ExpectClose(packed.values[1].narrow(0, 1, 4), at::zeros({4, 6}));
  EXPECT_EQ(packed.packing->begins(), (std::vector<int64_t>{0, 2, 5}));
  EXPECT_EQ(packed.packing->longest(), 3);
  ExpectClose(packed.packing->flat_places(), Integers({0, 1, 3, 4, 5, 6, 0, 0, 0, 0}, {10}));
}

TEST(Packing, PaddingWithinIsLeftOut) {
  const Stream stream = PaddedWithin();
  ASSERT_TRUE(stream.places.defined());
  const Stream packed = Pack(stream, {0, 1, 1});
  ExpectClose(packed.packing->segments(), Integers({0, 0, 0, 0, -1, 1, 1, 2, 2, 2}, {2, 5}));
  ExpectClose(packed.packing->times(), Integers({0, 1, 2, 3, 0, 0, 2, 0, 1, 2}, {2, 5}));
}

TEST(Packing, UnpackingIsTheWayBack) {
  for (Stream stream : {Padded({2, 3, 1}, 4), Padded({3, 3, 3}, 3), PaddedWithin()}) {
    stream.values.requires_grad_();
    const at::Tensor valid =
        stream.valid.defined() ? stream.valid.unsqueeze(2).to(at::kFloat) : at::ones({1});
    const Stream packed = Pack(stream, {0, 0, 1});
    const at::Tensor back = packed.packing->Unpack(packed.values);
    ExpectClose(back, stream.values * valid);
    const at::Tensor weights = at::randn_like(back);
    (back * weights).sum().backward();
    ExpectClose(stream.values.grad(), weights * valid);
  }
}

// Every pair of places by the definition.
TEST(Packing, AQueryMaySeeItsOwnSegmentAsTheVisibilitySays) {
  const Stream stream = PaddedWithin(), other = Padded({1, 3, 2}, 4);
  const Stream packed = Pack(stream, {0, 1, 1}), keys = Pack(other, {0, 1, 1});
  const auto expect = [](const Stream& q, const Stream& k, const Visibility& visibility,
                         const auto& allowed) {
    const at::Tensor mask =
        MakePackedMask(visibility, *q.packing, *k.packing, at::TensorOptions(at::kFloat)).additive;
    ASSERT_EQ(mask.sizes(), (std::vector<int64_t>{2, 1, q.time(), k.time()}));
    const auto of_q = q.packing->segments(), of_k = k.packing->segments();
    for (int64_t row = 0; row < 2; ++row) {
      for (int64_t i = 0; i < q.time(); ++i) {
        for (int64_t j = 0; j < k.time(); ++j) {
          const int64_t a = of_q[row][i].item<int64_t>(), b = of_k[row][j].item<int64_t>();
          const bool seen =
              a < 0 || (a == b && allowed(q.packing->times()[row][i].item<int64_t>(),
                                          k.packing->times()[row][j].item<int64_t>()));
          EXPECT_EQ(mask[row][0][i][j].item<float>(),
                    seen ? 0.0f : -std::numeric_limits<float>::infinity())
              << row << " " << i << " " << j;
        }
      }
    }
  };
  expect(packed, packed, Visibility::Full(), [](int64_t, int64_t) { return true; });
  expect(packed, packed, Visibility::Causal(), [](int64_t q, int64_t k) { return k <= q; });
  expect(packed, packed, Visibility::Causal(1),
         [](int64_t q, int64_t k) { return k <= q && k >= q - 1; });
  expect(packed, packed, Visibility::Prefix(2),
         [](int64_t q, int64_t k) { return k <= q || k < 2; });
  expect(packed, keys, Visibility::Full(), [](int64_t, int64_t) { return true; });
}

// The mask, with padding within and in the way of other devices (double), and its gradient.
TEST(Packing, ASegmentIsDroppedOutAsItsRow) {
  for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
    for (const bool within : {false, true}) {
      Stream stream = within ? PaddedWithin() : Padded({50, 61, 3}, 70);
      const at::Tensor valid = stream.valid.unsqueeze(2).to(type);
      const Stream packed = Pack(stream, {0, 0, 1});
      ForwardContext context;
      context.training = true;
      context.row_keys = {5, 6, 7};
      context.site = 3;
      ForwardContext packed_context = context;
      context.places = stream.places;
      packed_context.packing = packed.packing;
      const at::Tensor x = at::randn(stream.values.sizes(), type).requires_grad_();
      const at::Tensor again = x.detach().clone().requires_grad_();
      const at::Tensor weights = at::randn(stream.values.sizes(), type);
      for (const at::Tensor& residual : {at::Tensor(), at::randn_like(weights)}) {
        const at::Tensor expected = DropoutAdd(residual, x, 0.4, context) * valid;
        const at::Tensor packed_residual =
            residual.defined() ? packed.packing->Pack(residual) : at::Tensor();
        const at::Tensor actual = packed.packing->Unpack(
            DropoutAdd(packed_residual, packed.packing->Pack(again), 0.4, packed_context));
        ExpectClose(actual, expected, 1e-6);
        (expected * weights).sum().backward();
        (actual * weights).sum().backward();
        ExpectClose(again.grad(), x.grad(), 1e-6);
      }
      EXPECT_GT((x.grad() == 0).logical_and(valid > 0).sum().item<int64_t>(), 0);
    }
  }
}

}  // namespace
}  // namespace t2t
