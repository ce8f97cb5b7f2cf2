// Aligner: learns which frames of a target belong to which unit of an input, without being told, and how long units last.
//
// A hidden Markov model of one state a unit, from left to right: in it the frames of a unit are normally distributed, with a
// mean that a small network makes of the unit and its neighbours, and variances that all units share. Its loss is the
// likelihood of the frames by all ways to pass the units in order (forward sum), its likeliest way is the alignment
// (monotonic_alignment.h; Kim et al., "Glow-TTS", arXiv 2005.11129). In the beginning all units are alike and a prior near the
// diagonal decides (Badlani et al., "One TTS Alignment To Rule Them All", arXiv 2108.10447). That paper asks which unit a frame
// sounds like, by attention with CTC's blank; tried here on letters of known durations, that found another labelling that
// explains a small set as well, and not the durations.
//
// Another network expects each unit's duration from the body's state of it, and the states are laid along the frames by the
// durations (Ren et al., "FastSpeech", arXiv 1905.09263, section 3.2). An edge of its own stands before the first unit and one
// behind the last: the silence around words.
//
// A duration is a number of parts of frames (Codec::frame_parts), such as spectra of which several are one position.
#ifndef T2T_TENSOR2TENSOR_MODELS_ALIGNER_H_
#define T2T_TENSOR2TENSOR_MODELS_ALIGNER_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "modalities/adapters/units_batch.h"
#include "tensor2tensor/layers/layer.h"
#include "tensor2tensor/layers/linear.h"
#include "tensor2tensor/layers/stream.h"

namespace t2t {

// Of each row, of each unit with the edges: units + 2 numbers, 1 or more.
using Durations = std::vector<std::vector<int64_t>>;

// Const methods are called from several threads at once.
class Aligner : public Layer {
 public:
  static constexpr int64_t kEdges = 2;
  // frame_width numbers a frame, in `parts` equal parts.
  Aligner(int64_t width, int64_t frame_width, int64_t parts);

  struct Fit {
    at::Tensor loss;  // scalar, nats a number: the mean over a frame's, summed over the frames
    Durations durations;
  };
  // Frames [batch, time, frame_width] along the units as they came. Each row has at least as many parts as units with edges.
  Fit Align(const Stream& units, const UnitsBatch& frames) const;

  // The mean that is expected of each duration. states [batch, time, width]: of the units. The loss is half the
  // deviance of gamma distributions less a constant, summed over the units with their edges: errors count by their share.
  at::Tensor DurationLoss(const Stream& units, const at::Tensor& states,
                          const Durations& durations) const;
  // Rounded so that the ends of units are where they are expected, each 1 or more.
  Durations Expected(const Stream& units, const at::Tensor& states) const;

  // [batch, time, width]: for each frame the states of the units that its parts belong to, with how far each has come. What
  // lies behind a row's durations belongs to its last edge.
  at::Tensor Lay(const Stream& units, const at::Tensor& states, const Durations& durations,
                 int64_t time) const;

 private:
  struct Convolution {
    at::Tensor weight, bias;  // of 3 neighbours
  };
  Convolution AddConvolution(const std::string& name, int64_t in, int64_t out);
  at::Tensor WithEdges(const Stream& units, const at::Tensor& values) const;
  at::Tensor LogDurations(const Stream& units, const at::Tensor& states) const;

  int64_t width_, parts_;
  at::Tensor edges_;  // [2, width]
  at::Tensor means_weight_, means_bias_, log_variances_;
  Convolution unit_in_, duration_in_, duration_middle_;
  std::shared_ptr<Linear> duration_out_, progress_, join_;
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_MODELS_ALIGNER_H_
