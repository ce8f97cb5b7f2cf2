#include "tensor2tensor/runs/weights_file.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "files/safetensors.h"
#include "tensor2tensor/runs/checkpoint.h"
#include "tests/files/damage.h"
#include "tests/tensor2tensor/layers/expect_close.h"

namespace t2t {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(WeightsFile, EveryTypeAndShapeComesBack) {
  const TestFolder folder;
  const at::Tensor grid = at::arange(12, at::kFloat).view({3, 4});
  const NamedTensors tensors = {
      {"float", at::tensor({1.5f, -0.0f, std::numeric_limits<float>::infinity()})},
      {"double", at::tensor({1e-300, 0.1}, at::kDouble)},
      {"half", at::tensor({0.5, 65504.0}).to(at::kHalf)},
      {"bfloat16", at::tensor({3.140625, -1e30}).to(at::kBFloat16)},
      {"long", at::tensor({std::numeric_limits<int64_t>::min(), int64_t{-1}}, at::kLong)},
      {"int", at::tensor({-7, 8}, at::kInt)},
      {"byte", at::tensor({0, 255}, at::kByte)},
      {"char", at::tensor({-128, 127}, at::kChar)},
      {"bool", at::tensor({1, 0, 1}).to(at::kBool)},
      {"scalar", at::tensor(2.5f).view({})},
      {"empty", at::zeros({0, 3})},
      {"a transposed view", grid.t()},
      {"a part", grid.narrow(1, 1, 2)},
      {"a parameter", at::ones({2}).requires_grad_()},
  };
  ASSERT_TRUE(WriteTensors(folder / "w", tensors).ok());
  const auto read = ReadTensors(folder / "w");
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->size(), tensors.size());
  for (const auto& [name, tensor] : tensors) {
    SCOPED_TRACE(name);
    EXPECT_EQ(read->at(name).scalar_type(), tensor.scalar_type());
    ExpectClose(read->at(name), tensor);
  }
  EXPECT_FALSE(read->at("a parameter").requires_grad());
}

// The tensors live on when the file is gone: they are no views of it.
TEST(WeightsFile, TensorsHaveTheirOwnMemory) {
  const TestFolder folder;
  ASSERT_TRUE(WriteTensors(folder / "w", {{"a", at::ones({1000})}}).ok());
  NamedTensors read = *ReadTensors(folder / "w");
  std::filesystem::remove(folder / "w");
  read.at("a").add_(1);
  ExpectClose(read.at("a"), at::full({1000}, 2));
}

TEST(WeightsFile, ATypeThatTheFormatLacksIsRefusedAndNothingWritten) {
  const TestFolder folder;
  const absl::Status status =
      WriteTensors(folder / "w", {{"z", at::zeros({1}, at::kComplexDouble)}});
  ASSERT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr("'z'"), HasSubstr(folder / "w")));
  EXPECT_EQ(folder.CountFiles(), 0);
}

TEST(WeightsFile, ATypeThatIsNotReadIsNamed) {
  const TestFolder folder;
  ASSERT_TRUE(WriteSafetensors(folder / "w", {{"f8", {"F8_E4M3", {3}, "abc"}}}, {}).ok());
  const auto read = ReadTensors(folder / "w");
  ASSERT_EQ(read.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(read.status().message()),
              AllOf(HasSubstr("'f8'"), HasSubstr("F8_E4M3"), HasSubstr(folder / "w")));
}

TEST(WeightsFile, AMissingFileIsNamed) {
  const auto read = ReadTensors("/no/such/model.safetensors");
  ASSERT_FALSE(read.ok());
  EXPECT_THAT(std::string(read.status().message()), HasSubstr("/no/such/model.safetensors"));
}

TEST(CopyTensors, ReportsEveryName) {
  const NamedTensors from = {{"both", at::ones({2})},
                             {"other shape", at::ones({2, 3})},
                             {"same size", at::ones({6})},
                             {"only in the file", at::ones({1})}};
  const NamedTensors into = {{"both", at::zeros({2})},
                             {"other shape", at::zeros({4, 3})},
                             {"same size", at::zeros({2, 3})},
                             {"only in the model", at::zeros({1})}};
  const LoadReport report = CopyTensors(from, into);
  EXPECT_THAT(report.loaded, ElementsAre("both"));
  EXPECT_THAT(report.missing, ElementsAre("only in the model"));
  EXPECT_THAT(report.unexpected, ElementsAre("only in the file"));
  EXPECT_THAT(report.reshaped, ElementsAre("other shape: file [2, 3], model [4, 3]",
                                           "same size: file [6], model [2, 3]"));
  EXPECT_FALSE(report.exact());
  EXPECT_EQ(report.Text(),
            "1 tensors loaded\n"
            "  missing in the file: only in the model\n"
            "  not in the model: only in the file\n"
            "  of another shape: other shape: file [2, 3], model [4, 3]\n"
            "  of another shape: same size: file [6], model [2, 3]");
  ExpectClose(into.at("both"), at::ones({2}));
  for (const std::string untouched : {"other shape", "same size", "only in the model"})
    EXPECT_EQ(into.at(untouched).sum().item<double>(), 0) << untouched;
}

