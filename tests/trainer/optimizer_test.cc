#include "trainer/optimizer.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "registry/config.h"
#include "tests/trainer/training_world.h"

namespace t2t {
namespace {

using ::testing::HasSubstr;
using NamedParameters = torch::OrderedDict<std::string, at::Tensor>;

// A linear map, a bias, and a linear map whose problem is drawn at steps 2 and 4 only.
NamedParameters MakeParameters() {
  NamedParameters parameters;
  const auto add = [&](const char* name, std::vector<float> values, at::IntArrayRef shape) {
    parameters.insert(name, torch::tensor(values).view(shape).requires_grad_(true));
  };
  add("body.map.weight", {-1, -0.5, 0, 0.5, 1, 1.5}, {2, 3});
  add("bias", {0.25, -0.5, 1}, {3});
  add("body.idle.weight", {1, -1, 0.5, 2}, {2, 2});
  return parameters;
}

void SetGradients(const NamedParameters& parameters, int64_t step) {
  int64_t place = 0;
  for (const auto& item : parameters) {
    const int64_t k = place++;
    if (k == 2 && step != 2 && step != 4) {
      item.value().mutable_grad().reset();
      continue;
    }
    std::vector<float> values;
    for (int64_t i = 0; i < item.value().numel(); ++i) {
      values.push_back(static_cast<float>((i * 7 + step * 3 + k) % 5 - 2) * 0.25f +
                       0.125f * static_cast<float>(step));
    }
    item.value().mutable_grad() = torch::tensor(values).view(item.value().sizes());
  }
}

std::unique_ptr<Optimizer> MakeOptimizer(const OptimizerOptions& options,
                                         const NamedParameters& parameters) {
  auto optimizer = Optimizer::Make(options, parameters);
  EXPECT_TRUE(optimizer.ok()) << optimizer.status();
  return *std::move(optimizer);
}

OptimizerOptions Options(const std::string& name) {
  OptimizerOptions options;
  options.name = name;
  options.weight_decay = 0.1;
  return options;
}

void RunSteps(Optimizer& optimizer, const NamedParameters& parameters, int64_t first,
              int64_t last) {
  for (int64_t step = first; step <= last; ++step) {
    SetGradients(parameters, step);
    optimizer.Step(0.02);
  }
}

void ExpectValues(const at::Tensor& tensor, const std::vector<double>& expected) {
  const at::Tensor flat = tensor.detach().reshape(-1).to(at::kDouble);
  ASSERT_EQ(flat.numel(), static_cast<int64_t>(expected.size()));
  for (int64_t i = 0; i < flat.numel(); ++i) {
    EXPECT_NEAR(flat[i].item<double>(), expected[static_cast<size_t>(i)], 1e-6) << "element " << i;
  }
}

// The golden numbers are of PyTorch 2.13's optimizers in float64 over the same five steps: rate
// 0.02, weight decay 0.1 for the matrices and 0 for the bias, gradients as above, grad = None where
// there is none.

// torch.optim.AdamW(betas=(0.9, 0.98), eps=1e-8).
TEST(OptimizerTest, AdamWAgreesWithPyTorch) {
  const NamedParameters parameters = MakeParameters();
  const auto optimizer = MakeOptimizer(Options("adamw"), parameters);
  RunSteps(*optimizer, parameters, 1, 5);
  ExpectValues(parameters["body.map.weight"],
               {-1.07112636, -0.510648404, -0.0470549872, 0.415566801, 0.956940459, 1.40397344});
  ExpectValues(parameters["bias"], {0.170204122, -0.533094898, 0.918576991});
  ExpectValues(parameters["body.idle.weight"],
               {0.956795703, -0.977096632, 0.459756439, 1.95858201});
}

// torch.optim.Adafactor(beta2_decay=-0.8, eps=(1e-30, 1e-3), d=1), the formula of arXiv 1804.04235.
TEST(OptimizerTest, AdafactorAgreesWithPyTorch) {
  const NamedParameters parameters = MakeParameters();
  const auto optimizer = MakeOptimizer(Options("adafactor"), parameters);
  RunSteps(*optimizer, parameters, 1, 5);
  ExpectValues(parameters["body.map.weight"],
               {-1.04964959, -0.535220339, -0.0396406903, 0.434085295, 0.937621768, 1.4200027});
  ExpectValues(parameters["bias"], {0.20555961, -0.532888856, 0.952785259});
  ExpectValues(parameters["body.idle.weight"],
               {0.926623762, -0.997824424, 0.457673946, 1.96420941});
}

// The same with lr=0.05 and no weight decay, of three dimensions.
TEST(OptimizerTest, AdafactorFactorsTheLastTwoDimensions) {
  NamedParameters parameters;
  const at::Tensor stem = (torch::arange(8.0).to(at::kFloat).view({2, 2, 2}) * 0.25 - 0.5);
  parameters.insert("stem", stem.requires_grad_(true));
  OptimizerOptions options = Options("adafactor");
  options.weight_decay = 0;
  const auto optimizer = MakeOptimizer(options, parameters);
  for (int64_t step = 1; step <= 3; ++step) {
    std::vector<float> values;
    for (int64_t i = 0; i < 8; ++i) {
      values.push_back((static_cast<float>((i * 3 + step) % 5) - 1.5f) * 0.5f);
    }
    parameters["stem"].mutable_grad() = torch::tensor(values).view({2, 2, 2});
    optimizer->Step(0.05);
  }
  ExpectValues(parameters["stem"], {-0.521906099, -0.243398562, -0.153817555, 0.280527471,
                                    0.459624292, 0.7418827, 0.997894787, 1.12257438});
  EXPECT_EQ(optimizer->State().at("exp_avg_sq_row.stem").sizes(), (std::vector<int64_t>{2, 2, 1}));
  EXPECT_EQ(optimizer->State().at("exp_avg_sq_col.stem").sizes(), (std::vector<int64_t>{2, 1, 2}));
}

// Step 1 by hand: one row, so V is g^2 and the update sign(g), of root mean square 1.
TEST(OptimizerTest, AdafactorWithoutParameterScaleMovesByTheRate) {
  NamedParameters parameters;
  parameters.insert("w", torch::tensor({{1.0f, 2.0f}}).requires_grad_(true));
  OptimizerOptions options = Options("adafactor");
  options.scale_parameter = false;
  options.clip_threshold = 0.5;  // halves it
  const auto optimizer = MakeOptimizer(options, parameters);
  parameters["w"].mutable_grad() = torch::tensor({{0.3f, -7.0f}});
  optimizer->Step(0.1);
  ExpectValues(parameters["w"], {1 * (1 - 0.01) - 0.05, 2 * (1 - 0.01) + 0.05});
}

// By hand, of one row: V = (1 - 2^-0.5) 1 + 2^-0.5 {4, 0.25} in step 2, and the update's root mean square is below 1.
TEST(OptimizerTest, AdafactorForgetsByItsExponent) {
  NamedParameters parameters;
  parameters.insert("w", torch::tensor({{1.0f, 2.0f}}).requires_grad_(true));
  OptimizerOptions options = Options("adafactor");
  options.weight_decay = 0;
  options.scale_parameter = false;
  options.decay_exponent = 0.5;
  const auto optimizer = MakeOptimizer(options, parameters);
  parameters["w"].mutable_grad() = torch::tensor({{1.0f, 1.0f}});
  optimizer->Step(0.1);
  parameters["w"].mutable_grad() = torch::tensor({{2.0f, 0.5f}});
  optimizer->Step(0.1);
  ExpectValues(parameters["w"], {0.78679625, 1.82704188});
}

// A parameter near 0 moves as one whose root mean square is the floor.
TEST(OptimizerTest, AdafactorScalesAtLeastByTheFloor) {
  NamedParameters parameters;
  parameters.insert("w", torch::tensor({{0.001f, -0.001f}}).requires_grad_(true));
  OptimizerOptions options = Options("adafactor");
  options.weight_decay = 0;
  options.scale_floor = 0.5;
  const auto optimizer = MakeOptimizer(options, parameters);
  parameters["w"].mutable_grad() = torch::tensor({{3.0f, 3.0f}});
  optimizer->Step(0.1);
  ExpectValues(parameters["w"], {0.001 - 0.05, -0.001 - 0.05});
}

TEST(OptimizerTest, AdafactorSurvivesAGradientOfZeros) {
  const NamedParameters parameters = MakeParameters();
  OptimizerOptions options = Options("adafactor");
  options.weight_decay = 0;
  const auto optimizer = MakeOptimizer(options, parameters);
  for (const auto& item : parameters) {
    item.value().mutable_grad() = torch::zeros_like(item.value());
  }
  optimizer->Step(0.1);
  ExpectValues(parameters["bias"], {0.25, -0.5, 1});
  ExpectValues(parameters["body.map.weight"], {-1, -0.5, 0, 0.5, 1, 1.5});
}

// torch.optim.Muon(momentum=0.95, adjust_lr_fn="match_rms_adamw"), its iteration in float64 instead of bfloat16. A
// parameter that is no linear map of the body is AdamW's.
TEST(OptimizerTest, MuonAgreesWithPyTorch) {
  NamedParameters parameters;
  const at::Tensor start = torch::arange(6.0).to(at::kFloat) * 0.5 - 1;
  parameters.insert("body.wide.weight", start.view({2, 3}).clone().requires_grad_(true));
  parameters.insert("bodies.copy.tall.weight", start.view({3, 2}).clone().requires_grad_(true));
  for (const char* other : {"body.table", "head.weight"}) {
    parameters.insert(other, start.view({2, 3}).clone().requires_grad_(true));
  }
  NamedParameters adaptive;
  adaptive.insert("table", start.view({2, 3}).clone().requires_grad_(true));
  const auto optimizer = MakeOptimizer(Options("muon"), parameters);
  const auto adamw = MakeOptimizer(Options("adamw"), adaptive);
  const auto set_gradient = [](const at::Tensor& value, int64_t step, int64_t k) {
    const at::Tensor place = torch::arange(6);
    value.mutable_grad() = ((place * 7 + step * 3 + k).remainder(5).to(at::kFloat) - 2)
                               .mul(0.25)
                               .add(0.125 * static_cast<double>(step))
                               .view(value.sizes());
  };
  for (int64_t step = 1; step <= 5; ++step) {
    for (const auto& item : parameters) {
      set_gradient(item.value(), step, item.key() == "bodies.copy.tall.weight" ? 1 : 0);
    }
    set_gradient(adaptive["table"], step, 0);
    optimizer->Step(0.02);
    adamw->Step(0.02);
  }
  ExpectValues(parameters["body.wide.weight"],
               {-1.0010812, -0.495797755, 0.00086510816, 0.484090688, 0.978352148, 1.47151964});
  ExpectValues(parameters["bodies.copy.tall.weight"],
               {-1.00350797, -0.506019847, -0.0113512339, 0.491730558, 0.987139301, 1.47124272});
  EXPECT_TRUE(at::equal(parameters["body.table"], adaptive["table"]));
  EXPECT_TRUE(at::equal(parameters["head.weight"], adaptive["table"]));
  EXPECT_EQ(optimizer->State().count("momentum.body.wide.weight"), 1);
  EXPECT_EQ(optimizer->State().count("exp_avg.body.wide.weight"), 0);
}

// Of a real model: the linear maps of its body are what has a momentum, and no norm, table or head.
TEST(OptimizerTest, MuonFindsTheLinearMapsOfAModel) {
  for (const bool shared : {true, false}) {
    TrainingWorld world(
        {absl::StrCat("model.share_body=", shared ? "true" : "false"), "model.positions=learned"});
    world.Add("copy:count=20");
    const auto model = world.NewModel();
    const auto optimizer = MakeOptimizer(Options("muon"), model->named_parameters());
    std::set<std::string> found, expected;
    for (const auto& [name, tensor] : optimizer->State()) {
      if (absl::StartsWith(name, "momentum.")) found.insert(name.substr(9));
    }
    const std::string body = shared ? "body." : "bodies.copy:count=20.";
    for (const std::string half : {"encoder.0.", "decoder.0."}) {
      for (const std::string map :
           {"attention.qkv", "attention.out", "feed_forward.up", "feed_forward.down"}) {
        expected.insert(absl::StrCat(body, half, map, ".weight"));
      }
    }
    for (const std::string map : {"q", "kv", "out"})
      expected.insert(absl::StrCat(body, "decoder.0.cross.", map, ".weight"));
    EXPECT_EQ(found, expected);
  }
  NamedParameters none;
  none.insert("table", torch::ones({2, 2}).requires_grad_(true));
  EXPECT_THAT(std::string(Optimizer::Make(Options("muon"), none).status().message()),
              HasSubstr("no linear map of a body"));
}

// Whatever the size of the gradient and however uneven its singular values (1 to 1,000), those of the update are near 1.
TEST(OptimizerTest, MuonMovesEveryDirectionAlike) {
  for (const double size : {1e-4, 1.0, 1e4}) {
    NamedParameters parameters;
    parameters.insert("body.weight", torch::zeros({6, 4}).requires_grad_(true));
    OptimizerOptions options = Options("muon");
    const auto optimizer = MakeOptimizer(options, parameters);
    const at::Tensor place = torch::arange(24.0).to(at::kDouble).view({6, 4});
    const auto [left, values, right] =
        torch::linalg_svd((place * place).sin(), false, c10::nullopt);
    const at::Tensor uneven = torch::logspace(0, 3, 4, 10.0, at::kDouble);
    parameters["body.weight"].mutable_grad() =
        left.mul(uneven.mul(size)).matmul(right).to(at::kFloat);
    optimizer->Step(1.0 / (0.2 * std::sqrt(6.0)));
    const at::Tensor moved = at::linalg_svdvals(parameters["body.weight"].detach().to(at::kDouble));
    EXPECT_GT(moved.min().item<double>(), 0.3) << moved;
    EXPECT_LT(moved.max().item<double>(), 1.3) << moved;
  }
}

// torch.optim.SGD(momentum=0.9), whose weight decay is not decoupled: without it.
TEST(OptimizerTest, SgdWithMomentumAgreesWithPyTorch) {
  const NamedParameters parameters = MakeParameters();
  OptimizerOptions options = Options("sgd");
  options.weight_decay = 0;
  const auto optimizer = MakeOptimizer(options, parameters);
  RunSteps(*optimizer, parameters, 1, 5);
  ExpectValues(parameters["body.map.weight"],
               {-1.09963825, -0.56095175, -0.05891775, 0.40239125, 0.92082775, 1.40036175});
  ExpectValues(parameters["bias"], {0.15239125, -0.57917225, 0.90036175});
  ExpectValues(parameters["body.idle.weight"], {0.961, -0.9955, 0.4755, 1.9715});
}

TEST(OptimizerTest, PlainSgdIsTheFormulaAndHasNoState) {
  NamedParameters parameters;
  parameters.insert("w", torch::tensor({{2.0f}}).requires_grad_(true));
  parameters.insert("b", torch::tensor({2.0f}).requires_grad_(true));
  OptimizerOptions options = Options("sgd");
  options.momentum = 0;
  const auto optimizer = MakeOptimizer(options, parameters);
  parameters["w"].mutable_grad() = torch::tensor({{4.0f}});
  parameters["b"].mutable_grad() = torch::tensor({4.0f});
  optimizer->Step(0.25);
  ExpectValues(parameters["w"], {2 * (1 - 0.25 * 0.1) - 1});
  ExpectValues(parameters["b"], {2 - 1});  // one dimension: no decay
  EXPECT_TRUE(optimizer->State().empty());
}

// A gradient that is a transposed view, as a caller may set it: the fused kernel reads memory in
// order.
TEST(OptimizerTest, TakesAGradientOfAnotherLayout) {
  for (const char* name : {"adamw", "adafactor", "muon", "sgd"}) {
    const at::Tensor gradient = torch::arange(6.0).to(at::kFloat).view({2, 3}) - 2;
    at::Tensor results[2];
    for (int view = 0; view < 2; ++view) {
      NamedParameters parameters;
      parameters.insert("body.weight", torch::ones({2, 3}).requires_grad_(true));
      const auto optimizer = MakeOptimizer(Options(name), parameters);
      parameters["body.weight"].mutable_grad() =
          view == 0 ? gradient.clone() : gradient.t().contiguous().t();
      optimizer->Step(0.1);
      results[view] = parameters["body.weight"].detach();
    }
    EXPECT_TRUE(at::equal(results[0], results[1])) << name << results[0] << results[1];
  }
}

class EveryOptimizerTest : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryOptimizerTest, GoesOnBitExactlyFromItsState) {
  const NamedParameters whole = MakeParameters();
  const auto straight = MakeOptimizer(Options(GetParam()), whole);
  RunSteps(*straight, whole, 1, 5);

