#include "modalities/adapters/patch_adapter.h"

#include <ATen/ATen.h>

#include <cmath>

#include "absl/strings/str_cat.h"
#include "registry/check.h"

namespace t2t {
namespace {

Stream Placed(const at::Tensor& values, const UnitsBatch& units) {
  Stream stream;
  stream.values = values;
  stream.positions = units.positions;
  stream.lengths = units.lengths;
  stream.valid = ValidFromLengths(units.lengths, units.time(), values.device());
  return stream;
}

// 0 where the number is no square.
int64_t SquareRoot(int64_t square) {
  const auto root = static_cast<int64_t>(std::lround(std::sqrt(static_cast<double>(square))));
  return root * root == square ? root : 0;
}

}  // namespace

LinearPatchAdapter::LinearPatchAdapter(int64_t frame_width, int64_t width) {
  projection_ = register_module("projection", std::make_shared<Linear>(frame_width, width));
}

Stream LinearPatchAdapter::Forward(const UnitsBatch& units) const {
  return Placed(projection_->Forward(units.frames), units);
}

ConvolutionalPatchAdapter::ConvolutionalPatchAdapter(int64_t rows, int64_t columns, int64_t patch,
                                                     int64_t channels, int64_t width)
    : rows_(rows), columns_(columns), patch_(patch), channels_(channels) {
  int64_t in = channels, stage = 0;
  // The last stage has the model's width, each one before half of the next.
  int64_t out = width;
  for (int64_t p = patch; p > 2; p /= 2) out = std::max<int64_t>(out / 2, 8);
  for (int64_t p = patch; p > 1; p /= 2, ++stage) {
    const double deviation = std::sqrt(2.0 / static_cast<double>(9 * in));
    Convolution c;
    const std::string name = absl::StrCat("stage", stage);
    c.weight = AddNormal(name + "_weight", {out, in, 3, 3}, deviation);
    c.bias = register_parameter(name + "_bias", at::zeros({out}));
    c.norm_weight = register_parameter(name + "_norm_weight", at::ones({out}));
    c.norm_bias = register_parameter(name + "_norm_bias", at::zeros({out}));
    convolutions_.push_back(c);
    in = out;
    out = std::min(out * 2, width);
  }
  const double deviation = std::sqrt(1.0 / static_cast<double>(in));
  projection_weight_ = AddNormal("projection_weight", {width, in}, deviation);
  projection_bias_ = register_parameter("projection_bias", at::zeros({width}));
}

Stream ConvolutionalPatchAdapter::Forward(const UnitsBatch& units) const {
  const int64_t batch = units.batch();
  T2T_CHECK(units.time() == rows_ * columns_)
      << units.time() << " patches, " << rows_ << "x" << columns_;
  // Frames are (row in patch, column in patch, channel): back to a picture [batch, channels, height, width].
  at::Tensor x = units.frames.view({batch, rows_, columns_, patch_, patch_, channels_})
                     .permute({0, 5, 1, 3, 2, 4})
                     .reshape({batch, channels_, rows_ * patch_, columns_ * patch_});
  for (const Convolution& c : convolutions_) {
    x = at::conv2d(x, c.weight, c.bias, /*stride=*/2, /*padding=*/1);
    // A norm over channels and places of each picture alone: no picture depends on the others of its batch.
    x = at::relu(at::group_norm(x, 1, c.norm_weight, c.norm_bias));
  }
  const at::Tensor grid = x.flatten(2).transpose(1, 2);  // [batch, patches, channels]
  return Placed(at::linear(grid, projection_weight_, projection_bias_), units);
}

absl::StatusOr<std::shared_ptr<InputAdapter>> MakeFrameAdapter(const Codec& codec, Binder&,
                                                               int64_t width) {
  if (codec.frame_width() <= 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("a frame adapter needs frames, but ", codec.Describe(), " gives ids"));
  }
  return std::make_shared<LinearPatchAdapter>(codec.frame_width(), width);
}

absl::StatusOr<std::shared_ptr<InputAdapter>> MakePatchAdapter(const Codec& codec, Binder& options,
                                                               int64_t width) {
  if (codec.frame_width() <= 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("a patch adapter needs frames, but ", codec.Describe(), " gives ids"));
  }
  std::string stem = "linear";
  options.Choice("stem", &stem, {"linear", "convolution"}, "how patches become vectors");
  if (stem == "linear") return std::make_shared<LinearPatchAdapter>(codec.frame_width(), width);
  const std::vector<int64_t> grid = codec.extent();
  // A frame holds patch x patch x channels numbers, and three squares never make a square: the width tells both.
  int64_t channels = 1, patch = SquareRoot(codec.frame_width());
  if (patch == 0 && codec.frame_width() % 3 == 0) {
    channels = 3;
    patch = SquareRoot(codec.frame_width() / 3);
  }
  if (grid.size() != 2 || patch < 2 || (patch & (patch - 1)) != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(options.path(),
                     ".stem = convolution: needs an image in patches of 2, 4, 8, 16 or 32 pixels; ",
                     codec.Describe(), " is not"));
  }
  return std::make_shared<ConvolutionalPatchAdapter>(grid[0], grid[1], patch, channels, width);
}

}  // namespace t2t
