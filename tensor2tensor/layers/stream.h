// Stream: values of width d_model with their positions and lengths: what every input modality becomes, and
// all that a body sees.
#ifndef T2T_TENSOR2TENSOR_LAYERS_STREAM_H_
#define T2T_TENSOR2TENSOR_LAYERS_STREAM_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace t2t {

class Packing;

struct Stream {
  at::Tensor values;             // [batch, time, d_model]
  at::Tensor positions;          // [batch or 1, time, axes], int64; the same for all rows where 1
  std::vector<int64_t> lengths;  // [batch]; positions at and behind a row's length are padding
  at::Tensor valid;              // [batch, time] bool; undefined where no row is padded
  // [batch, time] int64: how many valid positions of the row stand before; undefined where padding stands behind all
  // of them, so that it is the time itself. Random masks are keyed by it.
  at::Tensor places;
  std::shared_ptr<const Packing> packing;  // of rows that hold several segments (Pack); else null

  int64_t batch() const { return values.size(0); }
  int64_t time() const { return values.size(1); }
};

// [batch, time] bool from lengths, on `device`; undefined where every row is full.
at::Tensor ValidFromLengths(const std::vector<int64_t>& lengths, int64_t time,
                            const at::Device& device);

// One behind the other along time. Each stream's positions go on where those of the one before end (the
// largest position of its valid part + 1, row by row), on all axes; a stream of fewer axes repeats its last
// one, so that a text stands on the diagonal of an image's grid. A single stream is returned as it is,
// widened to `axes`.
Stream Concatenate(const std::vector<Stream>& streams, int64_t axes);

// The position behind the last valid one of each row: [batch or 1, 1, 1].
at::Tensor NextPosition(const Stream& stream);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_LAYERS_STREAM_H_
