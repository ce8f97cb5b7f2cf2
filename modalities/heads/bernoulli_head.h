// BernoulliHead: whether or not, for each number of a frame, independent of the others: a set of names (LabelsCodec).
#ifndef T2T_MODALITIES_HEADS_BERNOULLI_HEAD_H_
#define T2T_MODALITIES_HEADS_BERNOULLI_HEAD_H_

#include <memory>
#include <vector>

#include "modalities/heads/head.h"
#include "tensor2tensor/layers/linear.h"

namespace t2t {

class BernoulliHead : public Head {
 public:
  BernoulliHead(int64_t numbers, int64_t width);
  Measure measure() const override { return Measure::kLikelihood; }
  // Cross-entropy in nats, summed over the numbers, which are 0 or 1. Smoothing draws the targets toward 1/2 by its share.
  Sum Loss(const at::Tensor& hidden, const at::Tensor& targets, double smoothing,
           const std::vector<uint64_t>& keys) const override;
  // Probabilities of 1.
  at::Tensor Frames(const at::Tensor& hidden, const FrameDraw& draw) const override;

 private:
  std::shared_ptr<Linear> projection_;
};

absl::StatusOr<std::shared_ptr<Head>> MakeBernoulliHead(const Codec& codec,
                                                        const HeadOptions& options);

}  // namespace t2t

#endif  // T2T_MODALITIES_HEADS_BERNOULLI_HEAD_H_
