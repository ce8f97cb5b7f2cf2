#include "tensor2tensor/models/duration_scheme.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/optim/adam.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "random/philox.h"
#include "tensor2tensor/models/monotonic_alignment.h"
#include "tests/tensor2tensor/models/model_kit.h"

namespace t2t {
namespace {

using ::testing::HasSubstr;

int64_t SumOf(const std::vector<int64_t>& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), int64_t{0});
}

double ScoreOf(const at::Tensor& scores, const std::vector<int64_t>& durations) {
  double sum = 0;
  int64_t t = 0;
  for (size_t n = 0; n < durations.size(); ++n) {
    for (int64_t i = 0; i < durations[n]; ++i)
      sum += scores[t++][static_cast<int64_t>(n)].item<double>();
  }
  return sum;
}

// The best of all ways to give `frames` to `units`, 1 or more each.
double BestByEnumeration(const at::Tensor& scores, std::vector<int64_t> begun, int64_t frames,
                         int64_t units) {
  const int64_t left = frames - SumOf(begun), to_come = units - static_cast<int64_t>(begun.size());
  if (to_come == 1) {
    begun.push_back(left);
    return ScoreOf(scores, begun);
  }
  double best = -1e30;
  for (int64_t lasts = 1; lasts <= left - (to_come - 1); ++lasts) {
    begun.push_back(lasts);
    best = std::max(best, BestByEnumeration(scores, begun, frames, units));
    begun.pop_back();
  }
  return best;
}

TEST(BestDurations, AreTheBestOfAll) {
  torch::manual_seed(3);
  for (int64_t frames = 1; frames <= 9; ++frames) {
    for (int64_t units = 1; units <= std::min<int64_t>(frames, 5); ++units) {
      const at::Tensor scores = at::randn({frames, units});
      const std::vector<int64_t> found = BestDurations(scores);
      ASSERT_EQ(static_cast<int64_t>(found.size()), units);
      EXPECT_EQ(SumOf(found), frames);
      for (const int64_t lasts : found) EXPECT_GE(lasts, 1);
      EXPECT_NEAR(ScoreOf(scores, found), BestByEnumeration(scores, {}, frames, units), 1e-5)
          << frames << " " << units;
    }
  }
}

// Beside the integral of binomials over a beta's density.
TEST(DiagonalPrior, IsBetaBinomial) {
  const int64_t frames = 7, units = 4;
  const at::Tensor prior = DiagonalPrior(frames, units).exp();
  for (int64_t t = 0; t < frames; ++t) {
    const double a = static_cast<double>(t + 1), b = static_cast<double>(frames - t);
    double total = 0;
    for (int64_t n = 0; n < units; ++n) {
      double choose = 1;
      for (int64_t i = 0; i < n; ++i)
        choose *= static_cast<double>(units - 1 - i) / static_cast<double>(i + 1);
      double integral = 0, mass = 0;
      constexpr int kSteps = 20'000;
      for (int i = 0; i < kSteps; ++i) {
        const double p = (i + 0.5) / kSteps;
        const double density = std::pow(p, a - 1) * std::pow(1 - p, b - 1);
        mass += density;
        integral += density * choose * std::pow(p, static_cast<double>(n)) *
                    std::pow(1 - p, static_cast<double>(units - 1 - n));
      }
      EXPECT_NEAR(prior[t][n].item<double>(), integral / mass, 1e-4) << t << " " << n;
      total += prior[t][n].item<double>();
    }
    EXPECT_NEAR(total, 1, 1e-5);
  }
  EXPECT_TRUE(DiagonalPrior(3000, 400).isfinite().all().item<bool>());
}

