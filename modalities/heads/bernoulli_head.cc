#include "modalities/heads/bernoulli_head.h"

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"

namespace t2t {

BernoulliHead::BernoulliHead(int64_t numbers, int64_t width) {
  projection_ = register_module("projection", std::make_shared<Linear>(width, numbers));
}

Head::Sum BernoulliHead::Loss(const at::Tensor& hidden, const at::Tensor& targets, double smoothing,
                              const std::vector<uint64_t>&) const {
  const at::Tensor logits = projection_->Forward(hidden);
  const auto nats = [&](const at::Tensor& wanted) {
    return at::binary_cross_entropy_with_logits(logits, wanted, {}, {}, at::Reduction::Sum);
  };
  const at::Tensor plain = nats(targets);
  if (smoothing == 0) return {plain, plain.detach()};
  return {nats(targets * (1 - smoothing) + smoothing / 2), plain.detach()};
}

at::Tensor BernoulliHead::Frames(const at::Tensor& hidden, const FrameDraw&) const {
  return at::sigmoid(projection_->Forward(hidden));
}

absl::StatusOr<std::shared_ptr<Head>> MakeBernoulliHead(const Codec& codec,
                                                        const HeadOptions& options) {
  if (codec.frame_width() <= 0) {
    return absl::InvalidArgumentError(absl::StrCat("a Bernoulli head needs frames of 0 and 1, but ",
                                                   codec.Describe(), " has ids"));
  }
  return std::make_shared<BernoulliHead>(codec.frame_width(), options.width);
}

}  // namespace t2t
