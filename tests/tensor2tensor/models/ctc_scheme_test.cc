#include "tensor2tensor/models/ctc_scheme.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "absl/strings/str_cat.h"
#include "tensor2tensor/decoding/search.h"
#include "tensor2tensor/models/ctc_attention_scheme.h"
#include "tensor2tensor/models/ctc_prefixes.h"
#include "tests/tensor2tensor/models/model_kit.h"

namespace t2t {
namespace {

using ::testing::HasSubstr;
using Ids = std::vector<int64_t>;

// Random log-probabilities [rows, places, units + 1].
at::Tensor Distributions(int64_t rows, int64_t places, int64_t units) {
  torch::manual_seed(5);
  return at::log_softmax(at::randn({rows, places, units + 1}, at::kDouble) * 1.5, -1);
}

// The probability of every target, by going through all paths over the first `length` places.
std::map<Ids, double> ByEnumeration(const at::Tensor& logs, int64_t length) {
  const int64_t classes = logs.size(1), blank = classes - 1;
  std::map<Ids, double> probabilities;
  int64_t paths = 1;
  for (int64_t t = 0; t < length; ++t) paths *= classes;
  for (int64_t path = 0; path < paths; ++path) {
    Ids units;
    double log = 0;
    int64_t before = blank;
    for (int64_t t = 0, left = path; t < length; ++t, left /= classes) {
      const int64_t here = left % classes;
      log += logs[t][here].item<double>();
      if (here != blank && here != before) units.push_back(here);
      before = here;
    }
    probabilities[units] += std::exp(log);
  }
  return probabilities;
}

// Targets that begin with the prefix.
double Begins(const std::map<Ids, double>& probabilities, const Ids& prefix) {
  double sum = 0;
  for (const auto& [units, probability] : probabilities) {
    if (units.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), units.begin()))
      sum += probability;
  }
  return sum;
}

// Every prefix of up to five units, of rows of 0 to 5 places, beside the sum over all paths.
TEST(CtcPrefixesTest, GivesWhatAllPathsTogetherGive) {
  const int64_t units = 2;
  const at::Tensor logs = Distributions(6, 5, units);
  const std::vector<int64_t> lengths = {5, 0, 1, 4, 3, 2};
  std::vector<std::map<Ids, double>> all;
  for (int64_t row = 0; row < 6; ++row)
    all.push_back(ByEnumeration(logs[row], lengths[static_cast<size_t>(row)]));
  CtcPrefixes prefixes(logs, lengths);
  struct Hypothesis {
    size_t source;
    Ids units;
  };
  std::vector<Hypothesis> live;
  for (size_t row = 0; row < 6; ++row) live.push_back({row, {}});
  int64_t seen = 0, impossible = 0;
  for (int step = 0; step <= 5; ++step) {
    ASSERT_EQ(prefixes.rows(), static_cast<int64_t>(live.size()));
    const at::Tensor next = prefixes.Next().exp();
    std::vector<int64_t> parents, ids;
    std::vector<Hypothesis> longer;
    for (size_t i = 0; i < live.size(); ++i) {
      const auto& [source, prefix] = live[i];
      const double reached = Begins(all[source], prefix);
      const at::Tensor row = next[static_cast<int64_t>(i)];
      EXPECT_NEAR(row.sum().item<double>(), 1, 1e-6);
      ++seen;
      if (reached == 0) {  // more than its places can give
        EXPECT_EQ(row[units].item<double>(), 1);
        ++impossible;
      } else {
        const auto exact = all[source].find(prefix);
        const double ends = exact == all[source].end() ? 0 : exact->second;
        EXPECT_NEAR(row[units].item<double>(), ends / reached, 1e-6);
      }
      for (int64_t id = 0; id < units; ++id) {
        Hypothesis with = live[i];
        with.units.push_back(id);
        if (reached > 0) {
          EXPECT_NEAR(row[id].item<double>(), Begins(all[source], with.units) / reached, 1e-6);
        }
        parents.push_back(static_cast<int64_t>(i));
        ids.push_back(id);
        longer.push_back(std::move(with));
      }
    }
    live = std::move(longer);
    prefixes.Advance(parents, ids);
  }
  EXPECT_EQ(seen, 6 * 63);
  EXPECT_GT(impossible, 100);
}

