#include "tensor2tensor/layers/stream.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "registry/check.h"

namespace t2t {

at::Tensor ValidFromLengths(const std::vector<int64_t>& lengths, int64_t time,
                            const at::Device& device) {
  if (std::all_of(lengths.begin(), lengths.end(), [&](int64_t n) { return n == time; })) return {};
  const at::Tensor ends = at::tensor(lengths, at::kLong).to(device).unsqueeze(1);
  return at::arange(time, at::TensorOptions().dtype(at::kLong).device(device))
      .unsqueeze(0)
      .lt(ends);
}

at::Tensor NextPosition(const Stream& stream) {
  at::Tensor positions = stream.positions.amax(2, /*keepdim=*/true);  // [batch or 1, time, 1]
  if (stream.valid.defined()) {
    positions = positions.masked_fill(stream.valid.logical_not().unsqueeze(2), -1);
  }
  return positions.amax(1, /*keepdim=*/true) + 1;
}

Stream Concatenate(const std::vector<Stream>& streams, int64_t axes) {
  T2T_CHECK(!streams.empty());
  std::vector<at::Tensor> values, positions, valid;
  const int64_t batch = streams[0].batch();
  Stream out;
  out.lengths.assign(static_cast<size_t>(batch), 0);
  bool padded = false, rows_differ = false, padded_within = false;
  for (const Stream& stream : streams) {
    padded_within =
        padded_within || padded || stream.places.defined();  // by what stands before, or by itself
    // Padding moves only what stands behind it.
    rows_differ = rows_differ || padded || stream.positions.size(0) != 1;
    padded = padded || stream.valid.defined();
  }
  at::Tensor start;  // [batch or 1, 1, 1]
  for (const Stream& stream : streams) {
    T2T_CHECK(stream.batch() == batch) << stream.batch() << " rows beside " << batch;
    at::Tensor own = stream.positions;
    const int64_t own_axes = own.size(2);
    if (own_axes < axes) {
      own = at::cat({own, own.slice(2, own_axes - 1).expand({-1, -1, axes - own_axes})}, 2);
    }
    if (start.defined()) own = own + start;
    Stream placed = stream;
    placed.positions = own;
    if (streams.size() > 1) {
      // A row that has nothing here goes on where it stood.
      const at::Tensor next = NextPosition(placed);
      start = start.defined() ? at::maximum(start, next) : next;
    }
    positions.push_back(rows_differ ? own.expand({batch, -1, -1}) : own);
    values.push_back(stream.values);
    valid.push_back(!padded ? at::Tensor()
                    : stream.valid.defined()
                        ? stream.valid
                        : at::ones({batch, stream.time()},
                                   at::TensorOptions(at::kBool).device(stream.values.device())));
    for (size_t row = 0; row < out.lengths.size(); ++row) out.lengths[row] += stream.lengths[row];
  }
  if (streams.size() == 1) {
    out.values = values[0];
    out.positions = positions[0];
    out.valid = valid[0];
    out.places = streams[0].places;
    return out;
  }
  out.values = at::cat(values, 1);
  out.positions = at::cat(positions, 1);
  if (padded) out.valid = at::cat(valid, 1);
  if (padded_within) out.places = (out.valid.cumsum(1) - 1).clamp_min(0);
  return out;
}

}  // namespace t2t
