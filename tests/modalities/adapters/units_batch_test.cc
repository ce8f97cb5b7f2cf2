#include "modalities/adapters/units_batch.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/tensor2tensor/layers/expect_close.h"

namespace t2t {
namespace {

Units Ids(std::vector<int64_t> ids, int64_t raw_units) {
  Units units;
  units.ids = std::move(ids);
  units.raw_units = raw_units;
  return units;
}

Units Frames(std::vector<float> frames, std::vector<int64_t> positions) {
  Units units;
  units.frame_width = 2;
  units.frames = std::move(frames);
  units.axes = 2;
  units.positions = std::move(positions);
  return units;
}

at::Tensor Whole(std::vector<int64_t> values, at::IntArrayRef shape) {
  return at::tensor(values, at::kLong).view(shape);
}

TEST(Collate, PadsIdsToTheLongest) {
  const UnitsBatch batch = Collate({Ids({5, 6}, 2), Ids({7, 8, 9, 4}, 11), Ids({0}, 1)});
  ExpectClose(batch.ids, Whole({5, 6, 0, 0, 7, 8, 9, 4, 0, 0, 0, 0}, {3, 4}));
  EXPECT_EQ(batch.ids.scalar_type(), at::kLong);
  EXPECT_FALSE(batch.frames.defined());
  EXPECT_EQ(batch.lengths, (std::vector<int64_t>{2, 4, 1}));
  EXPECT_EQ(batch.raw_units, 14);
  EXPECT_EQ(batch.batch(), 3);
  EXPECT_EQ(batch.time(), 4);
  ExpectClose(batch.positions, Whole({0, 1, 2, 3}, {1, 4, 1}));  // the same for all rows
}

TEST(Collate, TimeIsTheLeastLength) {
  const std::vector<Units> rows = {Ids({5}, 1), Ids({6, 7, 8}, 1)};
  EXPECT_EQ(Collate(rows, 2).time(), 3);
  const UnitsBatch wide = Collate(rows, 5);
  ExpectClose(wide.ids, Whole({5, 0, 0, 0, 0, 6, 7, 8, 0, 0}, {2, 5}));
  EXPECT_EQ(wide.lengths, (std::vector<int64_t>{1, 3}));
  ExpectClose(wide.positions, Whole({0, 1, 2, 3, 4}, {1, 5, 1}));
}

TEST(Collate, EmptyRowsTakeOnePaddedPosition) {
  const UnitsBatch batch = Collate({Ids({}, 0), Ids({}, 0)}, 0);
  ExpectClose(batch.ids, Whole({0, 0}, {2, 1}));
  EXPECT_EQ(batch.lengths, (std::vector<int64_t>{0, 0}));
  EXPECT_EQ(batch.time(), 1);
}

TEST(Collate, FramesKeepTheirOrder) {
  const UnitsBatch batch = Collate({Frames({1, 2, 3, 4}, {0, 0, 0, 1}), Frames({5, 6}, {0, 0})}, 3);
  ExpectClose(
      batch.frames,
      at::tensor({1.f, 2.f, 3.f, 4.f, 0.f, 0.f, 5.f, 6.f, 0.f, 0.f, 0.f, 0.f}).view({2, 3, 2}));
  EXPECT_FALSE(batch.ids.defined());
  EXPECT_EQ(batch.lengths, (std::vector<int64_t>{2, 1}));
  EXPECT_EQ(batch.time(), 3);
  ExpectClose(batch.positions, Whole({0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0}, {2, 3, 2}));
}

// Pictures of one size share one row of positions, so that what depends on positions is made once.
TEST(Collate, EqualPositionsAreKeptOnce) {
  const std::vector<int64_t> grid = {0, 0, 0, 1, 1, 0, 1, 1};
  const std::vector<float> picture(8, 1.0f);
  const UnitsBatch batch = Collate({Frames(picture, grid), Frames(picture, grid)});
  ExpectClose(batch.positions, Whole(grid, {1, 4, 2}));
  const UnitsBatch padded = Collate({Frames(picture, grid), Frames(picture, grid)}, 5);
  ExpectClose(padded.positions, Whole({0, 0, 0, 1, 1, 0, 1, 1, 0, 0}, {1, 5, 2}));
}

TEST(Collate, RowsWithAndWithoutPositionsOfTheirOwn) {
  Units placed = Ids({1, 2}, 2);
  placed.positions = {7, 3};
  const UnitsBatch batch = Collate({placed, Ids({1, 2, 3}, 3)});
  ExpectClose(batch.positions, Whole({7, 3, 0, 0, 1, 2}, {2, 3, 1}));
}

TEST(UnitsBatch, ToItsOwnDeviceIsTheSame) {
  const UnitsBatch batch = Collate({Ids({5, 6}, 2)});
  const UnitsBatch moved = batch.To(at::kCPU);
  EXPECT_TRUE(moved.ids.is_same(batch.ids));
  EXPECT_EQ(moved.lengths, batch.lengths);
  EXPECT_EQ(moved.raw_units, 2);
}

}  // namespace
}  // namespace t2t
