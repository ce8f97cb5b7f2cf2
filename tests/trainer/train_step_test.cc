#include "trainer/train_step.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "tests/tensor2tensor/layers/expect_close.h"
#include "tests/trainer/training_world.h"
#include "trainer/optimizer.h"

namespace t2t {
namespace {

constexpr char kReverse[] = "reverse:count=100";
constexpr char kSixtyStripes[] = "image_stripes:count=60";

class TrainStepTest : public testing::Test {
 protected:
  TrainStepTest() {
    world_.Add(kReverse);
    world_.Add(kSixtyStripes);
    model_ = world_.NewModel();
  }

  // Rows [begin, end) of the train split, with keys of their own.
  Batch Rows(const std::string& name, int64_t begin, int64_t end) const {
    const auto split = world_.Split(name);
    std::vector<EncodedExample> encoded;
    std::vector<int64_t> rows;
    for (int64_t i = begin; i < end; ++i) {
      auto example = EncodePorts(world_.task(name), *split->Read(i), /*with_targets=*/true, 0);
      EXPECT_TRUE(example.ok()) << example.status();
      encoded.push_back(*std::move(example));
      encoded.back().number = i;
      encoded.back().key = RandomKey(9).With(static_cast<uint64_t>(i)).value();
      rows.push_back(i - begin);
    }
    return MakeBatch(world_.task(name), encoded, rows, /*with_targets=*/true);
  }

  std::map<std::string, at::Tensor> Gradients(const std::vector<Batch>& batches,
                                              const LossOptions& options, StepLosses* losses,
                                              int64_t workers = 1) {
    model_->zero_grad();
    const auto result = AccumulateGradients(*model_, batches, options, 1, workers);
    EXPECT_TRUE(result.ok()) << result.status();
    if (result.ok()) *losses = *result;
    std::map<std::string, at::Tensor> gradients;
    for (const auto& parameter : model_->named_parameters()) {
      if (parameter.value().grad().defined())
        gradients[parameter.key()] = parameter.value().grad().clone();
    }
    return gradients;
  }

  void ExpectSame(const std::map<std::string, at::Tensor>& a,
                  const std::map<std::string, at::Tensor>& b, double tolerance) {
    ASSERT_EQ(a.size(), b.size());
    for (const auto& [name, tensor] : a) {
      SCOPED_TRACE(name);
      ExpectClose(b.at(name), tensor, tolerance);
    }
  }

