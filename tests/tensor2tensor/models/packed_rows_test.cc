// Rows that hold several examples, whole through the model: the same losses and gradients as of examples by themselves.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "absl/strings/str_cat.h"
#include "tensor2tensor/models/transformer_body.h"
#include "tests/tensor2tensor/layers/expect_close.h"
#include "tests/tensor2tensor/models/model_kit.h"

namespace t2t {
namespace {

struct Trained {
  std::map<std::string, double> losses, plain;
  std::map<std::string, at::Tensor> gradients;
};

Trained Train(const ModelKit& kit, const Batch& batch) {
  kit.model->zero_grad();
  ForwardContext context = TrainingContext(batch);
  Trained trained;
  at::Tensor total = at::zeros({});
  for (const LossTerm& term : kit.model->Loss(batch, 0.1, context)) {
    trained.losses[term.port] = term.loss.item<double>();
    trained.plain[term.port] = term.plain.item<double>();
    total = total + term.loss;
  }
  total.backward();
  for (const auto& parameter : kit.model->named_parameters()) {
    const at::Tensor& grad = parameter.value().grad();
    if (grad.defined()) trained.gradients[parameter.key()] = grad.clone();
  }
  return trained;
}

struct Case {
  const char* name;
  const char* problem;
  const char* model;
  const char* ports = "{}";
};

class PackedRows : public ::testing::TestWithParam<Case> {};

TEST_P(PackedRows, HaveTheLossAndGradientsOfRowsByThemselves) {
  const Case& of = GetParam();
  const ModelKit kit = MakeKit({of.problem}, of.model, of.ports);
  std::vector<EncodedExample> examples;
  for (EncodedExample& example : kit.Examples(of.problem, 60)) {
    if (example.in_reach && examples.size() < 9) examples.push_back(std::move(example));
  }
  ASSERT_EQ(examples.size(), 9u);
  Batch batch = kit.MakeBatch(of.problem, examples, /*padding=*/2);
  const Trained alone = Train(kit, batch);
  ASSERT_FALSE(alone.gradients.empty());
  for (const std::vector<int64_t>& rows : {std::vector<int64_t>{0, 0, 0, 1, 1, 2, 2, 2, 2},
                                           {0, 1, 2, 3, 4, 5, 6, 7, 8},
                                           {0, 0, 0, 0, 0, 0, 0, 0, 0}}) {
    batch.packed_rows = rows;
    const Trained packed = Train(kit, batch);
    for (const auto& [port, loss] : alone.losses) {
      EXPECT_NEAR(packed.losses.at(port), loss, 2e-6 * std::abs(loss) + 1e-6) << port;
      EXPECT_NEAR(packed.plain.at(port), alone.plain.at(port), 2e-6 * std::abs(loss) + 1e-6);
    }
    ASSERT_EQ(packed.gradients.size(), alone.gradients.size());
    for (const auto& [name, gradient] : alone.gradients) {
      SCOPED_TRACE(name);
      const double largest = gradient.abs().max().item<double>();
      ExpectClose(packed.gradients.at(name), gradient, 1e-5 * std::max(1.0, largest));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Problems, PackedRows,
    ::testing::Values(
        Case{"Text", "copy", "{dropout: 0.3}"},
        Case{"TextInOneStack", "copy", "{dropout: 0.3, layout: decoder_only, positions: learned}"},
        Case{"TextLocally", "copy", "{dropout: 0.3, local_attention: 2, positions: sinusoidal}"},
        Case{"TextComputedAgain", "copy", "{dropout: 0.3, checkpoint_activations: true}"},
        Case{"TextForgotten", "copy", "{dropout: 0.3}", "{copy: {copied: {forget: 0.4}}}"},
        Case{"TextAndPicture", "caption", "{dropout: 0.3, norm: post}"},
        Case{"TextAndPictureInOneStack", "caption", "{dropout: 0.3, layout: decoder_only}"},
        Case{"InputsDropped", "caption", "{dropout: 0.3}",
             "{caption: {hint: {drop: 0.5}, picture: {drop: 0.5}}}"},
        Case{"Labels", "sort", "{dropout: 0.3, layout: encoder_only}"},
        Case{"Aligned", "tag", "{dropout: 0.3, layout: encoder_only}"},
        Case{"AlignedDecoder", "tag", "{dropout: 0.3}"},
        Case{"ReadAlong", "copy", "{dropout: 0.3, layout: encoder_only}",
             "{copy: {copied: {scheme: ctc}}}"},
        Case{"ReadAlongAndWritten", "copy", "{dropout: 0.3}",
             "{copy: {copied: {scheme: ctc_attention}}}"},
        Case{"Pixels", "draw", "{dropout: 0.3}"},
        Case{"FramesMasked", "sketch", "{dropout: 0.3}", "{sketch: {sketched: {scheme: masked}}}"},
        Case{"Flow", "flow", "{dropout: 0.3}"}, Case{"Frames", "sketch", "{dropout: 0.3}"},
        Case{"FramesUntilAStop", "film", "{dropout: 0.3}"},
        Case{"Durations", "speak", "{dropout: 0.3}"}),
    [](const auto& kind) { return kind.param.name; });

// What stands at padding never enters: it is infinite here. And a full row has no place for it.
TEST(PackedBody, HasNoPadding) {
  const at::NoGradGuard no_grad;
  TransformerOptions options;
  options.d_model = 16;
  options.heads = 2;
  options.ff = 24;
  options.encoder_layers = options.decoder_layers = 1;
  const TransformerBody body(options, 1);
  const auto stream = [](const std::vector<int64_t>& lengths, int64_t time) {
    Stream made;
    made.values = at::randn({static_cast<int64_t>(lengths.size()), time, 16});
    made.positions = at::arange(time, at::kLong).view({1, time, 1});
    made.lengths = lengths;
    made.valid = ValidFromLengths(lengths, time, at::kCPU);
    made.values.masked_fill_(made.valid.logical_not().unsqueeze(2),
                             std::numeric_limits<float>::infinity());
    return made;
  };
  ForwardContext context;
  context.packed_rows = {0, 0, 1};
  const Memory memory = body.Encode({stream({3, 2, 5}, 6)}, context);
  const at::Tensor states =
      body.Run(stream({2, 4, 1}, 5), memory, Visibility::Causal(), nullptr, context);
  EXPECT_EQ(states.sizes(), (std::vector<int64_t>{3, 5, 16}));
  EXPECT_TRUE(states.isfinite().all().item<bool>());
  EXPECT_TRUE(memory.stream.values.isfinite().all().item<bool>());
}

}  // namespace
}  // namespace t2t
