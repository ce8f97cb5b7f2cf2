#include "tensor2tensor/models/model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/optim/adam.h>

#include <set>

#include "tests/tensor2tensor/layers/expect_close.h"
#include "tests/tensor2tensor/models/model_kit.h"

namespace t2t {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

std::set<std::string> Names(const ModelKit& kit) {
  std::set<std::string> names;
  for (const auto& parameter : kit.model->named_parameters()) names.insert(parameter.key());
  return names;
}

TEST(Model, ParametersAreNamedByPortAndRole) {
  const ModelKit kit = MakeKit({"caption"}, "{decoder_layers: 1, encoder_layers: 1}");
  std::set<std::string> names = Names(kit);
  for (auto it = names.begin(); it != names.end();)
    it = it->rfind("body.", 0) == 0 ? names.erase(it) : std::next(it);
  EXPECT_THAT(names, ::testing::ElementsAre(
                         "ports.caption.caption.adapter.table", "ports.caption.caption.head.bias",
                         "ports.caption.caption.tag", "ports.caption.hint.adapter.table",
                         "ports.caption.hint.marker", "ports.caption.kind.head.bias",
                         "ports.caption.kind.head.weight", "ports.caption.kind.tag",
                         "ports.caption.picture.adapter.projection.bias",
                         "ports.caption.picture.adapter.projection.weight",
                         "ports.caption.picture.marker", "tags.label", "tags.text-it"));
  EXPECT_THAT(Names(MakeKit({"caption"}, "{tie_embeddings: false}")),
              Contains("ports.caption.caption.head.weight"));
}

TEST(Model, ABodyForAllOrForEach) {
  const ModelKit shared = MakeKit({"copy", "sort"}, "{}");
  const ModelKit apart = MakeKit({"copy", "sort"}, "{share_body: false}");
  std::set<std::string> bodies, expected;
  for (const std::string& name : Names(apart)) {
    if (name.rfind("ports.", 0) != 0 && name.rfind("tags.", 0) != 0) bodies.insert(name);
  }
  for (const std::string& name : Names(shared)) {
    if (name.rfind("body.", 0) != 0) continue;
    for (const char* problem : {"copy", "sort"})
      expected.insert("bodies." + std::string(problem) + name.substr(4));
  }
  EXPECT_EQ(bodies, expected);
  // What one problem learns does not change the other's body.
  ModelKit kit = apart;
  const Batch sort = kit.MakeBatch("sort", kit.Examples("sort", 3));
  const double before = kit.Loss(sort);
  {
    const at::NoGradGuard none;
    for (const auto& parameter : kit.model->named_parameters()) {
      if (parameter.key().rfind("bodies.copy.", 0) == 0) parameter.value().add_(0.5);
    }
  }
  EXPECT_EQ(kit.Loss(sort), before);
  const Batch copy = kit.MakeBatch("copy", kit.Examples("copy", 3));
  const double moved = kit.Loss(copy);
  ForwardContext context = TrainingContext(copy);
  kit.model->Loss(copy, 0, context)[0].loss.backward();
  for (const auto& parameter : kit.model->named_parameters()) {
    if (parameter.key().rfind("bodies.", 0) == 0) {
      EXPECT_EQ(parameter.value().grad().defined(), parameter.key().rfind("bodies.copy.", 0) == 0)
          << parameter.key();
    }
  }
  EXPECT_TRUE(std::isfinite(moved));
}

TEST(Model, TheSeedMakesTheWeights) {
  const auto weights = [](uint64_t seed) {
    return (*ModelKit::Make({"copy"}, "{}", "{}", seed))
        .model->named_parameters()["body.encoder.0.attention.qkv.weight"]
        .clone();
  };
  ExpectClose(weights(1), weights(1));
  EXPECT_FALSE(at::equal(weights(1), weights(2)));
}

// What stands beside a problem does not change how its ports and the body begin.
TEST(Model, AParameterStartsBySeedAndNameAlone) {
  const auto joint = MakeKit({"caption", "copy", "sort"}, "{}").model->named_parameters();
  for (const char* problem : {"caption", "copy", "sort"}) {
    for (const auto& parameter : MakeKit({problem}, "{}").model->named_parameters())
      EXPECT_TRUE(at::equal(joint[parameter.key()], parameter.value())) << parameter.key();
  }
  EXPECT_FALSE(at::equal(joint["body.encoder.0.attention.qkv.weight"],
                         joint["body.encoder.1.attention.qkv.weight"]));
}

TEST(Model, EveryInputReachesEveryTarget) {
  for (const std::string layout : {"encoder_decoder", "decoder_only"}) {
    const ModelKit kit = MakeKit({"caption"}, "{layout: " + layout + "}");
    const std::vector<EncodedExample> examples = kit.Examples("caption", 3);
    const Batch batch = kit.MakeBatch("caption", examples);
    Batch other_hint = batch, other_picture = batch;
    other_hint.inputs["hint"].ids = batch.inputs.at("hint").ids + 1;
    other_picture.inputs["picture"].frames = batch.inputs.at("picture").frames + 1;
    ForwardContext context;
    const auto before = kit.model->Loss(batch, 0.0, context);
    ASSERT_EQ(before.size(), 2u);
    EXPECT_EQ(before[0].port, "caption");
    EXPECT_EQ(before[1].port, "kind");
    EXPECT_EQ(before[1].decisions, 3);
    EXPECT_EQ(kit.model->Decisions(batch).at("caption"), before[0].decisions);
    int64_t decisions = 0;
    for (const EncodedExample& example : examples)
      decisions += example.targets.at("caption").length() + 1;
    EXPECT_EQ(before[0].decisions, decisions);
    for (const Batch& changed : {other_hint, other_picture}) {
      const auto after = kit.model->Loss(changed, 0.0, context);
      for (size_t i = 0; i < 2; ++i) {
        EXPECT_GT(std::abs(after[i].loss.item<double>() - before[i].loss.item<double>()), 1e-4)
            << layout << " " << before[i].port;
      }
    }
  }
}

TEST(Model, SmoothingChangesTheLossButNotThePlainOne) {
  const ModelKit kit = MakeKit({"copy"}, "{}");
  const Batch batch = kit.MakeBatch("copy", kit.Examples("copy", 3));
  ForwardContext context;
  const LossTerm sharp = kit.model->Loss(batch, 0.0, context)[0],
                 smooth = kit.model->Loss(batch, 0.1, context)[0];
  EXPECT_NEAR(sharp.loss.item<double>(), sharp.plain.item<double>(), 1e-9);
  EXPECT_NEAR(smooth.plain.item<double>(), sharp.plain.item<double>(), 1e-9);
  EXPECT_GT(std::abs(smooth.loss.item<double>() - sharp.loss.item<double>()), 1e-3);
  EXPECT_GT(sharp.raw_units, 0);
  EXPECT_TRUE(kit.model->in_bits("copy", "copied"));
}

TEST(Model, ASharedKeyMakesOneTable) {
  const ModelKit kit =
      MakeKit({"copy"}, "{}", "{copy: {text: {share: letters}, copied: {share: letters}}}");
  EXPECT_THAT(Names(kit), AllOf(Contains("shared.letters.table"),
                                Not(Contains("ports.copy.text.adapter.table")),
                                Not(Contains("ports.copy.copied.adapter.table"))));
  EXPECT_EQ(MakeKit({"copy"}, "{}").model->parameter_count() - kit.model->parameter_count(),
            257 * 16);
}

TEST(Model, PortsThatShareMustHaveOneShape) {
  const auto kit =
      ModelKit::Make({"caption"}, "{}", "{caption: {hint: {share: x}, picture: {share: x}}}");
  ASSERT_EQ(kit.status().code(), absl::StatusCode::kInvalidArgument) << kit.status();
  EXPECT_THAT(std::string(kit.status().message()),
              AllOf(HasSubstr("ports.caption.picture.share"), HasSubstr("ports.caption.hint")));
}

struct Refused {
  const char* problem;
  const char* model;
  const char* says;
};

class ModelRefused : public ::testing::TestWithParam<Refused> {};

TEST_P(ModelRefused, WithTheReason) {
  const auto kit = ModelKit::Make({GetParam().problem}, GetParam().model);
  ASSERT_FALSE(kit.ok());
  EXPECT_THAT(std::string(kit.status().message()), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    All, ModelRefused,
    ::testing::Values(
        Refused{"copy", "{layout: encoder_only}", "copy.copied: the scheme 'autoregressive'"},
        Refused{"paint", "{}", "no head"}, Refused{"copy", "{body: transfomer}", "transformer"},
        Refused{"copy", "{heads: 3}", "model.heads"}, Refused{"copy", "{heads: 16}", "even width"},
        Refused{"copy", "{layout: encoder_decoder, encoder_layers: -1}", "encoder_layers"},
        Refused{"copy", "{decoder_layers: 0}", "decoder_layers"},
        Refused{"copy", "{dropout: 1}", "model.dropout"},
        Refused{"copy", "{dropuot: 0.1}", "dropout"}));

// One model of three problems learns all of them by heart.
TEST(Model, ThreeProblemsAreLearntTogether) {
  const ModelKit kit = MakeKit({"copy", "caption", "sort"}, "{dropout: 0}");
  torch::optim::Adam optimizer(kit.model->parameters(), torch::optim::AdamOptions(1e-2));
  const auto step = [&] {
    double sum = 0;
    optimizer.zero_grad();
    for (const std::string problem : {"copy", "caption", "sort"}) {
      const Batch batch = kit.MakeBatch(problem, kit.Examples(problem, 4));
      ForwardContext context = TrainingContext(batch);
      for (const LossTerm& term : kit.model->Loss(batch, 0.0, context)) {
        sum += term.plain.item<double>();
        term.loss.backward({}, /*retain_graph=*/true);
      }
    }
    optimizer.step();
    return sum;
  };
  const double before = step();
  for (int i = 0; i < 100; ++i) step();
  EXPECT_LT(step(), before / 20);
}

}  // namespace
}  // namespace t2t
