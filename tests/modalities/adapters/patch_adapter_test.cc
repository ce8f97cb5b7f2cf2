#include "modalities/adapters/patch_adapter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "modalities/codecs/image_codec.h"
#include "modalities/codecs/pixels.h"
#include "tests/modalities/adapters/adapter_kit.h"
#include "tests/modalities/finite_differences.h"
#include "tests/tensor2tensor/layers/expect_close.h"

namespace t2t {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// Patches of random numbers on a grid.
struct Grid {
  int64_t rows, columns, patch, channels;
  int64_t frame_width() const { return patch * patch * channels; }
  UnitsBatch Batch(int64_t count) const {
    std::vector<Units> pictures(static_cast<size_t>(count));
    for (Units& units : pictures) {
      units.frame_width = frame_width();
      units.axes = 2;
      const at::Tensor numbers = at::randn({rows * columns * frame_width()});
      units.frames.assign(numbers.const_data_ptr<float>(),
                          numbers.const_data_ptr<float>() + numbers.numel());
      for (int64_t row = 0; row < rows; ++row) {
        for (int64_t column = 0; column < columns; ++column) {
          units.positions.push_back(row);
          units.positions.push_back(column);
        }
      }
    }
    return Collate(pictures);
  }
};

UnitsBatch RowOf(const UnitsBatch& batch, int64_t row) {
  UnitsBatch one = batch;
  one.frames = batch.frames.narrow(0, row, 1);
  one.lengths = {batch.lengths[static_cast<size_t>(row)]};
  return one;
}

TEST(LinearPatchAdapter, IsALinearMapOfEachFrame) {
  at::manual_seed(1);
  const LinearPatchAdapter adapter(/*frame_width=*/12, /*width=*/8);
  const auto parameters = adapter.named_parameters();
  const at::Tensor weight = parameters["projection.weight"], bias = parameters["projection.bias"];
  {
    const at::NoGradGuard no_grad;
    at::Tensor(bias).normal_();
  }
  const UnitsBatch batch = Grid{2, 3, 2, 3}.Batch(2);
  const Stream stream = adapter.Forward(batch);
  ASSERT_EQ(stream.values.sizes(), (std::vector<int64_t>{2, 6, 8}));
  for (int64_t row = 0; row < 2; ++row) {
    for (int64_t t = 0; t < 6; ++t) {
      ExpectClose(stream.values[row][t], weight.mv(batch.frames[row][t]) + bias, 1e-5);
    }
  }
  EXPECT_EQ(stream.lengths, (std::vector<int64_t>{6, 6}));
  EXPECT_FALSE(stream.valid.defined());
  ExpectClose(stream.positions,
              at::tensor({0, 0, 0, 1, 0, 2, 1, 0, 1, 1, 1, 2}, at::kLong).view({1, 6, 2}));
}

// Frames of sound or of a video may be of unequal number.
TEST(LinearPatchAdapter, WhatStandsInThePaddingIsNotSeenElsewhere) {
  const LinearPatchAdapter adapter(3, 8);
  Units shorter, longer;
  shorter.frame_width = longer.frame_width = 3;
  shorter.frames.assign(2 * 3, 0.5f);
  longer.frames.assign(4 * 3, -1.0f);
  UnitsBatch batch = Collate({shorter, longer});
  const Stream before = adapter.Forward(batch);
  batch.frames = batch.frames.clone();
  batch.frames[0].narrow(0, 2, 2).fill_(9.0);
  const Stream after = adapter.Forward(batch);
  ExpectClose(before.valid, at::tensor({1, 1, 0, 0, 1, 1, 1, 1}).view({2, 4}));
  ExpectClose(after.valid, before.valid);
  const at::Tensor valid = before.valid.unsqueeze(2);
  ExpectClose(after.values * valid, before.values * valid);
  EXPECT_FALSE(at::equal(after.values, before.values));
}

TEST(LinearPatchAdapter, FiniteDifferences) {
  at::manual_seed(2);
  LinearPatchAdapter adapter(4, 6);
  std::vector<at::Tensor> leaves = InDouble(adapter);
  UnitsBatch batch = Grid{2, 2, 2, 1}.Batch(2);
  batch.frames = batch.frames.to(at::kDouble).requires_grad_();
  leaves.push_back(batch.frames);
  const at::Tensor weights = at::randn({2, 4, 6}, at::kDouble);
  ExpectGradients([&] { return (adapter.Forward(batch).values.sin() * weights).sum(); }, leaves);
}

class Stem : public ::testing::TestWithParam<Grid> {
 protected:
  static constexpr int64_t kWidth = 16;
  Stem() {
    at::manual_seed(4);
    const Grid& grid = GetParam();
    adapter_ = std::make_shared<ConvolutionalPatchAdapter>(grid.rows, grid.columns, grid.patch,
                                                           grid.channels, kWidth);
    const at::NoGradGuard no_grad;  // biases that begin at zero would hide mistakes
    for (at::Tensor& parameter : adapter_->parameters())
      parameter.add_(at::randn_like(parameter) * 0.1);
  }
  std::shared_ptr<ConvolutionalPatchAdapter> adapter_;
};

INSTANTIATE_TEST_SUITE_P(Grids, Stem,
                         ::testing::Values(Grid{2, 3, 2, 1}, Grid{3, 2, 4, 3}, Grid{2, 2, 8, 1},
                                           Grid{1, 2, 16, 3}),
                         [](const auto& grid) {
                           const Grid& g = grid.param;
                           return std::to_string(g.rows) + "x" + std::to_string(g.columns) + "of" +
                                  std::to_string(g.patch) + "c" + std::to_string(g.channels);
                         });

TEST_P(Stem, GivesOneVectorForEachPatchWithItsPosition) {
  const Grid& grid = GetParam();
  const UnitsBatch batch = grid.Batch(3);
  const Stream stream = adapter_->Forward(batch);
  const int64_t time = grid.rows * grid.columns;
  EXPECT_EQ(stream.values.sizes(), (std::vector<int64_t>{3, time, kWidth}));
  EXPECT_EQ(stream.lengths, std::vector<int64_t>(3, time));
  EXPECT_FALSE(stream.valid.defined());
  ASSERT_EQ(stream.positions.sizes(), (std::vector<int64_t>{1, time, 2}));
  for (int64_t t = 0; t < time; ++t) {
    EXPECT_EQ(stream.positions[0][t][0].item<int64_t>(), t / grid.columns);
    EXPECT_EQ(stream.positions[0][t][1].item<int64_t>(), t % grid.columns);
  }
}

// The picture put together pixel by pixel, and the stages spelt out.
TEST_P(Stem, EqualsConvolutionsOverThePicture) {
  const Grid& grid = GetParam();
  const UnitsBatch batch = grid.Batch(2);
  at::Tensor x = at::zeros({2, grid.channels, grid.rows * grid.patch, grid.columns * grid.patch});
  for (int64_t n = 0; n < 2; ++n) {
    for (int64_t row = 0; row < grid.rows * grid.patch; ++row) {
      for (int64_t column = 0; column < grid.columns * grid.patch; ++column) {
        for (int64_t c = 0; c < grid.channels; ++c) {
          const int64_t patch = row / grid.patch * grid.columns + column / grid.patch;
          const int64_t place =
              (row % grid.patch * grid.patch + column % grid.patch) * grid.channels + c;
          x[n][c][row][column] = batch.frames[n][patch][place];
        }
      }
    }
  }
  const auto parameters = adapter_->named_parameters();
  const at::NoGradGuard no_grad;
  int64_t stage = 0;
  for (int64_t side = grid.patch; side > 1; side /= 2, ++stage) {
    const std::string name = "stage" + std::to_string(stage);
    const at::Tensor weight = parameters[name + "_weight"];
    x = at::conv2d(x, weight, parameters[name + "_bias"], 2, 1);
    const at::Tensor mean = x.mean({1, 2, 3}, true), variance = x.var({1, 2, 3}, false, true);
    const at::Tensor gain = parameters[name + "_norm_weight"].view({1, -1, 1, 1}),
                     shift = parameters[name + "_norm_bias"].view({1, -1, 1, 1});
    x = ((x - mean) / (variance + 1e-5).sqrt() * gain + shift).clamp_min(0);
  }
  EXPECT_FALSE(parameters.contains("stage" + std::to_string(stage) + "_weight"));
  EXPECT_EQ(x.size(1), kWidth);
  ASSERT_EQ(x.size(2), grid.rows);
  ASSERT_EQ(x.size(3), grid.columns);
  const Stream stream = adapter_->Forward(batch);
  for (int64_t n = 0; n < 2; ++n) {
    for (int64_t row = 0; row < grid.rows; ++row) {
      for (int64_t column = 0; column < grid.columns; ++column) {
        const at::Tensor expected =
            parameters["projection_weight"].mv(x.index({n, at::indexing::Slice(), row, column})) +
            parameters["projection_bias"];
        ExpectClose(stream.values[n][row * grid.columns + column], expected, 1e-4);
      }
    }
  }
}

TEST_P(Stem, APictureDependsOnNoOtherOneOfItsBatch) {
  const UnitsBatch batch = GetParam().Batch(3);
  const Stream together = adapter_->Forward(batch);
  for (int64_t row = 0; row < 3; ++row)
    ExpectClose(adapter_->Forward(RowOf(batch, row)).values[0], together.values[row], 1e-5);
}

TEST_P(Stem, FiniteDifferences) {
  std::vector<at::Tensor> leaves = InDouble(*adapter_);
  UnitsBatch batch = GetParam().Batch(2);
  batch.frames = batch.frames.to(at::kDouble).requires_grad_();
  leaves.push_back(batch.frames);
  const at::Tensor weights = at::randn({2, batch.time(), kWidth}, at::kDouble);
  // A small step: the slope of a ReLU jumps.
  ExpectGradients([&] { return (adapter_->Forward(batch).values * weights).sum(); }, leaves,
                  {.step = 1e-6, .tolerance = 1e-6, .elements = 12});
}

absl::Status Refused(const Codec& codec, const std::string& yaml) {
  return MakeAdapter(MakePatchAdapter, codec, yaml, 8).status();
}

TEST(MakePatchAdapter, TheStemIsAnOption) {
  const SizesCodec codec(0, 4 * 4 * 3, {2, 3});
  EXPECT_NE(
      std::dynamic_pointer_cast<LinearPatchAdapter>(*MakeAdapter(MakePatchAdapter, codec, "{}", 8)),
      nullptr);
  EXPECT_NE(std::dynamic_pointer_cast<ConvolutionalPatchAdapter>(
                *MakeAdapter(MakePatchAdapter, codec, "stem: convolution", 8)),
            nullptr);
  EXPECT_THAT(std::string(Refused(codec, "stem: convolutoin").message()),
              AllOf(HasSubstr("convolutoin"), HasSubstr("convolution")));
}

TEST(MakePatchAdapter, RefusesWhatHasNoFramesOrNoSuchPatches) {
  EXPECT_THAT(std::string(Refused(SizesCodec(9, 0, {}), "{}").message()),
              HasSubstr("the codec of this test gives ids"));
  const std::vector<SizesCodec> unfit = {
      SizesCodec(0, 16, {}),         // no grid
      SizesCodec(0, 16, {4}),        // one axis
      SizesCodec(0, 9, {2, 2}),      // patches of three pixels
      SizesCodec(0, 5 * 5, {2, 2}),  // of five
      SizesCodec(0, 1, {2, 2}),      // of one
      SizesCodec(0, 4 * 4 * 2, {2, 2}),
  };
  for (const SizesCodec& codec : unfit) {
    const absl::Status status = Refused(codec, "stem: convolution");
    ASSERT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << codec.frame_width();
    EXPECT_THAT(std::string(status.message()), HasSubstr("the codec of this test"));
    EXPECT_TRUE(Refused(codec, "stem: linear").ok());
  }
}

// The bug: a patch that the port did not name was taken for 0, and the stem refused the picture.
TEST(MakePatchAdapter, TheStemTakesThePatchesOfTheCodecsDefaults) {
  for (const std::string yaml : {"stem: convolution", "{stem: convolution, channels: 1}",
                                 "{stem: convolution, patch: 4, height: 8, width: 12}"}) {
    Config config;
    ASSERT_TRUE(config.MergeYaml(yaml, Origin::kFile, "test.yaml").ok());
    Binder root = config.Root();
    const auto codec = MakeImageCodec(root);
    ASSERT_TRUE(codec.ok()) << codec.status();
    const auto adapter = MakePatchAdapter(**codec, root, 8);
    ASSERT_TRUE(adapter.ok()) << yaml << ": " << adapter.status();
    ASSERT_TRUE(config.Finish().ok()) << config.Finish();
    const std::string png = *EncodePng(PixelsOfGrey(std::string(64, 'x'), 8, 8));
    const UnitsBatch batch = Collate({*(*codec)->Encode(Value(png), {})});
    const std::vector<int64_t> grid = (*codec)->extent();
    EXPECT_EQ((*adapter)->Forward(batch).values.sizes(),
              (std::vector<int64_t>{1, grid[0] * grid[1], 8}));
  }
}

}  // namespace
}  // namespace t2t
