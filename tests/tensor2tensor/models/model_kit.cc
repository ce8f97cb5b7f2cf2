#include "tests/tensor2tensor/models/model_kit.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <cmath>

#include "absl/strings/str_cat.h"
#include "modalities/adapters/register_adapters.h"
#include "modalities/codecs/pixels.h"
#include "modalities/codecs/register_modalities.h"
#include "modalities/heads/register_heads.h"
#include "random/philox.h"
#include "registry/check.h"
#include "registry/status_macros.h"
#include "tensor2tensor/layers/linear.h"
#include "tensor2tensor/models/register_models.h"

namespace t2t {
namespace {

constexpr int64_t kFrameWidth = 5;

// Numbers -> frames of five on a grid of three columns.
class GridCodec : public Codec {
 public:
  absl::StatusOr<Units> Encode(const Value& value, const EncodeOptions&) const override {
    Units units;
    units.frames = value.floats();
    units.frame_width = kFrameWidth;
    units.axes = 2;
    for (int64_t t = 0; t < units.length(); ++t) {
      units.positions.push_back(t / 3);
      units.positions.push_back(t % 3);
    }
    return units;
  }
  std::string Show(const Value&) const override { return "grid"; }
  bool gives_frames() const override { return true; }
  int64_t frame_width() const override { return kFrameWidth; }
  int64_t axes() const override { return 2; }
  std::string raw_unit() const override { return "number"; }
  std::string Describe() const override { return "a grid of frames"; }
};

// Six frames, always.
class FullGridCodec : public GridCodec {
 public:
  std::vector<int64_t> extent() const override { return {2, 3}; }
};

// One frame after the other, as many as there are; each of five parts in time.
class FilmCodec : public GridCodec {
 public:
  absl::StatusOr<Units> Encode(const Value& value, const EncodeOptions&) const override {
    Units units;
    units.frames = value.floats();
    units.frame_width = kFrameWidth;
    return units;
  }
  int64_t axes() const override { return 1; }
  int64_t frame_parts() const override { return kFrameWidth; }
};

// Frames as a projection of the hidden state, by their squared error: what is decided step by step costs nothing where it is the
// target.
class MeanHead : public Head {
 public:
  explicit MeanHead(int64_t width) {
    projection_ = register_module("projection", std::make_shared<Linear>(width, kFrameWidth));
  }
  Measure measure() const override { return Measure::kScore; }
  Sum Loss(const at::Tensor& hidden, const at::Tensor& targets, double,
           const std::vector<uint64_t>&) const override {
    const at::Tensor loss = (projection_->Forward(hidden) - targets).square().sum();
    return {loss, loss.detach()};
  }
  at::Tensor Frames(const at::Tensor& hidden, const FrameDraw&) const override {
    return projection_->Forward(hidden);
  }