// Long inputs: what stays is finite and sums to 1.
TEST(CtcPrefixesTest, StaysFiniteOverThousandsOfPlaces) {
  const int64_t units = 3, places = 3000;
  CtcPrefixes prefixes(Distributions(1, places, units) * 3, {places});
  for (int64_t step = 0; step < 20; ++step) {
    const at::Tensor next = prefixes.Next();
    EXPECT_FALSE(next.isnan().any().item<bool>()) << step;
    EXPECT_GT(next.max().item<double>(), -5) << step;
    prefixes.Advance({0}, {step % units});
  }
}

// (layout, scheme): CTC alone, and together with attention.
class Ctc : public ::testing::TestWithParam<std::pair<std::string, std::string>> {
 protected:
  std::vector<EncodedExample> Examples(int64_t count) const {
    std::vector<EncodedExample> examples = kit_.Examples("tag", count);
    for (EncodedExample& example :
         examples) {  // targets shorter than their guide, some of equal units
      std::vector<int64_t>& ids = example.targets["tags"].ids;
      ids.resize((ids.size() + 1) / 2);
      if (ids.size() == 2 && example.inputs["text"].length() > 2) ids[1] = ids[0];
      const auto& scheme = *kit_.task("tag").targets[0].scheme;
      EXPECT_TRUE(scheme.InReach(*kit_.task("tag").targets[0].codec, example.targets["tags"],
                                 example.inputs["text"].length()));
    }
    return examples;
  }
  // "sort" beside it uses the decoder, where there is one.
  ModelKit kit_ = MakeKit({"tag", "sort"}, absl::StrCat("{layout: ", GetParam().first, "}"),
                          absl::StrCat("{tag: {tags: {scheme: ", GetParam().second, "}}}"));
};
INSTANTIATE_TEST_SUITE_P(
    Bodies, Ctc,
    ::testing::Values(std::pair("encoder_decoder", "ctc"), std::pair("decoder_only", "ctc"),
                      std::pair("encoder_only", "ctc"),
                      std::pair("encoder_only, positions: sinusoidal, norm: post", "ctc"),
                      std::pair("encoder_decoder", "ctc_attention"),
                      std::pair("decoder_only", "ctc_attention")));

// The loss of training is that of the units decided one after the other, which is that of all paths (above).
TEST_P(Ctc, ProductionEqualsTheLoss) {
  const std::vector<EncodedExample> examples = Examples(8);
  bool empty = false, repeats = false;
  for (const EncodedExample& example : examples) {
    const std::vector<int64_t>& ids = example.targets.at("tags").ids;
    empty = empty || ids.empty();
    repeats = repeats || (ids.size() == 2 && ids[0] == ids[1]);
    const Batch batch = kit_.MakeBatch("tag", {example}, 2);
    const at::NoGradGuard no_grad;
    const auto production = kit_.model->Start(batch, "tags", 10);
    double sum = 0;
    for (const int64_t id : ids) {
      sum -= production->Next()[0][id].item<double>();
      production->Advance({0}, {id});
    }
    sum -= production->Next()[0][*production->stop()].item<double>();
    EXPECT_NEAR(sum, kit_.Loss(batch), 1e-3);
  }
  EXPECT_TRUE(empty) << "no row without any unit was seen";
  EXPECT_TRUE(repeats) << "no row of equal units was seen";
}

TEST_P(Ctc, PaddingAndTheRowsBesideChangeNothing) {
  const std::vector<EncodedExample> examples = Examples(6);
  const Batch batch = kit_.MakeBatch("tag", examples, 4);
  const double together = kit_.Loss(batch);
  double alone = 0;
  for (const EncodedExample& example : examples)
    alone += kit_.Loss(kit_.MakeBatch("tag", {example}));
  EXPECT_NEAR(together, alone, 1e-3);

  DecodeOptions options;
  options.method = "beam";
  const at::NoGradGuard no_grad;
  const auto found = Search(*kit_.model->Start(batch, "tags", 9), options, nullptr, batch.keys);
  for (size_t row = 0; row < examples.size(); ++row) {
    const Batch one = kit_.MakeBatch("tag", {examples[row]});
    const auto by_itself = Search(*kit_.model->Start(one, "tags", 9), options, nullptr, one.keys);
    EXPECT_EQ(found[row][0].units, by_itself[0][0].units);
    EXPECT_NEAR(found[row][0].score, by_itself[0][0].score, 1e-4);
    EXPECT_LE(static_cast<int64_t>(found[row][0].units.size()),
              examples[row].inputs.at("text").length());
  }
}

