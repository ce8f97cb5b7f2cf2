// DensityHead: a distribution for each number of a frame, its parameters by a projection of the hidden state.
//
// Frames are of VectorCodec: numbers, then for each 1 where it is missing, which costs nothing. Losses are negative logarithms, in
// nats, of what is there:
//   gaussian   normal density, mean and variance (Nix and Weigend, "Estimating the mean and variance of the target probability
//              distribution", ICNN 1994)
//   laplace    Laplace density, median and scale: one outlier pulls less
//   poisson    probability of a count, whose frame is log(1 + count), by its mean
// A density may fall below 0, and is told as a score, since no quantisation step makes a probability of it; a Poisson probability is
// a likelihood.
#ifndef T2T_MODALITIES_HEADS_DENSITY_HEAD_H_
#define T2T_MODALITIES_HEADS_DENSITY_HEAD_H_

#include <memory>
#include <vector>

#include "modalities/heads/head.h"
#include "tensor2tensor/layers/linear.h"

namespace t2t {

enum class Density { kGaussian, kLaplace, kPoisson };

class DensityHead : public Head {
 public:
  // For frames of `numbers` numbers and as many marks.
  DensityHead(Density density, int64_t numbers, int64_t width);
  Measure measure() const override {
    return density_ == Density::kPoisson ? Measure::kLikelihood : Measure::kScore;
  }
  // Label smoothing does not apply and is ignored.
  Sum Loss(const at::Tensor& hidden, const at::Tensor& targets, double smoothing,
           const std::vector<uint64_t>& keys) const override;
  // Means, medians or, as log(1 + mean), means of counts; none missing.
  at::Tensor Frames(const at::Tensor& hidden, const FrameDraw& draw) const override;

 private:
  Density density_;
  int64_t numbers_;
  std::shared_ptr<Linear>
      projection_;  // places, then logarithms of scales; of counts: logarithms of means
};

// The factory of a density's head. Error: frames that are not of numbers and marks.
HeadFactory MakeDensityHead(Density density);

}  // namespace t2t

#endif  // T2T_MODALITIES_HEADS_DENSITY_HEAD_H_
