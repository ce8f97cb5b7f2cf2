#include "modalities/adapters/units_batch.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "registry/check.h"

namespace t2t {

UnitsBatch UnitsBatch::To(const at::Device& device) const {
  if (device.is_cpu()) return *this;
  UnitsBatch moved = *this;
  if (ids.defined()) moved.ids = ids.to(device);
  if (frames.defined()) moved.frames = frames.to(device);
  moved.positions = positions.to(device);
  return moved;
}

UnitsBatch Collate(const std::vector<Units>& rows, int64_t time) {
  std::vector<const Units*> places;
  for (const Units& row : rows) places.push_back(&row);
  return Collate(places, time);
}

UnitsBatch Collate(const std::vector<const Units*>& rows, int64_t time) {
  T2T_CHECK(!rows.empty());
  UnitsBatch batch;
  const Units& first = *rows[0];
  time = std::max<int64_t>(time, 1);  // an empty text is one padded position
  bool same_positions = true;
  for (const Units* row : rows) {
    T2T_CHECK(row->frame_width == first.frame_width && row->axes == first.axes);
    batch.lengths.push_back(row->length());
    batch.raw_units += row->raw_units;
    time = std::max(time, row->length());
    same_positions = same_positions && row->positions == first.positions;
  }
  const int64_t count = static_cast<int64_t>(rows.size());
  const int64_t width = first.frame_width, axes = first.axes;
  // Each row's values, and zeros behind them.
  const auto fill = [&](const auto& values, int64_t size, auto* to) {
    std::fill(std::copy(values.begin(), values.end(), to), to + size, 0);
  };
  if (width > 0) {
    batch.frames = at::empty({count, time, width});
  } else {
    batch.ids = at::empty({count, time}, at::kLong);
  }
  for (int64_t i = 0; i < count; ++i) {
    const Units& row = *rows[static_cast<size_t>(i)];
    if (width > 0) {
      fill(row.frames, time * width, batch.frames.mutable_data_ptr<float>() + i * time * width);
    } else {
      fill(row.ids, time, batch.ids.mutable_data_ptr<int64_t>() + i * time);
    }
  }
  if (same_positions && first.positions.empty()) {
    batch.positions =
        at::arange(time, at::kLong).view({1, time, 1}).expand({1, time, axes}).contiguous();
    return batch;
  }
  const int64_t position_rows = same_positions ? 1 : count;
  batch.positions = at::zeros({position_rows, time, axes}, at::kLong);
  for (int64_t i = 0; i < position_rows; ++i) {
    const Units& row = *rows[static_cast<size_t>(i)];
    int64_t* to = batch.positions.mutable_data_ptr<int64_t>() + i * time * axes;
    if (row.positions.empty()) {
      for (int64_t t = 0; t < row.length(); ++t) std::fill_n(to + t * axes, axes, t);
    } else {
      std::copy(row.positions.begin(), row.positions.end(), to);
    }
  }
  return batch;
}

}  // namespace t2t