TEST_P(Ctc, GradientsMatchFiniteDifferences) {
  kit_.model->to(at::kDouble);
  Batch batch = kit_.MakeBatch("tag", Examples(5), 1);
  batch.inputs["picture"].frames = batch.inputs["picture"].frames.to(at::kDouble);
  const auto loss = [&] {
    ForwardContext context = TrainingContext(batch);
    return kit_.model->Loss(batch, 0.1, context)[0].loss;
  };
  // The log-probabilities alone are rounded to float.
  ExpectSlopes(*kit_.model, kit_.model->named_parameters().keys(), loss,
               {.step = 1e-3, .absolute = 2e-2, .relative = 5e-3});
}

// With smoothing the loss has a share of the places' distance from equal probabilities; the plain one has not.
TEST_P(Ctc, SmoothingIsOfThePlacesThatAreThere) {
  const std::vector<EncodedExample> examples = Examples(5);
  const auto loss = [&](int64_t padding, double smoothing) {
    const at::NoGradGuard no_grad;
    ForwardContext context;
    return kit_.model->Loss(kit_.MakeBatch("tag", examples, padding), smoothing, context)[0];
  };
  const LossTerm plain = loss(0, 0), smooth = loss(0, 0.5), padded = loss(3, 0.5);
  EXPECT_NEAR(smooth.plain.item<double>(), plain.plain.item<double>(), 1e-3);
  EXPECT_GT(std::abs(smooth.loss.item<double>() - plain.loss.item<double>()), 0.1);
  EXPECT_NEAR(smooth.loss.item<double>(), padded.loss.item<double>(), 1e-2);
}

// The loss is mixed from both by the weight, and what is told of it is attention's.
TEST(CtcAttention, TheWeightMixesBoth) {
  std::map<double, LossTerm> terms;
  for (const double weight : {0.2, 0.5, 0.9}) {
    const ModelKit kit =
        MakeKit({"tag"}, "{}",
                absl::StrCat("{tag: {tags: {scheme: ctc_attention, ctc_weight: ", weight, "}}}"));
    std::vector<EncodedExample> examples = kit.Examples("tag", 1);
    examples[0].targets["tags"].ids = {5, 9};
    examples[0].inputs["text"].ids.resize(4, 7);
    const at::NoGradGuard no_grad;
    ForwardContext context;
    terms[weight] = kit.model->Loss(kit.MakeBatch("tag", {examples[0]}), 0, context)[0];
  }
  const double attention = terms[0.2].plain.item<double>();
  const double ctc = (terms[0.2].loss.item<double>() - 0.8 * attention) / 0.2;
  EXPECT_GT(std::abs(ctc - attention), 1.0);
  for (const double weight : {0.5, 0.9}) {
    EXPECT_NEAR(terms[weight].plain.item<double>(), attention, 1e-4);
    EXPECT_NEAR(terms[weight].loss.item<double>(), (1 - weight) * attention + weight * ctc, 1e-2);
  }
  for (const char* wrong : {"0", "1", "-0.5"}) {
    const auto kit = ModelKit::Make(
        {"tag"}, "{}",
        absl::StrCat("{tag: {tags: {scheme: ctc_attention, ctc_weight: ", wrong, "}}}"));
    EXPECT_THAT(std::string(kit.status().message()), HasSubstr("must be above 0 and below 1"))
        << wrong;
  }
  EXPECT_THAT(std::string(ModelKit::Make({"tag"}, "{layout: encoder_only}",
                                         "{tag: {tags: {scheme: ctc_attention}}}")
                              .status()
                              .message()),
              HasSubstr("'ctc_attention' needs a body that can run step by step"));
}

