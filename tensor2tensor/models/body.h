// Body: what all problems share. Encode turns the inputs' streams into a memory; Run turns a target stream
// into hidden states, seeing the memory and as much of itself as the visibility allows.
#ifndef T2T_TENSOR2TENSOR_MODELS_BODY_H_
#define T2T_TENSOR2TENSOR_MODELS_BODY_H_

#include <functional>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "registry/config.h"
#include "registry/registry.h"
#include "tensor2tensor/layers/context.h"
#include "tensor2tensor/layers/kv_cache.h"
#include "tensor2tensor/layers/layer.h"
#include "tensor2tensor/layers/stream.h"
#include "tensor2tensor/layers/visibility.h"

namespace t2t {

struct Memory {
  Stream stream;  // encoded values, or, for a body without an encoder, the inputs as they came
  // The input along which the target is decided, as it came, and the time in `stream` at which it begins; undefined where
  // there is none.
  Stream guide;
  int64_t guide_begin = 0;
};

// Const methods are called from several threads at once (micro-batches at the same time).
class Body : public Layer {
 public:
  virtual Memory Encode(const std::vector<Stream>& inputs, ForwardContext& context) const = 0;

  // Hidden states [batch, time, d_model] of the memory's own positions, for targets that are read off the inputs: what the
  // encoder gave, or, where there is none, those of the one stack, which sees the inputs alone.
  virtual at::Tensor InputStates(const Memory& memory, ForwardContext& context) const = 0;

  // Whether Run has layers of its own, which InputStates does not use.
  virtual bool has_decoder() const = 0;

  // Hidden states [batch, time, d_model] of the target stream, whose positions count from 0 and whose
  // padding stands behind. With a cache the stream holds only what is new; its first call may pass more than
  // one position, and the memory may be empty from the second call on.
  virtual at::Tensor Run(const Stream& target, const Memory& memory, const Visibility& visibility,
                         KvCache* cache, ForwardContext& context) const = 0;

  // A cache for `rows` rows of at most `target_capacity` own positions over this memory.
  virtual std::unique_ptr<KvCache> NewCache(const Memory& memory,
                                            int64_t target_capacity) const = 0;

  virtual int64_t width() const = 0;
  // Whether a causal scheme (step by step, with a cache) can use it.
  virtual bool causal() const = 0;
  // The longest stream that positions reach; 0 = any.
  virtual int64_t max_positions() const = 0;
  // Whether it packs rows where the context says which (ForwardContext::packed_rows); one that does not reads each by itself.
  virtual bool packs() const { return false; }
  // Whether a target's positions go on behind those of its inputs, so that both together must be in reach.
  virtual bool joint_positions() const = 0;
};

// `axes` is the widest number of position axes among the run's ports.
using BodyFactory =
    std::function<absl::StatusOr<std::shared_ptr<Body>>(Binder& options, int64_t axes)>;

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_MODELS_BODY_H_