  TrainingWorld world_;
  std::shared_ptr<Model> model_;
};

// With dropout, whose masks belong to the rows, and with smoothing.
TEST_F(TrainStepTest, MicroBatchesGiveTheGradientOfTheirUnion) {
  const LossOptions options = {.label_smoothing = 0.1, .weights = {}};
  StepLosses whole_losses, losses;
  const auto whole =
      Gradients({Rows(kReverse, 0, 8), Rows(kSixtyStripes, 0, 8)}, options, &whole_losses);
  double largest = 0;
  for (const auto& [name, gradient] : whole)
    largest = std::max(largest, gradient.abs().max().item<double>());
  ASSERT_GT(largest, 0.01);
  for (int64_t parts : {2, 4}) {
    SCOPED_TRACE(parts);
    std::vector<Batch> batches;
    for (int64_t i = 0; i < parts; ++i) {
      batches.push_back(Rows(kReverse, i * 8 / parts, (i + 1) * 8 / parts));
      batches.push_back(Rows(kSixtyStripes, i * 8 / parts, (i + 1) * 8 / parts));
    }
    ExpectSame(whole, Gradients(batches, options, &losses), 1e-5 * largest);
    EXPECT_EQ(losses.decisions, whole_losses.decisions);
    for (const auto& [name, loss] : whole_losses.plain)
      EXPECT_NEAR(losses.plain.at(name), loss, 1e-5) << name;
  }
}

// Packed rows have no padding: what stands there is not a number, and is not met.
TEST_F(TrainStepTest, RowsThatExamplesShareGiveTheGradientOfTheirOwn) {
  const LossOptions options = {.label_smoothing = 0.1, .weights = {}};
  StepLosses losses, packed_losses;
  const Batch batch = Rows(kReverse, 0, 8);
  const auto expected = Gradients({batch}, options, &losses);
  double largest = 0;
  for (const auto& [name, gradient] : expected)
    largest = std::max(largest, gradient.abs().max().item<double>());
  {
    const at::NoGradGuard no_grad;
    model_->named_parameters()["ports.reverse:count=100.text.adapter.table"][0].fill_(
        std::numeric_limits<float>::quiet_NaN());
  }
  const std::vector<int64_t>& lengths = batch.inputs.at("text").lengths;
  ASSERT_LT(*std::min_element(lengths.begin(), lengths.end()),
            *std::max_element(lengths.begin(), lengths.end()));
  EXPECT_EQ(AccumulateGradients(*model_, {batch}, options, 1).status().code(),
            absl::StatusCode::kOutOfRange);
  Batch packed = batch;
  packed.packed_rows = {0, 0, 0, 1, 1, 1, 1, 2};
  ExpectSame(expected, Gradients({packed}, options, &packed_losses), 1e-5 * largest);
  EXPECT_EQ(packed_losses.decisions, losses.decisions);
  EXPECT_EQ(packed_losses.real_positions, losses.real_positions);
  EXPECT_EQ(packed_losses.positions, packed.positions());
  for (const auto& [name, loss] : losses.plain)
    EXPECT_NEAR(packed_losses.plain.at(name), loss, 1e-5) << name;
}

// Whatever the workers do at the same time, the bits are those of one thread.
TEST_F(TrainStepTest, WorkersGiveTheBitsOfOneThread) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP()
      << "the thread sanitizer does not see how LibTorch's OpenMP threads wait for each other";
#endif
  for (const bool checkpoints : {false, true}) {
    SCOPED_TRACE(checkpoints ? "activations computed again" : "activations kept");
    TrainingWorld world(
        {absl::StrCat("model.checkpoint_activations=", checkpoints ? "true" : "false")});
    world.Add(kReverse);
    world.Add(kSixtyStripes);
    model_ = world.NewModel();
    std::vector<Batch> batches;
    for (int64_t i = 0; i < 3; ++i) {
      batches.push_back(Rows(kReverse, 4 * i, 4 * i + 4));
      batches.push_back(Rows(kSixtyStripes, 4 * i, 4 * i + 4));
    }
    const LossOptions options = {.label_smoothing = 0.1, .weights = {}};
    StepLosses expected, losses;
    const auto alone = Gradients(batches, options, &expected, 1);
    at::set_num_threads(4);
    for (int64_t workers : {2, 3, 6, 2, 3, 6}) {
      SCOPED_TRACE(workers);
      const auto together = Gradients(batches, options, &losses, workers);
      ExpectSame(alone, together, 0);
      EXPECT_EQ(losses.plain, expected.plain);
    }
    at::set_num_threads(1);
  }
}

// Gradients are scaled in place later: no two may be the same memory.
TEST_F(TrainStepTest, NoGradientSharesMemoryWithAnother) {
  StepLosses losses;
  model_->zero_grad();
  ASSERT_TRUE(AccumulateGradients(*model_, {Rows(kReverse, 0, 4)}, {}, 1).ok());
  std::map<const void*, std::string> owners;
  for (const auto& parameter : model_->named_parameters()) {
    const at::Tensor& gradient = parameter.value().grad();
    if (!gradient.defined()) continue;
    EXPECT_EQ(gradient.strides(), parameter.value().strides()) << parameter.key();
    const auto [owner, first] = owners.emplace(gradient.storage().data(), parameter.key());
    EXPECT_TRUE(first) << parameter.key() << " and " << owner->second;
  }
}

TEST_F(TrainStepTest, UnequalPartsCountByTheirDecisions) {
  StepLosses losses;
  const auto whole = Gradients({Rows(kReverse, 0, 9)}, {}, &losses);
  ExpectSame(
      whole,
      Gradients({Rows(kReverse, 0, 1), Rows(kReverse, 1, 3), Rows(kReverse, 3, 9)}, {}, &losses),
      1e-5);
}

TEST_F(TrainStepTest, DropoutIsOnAndBelongsToTheKeys) {
  StepLosses losses;
  const auto first = Gradients({Rows(kReverse, 0, 4)}, {}, &losses);
  ExpectSame(first, Gradients({Rows(kReverse, 0, 4)}, {}, &losses), 0);
  Batch other = Rows(kReverse, 0, 4);
  for (uint64_t& key : other.keys) ++key;
  const auto others = Gradients({other}, {}, &losses);
  bool differs = false;
  for (const auto& [name, gradient] : first) differs = differs || !gradient.equal(others.at(name));
  EXPECT_TRUE(differs);
}

TEST_F(TrainStepTest, TheLossIsThatOfADecision) {
  StepLosses losses;
  Gradients({Rows(kReverse, 0, 8), Rows(kSixtyStripes, 0, 5)}, {}, &losses);
  const std::string reversed = std::string(kReverse) + ".reversed",
                    direction = std::string(kSixtyStripes) + ".direction";
  EXPECT_EQ(losses.decisions.at(direction), 5);
  int64_t units = 0;
  const Batch batch = Rows(kReverse, 0, 8);
  for (int64_t length : batch.targets.at("reversed").lengths) units += length + 1;  // with the stop
  EXPECT_EQ(losses.decisions.at(reversed), units);
  // Before any training all answers are about equally likely.
  EXPECT_NEAR(losses.plain.at(direction), std::log(3.0), 0.8);
  EXPECT_NEAR(losses.plain.at(reversed), std::log(257.0), 1.5);
  EXPECT_EQ(losses.positions, batch.positions() + Rows(kSixtyStripes, 0, 5).positions());
  EXPECT_EQ(losses.real_positions,
            batch.real_positions() + Rows(kSixtyStripes, 0, 5).real_positions());
}

TEST_F(TrainStepTest, ALossWeightScalesItsGradientOnly) {
  StepLosses plain, weighted;
  const auto once = Gradients({Rows(kReverse, 0, 4)}, {}, &plain);
  LossOptions options;
  options.weights[std::string(kReverse) + ".reversed"] = 2;
  const auto twice = Gradients({Rows(kReverse, 0, 4)}, options, &weighted);
  ASSERT_EQ(once.size(), twice.size());
  for (const auto& [name, gradient] : once) {
    SCOPED_TRACE(name);
    ExpectClose(twice.at(name), gradient * 2, 1e-5);
  }
  EXPECT_EQ(plain.plain, weighted.plain);
  // The other problem's loss keeps its weight.
  const auto stripes = Gradients({Rows(kSixtyStripes, 0, 4)}, {}, &plain);
  ExpectSame(stripes, Gradients({Rows(kSixtyStripes, 0, 4)}, options, &weighted), 0);
}

TEST_F(TrainStepTest, ALossThatIsNotFiniteNamesStepProblemAndExamples) {
  {
    const at::NoGradGuard no_grad;
    for (const auto& parameter : model_->named_parameters()) {
      if (parameter.key().find("ports." + std::string("image_stripes")) != std::string::npos) {
        parameter.value().fill_(std::numeric_limits<float>::quiet_NaN());
      }
    }
  }
  const auto result =
      AccumulateGradients(*model_, {Rows(kReverse, 0, 2), Rows(kSixtyStripes, 20, 32)}, {}, 1234);
  ASSERT_FALSE(result.ok());
  EXPECT_TRUE(absl::IsOutOfRange(result.status()));
  for (const char* part : {"step 1234", "image_stripes:count=60.direction", "12 examples",
                           "numbers 20, 21, 22, 23, 24, 25, 26, 27, ..."}) {
    EXPECT_NE(result.status().message().find(part), absl::string_view::npos)
        << part << " is not in: " << result.status();
  }
}

}  // namespace
}  // namespace t2t
