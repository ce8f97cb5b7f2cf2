#include "tensor2tensor/models/aligned_scheme.h"

#include <gtest/gtest.h>

#include <cmath>

#include "absl/strings/str_cat.h"
#include "tensor2tensor/decoding/search.h"
#include "tests/tensor2tensor/models/model_kit.h"

namespace t2t {
namespace {

class Aligned : public ::testing::TestWithParam<std::string> {
 protected:
  std::vector<EncodedExample> Examples(int64_t count) const { return kit_.Examples("tag", count); }
  // Log-probabilities of each row's decisions: [steps][rows][classes], with the stop.
  std::vector<at::Tensor> Steps(const Batch& batch) const {
    const at::NoGradGuard no_grad;
    const auto production = kit_.model->Start(batch, "tags", 3);
    std::vector<at::Tensor> steps;
    std::vector<int64_t> parents, ids(static_cast<size_t>(batch.rows()), 0);
    for (int64_t i = 0; i < batch.rows(); ++i) parents.push_back(i);
    for (int64_t step = 0; step <= production->max_decisions(); ++step) {
      steps.push_back(production->Next());
      production->Advance(parents, ids);
    }
    return steps;
  }
  ModelKit kit_ = MakeKit({"tag"}, absl::StrCat("{layout: ", GetParam(), "}"));
};
INSTANTIATE_TEST_SUITE_P(Bodies, Aligned,
                         ::testing::Values("encoder_decoder", "decoder_only", "encoder_only",
                                           "encoder_only, positions: sinusoidal, norm: post"));

// What is decided is what training computes, and each row ends where its text does, however long max_length is.
TEST_P(Aligned, ProductionEqualsTheLoss) {
  const std::vector<EncodedExample> examples = Examples(6);
  const Batch batch = kit_.MakeBatch("tag", examples, 2);
  const std::vector<at::Tensor> steps = Steps(batch);
  double sum = 0;
  bool empty = false;
  for (size_t row = 0; row < examples.size(); ++row) {
    const std::vector<int64_t>& ids = examples[row].targets.at("tags").ids;
    empty = empty || ids.empty();
    for (size_t t = 0; t < ids.size(); ++t) {
      const at::Tensor decision = steps[t][static_cast<int64_t>(row)];
      EXPECT_NEAR(decision.exp().sum().item<double>(), 1, 1e-5);
      EXPECT_EQ(decision[256].item<double>(), -INFINITY);
      sum -= decision[ids[t]].item<double>();
    }
    for (size_t t = ids.size(); t < steps.size(); ++t) {
      EXPECT_EQ(steps[t][static_cast<int64_t>(row)].argmax().item<int64_t>(), 256) << t;
      EXPECT_EQ(steps[t][static_cast<int64_t>(row)][256].item<double>(), 0) << t;
    }
  }
  EXPECT_TRUE(empty) << "no row without any unit was seen";
  EXPECT_NEAR(sum, kit_.Loss(batch), 1e-3);
}

TEST_P(Aligned, PaddingAndTheRowsBesideChangeNothing) {
  const std::vector<EncodedExample> examples = Examples(5);
  const double together = kit_.Loss(kit_.MakeBatch("tag", examples, 4));
  double alone = 0;
  for (const EncodedExample& example : examples)
    alone += kit_.Loss(kit_.MakeBatch("tag", {example}));
  EXPECT_NEAR(together, alone, 1e-3);
}

// The first decision sees the last unit.
TEST_P(Aligned, EveryDecisionSeesTheWholeInput) {
  std::vector<EncodedExample> examples = Examples(6);
  for (const EncodedExample& example : examples) {
    if (example.inputs.at("text").length() < 3) continue;
    EncodedExample other = example;
    other.inputs["text"].ids.back() = 'Z';
    const at::Tensor first = Steps(kit_.MakeBatch("tag", {example}))[0];
    const at::Tensor changed = Steps(kit_.MakeBatch("tag", {other}))[0];
    EXPECT_GT((first - changed).narrow(1, 0, 256).abs().max().item<double>(), 1e-4);
    return;
  }
  FAIL() << "no example was long enough";
}

TEST_P(Aligned, SearchesGiveAsManyUnitsAsTheInputHas) {
  const std::vector<EncodedExample> examples = Examples(6);
  for (const std::string method : {"greedy", "beam", "sample"}) {
    DecodeOptions options;
    options.method = method;
    options.max_length = 3;  // of the aligned scheme the input says how long
    const at::NoGradGuard no_grad;
    const Batch batch = kit_.MakeBatch("tag", examples);
    const auto production = kit_.model->Start(batch, "tags", options.max_length);
    const auto found = Search(*production, options, nullptr, batch.keys);
    for (size_t row = 0; row < examples.size(); ++row) {
      EXPECT_EQ(static_cast<int64_t>(found[row][0].units.size()),
                examples[row].inputs.at("text").length())
          << method;
      EXPECT_TRUE(found[row][0].finished) << method;
    }
  }
}

TEST(AlignedPorts, UnequalLengthsAreAnErrorOfTheExample) {
  const ModelKit kit = MakeKit({"tag"}, "{}");
  Example example;
  example.key = "first";
  example.ports["text"] = "abc";
  example.ports["tags"] = "xy";
  example.ports["picture"] = std::vector<float>(5, 0.0f);
  EXPECT_EQ(EncodePorts(kit.task("tag"), example, true, 0).status().message(),
            "tag, example 'first', port tags: 2 units for the 3 of text, with which it is aligned");
  EXPECT_TRUE(EncodePorts(kit.task("tag"), example, false, 0).ok());
}

// The port may come about step by step too.
TEST(AlignedPorts, MayBeAutoregressive) {
  const ModelKit kit = MakeKit({"tag"}, "{}", "{tag: {tags: {scheme: autoregressive}}}");
  const Batch batch = kit.MakeBatch("tag", kit.Examples("tag", 3));
  EXPECT_EQ(kit.model->Decisions(batch).at("tags"), batch.targets.at("tags").lengths[0] +
                                                        batch.targets.at("tags").lengths[1] +
                                                        batch.targets.at("tags").lengths[2] + 3);
}

}  // namespace
}  // namespace t2t