// Letters that each sound for a time of their own, with silence around: the alignment is found and the times are learned.
TEST(AlignerTest, FindsWhichFramesBelongToWhichUnit) {
  constexpr int64_t kWidth = 12, kLetters = 5, kParts = 2, kBands = 6, kRows = 24;
  const auto aligner = std::make_shared<Aligner>(kWidth, kParts * kBands, kParts);
  DrawParameters(*aligner, 4);
  torch::manual_seed(5);
  const at::Tensor table = at::randn({kLetters, kWidth}), sounds = at::randn({kLetters, kBands});
  Philox random(6);
  Stream units;
  UnitsBatch frames;
  const int64_t time = 6, most = 24;
  units.values = at::zeros({kRows, time, kWidth});
  frames.frames = at::zeros({kRows, most, kParts * kBands});
  Durations true_durations;
  for (int64_t row = 0; row < kRows; ++row) {
    const int64_t length = 3 + row % 4;
    units.lengths.push_back(length);
    std::vector<int64_t> lasts = {2};
    at::Tensor parts = at::zeros({most * kParts, kBands});
    int64_t t = 2, before = -1;
    for (int64_t n = 0; n < length; ++n) {
      int64_t letter = before;
      while (letter == before) letter = static_cast<int64_t>(random.Below(kLetters));
      before = letter;
      units.values[row][n] = table[letter];
      lasts.push_back(1 + letter);
      for (int64_t i = 0; i < lasts.back(); ++i)
        parts[t++] = sounds[letter] + at::randn({kBands}) * 0.1;
    }
    lasts.push_back(2 + (t % kParts));
    t += lasts.back();
    frames.lengths.push_back(t / kParts);
    frames.frames[row] = parts.view({most, kParts * kBands});
    true_durations.push_back(lasts);
  }
  units.valid = ValidFromLengths(units.lengths, time, at::kCPU);
  // Without the last edge, which fills the last frame up, so that nothing beside it says how long it is.
  const auto right = [&](const Durations& found) {
    int64_t equal = 0, all = 0;
    for (size_t row = 0; row < found.size(); ++row) {
      for (size_t n = 0; n + 1 < found[row].size(); ++n, ++all)
        equal += found[row][n] == true_durations[row][n];
    }
    return static_cast<double>(equal) / static_cast<double>(all);
  };
  torch::optim::Adam adam(aligner->parameters(), 0.01);
  EXPECT_LT(right(aligner->Align(units, frames).durations), 0.7);
  for (int step = 0; step < 300; ++step) {
    const Aligner::Fit fit = aligner->Align(units, frames);
    adam.zero_grad();
    (fit.loss + aligner->DurationLoss(units, units.values, fit.durations)).backward();
    adam.step();
  }
  const at::NoGradGuard no_grad;
  EXPECT_GT(right(aligner->Align(units, frames).durations), 0.97);
  // Of what is expected the ends are rounded: by one part here or there.
  const Durations expected = aligner->Expected(units, units.values);
  int64_t off = 0, all = 0;
  for (size_t row = 0; row < expected.size(); ++row) {
    for (size_t n = 0; n + 1 < expected[row].size(); ++n, ++all)
      off += std::abs(expected[row][n] - true_durations[row][n]) > 1;
  }
  EXPECT_LT(off, all / 50);
}

