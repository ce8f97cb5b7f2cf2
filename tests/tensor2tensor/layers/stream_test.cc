#include "tensor2tensor/layers/stream.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/tensor2tensor/layers/expect_close.h"

namespace t2t {
namespace {

Stream Line(const std::vector<int64_t>& lengths, int64_t time, float value) {
  Stream stream;
  stream.values = at::full({static_cast<int64_t>(lengths.size()), time, 2}, value);
  stream.positions = at::arange(time, at::kLong).view({1, time, 1});
  stream.lengths = lengths;
  stream.valid = ValidFromLengths(lengths, time, at::kCPU);
  return stream;
}

// Two rows of patches, two columns.
Stream Grid(int64_t batch) {
  Stream stream = Line(std::vector<int64_t>(static_cast<size_t>(batch), 4), 4, 9);
  stream.positions = at::tensor({0, 0, 0, 1, 1, 0, 1, 1}, at::kLong).view({1, 4, 2});
  return stream;
}

at::Tensor Longs(std::vector<int64_t> values, at::IntArrayRef sizes) {
  return at::tensor(values, at::kLong).view(sizes);
}

TEST(ValidFromLengths, MarksWhatIsNotPadding) {
  EXPECT_FALSE(ValidFromLengths({3, 3}, 3, at::kCPU).defined());
  ExpectClose(ValidFromLengths({3, 0, 2}, 3, at::kCPU), Longs({1, 1, 1, 0, 0, 0, 1, 1, 0}, {3, 3}));
}

TEST(Concatenate, OneStreamIsWidened) {
  const Stream out = Concatenate({Line({2, 1}, 2, 1)}, 3);
  ExpectClose(out.positions, Longs({0, 0, 0, 1, 1, 1}, {1, 2, 3}));
  ExpectClose(out.valid, Longs({1, 1, 1, 0}, {2, 2}));
  EXPECT_EQ(out.lengths, (std::vector<int64_t>{2, 1}));
  EXPECT_EQ(Concatenate({Line({2, 2}, 2, 1)}, 1).positions.size(0), 1);
}

TEST(Concatenate, PositionsGoOnBehindTheValidOnes) {
  const Stream out = Concatenate({Line({1, 1}, 1, 1), Line({3, 1}, 3, 2), Line({2, 2}, 2, 3)}, 1);
  ExpectClose(out.values.select(2, 0), at::tensor({1.0, 2.0, 2.0, 2.0, 3.0, 3.0}).expand({2, 6}));
  // The second row's padding (slots 2 and 3) stands where it stood; what follows it goes on at 2.
  ExpectClose(out.positions, Longs({0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 2, 3}, {2, 6, 1}));
  ExpectClose(out.valid, Longs({1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1}, {2, 6}));
  EXPECT_EQ(out.lengths, (std::vector<int64_t>{6, 4}));
  ExpectClose(out.places, Longs({0, 1, 2, 3, 4, 5, 0, 1, 1, 1, 2, 3}, {2, 6}));
}

TEST(Concatenate, PlacesAreNamedWhereTheyAreNotTheTime) {
  EXPECT_FALSE(
      Concatenate({Line({1, 1}, 1, 1), Line({3, 1}, 3, 2)}, 1).places.defined());  // padding behind
  const Stream within = Concatenate({Line({2, 1}, 2, 1), Line({1, 1}, 1, 2)}, 1);
  ExpectClose(within.places, Longs({0, 1, 2, 0, 0, 1}, {2, 3}));
  ExpectClose(Concatenate({within}, 2).places, within.places);
  ExpectClose(Concatenate({within, Line({1, 1}, 1, 2)}, 1).places,
              Longs({0, 1, 2, 3, 0, 0, 1, 2}, {2, 4}));
}

TEST(Concatenate, WithoutPaddingAllRowsShareTheirPositions) {
  const Stream out = Concatenate({Line({1, 1}, 1, 1), Line({2, 2}, 2, 2)}, 1);
  ExpectClose(out.positions, Longs({0, 1, 2}, {1, 3, 1}));
  EXPECT_FALSE(out.valid.defined());
}

// Else tables of positions were made for every row.
TEST(Concatenate, PaddingOfTheLastStreamLeavesRowsTheirPositions) {
  const Stream out = Concatenate({Line({2, 2}, 2, 1), Line({3, 1}, 3, 2)}, 1);
  ExpectClose(out.positions, Longs({0, 1, 2, 3, 4}, {1, 5, 1}));
  ExpectClose(out.valid, Longs({1, 1, 1, 1, 1, 1, 1, 1, 0, 0}, {2, 5}));
  EXPECT_EQ(Concatenate({Line({2, 1}, 2, 1), Line({3, 3}, 3, 2)}, 1).positions.size(0), 2);
}

TEST(Concatenate, ATextStandsOnTheDiagonalOfAGrid) {
  const Stream out = Concatenate({Line({1}, 1, 1), Grid(1), Line({2}, 2, 3)}, 2);
  ExpectClose(out.positions, Longs({0, 0, 1, 1, 1, 2, 2, 1, 2, 2, 3, 3, 4, 4}, {1, 7, 2}));
}

TEST(NextPosition, IsBehindTheLastValidOne) {
  ExpectClose(NextPosition(Line({3, 1}, 3, 1)), Longs({3, 1}, {2, 1, 1}));
  ExpectClose(NextPosition(Line({3, 3}, 3, 1)), Longs({3}, {1, 1, 1}));
  ExpectClose(NextPosition(Line({0, 3}, 3, 1)), Longs({0, 3}, {2, 1, 1}));
  ExpectClose(NextPosition(Grid(2)), Longs({2}, {1, 1, 1}));
}

}  // namespace
}  // namespace t2t