 private:
  std::shared_ptr<Linear> projection_;
};

ProblemSpec Spec(const std::string& name) {
  const Port text = {.name = "text", .modality = "text", .options = "vocab: {kind: byte}"};
  const Port kind = {.name = "kind", .modality = "label", .options = "classes: [red, green, blue]"};
  const Port picture = {.name = "picture", .modality = "grid"};
  ProblemSpec spec;
  spec.name = name;
  if (name == "copy") {
    spec.inputs = {text};
    spec.targets = {text};
    spec.targets[0].name = "copied";
  } else if (name == "caption") {
    spec.inputs = {text, picture};
    spec.inputs[0].name = "hint";
    spec.targets = {text, kind};
    spec.targets[0].name = "caption";
    spec.targets[0].language = "it";
  } else if (name == "sort") {
    spec.inputs = {picture};
    spec.targets = {kind};
  } else if (name == "tag") {
    spec.inputs = {picture, text};
    spec.targets = {text};
    spec.targets[0].name = "tags";
    spec.targets[0].scheme = "aligned";
    spec.targets[0].aligned_with = "text";
  } else if (name == "draw") {
    spec.inputs = {text};
    spec.targets = {{.name = "drawn",
                     .modality = "image",
                     .options = "{units: pixels, height: 2, width: 3, channels: 1}"}};
  } else if (name == "flow") {
    spec.inputs = {text};
    spec.targets = {{.name = "drawn",
                     .modality = "image",
                     .options = "{patch: 1, height: 2, width: 3, channels: 1, "
                                "flow: {layers: 1, width: 8, steps: 2}}"}};
  } else if (name == "sketch") {
    spec.inputs = {text};
    spec.targets = {{.name = "sketched", .modality = "full_grid"}};
  } else if (name == "film") {
    spec.inputs = {text};
    spec.targets = {{.name = "filmed", .modality = "film"}};
  } else if (name == "speak") {
    spec.inputs = {picture, text};
    spec.targets = {{.name = "spoken", .modality = "film"}};
    spec.targets[0].scheme = "durations";
    spec.targets[0].along = "text";
  } else if (name == "paint") {  // refused: a grid has no head
    spec.inputs = {text};
    spec.targets = {picture};
  }
  return spec;
}

Value RandomValue(const Port& port, Philox& random) {
  if (port.modality == "label")
    return std::vector<std::string>{"red", "green", "blue"}[random.Below(3)];
  if (port.modality == "image") {
    Pixels pixels{2, 3, 1, {}};
    for (int i = 0; i < 6; ++i) pixels.values.push_back(static_cast<float>(random.Uniform()));
    return *EncodePng(pixels);
  }
  if (port.modality == "grid" || port.modality == "full_grid" || port.modality == "film") {
    // Of a film enough that every text can lie along it.
    const uint64_t frames = port.modality == "full_grid" ? 6
                            : port.modality == "film"    ? 2 + random.Below(6)
                                                         : 1 + random.Below(7);
    std::vector<float> numbers(frames * kFrameWidth);
    for (float& number : numbers) number = static_cast<float>(random.Normal());
    return numbers;
  }
  std::string text;
  for (uint64_t i = random.Below(7); i > 0; --i) text += static_cast<char>('a' + random.Below(26));
  return text;
}

}  // namespace

absl::StatusOr<ModelKit> ModelKit::Make(const std::vector<std::string>& problems,
                                        const std::string& model, const std::string& ports,
                                        uint64_t seed) {
  at::set_num_threads(1);  // of tensors so small threads would only wait for each other
  ModelKit kit;
  kit.modalities_ = std::make_shared<Registry<Modality>>("modality");
  T2T_RETURN_IF_ERROR(RegisterModalities(*kit.modalities_));
  T2T_RETURN_IF_ERROR(kit.modalities_->Add(
      "grid", {.summary = "frames",
               .tags = {},
               .value = {.make_codec = [](Binder&) -> absl::StatusOr<std::unique_ptr<Codec>> {
                           return std::make_unique<GridCodec>();
                         },
                         .frames = {.adapter = "patches"}}}));
  T2T_RETURN_IF_ERROR(kit.modalities_->Add(
      "full_grid",
      {.summary = "six frames",
       .tags = {},
       .value = {.make_codec = [](Binder&) -> absl::StatusOr<std::unique_ptr<Codec>> {
                   return std::make_unique<FullGridCodec>();
                 },
                 .frames = {"frames", "mean", {"autoregressive", "masked"}, {"flow_loss"}}}}));
  T2T_RETURN_IF_ERROR(kit.modalities_->Add(
      "film",
      {.summary = "frames",
       .tags = {},
       .value = {.make_codec = [](Binder&) -> absl::StatusOr<std::unique_ptr<Codec>> {
                   return std::make_unique<FilmCodec>();
                 },
                 .frames = {"frames", "mean", {"autoregressive", "durations"}, {"flow_loss"}}}}));
  Registry<BodyFactory> bodies("body");
  Registry<SchemeFactory> schemes("scheme");
  Registry<AdapterFactory> adapters("adapter");
  Registry<HeadFactory> heads("head");
  T2T_RETURN_IF_ERROR(RegisterBodies(bodies));
  T2T_RETURN_IF_ERROR(RegisterSchemes(schemes));
  T2T_RETURN_IF_ERROR(RegisterAdapters(adapters));
  T2T_RETURN_IF_ERROR(RegisterHeads(heads));
  T2T_RETURN_IF_ERROR(heads.Add(
      "mean", {.summary = "a projection",
               .tags = {},
               .value = [](const Codec&, Binder&,
                           const HeadOptions& options) -> absl::StatusOr<std::shared_ptr<Head>> {
                 return std::make_shared<MeanHead>(options.width);
               }}));
  Config config;
  T2T_RETURN_IF_ERROR(
      config.MergeYaml("model: {d_model: 16, heads: 2, ff: 24, encoder_layers: 2, decoder_layers: "
                       "2, layers: 2, max_positions: 40}",
                       Origin::kPreset, "tiny"));
  T2T_RETURN_IF_ERROR(
      config.MergeYaml(absl::StrCat("model: ", model), Origin::kFile, "model.yaml"));
  T2T_RETURN_IF_ERROR(
      config.MergeYaml(absl::StrCat("ports: ", ports), Origin::kFile, "ports.yaml"));
  for (const std::string& problem : problems) {
    T2T_ASSIGN_OR_RETURN(Task task, MakeTask(Spec(problem), *kit.modalities_, schemes, config));
    kit.tasks_.push_back(std::move(task));
  }
  T2T_ASSIGN_OR_RETURN(kit.model,
                       Model::Make(kit.tasks_, {&bodies, &adapters, &heads}, config, seed));
  T2T_RETURN_IF_ERROR(config.Finish());
  return kit;
}

const Task& ModelKit::task(const std::string& problem) const {
  for (const Task& task : tasks_) {
    if (task.spec.name == problem) return task;
  }
  T2T_CHECK(false) << problem;
  return tasks_[0];
}

std::vector<EncodedExample> ModelKit::Examples(const std::string& problem, int64_t count) const {
  std::vector<EncodedExample> examples;
  for (int64_t i = 0; i < count; ++i) {
    Philox random(RandomKey(7).With(problem).With(static_cast<uint64_t>(i)));
    Example example;
    for (const auto* ports : {&task(problem).inputs, &task(problem).targets}) {
      for (const TaskPort& port : *ports)
        example.ports[port.port.name] = RandomValue(port.port, random);
    }
    for (const TaskPort& port : task(problem).targets) {
      if (port.port.aligned_with.empty()) continue;
      std::string tags = example.ports[port.port.aligned_with].bytes();
      for (char& tag : tags) tag = static_cast<char>('0' + random.Below(10));
      example.ports[port.port.name] = tags;
    }
    auto encoded = EncodePorts(task(problem), example, true, 0);
    T2T_CHECK(encoded.ok()) << encoded.status();
    encoded->number = i;
    encoded->key = RandomKey(99).With(static_cast<uint64_t>(i)).value();
    examples.push_back(*std::move(encoded));
  }
  return examples;
}

Batch ModelKit::MakeBatch(const std::string& problem, const std::vector<EncodedExample>& examples,
                          int64_t padding) const {
  Batch batch;
  batch.problem = problem;
  const auto collate = [&](const std::string& port, auto member) {
    std::vector<Units> rows;
    for (const EncodedExample& example : examples) rows.push_back((example.*member).at(port));
    return Collate(rows, Collate(rows).time() + padding);
  };
  for (const EncodedExample& example : examples) {
    batch.examples.push_back(example.number);
    batch.keys.push_back(example.key);
  }
  for (const auto& [port, units] : examples[0].inputs)
    batch.inputs[port] = collate(port, &EncodedExample::inputs);
  for (const auto& [port, units] : examples[0].targets)
    batch.targets[port] = collate(port, &EncodedExample::targets);
  return batch;
}

double ModelKit::Loss(const Batch& batch) const {
  const at::NoGradGuard no_grad;
  ForwardContext context;
  double sum = 0;
  for (const LossTerm& term : model->Loss(batch, 0.0, context)) sum += term.loss.item<double>();
  return sum;
}

ModelKit MakeKit(const std::vector<std::string>& problems, const std::string& model,
                 const std::string& ports) {
  auto kit = ModelKit::Make(problems, model, ports);
  T2T_CHECK(kit.ok()) << kit.status();
  return *std::move(kit);
}

void ExpectSlopes(const Model& model, const std::vector<std::string>& parameters,
                  const std::function<at::Tensor()>& loss, const SlopeOptions& options) {
  auto& module = const_cast<Model&>(model);
  module.zero_grad();
  loss().backward();
  const at::NoGradGuard no_grad;
  const auto named = module.named_parameters();
  for (const std::string& name : parameters) {
    const at::Tensor& parameter = named[name];
    const at::Tensor gradient =
        (parameter.grad().defined() ? parameter.grad() : at::zeros_like(parameter)).view({-1});
    at::Tensor flat = parameter.view({-1});
    for (const int64_t i : {gradient.abs().argmax().item<int64_t>(), flat.numel() / 3}) {
      const double before = flat[i].item<double>();
      flat[i] = before + options.step;
      const double above = loss().item<double>();
      flat[i] = before - options.step;
      const double below = loss().item<double>();
      flat[i] = before;
      const double slope = (above - below) / (2 * options.step);
      EXPECT_NEAR(gradient[i].item<double>(), slope,
                  options.absolute + options.relative * std::abs(slope))
          << name << "[" << i << "]";
    }
  }
}

ForwardContext TrainingContext(const Batch& batch) {
  ForwardContext context;
  context.training = true;
  context.row_keys = batch.keys;
  context.packed_rows = batch.packed_rows;
  return context;
}

}  // namespace t2t