// Two rows of other lengths, beside the sum over all ways to pass the units.
TEST(AlignerTest, TheLossIsTheLikelihoodByAllWays) {
  constexpr int64_t kWidth = 4, kBands = 3;
  const auto aligner = std::make_shared<Aligner>(kWidth, 2 * kBands, 2);
  DrawParameters(*aligner, 9);
  torch::manual_seed(10);
  Stream units;
  units.values = at::randn({2, 3, kWidth});
  units.lengths = {3, 1};
  units.valid = ValidFromLengths(units.lengths, 3, at::kCPU);
  UnitsBatch frames;
  frames.frames = at::randn({2, 4, 2 * kBands});
  frames.lengths = {4, 2};
  const at::NoGradGuard no_grad;
  std::map<std::string, at::Tensor> parameters;
  for (const auto& parameter : aligner->named_parameters()) {
    parameter.value().normal_(0, 0.7);
    parameters[parameter.key()] = parameter.value();
  }
  double expected = 0;
  for (int64_t row = 0; row < 2; ++row) {
    const int64_t count = units.lengths[static_cast<size_t>(row)] + 2,
                  parts = frames.lengths[static_cast<size_t>(row)] * 2;
    const at::Tensor own =
        at::cat({parameters["edges"].narrow(0, 0, 1), units.values[row].narrow(0, 0, count - 2),
                 parameters["edges"].narrow(0, 1, 1)});
    const at::Tensor inner = at::gelu(at::conv1d(own.t().unsqueeze(0), parameters["unit_in_weight"],
                                                 parameters["unit_in_bias"], 1, 1));
    const at::Tensor means = at::linear(inner[0].t(), parameters["means_weight"],
                                        parameters["means_bias"]);  // [count, bands]
    const at::Tensor heard = frames.frames[row].view({8, kBands}).narrow(0, 0, parts);
    const at::Tensor variance = parameters["log_variances"].exp();
    const at::Tensor scores =
        (-0.5 * ((heard.unsqueeze(1) - means.unsqueeze(0)).square() / variance + variance.log()))
            .sum(-1) +
        DiagonalPrior(parts, count);
    // All ways: which parts are the last of their unit.
    double likelihood = 0;
    for (int64_t ends = 0; ends < (1 << (parts - 1)); ++ends) {
      double sum = scores[0][0].item<double>();
      int64_t unit = 0;
      for (int64_t t = 1; t < parts && unit < count; ++t) {
        unit += (ends >> (t - 1)) & 1;
        if (unit < count) sum += scores[t][unit].item<double>();
      }
      if (unit == count - 1) likelihood += std::exp(sum);
    }
    expected -= std::log(likelihood);
  }
  EXPECT_NEAR(aligner->Align(units, frames).loss.item<double>(), expected / (2 * kBands), 1e-4);
}

// A number that never changes is known ever better, but not without end.
TEST(AlignerTest, WhatNeverChangesDoesNotRunAway) {
  const auto aligner = std::make_shared<Aligner>(4, 2, 1);
  const at::NoGradGuard no_grad;
  Stream units;
  units.values = at::zeros({1, 2, 4});
  units.lengths = {2};
  UnitsBatch frames;
  frames.frames = at::zeros({1, 8, 2});
  frames.lengths = {8};
  const auto loss = [&](double log_variance) {
    for (const auto& parameter : aligner->named_parameters())
      parameter.value().fill_(parameter.key() == "log_variances" ? log_variance : 0);
    return aligner->Align(units, frames).loss.item<double>();
  };
  EXPECT_LT(loss(-2), loss(0));
  EXPECT_DOUBLE_EQ(loss(-50), loss(-5));
}

// Three units and the edges, of which one changes: so do the frames that have a part of it, and no other.
TEST(AlignerTest, StatesAreLaidWhereTheirPartsAre) {
  constexpr int64_t kWidth = 6;
  const auto aligner = std::make_shared<Aligner>(kWidth, 4, 2);
  DrawParameters(*aligner, 2);
  torch::manual_seed(3);
  Stream units;
  units.lengths = {3};
  const at::Tensor states = at::randn({1, 3, kWidth});
  const Durations durations = {{1, 2, 3, 1, 2}};  // of the parts 0, 1-2, 3-5, 6, 7-8
  const at::NoGradGuard no_grad;
  const at::Tensor before = aligner->Lay(units, states, durations, 6)[0];
  const std::vector<std::vector<int64_t>> frames_of = {{0, 1}, {1, 2}, {3}};
  for (int64_t unit = 0; unit < 3; ++unit) {
    at::Tensor other = states.clone();
    other[0][unit] += 1;
    const at::Tensor moved = (aligner->Lay(units, other, durations, 6)[0] - before).abs().amax(-1);
    for (int64_t frame = 0; frame < 6; ++frame) {
      const std::vector<int64_t>& of = frames_of[static_cast<size_t>(unit)];
      EXPECT_EQ(moved[frame].item<double>() > 1e-4,
                std::find(of.begin(), of.end(), frame) != of.end())
          << unit << " " << frame;
    }
  }
  // How far a unit has come tells its parts apart; behind the last edge nothing changes any more.
  EXPECT_GT((before[4] - before[3]).abs().max().item<double>(), 1e-3);
  const at::Tensor behind = aligner->Lay(units, states, durations, 8)[0];
  EXPECT_LT((behind[7] - behind[6]).abs().max().item<double>(), 1e-6);
  const at::Tensor longer = aligner->Lay(units, states, {{1, 2, 4, 1, 1}}, 6)[0];
  EXPECT_GT((longer[1] - before[1]).abs().max().item<double>(), 1e-3);  // of another duration
}

