#include "modalities/heads/flow_head.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "random/philox.h"
#include "registry/check.h"

namespace t2t {
namespace {

// Standard normal numbers [keys, count], each row by its key.
at::Tensor Normals(const std::vector<uint64_t>& keys, int64_t count,
                   const at::TensorOptions& options) {
  at::Tensor numbers = at::empty({static_cast<int64_t>(keys.size()), count});
  float* out = numbers.mutable_data_ptr<float>();
  for (const uint64_t key : keys) {
    Philox random(key);
    for (int64_t i = 0; i < count; ++i) *out++ = static_cast<float>(random.Normal());
  }
  return numbers.to(options);
}

// Sines and cosines of the time [rows, 1] in [0, 1] at `width` / 2 rates each.
at::Tensor TimeFeatures(const at::Tensor& time, int64_t width) {
  const at::Tensor rates = at::exp(at::arange(width / 2, time.options()) *
                                   (-std::log(10000.0) * 2 / static_cast<double>(width)));
  const at::Tensor angles = time * 1000 * rates;
  return at::cat({angles.sin(), angles.cos()}, 1);
}

// Of the way to a frame, where the velocity that leads there is asked for: it has no end at the frame itself.
constexpr double kLeastLeft = 0.05;

at::Tensor Modulated(const at::Tensor& x, const at::Tensor& shift, const at::Tensor& scale) {
  return at::layer_norm(x, {x.size(-1)}) * (1 + scale) + shift;
}

}  // namespace

void FlowOptions::Bind(Binder& b) {
  b.Field("layers", &layers, "blocks of the network that gives the velocity");
  b.Field("width", &width, "width of that network");
  b.Field("samples", &samples, "times at which a frame is looked at in a training step");
  b.Field("steps", &steps, "steps from noise to a frame when one is drawn");
  b.Choice("predicts", &predicts, {"velocity", "frame"},
           "what that network gives; frame where frames have more numbers than it is wide");
  if (layers < 1) b.Error("layers", "must be 1 or more");
  if (width < 2 || width % 2 != 0) b.Error("width", "must be even and positive");
  if (samples < 1) b.Error("samples", "must be 1 or more");
  if (steps < 1) b.Error("steps", "must be 1 or more");
}

FlowHead::FlowHead(int64_t numbers, int64_t hidden_width, const FlowOptions& options)
    : numbers_(numbers), options_(options) {
  const int64_t width = options.width;
  input_ = register_module("input", std::make_shared<Linear>(numbers, width));
  condition_ = register_module("condition", std::make_shared<Linear>(hidden_width, width));
  time_in_ = register_module("time_in", std::make_shared<Linear>(width, width));
  time_out_ = register_module("time_out", std::make_shared<Linear>(width, width));
  const auto zeros = [&](const std::string& name, at::IntArrayRef sizes) {
    return register_parameter(name, at::zeros(sizes));
  };
  for (int64_t i = 0; i < options.layers; ++i) {
    const std::string name = absl::StrCat("block", i);
    Block block;
    block.in = register_module(name + "_in", std::make_shared<Linear>(width, width));
    block.out = register_module(name + "_out", std::make_shared<Linear>(width, width));
    block.modulation_weight = zeros(name + "_modulation_weight", {3 * width, width});
    block.modulation_bias = zeros(name + "_modulation_bias", {3 * width});
    blocks_.push_back(std::move(block));
  }
  last_modulation_weight_ = zeros("last_modulation_weight", {2 * width, width});
  last_modulation_bias_ = zeros("last_modulation_bias", {2 * width});
  // Under a name of its own, so that weights of the one are not taken for the other.
  const std::string output = options.predicts == "frame" ? "frame" : "output";
  output_weight_ = zeros(output + "_weight", {numbers, width});
  output_bias_ = zeros(output + "_bias", {numbers});
}

at::Tensor FlowHead::Velocity(const at::Tensor& x, const at::Tensor& time,
                              const at::Tensor& condition) const {
  const at::Tensor of_time = time_out_->Forward(
      at::silu(time_in_->Forward(TimeFeatures(time, options_.width).to(x.scalar_type()))));
  const at::Tensor given = at::silu(condition + of_time);
  at::Tensor y = input_->Forward(x);
  for (const Block& block : blocks_) {
    const std::vector<at::Tensor> modulation =
        at::linear(given, block.modulation_weight, block.modulation_bias).chunk(3, 1);
    const at::Tensor inner = block.in->Forward(Modulated(y, modulation[0], modulation[1]));
    y = y + modulation[2] * block.out->Forward(at::silu(inner));
  }
  const std::vector<at::Tensor> modulation =
      at::linear(given, last_modulation_weight_, last_modulation_bias_).chunk(2, 1);
  const at::Tensor predicted =
      at::linear(Modulated(y, modulation[0], modulation[1]), output_weight_, output_bias_);
  if (options_.predicts == "velocity") return predicted;
  return (predicted - x) / (1 - time).clamp_min(kLeastLeft);
}

Head::Sum FlowHead::Loss(const at::Tensor& hidden, const at::Tensor& targets, double /*smoothing*/,
                         const std::vector<uint64_t>& keys) const {
  const int64_t rows = hidden.size(0), samples = options_.samples;
  T2T_CHECK(static_cast<int64_t>(keys.size()) == rows) << keys.size() << " keys of " << rows;
  const at::Tensor drawn = Normals(keys, samples * (numbers_ + 1), targets.options());
  const at::Tensor time = at::sigmoid(drawn.narrow(1, 0, samples)).reshape({rows * samples, 1});
  const at::Tensor noise =
      drawn.narrow(1, samples, samples * numbers_).reshape({rows * samples, numbers_});
  const at::Tensor frames = targets.repeat_interleave(samples, 0);
  const at::Tensor condition = condition_->Forward(hidden).repeat_interleave(samples, 0);
  const at::Tensor velocity = Velocity((1 - time) * noise + time * frames, time, condition);
  const at::Tensor difference = velocity - (frames - noise);
  const at::Tensor loss = (difference * difference).sum() / static_cast<double>(samples * numbers_);
  return {loss, loss.detach()};
}

at::Tensor FlowHead::Frames(const at::Tensor& hidden, const FrameDraw& draw) const {
  const bool guided = draw.guidance != 1;
  const int64_t rows = guided ? hidden.size(0) / 2 : hidden.size(0);
  at::Tensor x = draw.keys.empty()
                     ? at::zeros({rows, numbers_}, hidden.options())
                     : Normals(draw.keys, numbers_, hidden.options()) * draw.temperature;
  const at::Tensor condition = condition_->Forward(hidden);
  const int64_t steps = draw.steps > 0 ? draw.steps : options_.steps;
  const double step = 1.0 / static_cast<double>(steps);
  const auto velocity = [&](const at::Tensor& place, double time) {
    const at::Tensor times = at::full({hidden.size(0), 1}, time, hidden.options());
    if (!guided) return Velocity(place, times, condition);
    const at::Tensor both = Velocity(place.repeat({2, 1}), times, condition);
    const at::Tensor seen = both.narrow(0, 0, rows), unseen = both.narrow(0, rows, rows);
    return unseen + (seen - unseen) * draw.guidance;
  };
  for (int64_t i = 0; i < steps; ++i) {
    const double time = static_cast<double>(i) * step;
    const at::Tensor half = x + velocity(x, time) * (step / 2);
    const at::Tensor middle = velocity(half, time + step / 2);
    // The last frame that was predicted is the frame: what is left of the way leads there, and no further.
    x = i + 1 == steps && options_.predicts == "frame"
            ? half + middle * std::max(step / 2, kLeastLeft)
            : x + middle * step;
  }
  return x;
}

absl::StatusOr<std::shared_ptr<Head>> MakeFlowHead(const Codec& codec, Binder& port,
                                                   const HeadOptions& options) {
  if (!codec.gives_frames() || options.extra_classes > 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("a flow needs frames, but ", codec.Describe(), " gives ids"));
  }
  FlowOptions flow;
  Binder section = port.Section("flow");
  flow.Bind(section);
  if (!section.status().ok()) return section.status();
  return std::make_shared<FlowHead>(codec.frame_width(), options.width, flow);
}

}  // namespace t2t
