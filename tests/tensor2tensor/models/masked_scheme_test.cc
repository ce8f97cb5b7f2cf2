#include "tensor2tensor/models/masked_scheme.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "absl/strings/str_cat.h"
#include "random/philox.h"
#include "tests/tensor2tensor/models/model_kit.h"

namespace t2t {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(UnknownAfterPassesTest, FollowsTheCosine) {
  // floor(49 cos(pi/2 p/8)), computed by hand: 48.06, 45.27, 40.74, 34.65, 27.22, 18.75, 9.56, 0.
  EXPECT_THAT(UnknownAfterPasses(49, 8), ElementsAre(48, 45, 40, 34, 27, 18, 9, 0));
  EXPECT_THAT(UnknownAfterPasses(49, 1), ElementsAre(0));
  EXPECT_THAT(UnknownAfterPasses(1, 16), ElementsAre(0));
  // One in every pass where the cosine would have none: near its top, and with as many passes as units.
  EXPECT_THAT(UnknownAfterPasses(5, 4), ElementsAre(4, 3, 1, 0));
  EXPECT_THAT(UnknownAfterPasses(6, 100), ElementsAre(5, 4, 3, 2, 1, 0));
  for (int64_t units = 1; units < 70; ++units) {
    for (int64_t passes = 1; passes < 80; ++passes) {
      const std::vector<int64_t> unknown = UnknownAfterPasses(units, passes);
      ASSERT_EQ(static_cast<int64_t>(unknown.size()), std::min(units, passes));
      int64_t before = units;
      for (const int64_t left : unknown) {
        ASSERT_LT(left, before) << units << " " << passes;
        before = left;
      }
      ASSERT_EQ(before, 0);
    }
  }
}

TEST(HiddenPlacesTest, AreDrawnByTheCosineAndEvenly) {
  constexpr int64_t kUnits = 10, kKeys = 20000;
  std::vector<int64_t> of_place(kUnits), of_count(kUnits + 1);
  for (uint64_t key = 0; key < kKeys; ++key) {
    const std::vector<int64_t> places = HiddenPlaces(kUnits, RandomKey(key).value());
    ASSERT_EQ(std::set<int64_t>(places.begin(), places.end()).size(), places.size());
    ++of_count[places.size()];
    for (const int64_t place : places) ++of_place.at(static_cast<size_t>(place));
  }
  EXPECT_EQ(of_count[0], 0);
  // ceil(10 cos(pi/2 u)) <= n where u >= 2/pi acos(n/10): within four standard deviations.
  double below = 0;
  for (int64_t n = 1; n <= kUnits; ++n) {
    const double at_most = 1 - std::acos(static_cast<double>(n) / kUnits) / std::acos(0.0);
    const double expected = kKeys * (at_most - below);
    EXPECT_NEAR(static_cast<double>(of_count[static_cast<size_t>(n)]), expected,
                4 * std::sqrt(expected))
        << n;
    below = at_most;
  }
  const double mean = std::accumulate(of_place.begin(), of_place.end(), 0.0) / kUnits;
  for (const int64_t count : of_place)
    EXPECT_NEAR(static_cast<double>(count), mean, 4 * std::sqrt(mean * (1 - mean / kKeys)));
}

std::string Masked(const std::string& problem, const std::string& target) {
  return absl::StrCat("{", problem, ": {", target, ": {scheme: masked}}}");
}

at::Tensor StackedFrames(const std::vector<FrameRow>& rows) {
  std::vector<at::Tensor> frames;
  for (const FrameRow& row : rows) frames.push_back(row.frames);
  return at::stack(frames);
}

class MaskedBodies : public ::testing::TestWithParam<const char*> {
 protected:
  std::string Layout() const { return absl::StrCat("{layout: ", GetParam(), "}"); }
};
INSTANTIATE_TEST_SUITE_P(Bodies, MaskedBodies,
                         ::testing::Values("encoder_decoder", "decoder_only", "encoder_only"));

// What the last pass decides is what training asks for where the same places are hidden: as a target it costs nothing. Hidden places
// are of keys, so one is looked for that hides each set of them; one set of all alone costs nothing.
TEST_P(MaskedBodies, TheLastPassIsTrainings) {
  const ModelKit kit = MakeKit({"sketch"}, Layout(), Masked("sketch", "sketched"));
  const at::NoGradGuard no_grad;
  std::vector<EncodedExample> examples = kit.Examples("sketch", 2);
  for (const auto& [passes, last] : {std::pair(1, 6), std::pair(2, 4), std::pair(6, 1)}) {
    FrameDraw draw;
    draw.passes = passes;
    const Batch batch = kit.MakeBatch("sketch", examples);
    const at::Tensor frames =
        StackedFrames(kit.model->Start(batch, "sketched", 6)->Frames(draw)).contiguous();
    ASSERT_EQ(frames.sizes(), (std::vector<int64_t>{2, 6, 5}));
    std::set<std::set<int64_t>> tried;
    int of_nothing = 0;
    for (uint64_t seed = 0; seed < 2000; ++seed) {
      const uint64_t key = RandomKey(seed).value();
      const std::vector<int64_t> places = HiddenPlaces(6, key);
      if (static_cast<int>(places.size()) != last) continue;
      if (!tried.insert({places.begin(), places.end()}).second) continue;
      Batch target = batch;
      target.targets.at("sketched").frames = frames;
      ForwardContext context;
      context.row_keys = {key, key};
      const LossTerm term = kit.model->Loss(target, 0, context)[0];
      EXPECT_EQ(term.decisions, 2 * last);
      of_nothing += term.loss.item<double>() < 1e-8;
    }
    EXPECT_EQ(tried.size(), last == 6 ? 1u : last == 4 ? 15u : 6u);
    EXPECT_EQ(of_nothing, 1) << passes;
  }
}

// A known unit is read, and an unknown one is not, whatever stands there.
TEST_P(MaskedBodies, HiddenUnitsAreNotRead) {
  const ModelKit kit = MakeKit({"sketch"}, Layout(), Masked("sketch", "sketched"));
  const at::NoGradGuard no_grad;
  const Batch batch = kit.MakeBatch("sketch", kit.Examples("sketch", 1));
  uint64_t key = 0;
  while (HiddenPlaces(6, key).size() != 2) ++key;
  const std::vector<int64_t> hidden = HiddenPlaces(6, key);
  // d loss / d frame of a hidden place is -2 (answer - frame): by the answer the loss tells what was read.
  const auto loss = [&](int64_t changed, double by) {
    Batch other = batch;
    at::Tensor& frames = other.targets.at("sketched").frames;
    frames = frames.clone();
    frames.select(1, changed).add_(by);
    ForwardContext context;
    context.row_keys = {key};
    return kit.model->Loss(other, 0, context)[0].loss.item<double>();
  };
  for (int64_t place = 0; place < 6; ++place) {
    // Of a hidden place the loss is a square alone, whose second difference is 2 x 5; of another one it is not.
    const double second = loss(place, 2) - 2 * loss(place, 1) + loss(place, 0);
    const bool is_hidden = std::find(hidden.begin(), hidden.end(), place) != hidden.end();
    if (is_hidden) {
      EXPECT_NEAR(second, 10, 1e-2) << place;
    } else {
      EXPECT_GT(std::abs(loss(place, 2) - loss(place, 0)), 1e-4) << place;
      EXPECT_LT(std::abs(second), 5) << place;
    }
  }
}

// Loss and frames of a row come from its own key, whatever stands beside it, in any number of passes; guidance draws between
// those with the inputs and those without.
TEST_P(MaskedBodies, ARowIsOfItsOwnKey) {
  const ModelKit kit =
      MakeKit({"flow"}, Layout(), "{flow: {text: {drop: 0.5}, drawn: {scheme: masked}}}");
  const at::NoGradGuard no_grad;
  at::manual_seed(4);
  for (const auto& parameter : kit.model->named_parameters()) {
    if (parameter.key().find(".head.") != std::string::npos)
      at::Tensor(parameter.value()).normal_(0, 0.3);
  }
  const std::vector<EncodedExample> examples = kit.Examples("flow", 4);
  const auto loss = [&](const std::vector<EncodedExample>& of, int64_t padding) {
    const Batch batch = kit.MakeBatch("flow", of, padding);
    ForwardContext context;
    context.row_keys = batch.keys;
    const LossTerm term = kit.model->Loss(batch, 0, context)[0];
    EXPECT_EQ(term.decisions, kit.model->Decisions(batch).at("drawn"));
    return term.loss.item<double>();
  };
  const auto drawn = [&](const std::vector<EncodedExample>& of, int64_t passes, uint64_t seed) {
    const Batch batch = kit.MakeBatch("flow", of, 2);
    FrameDraw draw;
    draw.passes = passes;
    for (const uint64_t key : batch.keys) draw.keys.push_back(RandomKey(seed).With(key).value());
    return StackedFrames(kit.model->Start(batch, "drawn", 1)->Frames(draw));
  };
  double sum = 0;
  for (const EncodedExample& example : examples) sum += loss({example}, 0);
  EXPECT_NEAR(loss(examples, 3), sum, 1e-3);
  EXPECT_NEAR(loss({examples.rbegin(), examples.rend()}, 0), sum, 1e-3);
  for (const int64_t passes : {1, 2, 5, 6, 50}) {
    const at::Tensor together = drawn(examples, passes, 1);
    for (size_t row = 0; row < examples.size(); ++row) {
      const at::Tensor alone = drawn({examples[row]}, passes, 1)[0];
      EXPECT_LT((alone - together[static_cast<int64_t>(row)]).abs().max().item<double>(), 1e-4);
    }
    EXPECT_GT((drawn(examples, passes, 2) - together).abs().max().item<double>(), 1e-2);
  }
  EXPECT_TRUE(at::equal(drawn(examples, 6, 1), drawn(examples, 50, 1)));
  EXPECT_GT((drawn(examples, 6, 1) - drawn(examples, 2, 1)).abs().max().item<double>(), 1e-3);

  Batch twice = kit.MakeBatch("flow", [&] {
    std::vector<EncodedExample> all = examples;
    all.insert(all.end(), examples.begin(), examples.end());
    return all;
  }());
  twice.unseen = {{"text", {false, false, false, false, true, true, true, true}}};
  Batch unseen = kit.MakeBatch("flow", examples);
  FrameDraw draw;
  draw.passes = 3;
  draw.keys = unseen.keys;
  const at::Tensor with = StackedFrames(kit.model->Start(unseen, "drawn", 1)->Frames(draw));
  unseen.unseen = {{"text", {true, true, true, true}}};
  const at::Tensor without = StackedFrames(kit.model->Start(unseen, "drawn", 1)->Frames(draw));
  const auto guided = [&](double strength) {
    draw.guidance = strength;
    return StackedFrames(kit.model->Start(twice, "drawn", 1)->Frames(draw));
  };
  EXPECT_LT((guided(0) - without).abs().max().item<double>(), 1e-4);
  EXPECT_LT((guided(1 + 1e-6) - with).abs().max().item<double>(), 1e-3);
  EXPECT_GT((guided(3) - with).abs().max().item<double>(), 1e-3);
}

TEST_P(MaskedBodies, GradientsMatchFiniteDifferences) {
  const ModelKit kit = MakeKit({"sketch"}, Layout(), Masked("sketch", "sketched"));
  kit.model->to(at::kDouble);
  Batch batch = kit.MakeBatch("sketch", kit.Examples("sketch", 3));
  batch.targets.at("sketched").frames = batch.targets.at("sketched").frames.to(at::kDouble);
  const auto loss = [&] {
    ForwardContext context = TrainingContext(batch);
    return kit.model->Loss(batch, 0, context)[0].loss;
  };
  const std::vector<std::string> parameters = kit.model->named_parameters().keys();
  ExpectSlopes(*kit.model, parameters, loss, {.step = 1e-5, .absolute = 1e-4, .relative = 1e-4});
}

// There is nothing before a decision that could be forgotten.
TEST(MaskedPorts, DoNotForget) {
  const auto kit =
      ModelKit::Make({"sketch"}, "{}", "{sketch: {sketched: {scheme: masked, forget: 0.2}}}");
  EXPECT_THAT(std::string(kit.status().message()), HasSubstr("forget"));
}

}  // namespace
}  // namespace t2t
