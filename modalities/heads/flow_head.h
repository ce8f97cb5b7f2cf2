// FlowHead: draws a frame by a rectified flow: from noise at time 0 to the frame at time 1, along the velocity that a small network
// gives for the place on the way, the time and the hidden state. No codebook, and no assumption of how a frame's numbers lie.
//
// Liu, Gong and Liu, "Flow Straight and Fast", arXiv 2209.03003, section 2; on the hidden state of each position: Li et al.,
// "Autoregressive Image Generation without Vector Quantization", arXiv 2406.11838, section 3. The network: residual blocks whose
// norms are shifted and scaled by the condition, and which begin as the identity (Peebles and Xie, arXiv 2212.09748). Times are
// drawn as the logistic of a normal number (Esser et al., arXiv 2403.03206, section 3.1).
//
// Port options: flow: {layers: 3, width: 128, samples: 4, steps: 16, predicts: velocity}.
//
// A velocity holds the noise, which has as many directions as a frame has numbers: a network that is narrower cannot pass it, and what
// it draws stays noisy. With `predicts: frame` the network gives the frame, of which fewer directions matter, and the velocity is
// what leads there, (frame - x) / (1 - time); the loss is that of the velocity still (Li and He, "Back to Basics: Let Denoising
// Generative Models Denoise", arXiv 2511.13720). For frames of more numbers than the network is wide.
//
// Frames should have a mean near 0 and a deviation near 1 (an image port's `mean` and `std`).
#ifndef T2T_MODALITIES_HEADS_FLOW_HEAD_H_
#define T2T_MODALITIES_HEADS_FLOW_HEAD_H_

#include <memory>
#include <string>
#include <vector>

#include "modalities/heads/head.h"
#include "tensor2tensor/layers/linear.h"

namespace t2t {

struct FlowOptions {
  int64_t layers = 3;   // residual blocks of the network
  int64_t width = 128;  // of the network
  int64_t samples = 4;  // times at which a frame is looked at in a training step
  int64_t steps =
      16;  // of the way from noise to a frame, by the midpoint rule: two velocities a step
  std::string predicts = "velocity";  // or "frame"
  void Bind(Binder& binder);
};

class FlowHead : public Head {
 public:
  // For frames of `numbers` numbers from hidden states of `hidden_width`.
  FlowHead(int64_t numbers, int64_t hidden_width, const FlowOptions& options);
  Measure measure() const override { return Measure::kScore; }
  bool draws() const override { return true; }
  // The mean squared error of the velocity, over numbers and samples, summed over rows. Label smoothing does not apply.
  Sum Loss(const at::Tensor& hidden, const at::Tensor& targets, double smoothing,
           const std::vector<uint64_t>& keys) const override;
  at::Tensor Frames(const at::Tensor& hidden, const FrameDraw& draw) const override;

 private:
  struct Block {
    std::shared_ptr<Linear> in, out;
    at::Tensor modulation_weight, modulation_bias;  // condition -> shift, scale and gate
  };
  // x [rows, numbers], time [rows, 1] from 0 to 1, condition [rows, width] of the hidden state -> [rows, numbers].
  at::Tensor Velocity(const at::Tensor& x, const at::Tensor& time,
                      const at::Tensor& condition) const;

  int64_t numbers_;
  FlowOptions options_;
  std::shared_ptr<Linear> input_, condition_, time_in_, time_out_;
  std::vector<Block> blocks_;
  at::Tensor last_modulation_weight_, last_modulation_bias_;  // condition -> shift and scale
  at::Tensor output_weight_, output_bias_;                    // to what the network predicts
};

absl::StatusOr<std::shared_ptr<Head>> MakeFlowHead(const Codec& codec, Binder& port,
                                                   const HeadOptions& options);

}  // namespace t2t

#endif  // T2T_MODALITIES_HEADS_FLOW_HEAD_H_