  NamedParameters resumed = MakeParameters();
  NamedTensors saved;
  {
    const auto before = MakeOptimizer(Options(GetParam()), resumed);
    RunSteps(*before, resumed, 1, 3);
    for (const auto& [name, tensor] : before->State()) saved[name] = tensor.clone();
  }
  const auto after = MakeOptimizer(Options(GetParam()), resumed);
  const absl::Status loaded = after->LoadState(saved);
  ASSERT_TRUE(loaded.ok()) << loaded;
  RunSteps(*after, resumed, 4, 5);
  for (const auto& item : whole) {
    EXPECT_TRUE(at::equal(item.value(), resumed[item.key()])) << item.key();
  }
  ASSERT_EQ(straight->State().size(), after->State().size());
  for (const auto& [name, tensor] : straight->State()) {
    EXPECT_TRUE(at::equal(tensor, after->State().at(name))) << name;
  }
}

TEST_P(EveryOptimizerTest, LeavesAParameterWithoutGradientAlone) {
  const NamedParameters parameters = MakeParameters();
  const auto optimizer = MakeOptimizer(Options(GetParam()), parameters);
  const at::Tensor before = parameters["body.idle.weight"].detach().clone();
  RunSteps(*optimizer, parameters, 1, 1);
  EXPECT_TRUE(at::equal(before, parameters["body.idle.weight"]));
  for (const auto& [name, tensor] : optimizer->State()) {
    if (absl::EndsWith(name, ".body.idle.weight")) {
      EXPECT_EQ(tensor.abs().sum().item<double>(), 0) << name;
    }
  }
  optimizer->ZeroGrad();
  for (const auto& item : parameters) EXPECT_FALSE(item.value().grad().defined()) << item.key();
}

TEST_P(EveryOptimizerTest, RefusesAStateThatDiffersAndKeepsItsOwn) {
  const NamedParameters parameters = MakeParameters();
  const auto optimizer = MakeOptimizer(Options(GetParam()), parameters);
  RunSteps(*optimizer, parameters, 1, 2);
  NamedTensors own, wrong;
  for (const auto& [name, tensor] : optimizer->State()) {
    own[name] = tensor.clone();
    wrong[name] = torch::full_like(tensor, 9);
  }
  const std::string first = wrong.begin()->first, last = wrong.rbegin()->first;
  wrong.erase(first);
  wrong[last] = torch::zeros({5, 5});
  wrong["exp_avg.stranger"] = torch::zeros({1});
  const absl::Status status = optimizer->LoadState(wrong);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  const std::string message(status.message());
  EXPECT_THAT(message, HasSubstr(GetParam()));
  EXPECT_THAT(message, HasSubstr("missing '" + first + "'"));
  EXPECT_THAT(message, HasSubstr("'" + last + "' is [5, 5] of Float instead of ["));
  EXPECT_THAT(message, HasSubstr("unexpected 'exp_avg.stranger'"));
  for (const auto& [name, tensor] : optimizer->State()) {
    EXPECT_TRUE(at::equal(tensor, own.at(name))) << name;
  }
}

// |w - target|^2 through autograd, with a rate that falls to nothing.
TEST_P(EveryOptimizerTest, FindsTheMinimumOfAQuadratic) {
  NamedParameters parameters;
  parameters.insert("body.weight", torch::ones({2, 3}).requires_grad_(true));
  parameters.insert("b", torch::ones({3}).requires_grad_(true));
  OptimizerOptions options = Options(GetParam());
  options.weight_decay = 0;
  options.scale_parameter = false;  // with it the bias would be long in passing through zero
  const auto optimizer = MakeOptimizer(options, parameters);
  const at::Tensor target = torch::tensor({{3.0f, -2.0f, 0.5f}, {1.0f, 4.0f, -1.5f}});
  const auto loss = [&] {
    return (parameters["body.weight"] - target).square().sum() +
           (parameters["b"] + 2).square().sum();
  };
  const double before = loss().item<double>();
  constexpr int kSteps = 400;
  for (int step = 0; step < kSteps; ++step) {
    optimizer->ZeroGrad();
    loss().backward();
    optimizer->Step(0.2 * (1 - static_cast<double>(step) / kSteps));
  }
  EXPECT_LT(loss().item<double>(), 1e-3 * before);
}

INSTANTIATE_TEST_SUITE_P(All, EveryOptimizerTest,
                         ::testing::Values("adamw", "adafactor", "muon", "sgd"),
                         [](const auto& param) { return param.param; });

TEST(OptimizerTest, RefusesWhatItCannotOptimize) {
  NamedParameters twice;
  const at::Tensor shared = torch::ones({2}).requires_grad_(true);
  twice.insert("a", shared);
  twice.insert("b", shared);
  EXPECT_THAT(std::string(Optimizer::Make({}, twice).status().message()),
              HasSubstr("'a' and 'b' are one tensor"));
  NamedParameters strided;
  strided.insert("a", torch::ones({2, 3}).t().requires_grad_(true));
  EXPECT_THAT(std::string(Optimizer::Make({}, strided).status().message()),
              HasSubstr("'a' is not contiguous"));
  EXPECT_THAT(std::string(Optimizer::Make(Options("adamx"), MakeParameters()).status().message()),
              HasSubstr("did you mean 'adamw'?"));
}

TEST(OptimizerTest, LeavesFrozenParametersOut) {
  NamedParameters parameters;
  parameters.insert("free", torch::ones({2, 2}).requires_grad_(true));
  parameters.insert("frozen", torch::ones({2, 2}));
  EXPECT_EQ(MakeOptimizer(Options("sgd"), parameters)->State().count("momentum.frozen"), 0);
}

absl::Status BindOptimizer(const std::string& yaml, OptimizerOptions* options) {
  Config config;
  if (absl::Status status = config.MergeYaml(yaml, Origin::kFile, "run.yaml"); !status.ok()) {
    return status;
  }
  Binder root = config.Root();
  options->Bind(root);
  return config.Finish();
}

TEST(OptimizerTest, BindsOnlyWhatTheNameReads) {
  OptimizerOptions options;
  EXPECT_TRUE(BindOptimizer("{name: adamw, beta2: 0.95}", &options).ok());
  EXPECT_EQ(options.beta2, 0.95);
  EXPECT_TRUE(BindOptimizer("{name: sgd, momentum: 0.5}", &options).ok());
  EXPECT_TRUE(BindOptimizer("{name: muon, beta2: 0.95, orthogonal_momentum: 0.9}", &options).ok());
  EXPECT_EQ(options.orthogonal_momentum, 0.9);
  EXPECT_FALSE(BindOptimizer("{name: adamw, orthogonal_momentum: 0.9}", &options).ok());
  EXPECT_FALSE(BindOptimizer("{name: muon, orthogonal_momentum: 1}", &options).ok());
  EXPECT_TRUE(BindOptimizer("{name: adafactor, clip_threshold: 2}", &options).ok());
  EXPECT_FALSE(BindOptimizer("{name: sgd, beta1: 0.5}", &options).ok());
  EXPECT_FALSE(BindOptimizer("{name: adamw, beta1: 1}", &options).ok());
  EXPECT_FALSE(BindOptimizer("{name: adam}", &options).ok());
  EXPECT_FALSE(BindOptimizer("{name: adamw, weight_decay: -1}", &options).ok());
}

TEST(ClipByGlobalNormTest, ScalesToTheNormAndReturnsWhatItWas) {
  const at::Tensor a = torch::zeros({2}).requires_grad_(true);
  const at::Tensor b = torch::zeros({1, 1}).requires_grad_(true);
  const at::Tensor without = torch::zeros({3}).requires_grad_(true);
  a.mutable_grad() = torch::tensor({3.0f, 0.0f});
  b.mutable_grad() = torch::tensor({{-4.0f}});
  const std::vector<at::Tensor> parameters = {a, without, b};
  EXPECT_NEAR(ClipByGlobalNorm(parameters, 10.0), 5.0, 1e-6);  // small enough: untouched
  ExpectValues(a.grad(), {3, 0});
  EXPECT_NEAR(ClipByGlobalNorm(parameters, 0.0), 5.0, 1e-6);  // 0: only measured
  ExpectValues(b.grad(), {-4});
  EXPECT_NEAR(ClipByGlobalNorm(parameters, 1.0), 5.0, 1e-6);
  ExpectValues(a.grad(), {0.6, 0});
  ExpectValues(b.grad(), {-0.8});
  EXPECT_NEAR(ClipByGlobalNorm(parameters, 1.0), 1.0, 1e-6);
  EXPECT_FALSE(without.grad().defined());
  EXPECT_EQ(ClipByGlobalNorm({without}, 1.0), 0.0);
}

TEST(ClipByGlobalNormTest, ShowsANormThatIsNotFinite) {
  const at::Tensor a = torch::zeros({2}).requires_grad_(true);
  a.mutable_grad() = torch::tensor({3.0f, std::numeric_limits<float>::quiet_NaN()});
  EXPECT_TRUE(std::isnan(ClipByGlobalNorm({a}, 1.0)));
  a.mutable_grad() = torch::tensor({3.0f, std::numeric_limits<float>::infinity()});
  EXPECT_TRUE(std::isinf(ClipByGlobalNorm({a}, 1.0)));
  EXPECT_EQ(a.grad()[0].item<float>(), 3.0f);
}

}  // namespace
}  // namespace t2t
