#include <gtest/gtest.h>

#include <map>

#include "absl/strings/str_cat.h"
#include "tests/tensor2tensor/layers/expect_close.h"
#include "tests/tensor2tensor/models/model_kit.h"

namespace t2t {
namespace {

using Gradients = std::map<std::string, at::Tensor>;

at::Tensor TrainingLoss(const ModelKit& kit, const Batch& batch) {
  ForwardContext context = TrainingContext(batch);
  at::Tensor total = at::zeros({}, at::kDouble);
  for (const LossTerm& term : kit.model->Loss(batch, 0.1, context)) total = total + term.loss;
  return total;
}

Gradients GradientsOf(const ModelKit& kit, const std::vector<Batch>& batches) {
  kit.model->zero_grad();
  for (const Batch& batch : batches) TrainingLoss(kit, batch).backward();
  Gradients gradients;
  for (const auto& parameter : kit.model->named_parameters()) {
    const at::Tensor& grad = parameter.value().grad();
    gradients[parameter.key()] = grad.defined() ? grad.clone() : at::zeros_like(parameter.value());
  }
  return gradients;
}

void ExpectEqualGradients(const Gradients& actual, const Gradients& expected, double tolerance) {
  ASSERT_EQ(actual.size(), expected.size());
  for (const auto& [name, gradient] : expected) {
    SCOPED_TRACE(name);
    ExpectClose(actual.at(name), gradient, tolerance);
  }
}

class Layouts : public ::testing::TestWithParam<const char*> {
 protected:
  static std::vector<std::string> Problems() {
    if (std::string(GetParam()) == "encoder_only") return {"sort", "tag"};
    return {"copy", "caption", "sort", "tag"};
  }
  // With the one whose durations learn from states that do not learn from them, so that its slopes are others.
  static std::vector<std::string> AllProblems() {
    std::vector<std::string> problems = Problems();
    if (std::string(GetParam()) != "encoder_only") problems.push_back("speak");
    return problems;
  }
  static std::string Yaml(const std::string& more) {
    return absl::StrCat("{layout: ", GetParam(), ", ", more, "}");
  }
};

// Every parameter in double: at its steepest element and at one other. Dropout is on: its mask is the same every time.
TEST_P(Layouts, GradientsMatchFiniteDifferences) {
  for (const std::string more :
       {"norm: pre, norm_kind: layer, feed_forward: gelu, positions: learned",
        "norm: post, norm_kind: rms, feed_forward: swiglu, positions: rotary"}) {
    const ModelKit kit = MakeKit(Problems(), Yaml(more));
    kit.model->to(at::kDouble);
    std::vector<Batch> batches;
    for (const std::string& problem : Problems()) {
      batches.push_back(kit.MakeBatch(problem, kit.Examples(problem, 3)));
      for (auto& [port, units] : batches.back().inputs) {
        if (units.frames.defined()) units.frames = units.frames.to(at::kDouble);
      }
    }
    const auto loss = [&] {
      at::Tensor sum = at::zeros({}, at::kDouble);
      for (const Batch& batch : batches) sum = sum + TrainingLoss(kit, batch);
      return sum;
    };
    // The logits alone are rounded to float.
    ExpectSlopes(*kit.model, kit.model->named_parameters().keys(), loss,
                 {.step = 1e-3, .absolute = 5e-3, .relative = 2e-3});
  }
}

TEST_P(Layouts, CheckpointedActivationsChangeNothing) {
  const ModelKit plain =
                     MakeKit(AllProblems(), Yaml("checkpoint_activations: false, dropout: 0.2")),
                 again = MakeKit(AllProblems(), Yaml("checkpoint_activations: true, dropout: 0.2"));
  for (const std::string& problem : AllProblems()) {
    const Batch batch = plain.MakeBatch(problem, plain.Examples(problem, 4));
    ExpectEqualGradients(GradientsOf(again, {batch}), GradientsOf(plain, {batch}), 1e-4);
  }
}

UnitsBatch Rows(const UnitsBatch& units, int64_t begin, int64_t count) {
  UnitsBatch part = units;
  if (units.ids.defined()) part.ids = units.ids.narrow(0, begin, count);
  if (units.frames.defined()) part.frames = units.frames.narrow(0, begin, count);
  if (units.positions.size(0) > 1) part.positions = units.positions.narrow(0, begin, count);
  part.lengths = {units.lengths.begin() + begin, units.lengths.begin() + begin + count};
  return part;
}

// Cut into `parts`, as padded as it is.
std::vector<Batch> Cut(const Batch& batch, int64_t parts) {
  std::vector<Batch> cut;
  const int64_t count = batch.rows() / parts;
  for (int64_t begin = 0; begin < batch.rows(); begin += count) {
    Batch part;
    part.problem = batch.problem;
    part.examples = {batch.examples.begin() + begin, batch.examples.begin() + begin + count};
    part.keys = {batch.keys.begin() + begin, batch.keys.begin() + begin + count};
    for (const auto& [port, units] : batch.inputs) part.inputs[port] = Rows(units, begin, count);
    for (const auto& [port, units] : batch.targets) part.targets[port] = Rows(units, begin, count);
    cut.push_back(std::move(part));
  }
  return cut;
}

TEST_P(Layouts, MicroBatchesHaveTheGradientOfTheWhole) {
  const ModelKit kit = MakeKit(AllProblems(), Yaml("dropout: 0.1"));
  for (const std::string& problem : AllProblems()) {
    const Batch batch = kit.MakeBatch(problem, kit.Examples(problem, 8), 2);
    const Gradients whole = GradientsOf(kit, {batch});
    ExpectEqualGradients(GradientsOf(kit, Cut(batch, 2)), whole, 2e-4);
    ExpectEqualGradients(GradientsOf(kit, Cut(batch, 4)), whole, 2e-4);
    Batch other = batch;  // other keys, other masks: the equality above is not for want of dropout
    for (uint64_t& key : other.keys) ++key;
    EXPECT_GT((GradientsOf(kit, {other}).at("body.decoder.0.feed_forward.up.weight") -
               whole.at("body.decoder.0.feed_forward.up.weight"))
                  .abs()
                  .max()
                  .item<double>(),
              1e-2);
  }
}

// Micro-batches of their own padding, as a loader makes them.
TEST_P(Layouts, PaddingChangesNoGradient) {
  const ModelKit kit = MakeKit(AllProblems(), Yaml("dropout: 0.1"));
  for (const std::string& problem : AllProblems()) {
    SCOPED_TRACE(problem);
    const std::vector<EncodedExample> examples = kit.Examples(problem, 4);
    std::vector<Batch> single;
    for (const EncodedExample& example : examples)
      single.push_back(kit.MakeBatch(problem, {example}));
    ExpectEqualGradients(GradientsOf(kit, single),
                         GradientsOf(kit, {kit.MakeBatch(problem, examples, 3)}), 2e-4);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Layouts,
                         ::testing::Values("encoder_decoder", "decoder_only", "encoder_only"));

}  // namespace
}  // namespace t2t
