#include "tensor2tensor/layers/packing.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "registry/check.h"

namespace t2t {
namespace {

// Row i of `from` becomes row to[i] of zeros [size, ...]; a row that goes to `size` is left out. Each place has one source, so that
// the gradient is a choice of rows.
at::Tensor Scattered(const at::Tensor& from, const at::Tensor& to, int64_t size) {
  std::vector<int64_t> sizes = from.sizes().vec();
  sizes[0] = size + 1;
  return at::zeros(sizes, from.options()).index_copy(0, to, from).narrow(0, 0, size);
}

}  // namespace

Packing::Packing(const std::vector<int64_t>& rows, const Stream& stream)
    : rows_(rows.empty() ? 0 : rows.back() + 1),
      time_(0),
      batch_(stream.batch()),
      stream_time_(stream.time()),
      lengths_(stream.lengths) {
  T2T_CHECK(static_cast<int64_t>(rows.size()) == batch_) << rows.size() << " for " << batch_;
  std::vector<int64_t> filled(static_cast<size_t>(rows_), 0);
  for (size_t i = 0; i < rows.size(); ++i) {
    T2T_CHECK(rows[i] >= 0 && (i == 0 || rows[i] >= rows[i - 1])) << rows[i];
    int64_t& end = filled[static_cast<size_t>(rows[i])];
    begins_.push_back(end);
    end += lengths_[i];
    time_ = std::max(time_, end);
  }
  for (size_t i = 0; i < rows.size(); ++i) begins_[i] += rows[i] * time_;

  const auto integers = at::TensorOptions(at::kLong).device(stream.values.device());
  const at::Tensor begins = at::tensor(begins_, at::kLong).to(integers.device()).unsqueeze(1);
  at::Tensor slots =
      begins +
      (stream.places.defined() ? stream.places : at::arange(stream_time_, integers).unsqueeze(0));
  if (stream.valid.defined()) {
    slots = slots.masked_fill(stream.valid.logical_not(), rows_ * time_);
  }
  slots_ = slots.flatten();
  const int64_t outside = batch_ * stream_time_;
  sources_ = at::full({rows_ * time_ + 1}, outside, integers)
                 .index_copy(0, slots_, at::arange(outside, integers))
                 .narrow(0, 0, rows_ * time_);
  const at::Tensor grid = sources_.view({rows_, time_});
  segments_ = grid.floor_divide(stream_time_).masked_fill(grid == outside, -1);
  times_ = grid.remainder(stream_time_);
  longest_ = *std::max_element(lengths_.begin(), lengths_.end());
  const at::Tensor flat = segments_.flatten(), there = flat.clamp_min(0);
  const at::Tensor within =
      at::arange(rows_ * time_, integers) - begins.flatten().index_select(0, there);
  flat_places_ = (there * longest_ + within).masked_fill(flat < 0, 0);
}

at::Tensor Packing::Pack(const at::Tensor& x) const {
  return Scattered(x.flatten(0, 1), slots_, rows_ * time_).view({rows_, time_, -1});
}

at::Tensor Packing::Unpack(const at::Tensor& x) const {
  return Scattered(x.flatten(0, 1), sources_, batch_ * stream_time_)
      .view({batch_, stream_time_, -1});
}

Stream Pack(const Stream& stream, const std::vector<int64_t>& rows) {
  auto packing = std::make_shared<Packing>(rows, stream);
  Stream packed;
  packed.values = packing->Pack(stream.values);
  packed.positions = packing->Pack(stream.positions.expand({stream.batch(), -1, -1}));
  packed.lengths.assign(static_cast<size_t>(packed.batch()), packed.time());
  packed.packing = std::move(packing);
  return packed;
}

}  // namespace t2t
