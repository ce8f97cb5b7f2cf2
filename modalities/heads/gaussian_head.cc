#include "modalities/heads/gaussian_head.h"

#include <ATen/ATen.h>

#include <cmath>

#include "absl/strings/str_cat.h"

namespace t2t {
namespace {

// Of the logarithm of a variance, in units of the training values' variance: far from what data call for, near enough for
// steps of a sane size.
constexpr double kMostLogVariance = 8;

}  // namespace

GaussianHead::GaussianHead(int64_t numbers, int64_t width) : numbers_(numbers) {
  projection_ = register_module("projection", std::make_shared<Linear>(width, 2 * numbers));
}

Head::Sum GaussianHead::Loss(const at::Tensor& hidden, const at::Tensor& targets,
                             double /*smoothing*/, const std::vector<uint64_t>&) const {
  const at::Tensor decided = projection_->Forward(hidden);
  const at::Tensor mean = decided.narrow(-1, 0, numbers_);
  const at::Tensor log_variance =
      decided.narrow(-1, numbers_, numbers_).clamp(-kMostLogVariance, kMostLogVariance);
  const at::Tensor there = 1 - targets.narrow(-1, numbers_, numbers_);
  const at::Tensor difference = targets.narrow(-1, 0, numbers_) - mean;
  const at::Tensor nats =
      0.5 * (difference * difference * at::exp(-log_variance) + log_variance + std::log(2 * M_PI));
  const at::Tensor loss = (nats * there).sum();
  return {loss, loss.detach()};
}

at::Tensor GaussianHead::Frames(const at::Tensor& hidden, const FrameDraw&) const {
  const at::Tensor mean = projection_->Forward(hidden).narrow(-1, 0, numbers_);
  return at::cat({mean, at::zeros_like(mean)}, -1);
}

absl::StatusOr<std::shared_ptr<Head>> MakeGaussianHead(const Codec& codec,
                                                       const HeadOptions& options) {
  if (codec.frame_width() <= 0 || codec.frame_width() % 2 != 0 || options.extra_classes > 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("a Gaussian head needs frames of numbers and marks, but ", codec.Describe(),
                     " has ", codec.frame_width() > 0 ? "others" : "ids"));
  }
  return std::make_shared<GaussianHead>(codec.frame_width() / 2, options.width);
}

}  // namespace t2t