class SpokenByDurations : public ::testing::TestWithParam<const char*> {
 protected:
  ModelKit kit_ = MakeKit({"speak"}, absl::StrCat("{layout: ", GetParam(), "}"));

  at::Tensor Parameter(const std::string& end) const {
    for (const auto& parameter : kit_.model->named_parameters()) {
      if (parameter.key().size() >= end.size() &&
          parameter.key().compare(parameter.key().size() - end.size(), end.size(), end) == 0)
        return parameter.value();
    }
    ADD_FAILURE() << "no parameter " << end;
    return {};
  }
  // Every duration is expected to be `parts`.
  void Expect(double parts) const {
    const at::NoGradGuard no_grad;
    Parameter("aligner.duration_out.weight").zero_();
    Parameter("aligner.duration_out.bias").fill_(std::log(parts));
  }
  std::vector<EncodedExample> WithLetters(const std::vector<int64_t>& letters) const {
    std::vector<EncodedExample> examples =
        kit_.Examples("speak", static_cast<int64_t>(letters.size()));
    Philox random(8);
    for (size_t i = 0; i < letters.size(); ++i) {
      std::vector<int64_t>& ids = examples[i].inputs["text"].ids;
      ids.clear();
      for (int64_t n = 0; n < letters[i]; ++n)
        ids.push_back(static_cast<int64_t>(random.Below(256)));
    }
    return examples;
  }
  std::vector<FrameRow> Frames(const std::vector<EncodedExample>& examples, int64_t most,
                               int64_t padding = 0) const {
    const at::NoGradGuard no_grad;
    return kit_.model->Start(kit_.MakeBatch("speak", examples, padding), "spoken", most)
        ->Frames({});
  }
};
INSTANTIATE_TEST_SUITE_P(Bodies, SpokenByDurations,
                         ::testing::Values("encoder_decoder", "decoder_only"));

// Where a target has as many parts as units with the edges, each lasts for one: what comes about by such durations costs the
// head nothing as a target.
TEST_P(SpokenByDurations, StepsWithACacheEqualTrainingAtOnce) {
  Expect(1);
  std::vector<EncodedExample> examples = WithLetters({18, 3, 8});
  const std::vector<FrameRow> rows = Frames(examples, 9, 2);
  ASSERT_EQ(rows.size(), 3u);
  const std::vector<int64_t> wanted = {4, 1, 2};  // (letters + 2) / 5
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_TRUE(rows[i].finished);
    ASSERT_EQ(rows[i].frames.size(0), wanted[i]);
    const at::Tensor dense = rows[i].frames.contiguous();
    examples[i].targets["spoken"].frames.assign(dense.const_data_ptr<float>(),
                                                dense.const_data_ptr<float>() + dense.numel());
  }
  const auto plain = [&](const std::vector<EncodedExample>& of) {
    const at::NoGradGuard no_grad;
    ForwardContext context;
    return kit_.model->Loss(kit_.MakeBatch("speak", of, 1), 0, context)[0].plain.item<double>();
  };
  EXPECT_LT(plain(examples), 1e-6);
  examples[0].targets["spoken"].frames[7] += 1;
  EXPECT_GT(plain(examples), 0.5);
}

