#include "modalities/heads/flow_head.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/optim/adam.h>

#include <cmath>
#include <memory>

#include "modalities/codecs/image_codec.h"
#include "random/philox.h"
#include "tests/modalities/codecs/codec_testing.h"
#include "tests/modalities/finite_differences.h"
#include "tests/modalities/sizes_codec.h"

namespace t2t {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kFlowHidden = 6;

FlowOptions SmallFlow() {
  FlowOptions options;
  options.layers = 2;
  options.width = 16;
  options.samples = 3;
  return options;
}

std::vector<uint64_t> Keys(int64_t rows, uint64_t of = 1) {
  std::vector<uint64_t> keys;
  for (int64_t i = 0; i < rows; ++i)
    keys.push_back(RandomKey(of).With(static_cast<uint64_t>(i)).value());
  return keys;
}

// None is zero, as after some training.
void Randomize(FlowHead& head) {
  const at::NoGradGuard no_grad;
  at::manual_seed(3);
  for (const at::Tensor& parameter : head.parameters()) at::Tensor(parameter).normal_(0, 0.3);
}

TEST(FlowHead, GradientsMatchFiniteDifferences) {
  FlowHead head(2, kFlowHidden, SmallFlow());
  Randomize(head);
  head.to(at::kDouble);
  at::Tensor hidden = at::arange(3 * kFlowHidden, at::kDouble).view({3, kFlowHidden}).sin();
  hidden.requires_grad_();
  const at::Tensor targets = at::arange(6, at::kDouble).view({3, 2}).cos();
  std::vector<at::Tensor> tensors = head.parameters();
  tensors.push_back(hidden);
  ExpectGradients([&] { return head.Loss(hidden, targets, 0.1, Keys(3)).loss; }, tensors);
}

// Before it has learned anything it gives no velocity: the loss is the mean square of frame minus noise.
TEST(FlowHead, BeginsWithoutVelocity) {
  const at::NoGradGuard no_grad;
  FlowHead head(4, kFlowHidden, SmallFlow());
  const at::Tensor hidden = at::randn({500, kFlowHidden}), targets = at::full({500, 4}, 2.0);
  const Head::Sum sum = head.Loss(hidden, targets, 0, Keys(500));
  EXPECT_NEAR(sum.loss.item<double>() / 500, 1 + 2 * 2, 0.2);  // noise has a variance of 1
  EXPECT_EQ(sum.plain.item<double>(), sum.loss.item<double>());
  EXPECT_EQ(head.Frames(hidden, {}).abs().max().item<double>(), 0);
  const at::Tensor noise = head.Frames(hidden, {Keys(500), 0.5});
  EXPECT_NEAR(noise.std().item<double>(), 0.5, 0.05);
  EXPECT_NEAR(noise.mean().item<double>(), 0, 0.05);
  EXPECT_EQ(head.measure(), Head::Measure::kScore);
  EXPECT_FALSE(head.LogProbabilities(hidden).defined());
}

// What is drawn for a row is of its key and its hidden state, whatever stands beside it.
TEST(FlowHead, ARowIsOfItsKeyAlone) {
  const at::NoGradGuard no_grad;
  FlowHead head(4, kFlowHidden, SmallFlow());
  Randomize(head);
  const at::Tensor hidden = at::randn({5, kFlowHidden}), targets = at::randn({5, 4});
  const std::vector<uint64_t> keys = Keys(5);
  const at::Tensor frames = head.Frames(hidden, {keys, 1});
  double sum = 0;
  for (int64_t row = 0; row < 5; ++row) {
    const std::vector<uint64_t> key = {keys[static_cast<size_t>(row)]};
    const at::Tensor one = hidden.narrow(0, row, 1);
    EXPECT_LT((head.Frames(one, {key, 1})[0] - frames[row]).abs().max().item<double>(), 1e-4);
    sum += head.Loss(one, targets.narrow(0, row, 1), 0, key).loss.item<double>();
  }
  EXPECT_NEAR(head.Loss(hidden, targets, 0, keys).loss.item<double>(), sum, 1e-3);
  EXPECT_GT((head.Frames(hidden, {Keys(5, 2), 1}) - frames).abs().max().item<double>(), 0.01);
}

// By one hidden state frames lie near (1, 1) or (-1, -1), half of them each; by the other at (2, 0). A mean would be of no use.
TEST(FlowHead, LearnsFramesOfTwoKinds) {
  at::set_num_threads(1);  // of tensors so small threads would only wait for each other
  FlowOptions options = SmallFlow();
  options.width = 32;
  const auto made = std::make_shared<FlowHead>(2, 2, options);
  FlowHead& head = *made;
  DrawParameters(head, 1);
  torch::optim::Adam adam(head.parameters(), torch::optim::AdamOptions(0.004));
  const at::Tensor hidden = at::eye(2).repeat({64, 1});  // [128, 2]
  Philox random(RandomKey(5));
  for (uint64_t step = 0; step < 500; ++step) {
    at::Tensor targets = at::zeros({128, 2});
    for (int64_t row = 0; row < 128; ++row) {
      if (row % 2 == 0) {
        targets[row].fill_(random.Below(2) == 0 ? 1.0 : -1.0);
      } else {
        targets[row][0] = 2.0;
      }
    }
    adam.zero_grad();
    (head.Loss(hidden, targets, 0, Keys(128, step)).loss / 128).backward();
    adam.step();
  }
  const at::NoGradGuard no_grad;
  const at::Tensor drawn = head.Frames(hidden.repeat({4, 1}), {Keys(512, 999), 1});
  int64_t positive = 0, near = 0, other = 0;
  for (int64_t row = 0; row < 512; ++row) {
    const double x = drawn[row][0].item<double>(), y = drawn[row][1].item<double>();
    if (row % 2 == 0) {
      positive += x > 0;
      near += std::abs(std::abs(x) - 1) < 0.35 && std::abs(x - y) < 0.35;
    } else {
      other += std::abs(x - 2) < 0.35 && std::abs(y) < 0.35;
    }
  }
  EXPECT_GT(near, 215) << "of 256";
  EXPECT_GT(other, 240) << "of 256";
  EXPECT_NEAR(static_cast<double>(positive), 128, 40);  // five standard deviations
}

TEST(FlowHead, GradientsOfAPredictedFrameMatchToo) {
  FlowOptions options = SmallFlow();
  options.predicts = "frame";
  FlowHead head(2, kFlowHidden, options);
  Randomize(head);
  head.to(at::kDouble);
  const at::Tensor hidden = at::arange(3 * kFlowHidden, at::kDouble).view({3, kFlowHidden}).sin();
  const at::Tensor targets = at::arange(6, at::kDouble).view({3, 2}).cos();
  ExpectGradients([&] { return head.Loss(hidden, targets, 0, Keys(3)).loss; }, head.parameters());
}

// Frames of many numbers on one line, through a network of few: as frames they come about, as velocities they keep their noise.
TEST(FlowHead, ANarrowNetworkDrawsWideFramesByPredictingThem) {
  at::set_num_threads(1);
  constexpr int64_t kNumbers = 64;
  const at::Tensor direction = at::arange(kNumbers, at::kFloat).mul(0.7).sin();
  const auto error_of = [&](const std::string& predicts) {
    FlowOptions options = SmallFlow();
    options.width = 8;
    options.predicts = predicts;
    const auto made = std::make_shared<FlowHead>(kNumbers, 1, options);
    FlowHead& head = *made;
    DrawParameters(head, 1);
    torch::optim::Adam adam(head.parameters(), torch::optim::AdamOptions(0.01));
    for (uint64_t step = 0; step < 300; ++step) {
      const at::Tensor hidden = at::linspace(-1, 1, 64).view({64, 1});
      adam.zero_grad();
      (head.Loss(hidden, hidden * direction, 0, Keys(64, step)).loss / 64).backward();
      adam.step();
    }
    const at::NoGradGuard no_grad;
    const at::Tensor hidden = at::linspace(-0.9, 0.9, 32).view({32, 1});
    const at::Tensor drawn = head.Frames(hidden, {Keys(32, 999), 1});
    return (drawn - hidden * direction).square().mean().item<double>();
  };
  EXPECT_LT(error_of("frame"), 0.1);
  EXPECT_GT(error_of("velocity"), 0.4);
}

TEST(FlowHead, NeedsFramesAndKnowsItsOptions) {
  const auto codec = CodecFromYaml(MakeImageCodec, "{size: 8, patch: 4, channels: 1}");
  ASSERT_TRUE(codec.ok()) << codec.status();
  const auto made = [&](const std::string& yaml) {
    Config config;
    EXPECT_TRUE(config.MergeYaml(yaml, Origin::kFile, "port").ok());
    Binder root = config.Root();
    HeadOptions options;
    options.width = kFlowHidden;
    return MakeFlowHead(**codec, root, options).status();
  };
  EXPECT_TRUE(made("{flow: {layers: 1, width: 8, steps: 2}}").ok());
  EXPECT_THAT(std::string(made("{flow: {width: 7}}").message()), HasSubstr("must be even"));
  EXPECT_THAT(std::string(made("{flow: {steps: 0}}").message()), HasSubstr("flow.steps"));
  EXPECT_THAT(std::string(made("{flow: {predicts: frames}}").message()), HasSubstr("'frame'"));
  Config config;
  Binder root = config.Root();
  EXPECT_THAT(std::string(MakeFlowHead(SizesCodec(9, 0, {}), root, {}).status().message()),
              HasSubstr("the codec of this test gives ids"));
}

// Velocities of both, mixed: with a strength of 0 what comes about without the inputs, with 1 what comes about with them.
TEST(FlowHead, GuidanceMixesWithAndWithout) {
  const at::NoGradGuard no_grad;
  FlowHead head(4, kFlowHidden, SmallFlow());
  Randomize(head);
  const at::Tensor seen = at::arange(3.0 * kFlowHidden).view({3, kFlowHidden}).sin();
  const at::Tensor unseen = at::arange(3.0 * kFlowHidden).view({3, kFlowHidden}).cos();
  const at::Tensor both = at::cat({seen, unseen});
  FrameDraw draw{Keys(3), 1};
  draw.guidance = 0;
  EXPECT_LT(
      (head.Frames(both, draw) - head.Frames(unseen, {Keys(3), 1})).abs().max().item<double>(),
      1e-5);
  // Just beside 1, where it is off.
  draw.guidance = 1.0001;
  EXPECT_LT((head.Frames(both, draw) - head.Frames(seen, {Keys(3), 1})).abs().max().item<double>(),
            1e-2);
  draw.guidance = 3;
  EXPECT_GT((head.Frames(both, draw) - head.Frames(seen, {Keys(3), 1})).abs().max().item<double>(),
            1e-2);
  // More steps come to nearly the same place.
  const auto off = [&](int64_t steps) {
    FrameDraw some{Keys(3), 1}, many{Keys(3), 1};
    some.steps = steps;
    many.steps = 1024;
    return (head.Frames(seen, some) - head.Frames(seen, many)).abs().max().item<double>();
  };
  EXPECT_LT(off(256), off(16) / 4);
  EXPECT_NEAR(off(0), off(16), 1e-6);  // as many as the head has been told
}

}  // namespace
}  // namespace t2t
