// Scheme: how a target comes about: the target stream it prepares, who may see whom, the order of decisions
// and the stop; training and production over (head, body). Trainer and decoder know schemes only by this
// interface.
#ifndef T2T_TENSOR2TENSOR_MODELS_SCHEME_H_
#define T2T_TENSOR2TENSOR_MODELS_SCHEME_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "modalities/adapters/input_adapter.h"
#include "modalities/heads/head.h"
#include "tensor2tensor/layers/linear.h"
#include "tensor2tensor/models/body.h"
#include "tensor2tensor/models/production.h"

namespace t2t {

class Aligner;

// What a scheme knows of the units that it produces.
struct TargetUnits {
  TargetUnits() = default;
  explicit TargetUnits(const Codec& codec);
  int64_t vocabulary_size = 0;  // 0 for frames
  std::vector<int64_t> extent;  // of the grid that every value fills (Codec::extent)
  int64_t fixed_length = 0;     // units of every value; 0 where lengths differ
  int64_t frame_width = 0;      // Codec::frame_width
  int64_t frame_parts = 1;      // Codec::frame_parts
  // Of the units [begin, begin + count): [1, count, axes], on one axis where there is no grid.
  at::Tensor Positions(int64_t begin, int64_t count, const at::TensorOptions& options) const;
};

// The parts a scheme works with; borrowed.
struct SchemeParts {
  const Body* body = nullptr;
  const Head* head = nullptr;
  const InputAdapter* feedback =
      nullptr;  // how decided units enter the body again; null if the scheme needs none
  const Linear* stop = nullptr;      // hidden state -> logit of the end; null unless ends_apart
  const Aligner* aligner = nullptr;  // null unless the scheme aligns
  const Linear* along =
      nullptr;  // state of the guide -> logits of units and blank; null unless reads_along
  double along_weight = 0;  // share of what is read so, of the loss and of what a search is told
  double forget =
      0;           // share of the decided units that training hides where they enter the body again
  at::Tensor tag;  // [width]: what is wanted
  TargetUnits units;
};

// Called from several threads at once.
class Scheme {
 public:
  virtual ~Scheme() = default;
  // Whether it can run on this body, or why not; asked before there are data.
  virtual absl::Status FitsBody(const Body& body) const = 0;
  // Whether it can produce this codec's units, or why not: ids, unless a scheme says otherwise. Asked before anything is learned.
  virtual absl::Status FitsCodec(const Codec& codec) const;
  // Classes the head needs beyond the vocabulary.
  virtual int64_t extra_classes(const TargetUnits& units) const = 0;
  // Whether the end is a decision beside the head's: of frames, which have no class for it, in a number that is not known.
  virtual bool ends_apart(const TargetUnits& units) const {
    (void)units;
    return false;
  }
  // Whether decided units enter the body again, so that the port needs an input adapter.
  virtual bool feeds_back() const = 0;
  // Whether they do so one after the other, so that training may hide some of those before (SchemeParts::forget).
  virtual bool in_order() const { return feeds_back(); }
  // Whether they are decided several at a time, in a number of passes that can be chosen (FrameDraw::passes).
  virtual bool in_passes() const { return false; }
  // The input whose units it decides along, and finds in the memory: none; the one of as many units as the target has,
  // which the problem declares (Port::aligned_with); or any.
  enum class Guide { kNone, kAligned, kAny };
  virtual Guide guide() const { return Guide::kNone; }
  // Whether targets are read off the inputs' states alone (Body::InputStates), so that a decoder does nothing for them.
  virtual bool reads_inputs() const { return false; }
  // Whether targets are also read off the guide's states, by a projection of its own.
  virtual bool reads_along() const { return false; }
  // Whether it learns which units of its guide the target's frames belong to.
  virtual bool aligns() const { return false; }
  // Whether it has random keys for a head that draws.
  virtual bool gives_keys() const { return false; }
  // Units of the shortest target that can come about along a guide of so many.
  virtual int64_t LeastLength(const Codec& codec, int64_t guide_length) const {
    (void)codec;
    return guide_length;
  }
  // Whether these units can come about along a guide of so many units. An example of which they cannot has no loss.
  virtual bool InReach(const Codec& codec, const Units& target, int64_t guide_length) const {
    (void)codec;
    (void)target;
    (void)guide_length;
    return true;
  }
  // Decisions that the loss of these rows sums over: known before the forward pass. keys: of each row, for a scheme that draws which
  // decisions it trains (ForwardContext::row_keys).
  virtual int64_t Decisions(const TargetUnits& units, const std::vector<int64_t>& lengths,
                            const std::vector<uint64_t>& keys) const = 0;
  // The loss summed over all decisions of the batch.
  virtual Head::Sum Loss(const SchemeParts& parts, const Memory& memory, const UnitsBatch& target,
                         double smoothing, ForwardContext& context) const = 0;
  // Begins to produce one row for each row of the memory. `parts` must outlive it.
  virtual std::unique_ptr<Production> Start(const SchemeParts& parts, Memory memory,
                                            int64_t max_length) const = 0;
};

// The body's states [batch, time, width] of the units of the guide, in the memory of a scheme that has one.
at::Tensor GuideStates(const SchemeParts& parts, const Memory& memory, ForwardContext& context);

// Of the random numbers of one decision of a row of this key.
uint64_t DecisionKey(uint64_t row_key, int64_t decision);

using SchemeFactory = std::function<std::unique_ptr<Scheme>()>;

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_MODELS_SCHEME_H_