TEST_P(SpokenByDurations, DurationsEndEachRowByItself) {
  Expect(2.6);
  const std::vector<EncodedExample> examples = WithLetters({0, 5, 9, 30});
  const std::vector<FrameRow> rows = Frames(examples, 12);
  for (size_t i = 0; i < examples.size(); ++i) {
    const int64_t units = examples[i].inputs.at("text").length() + 2;
    const int64_t parts = std::llround(2.6 * static_cast<double>(units));
    const int64_t frames = (parts + 4) / 5;
    EXPECT_EQ(rows[i].frames.size(0), std::min<int64_t>(frames, 12)) << i;
    EXPECT_EQ(rows[i].finished, frames <= 12) << i;
    const std::vector<FrameRow> alone = Frames({examples[i]}, 12, 3);
    ASSERT_EQ(alone[0].frames.sizes(), rows[i].frames.sizes());
    EXPECT_LT((alone[0].frames - rows[i].frames).abs().max().item<double>(), 1e-4) << i;
  }
}

// What the states do not feed: parameters of the aligner, the decoder and the head, at their steepest element and another.
TEST(Durations, GradientsMatchFiniteDifferences) {
  const ModelKit kit = MakeKit({"speak"}, "{layout: encoder_decoder, dropout: 0.1}");
  kit.model->to(at::kDouble);
  Batch batch = kit.MakeBatch("speak", kit.Examples("speak", 3));
  for (auto* ports : {&batch.inputs, &batch.targets}) {
    for (auto& [port, units] : *ports) {
      if (units.frames.defined()) units.frames = units.frames.to(at::kDouble);
    }
  }
  const auto loss = [&] {
    ForwardContext context = TrainingContext(batch);
    return kit.model->Loss(batch, 0, context)[0].loss;
  };
  std::vector<std::string> parameters;
  for (const std::string& name : kit.model->named_parameters().keys()) {
    if (name.find("aligner") != std::string::npos || name.find("decoder.") != std::string::npos ||
        name.find("head") != std::string::npos)
      parameters.push_back(name);
  }
  EXPECT_GT(parameters.size(), 30u);
  ExpectSlopes(*kit.model, parameters, loss, {.step = 1e-5, .absolute = 1e-3, .relative = 1e-3});
  for (const std::string& name : parameters)
    EXPECT_TRUE(kit.model->named_parameters()[name].grad().defined()) << name;
}

TEST(Durations, ATargetIsInReachWhereItHasAPartForEachUnitAndEdge) {
  const ModelKit kit = MakeKit({"speak"}, "{}");
  const auto scheme = MakeDurationScheme();
  const Codec& codec = *kit.task("speak").targets[0].codec;
  Units target;
  target.frame_width = 5;
  target.frames.resize(10);  // two frames, ten parts
  EXPECT_EQ(scheme->LeastLength(codec, 8), 2);
  EXPECT_EQ(scheme->LeastLength(codec, 9), 3);
  EXPECT_TRUE(scheme->InReach(codec, target, 8));
  EXPECT_FALSE(scheme->InReach(codec, target, 9));
  EXPECT_EQ(scheme->Decisions({}, {2, 3}, {}), 5);
}

TEST(Durations, NeedABodyThatRunsStepByStep) {
  EXPECT_THAT(std::string(ModelKit::Make({"speak"}, "{layout: encoder_only}").status().message()),
              HasSubstr("speak.spoken: the scheme 'durations' needs a body that can run step by "
                        "step; an encoder_only one cannot"));
}

}  // namespace
}  // namespace t2t
