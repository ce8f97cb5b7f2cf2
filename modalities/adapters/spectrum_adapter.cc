#include "modalities/adapters/spectrum_adapter.h"

#include <ATen/ATen.h>

#include <cmath>

#include "absl/strings/str_cat.h"
#include "modalities/adapters/patch_adapter.h"

namespace t2t {

SpectrumAdapter::SpectrumAdapter(int64_t parts, int64_t bins, int64_t width)
    : parts_(parts), bins_(bins) {
  int64_t in = bins;
  for (int64_t stage = 0, left = parts; stage == 0 || left > 1; ++stage) {
    const int64_t stride = left > 1 ? 2 : 1;
    const double deviation = std::sqrt(2.0 / static_cast<double>(3 * in));
    const std::string name = absl::StrCat("stage", stage);
    convolutions_.push_back({AddNormal(name + "_weight", {width, in, 3}, deviation),
                             register_parameter(name + "_bias", at::zeros({width})), stride});
    in = width;
    left /= stride;
  }
  projection_ = register_module("projection", std::make_shared<Linear>(width, width));
}

Stream SpectrumAdapter::Forward(const UnitsBatch& units) const {
  const int64_t batch = units.batch(), time = units.time();
  Stream stream;
  stream.positions = units.positions;
  stream.lengths = units.lengths;
  stream.valid = ValidFromLengths(units.lengths, time, units.frames.device());
  at::Tensor x = units.frames.view({batch, time * parts_, bins_}).transpose(1, 2);
  int64_t parts = parts_;  // steps of x a position
  for (const Convolution& c : convolutions_) {
    x = at::gelu(at::conv1d(x, c.weight, c.bias, c.stride, /*padding=*/1));
    parts /= c.stride;
    if (!stream.valid.defined()) continue;
    const at::Tensor valid = parts == 1 ? stream.valid : stream.valid.repeat_interleave(parts, 1);
    x = x.masked_fill(valid.logical_not().unsqueeze(1), 0);
  }
  stream.values = projection_->Forward(x.transpose(1, 2));
  return stream;
}

absl::StatusOr<std::shared_ptr<InputAdapter>> MakeSpectrumAdapter(const Codec& codec,
                                                                  Binder& options, int64_t width) {
  if (codec.frame_width() <= 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("a spectrum adapter needs frames, but ", codec.Describe(), " gives ids"));
  }
  std::string stem = "convolution";
  options.Choice("stem", &stem, {"convolution", "linear"}, "how spectra become vectors");
  if (stem == "linear") return std::make_shared<LinearPatchAdapter>(codec.frame_width(), width);
  const int64_t parts = codec.frame_parts();
  if ((parts & (parts - 1)) != 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        options.path(), ".stem = convolution: needs a power of two of spectra a position, not ",
        parts));
  }
  return std::make_shared<SpectrumAdapter>(parts, codec.frame_width() / parts, width);
}

}  // namespace t2t