TEST(CopyTensors, OnlyEqualNamesAndShapesAreExact) {
  const NamedTensors from = {{"a", at::ones({2})}, {"b", at::ones({})}};
  const at::Tensor parameter = at::zeros({2}).requires_grad_();
  const LoadReport exact = CopyTensors(from, {{"a", parameter}, {"b", at::zeros({})}});
  EXPECT_TRUE(exact.exact());
  EXPECT_EQ(exact.Text(), "2 tensors loaded");
  ExpectClose(parameter, at::ones({2}));
  EXPECT_TRUE(parameter.requires_grad());
  EXPECT_FALSE(CopyTensors(from, {{"a", at::zeros({2})}}).exact());
  EXPECT_FALSE(CopyTensors({}, {{"a", at::zeros({2})}}).exact());
  EXPECT_FALSE(CopyTensors(from, {{"a", at::zeros({3})}, {"b", at::zeros({})}}).exact());
}

TEST(AverageTensors, IsTheMean) {
  const auto mean = AverageTensors({{{"a", at::tensor({1.0f, 10.0f})}, {"b", at::tensor(0.0f)}},
                                    {{"a", at::tensor({2.0f, 20.0f})}, {"b", at::tensor(1.0f)}},
                                    {{"a", at::tensor({6.0f, -3.0f})}, {"b", at::tensor(0.5f)}}});
  ASSERT_TRUE(mean.ok()) << mean.status();
  ASSERT_EQ(mean->size(), 2u);
  ExpectClose(mean->at("a"), at::tensor({3.0f, 9.0f}));
  ExpectClose(mean->at("b"), at::tensor(0.5f));
}

TEST(AverageTensors, OfOneIsItself) {
  const at::Tensor a = at::tensor({0.1f, 0.7f});
  ExpectClose(AverageTensors({{{"a", a}}})->at("a"), a);
}

TEST(AverageTensors, KeepsTheTypeAndSumsInDouble) {
  // In float, 2^24 + 1 is 2^24 again.
  const float large = 16777216.0f;
  const auto mean = AverageTensors({{{"a", at::tensor({large})}},
                                    {{"a", at::tensor({1.0f})}},
                                    {{"a", at::tensor({1.0f})}},
                                    {{"a", at::tensor({-large})}}});
  EXPECT_EQ(mean->at("a").scalar_type(), at::kFloat);
  ExpectClose(mean->at("a"), at::tensor({0.5f}));
  const auto half = AverageTensors(
      {{{"a", at::tensor({1.0}).to(at::kBFloat16)}}, {{"a", at::tensor({2.0}).to(at::kBFloat16)}}});
  EXPECT_EQ(half->at("a").scalar_type(), at::kBFloat16);
  ExpectClose(half->at("a"), at::tensor({1.5f}));
}

// The bug: tensors that were double already were summed in place, into those of the caller.
TEST(AverageTensors, LeavesDoubleTensorsAlone) {
  const at::Tensor a = at::tensor({1.0}, at::kDouble), b = at::tensor({3.0}, at::kDouble);
  ExpectClose(AverageTensors({{{"w", a}}, {{"w", b}}})->at("w"), at::tensor({2.0}, at::kDouble));
  ExpectClose(a, at::tensor({1.0}, at::kDouble));
  ExpectClose(b, at::tensor({3.0}, at::kDouble));
}

TEST(AverageTensors, RefusesWhatDiffers) {
  EXPECT_THAT(std::string(AverageTensors({}).status().message()), HasSubstr("no checkpoints"));
  const NamedTensors a = {{"w", at::zeros({2})}, {"v", at::zeros({1})}};
  for (const NamedTensors& other :
       {NamedTensors{{"w", at::zeros({2})}},
        NamedTensors{{"w", at::zeros({2})}, {"x", at::zeros({1})}},
        NamedTensors{{"w", at::zeros({3})}, {"v", at::zeros({1})}},
        NamedTensors{{"w", at::zeros({2})}, {"v", at::zeros({1})}, {"x", at::zeros({1})}}}) {
    EXPECT_EQ(AverageTensors({a, other}).status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(AverageTensors({other, a}).status().code(), absl::StatusCode::kInvalidArgument);
  }
  EXPECT_THAT(
      std::string(
          AverageTensors({a, {{"w", at::zeros({3})}, {"v", at::zeros({1})}}}).status().message()),
      HasSubstr("'w'"));
}

}  // namespace
}  // namespace t2t
