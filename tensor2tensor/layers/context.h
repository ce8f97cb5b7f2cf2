// ForwardContext: what one forward pass needs beside its tensors: whether it trains, and the keys from
// which its random masks come.
#ifndef T2T_TENSOR2TENSOR_LAYERS_CONTEXT_H_
#define T2T_TENSOR2TENSOR_LAYERS_CONTEXT_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace t2t {

class Packing;

struct ForwardContext {
  bool training = false;
  // One key for each row of the batch, made of (seed, problem, epoch, example): a row's dropout does not depend on
  // the rows beside it, so that a batch cut into micro-batches gives the same gradient. Also
  // wanted without training where a loss is made of random numbers (a flow).
  std::vector<uint64_t> row_keys;
  // Number of the next dropout site; counts up in the order of the calls.
  uint32_t site = 0;
  // Stream::places of the stream that is being computed; set by the body.
  at::Tensor places;
  // The packed row of each of the batch's rows (Packing), for a body that packs; empty: each row by itself.
  std::vector<int64_t> packed_rows;
  // Stream::packing of the stream that is being computed; set by the body.
  std::shared_ptr<const Packing> packing;
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_LAYERS_CONTEXT_H_
