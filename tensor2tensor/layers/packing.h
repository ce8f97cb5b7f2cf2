// Packing: several short rows of a stream one behind the other in a longer one, where each is a segment that sees itself alone: less
// padding, and the same results. Raffel et al., arXiv 1910.10683, section 3.1.2; Krell et al., arXiv 2107.02027.
//
//   const Stream packed = Pack(stream, {0, 0, 1});   // the first two rows share one
//   ... blocks over packed.values, with MakePackedMask ...
//   const at::Tensor states = packed.packing->Unpack(x);   // [3, time, width] as before
#ifndef T2T_TENSOR2TENSOR_LAYERS_PACKING_H_
#define T2T_TENSOR2TENSOR_LAYERS_PACKING_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "tensor2tensor/layers/stream.h"

namespace t2t {

class Packing {
 public:
  // rows: the packed row of each row of the stream, from 0 on and never falling. Padding of the stream is left out.
  Packing(const std::vector<int64_t>& rows, const Stream& stream);

  // [batch, time, width] -> [packed rows, packed time, width]; zeros where no segment stands.
  at::Tensor Pack(const at::Tensor& x) const;
  // The way back: [packed rows, packed time, width] -> [batch, time, width]; zeros at padding.
  at::Tensor Unpack(const at::Tensor& x) const;

  // [packed rows, packed time] int64: the stream's row, and its time there, of what stands at a place; -1 and 0 where nothing does.
  const at::Tensor& segments() const { return segments_; }
  const at::Tensor& times() const { return times_; }
  // Of each of the stream's rows: how many positions it has, and the flat place (row x packed time + time) of its first.
  const std::vector<int64_t>& lengths() const { return lengths_; }
  const std::vector<int64_t>& begins() const { return begins_; }
  int64_t longest() const { return longest_; }  // of lengths()
  // [packed rows x packed time] int64: for tensors of [batch, longest()], flat, the place of the stream's row at the position's
  // number within its segment; 0 where nothing stands.
  const at::Tensor& flat_places() const { return flat_places_; }

 private:
  int64_t rows_, time_;          // packed
  int64_t batch_, stream_time_;  // of the stream
  std::vector<int64_t> lengths_, begins_;
  at::Tensor slots_;  // [batch x time of the stream]: the flat packed place; rows x time at padding
  at::Tensor
      sources_;  // [packed rows x packed time]: the flat place in the stream; batch x time where nothing stands
  int64_t longest_ = 0;
  at::Tensor segments_, times_, flat_places_;
};

// The stream with its rows packed, and with how they are (Stream::packing). Its positions and values are those of the segments; it
// has no padding mask, since MakePackedMask knows the segments.
Stream Pack(const Stream& stream, const std::vector<int64_t>& rows);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_LAYERS_PACKING_H_
