// Head: how a hidden state becomes units of a target port: a loss against true units, and a distribution.
#ifndef T2T_MODALITIES_HEADS_HEAD_H_
#define T2T_MODALITIES_HEADS_HEAD_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "modalities/codecs/codec.h"
#include "registry/config.h"
#include "registry/registry.h"
#include "tensor2tensor/layers/layer.h"

namespace t2t {

// How frames are drawn from a head that draws them.
struct FrameDraw {
  std::vector<uint64_t> keys =
      {};  // of each row; empty: nothing is drawn, and the noise that a frame begins as is 0
  double temperature = 1;  // the noise that a frame begins as is multiplied by it
  // Where it is not 1, hidden states come twice, of all rows with their inputs and then of all without, and what is drawn is led away
  // from the second by it: classifier-free guidance (Ho and Salimans, arXiv 2207.12598), as one velocity of a flow.
  double guidance = 1;
  int64_t steps = 0;  // of the way from noise to a frame; 0: as many as the head has been told
  int64_t passes =
      0;  // over all frames, by a scheme that decides several at a time; 0: as the scheme says
};

// Const methods are called from several threads at once.
class Head : public Layer {
 public:
  // A likelihood over a reversible codec can be told in bits per raw unit; a score only by its own name.
  enum class Measure { kLikelihood, kScore };
  virtual Measure measure() const = 0;

  struct Sum {
    at::Tensor loss;  // scalar: what training minimises, summed over the rows
    at::Tensor
        plain;  // scalar without gradient: the same without label smoothing; nats for a likelihood
  };
  // hidden [rows, width]; targets: ids [rows] int64 for a discrete head, frames [rows, frame_width] for a
  // continuous one. keys: of each row, where the head draws; else empty.
  virtual Sum Loss(const at::Tensor& hidden, const at::Tensor& targets, double smoothing,
                   const std::vector<uint64_t>& keys) const = 0;
  // Whether its loss and its frames come from random numbers.
  virtual bool draws() const { return false; }

  // [rows, width] -> log-probabilities [rows, classes]; undefined for a head that is not discrete.
  virtual at::Tensor LogProbabilities(const at::Tensor&) const { return {}; }
  // [rows, width] -> what is expected, or drawn by a head that draws, as frames [rows, frame_width]; undefined for a discrete head.
  virtual at::Tensor Frames(const at::Tensor&, const FrameDraw&) const { return {}; }
};

struct HeadOptions {
  int64_t width = 0;
  int64_t extra_classes = 0;  // classes beyond the vocabulary that the scheme needs (a stop unit)
  at::Tensor table;  // shared with the input adapter: [>= classes, width]; undefined = own weights
};
// Binds what it reads of the port's options; errors of these are kept in the Config.
using HeadFactory = std::function<absl::StatusOr<std::shared_ptr<Head>>(
    const Codec& codec, Binder& port, const HeadOptions& options)>;

}  // namespace t2t

#endif  // T2T_MODALITIES_HEADS_HEAD_H_
