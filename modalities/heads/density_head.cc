#include "modalities/heads/density_head.h"

#include <ATen/ATen.h>

#include <cmath>

#include "absl/strings/str_cat.h"

namespace t2t {
namespace {

// Of the logarithm of a variance, or of a scale, in units of the training values' deviation: far from what data call for, near
// enough for steps of a sane size.
constexpr double kMostLogScale = 8;
// Of the logarithm of a count's mean: e^20 is 485 million.
constexpr double kMostLogCount = 20;

}  // namespace

DensityHead::DensityHead(Density density, int64_t numbers, int64_t width)
    : density_(density), numbers_(numbers) {
  const int64_t parameters = density == Density::kPoisson ? 1 : 2;
  projection_ =
      register_module("projection", std::make_shared<Linear>(width, parameters * numbers));
}

Head::Sum DensityHead::Loss(const at::Tensor& hidden, const at::Tensor& targets,
                            double /*smoothing*/, const std::vector<uint64_t>&) const {
  const at::Tensor decided = projection_->Forward(hidden);
  const at::Tensor place = decided.narrow(-1, 0, numbers_);
  const at::Tensor numbers = targets.narrow(-1, 0, numbers_);
  at::Tensor nats;
  if (density_ == Density::kPoisson) {
    // In double: terms of large counts cancel.
    const at::Tensor log_mean = place.to(at::kDouble).clamp(-kMostLogCount, kMostLogCount);
    const at::Tensor counts = numbers.to(at::kDouble).expm1().round();
    nats = log_mean.exp() - counts * log_mean + at::lgamma(counts + 1);
  } else {
    const at::Tensor log_scale =
        decided.narrow(-1, numbers_, numbers_).clamp(-kMostLogScale, kMostLogScale);
    const at::Tensor difference = numbers - place;
    nats =
        density_ == Density::kGaussian
            ? 0.5 * (difference * difference * at::exp(-log_scale) + log_scale + std::log(2 * M_PI))
            : difference.abs() * at::exp(-log_scale) + log_scale + std::log(2.0);
  }
  const at::Tensor there = 1 - targets.narrow(-1, numbers_, numbers_);
  const at::Tensor loss = (nats * there).sum();
  return {loss, loss.detach()};
}

at::Tensor DensityHead::Frames(const at::Tensor& hidden, const FrameDraw&) const {
  at::Tensor place = projection_->Forward(hidden).narrow(-1, 0, numbers_);
  if (density_ == Density::kPoisson)
    place = place.clamp(-kMostLogCount, kMostLogCount).exp().log1p();
  return at::cat({place, at::zeros_like(place)}, -1);
}

HeadFactory MakeDensityHead(Density density) {
  return [density](const Codec& codec, Binder&,
                   const HeadOptions& options) -> absl::StatusOr<std::shared_ptr<Head>> {
    if (codec.frame_width() <= 0 || codec.frame_width() % 2 != 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("a distribution needs frames of numbers and marks, but ", codec.Describe(),
                       " has ", codec.frame_width() > 0 ? "others" : "ids"));
    }
    return std::make_shared<DensityHead>(density, codec.frame_width() / 2, options.width);
  };
}

}  // namespace t2t