TEST(CtcPorts, ATargetIsInReachWhereEqualUnitsHaveABlankBetween) {
  const ModelKit kit = MakeKit({"copy"}, "{}");
  const auto scheme = MakeCtcScheme();
  const auto in_reach = [&](const Ids& ids, int64_t guide) {
    Units target;
    target.ids = ids;
    return scheme->InReach(*kit.task("copy").targets[0].codec, target, guide);
  };
  EXPECT_TRUE(in_reach({}, 0));
  EXPECT_TRUE(in_reach({1, 2, 1}, 3));
  EXPECT_FALSE(in_reach({1, 2, 1}, 2));
  EXPECT_FALSE(in_reach({1, 1, 1}, 4));
  EXPECT_TRUE(in_reach({1, 1, 1}, 5));
}

// The shortest target is short, however long the guide; a grid of ids has no end to decide.
TEST(CtcPorts, TargetsMayBeShortAndEnd) {
  const ModelKit kit = MakeKit({"copy", "draw"}, "{}");
  for (const auto& scheme : {MakeCtcScheme(), MakeCtcAttentionScheme()})
    EXPECT_EQ(scheme->LeastLength(*kit.task("copy").targets[0].codec, 30), 1);
  EXPECT_TRUE(MakeCtcAttentionScheme()->FitsCodec(*kit.task("copy").targets[0].codec).ok());
  EXPECT_THAT(
      std::string(
          MakeCtcAttentionScheme()->FitsCodec(*kit.task("draw").targets[0].codec).message()),
      HasSubstr("always has as many units"));
}

TEST(CtcPorts, AnExampleOutOfReachIsMarked) {
  const ModelKit kit =
      MakeKit({"copy"}, "{layout: encoder_only}", "{copy: {copied: {scheme: ctc}}}");
  Example example;
  example.ports["text"] = "abc";
  for (const auto& [copied, in_reach] :
       std::map<std::string, bool>{{"xyz", true}, {"xx", true}, {"xxy", false}, {"wxyz", false}}) {
    example.ports["copied"] = copied;
    const auto encoded = EncodePorts(kit.task("copy"), example, true, 0);
    ASSERT_TRUE(encoded.ok()) << encoded.status();
    EXPECT_EQ(encoded->in_reach, in_reach) << copied;
  }
}

// Along frames on a grid: two axes, and other lengths than the text beside them.
TEST(CtcPorts, AlongAPicture) {
  const ModelKit kit =
      MakeKit({"caption"}, "{}", "{caption: {caption: {scheme: ctc, along: picture}}}");
  std::vector<EncodedExample> examples;
  for (const EncodedExample& example : kit.Examples("caption", 12)) {
    if (example.in_reach) examples.push_back(example);
  }
  ASSERT_GT(examples.size(), 3u);
  const at::NoGradGuard no_grad;
  const Batch batch = kit.MakeBatch("caption", examples, 1);
  ForwardContext context;
  const std::vector<LossTerm> terms = kit.model->Loss(batch, 0, context);
  double sum = 0;
  for (const EncodedExample& example : examples) {
    const Batch one = kit.MakeBatch("caption", {example});
    const auto production = kit.model->Start(one, "caption", 9);
    for (const int64_t id : example.targets.at("caption").ids) {
      sum -= production->Next()[0][id].item<double>();
      production->Advance({0}, {id});
    }
    sum -= production->Next()[0][*production->stop()].item<double>();
  }
  EXPECT_NEAR(sum, terms[0].loss.item<double>(), 1e-3);
}

TEST(CtcPorts, TheInputIsNamedWhereThereAreSeveral) {
  EXPECT_EQ(MakeKit({"copy"}, "{layout: encoder_only}", "{copy: {copied: {scheme: ctc}}}")
                .task("copy")
                .targets[0]
                .guide,
            "text");
  EXPECT_EQ(MakeKit({"caption"}, "{}", "{caption: {caption: {scheme: ctc, along: picture}}}")
                .task("caption")
                .targets[0]
                .guide,
            "picture");
  const auto unnamed = ModelKit::Make({"caption"}, "{}", "{caption: {caption: {scheme: ctc}}}");
  EXPECT_THAT(std::string(unnamed.status().message()),
              HasSubstr("ports.caption.caption.along = '' is not one of: hint, picture"));
  const auto wrong =
      ModelKit::Make({"caption"}, "{}", "{caption: {caption: {scheme: ctc, along: pictures}}}");
  EXPECT_THAT(std::string(wrong.status().message()), HasSubstr("did you mean 'picture'?"));
}

}  // namespace
}  // namespace t2t
