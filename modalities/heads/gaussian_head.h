// GaussianHead: a normal distribution for each number of a frame: mean and variance by a projection of the hidden state.
//
// Frames are of VectorCodec: numbers, then for each 1 where it is missing. The loss is the negative log-density of the scaled
// numbers that are there, in nats (a density: it may fall below 0). Told as a score, since no quantisation step makes a
// probability of it. Nix and Weigend, "Estimating the mean and variance of the target probability distribution", ICNN 1994.
#ifndef T2T_MODALITIES_HEADS_GAUSSIAN_HEAD_H_
#define T2T_MODALITIES_HEADS_GAUSSIAN_HEAD_H_

#include <memory>
#include <vector>

#include "modalities/heads/head.h"
#include "tensor2tensor/layers/linear.h"

namespace t2t {

class GaussianHead : public Head {
 public:
  // For frames of `numbers` numbers and as many marks.
  GaussianHead(int64_t numbers, int64_t width);
  Measure measure() const override { return Measure::kScore; }
  // Label smoothing does not apply and is ignored.
  Sum Loss(const at::Tensor& hidden, const at::Tensor& targets, double smoothing,
           const std::vector<uint64_t>& keys) const override;
  // The means, none missing.
  at::Tensor Frames(const at::Tensor& hidden, const FrameDraw& draw) const override;

 private:
  int64_t numbers_;
  std::shared_ptr<Linear> projection_;  // means, then logarithms of variances
};

absl::StatusOr<std::shared_ptr<Head>> MakeGaussianHead(const Codec& codec,
                                                       const HeadOptions& options);

}  // namespace t2t

#endif  // T2T_MODALITIES_HEADS_GAUSSIAN_HEAD_H_
