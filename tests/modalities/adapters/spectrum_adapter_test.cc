#include "modalities/adapters/spectrum_adapter.h"

#include <gmock/gmock.h>

#include "random/philox.h"
#include "tests/modalities/adapters/adapter_kit.h"
#include "tests/modalities/finite_differences.h"

namespace t2t {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kParts = 4, kBins = 3, kWidth = 6;

class StackedCodec : public SizesCodec {
 public:
  explicit StackedCodec(int64_t parts) : SizesCodec(0, parts * kBins, {}), parts_(parts) {}
  int64_t frame_parts() const override { return parts_; }

 private:
  int64_t parts_;
};

std::shared_ptr<InputAdapter> Make(int64_t parts = kParts, const std::string& yaml = "{}") {
  auto adapter = MakeAdapter(MakeSpectrumAdapter, StackedCodec(parts), yaml, kWidth);
  EXPECT_TRUE(adapter.ok()) << adapter.status();
  return *adapter;
}

Units Random(int64_t length, int64_t parts, uint64_t key) {
  Philox random(key);
  Units units;
  units.frame_width = parts * kBins;
  for (int64_t i = 0; i < length * units.frame_width; ++i) {
    units.frames.push_back(static_cast<float>(random.Normal()));
  }
  return units;
}

TEST(SpectrumAdapter, GivesOnePositionForEachStack) {
  for (const int64_t parts : {1, 2, 4, 8}) {
    const auto adapter = Make(parts);
    const Stream stream = adapter->Forward(Collate({Random(5, parts, 1), Random(3, parts, 2)}));
    EXPECT_EQ(stream.values.sizes(), (std::vector<int64_t>{2, 5, kWidth})) << parts;
    EXPECT_EQ(stream.lengths, (std::vector<int64_t>{5, 3}));
    EXPECT_EQ(stream.valid.sum().item<int64_t>(), 8);
  }
}

TEST(SpectrumAdapter, PaddingAndTheRowsBesideChangeNothing) {
  const auto adapter = Make();
  const Units a = Random(5, kParts, 1), b = Random(3, kParts, 2);
  const at::Tensor together = adapter->Forward(Collate({a, b}, 9)).values;
  const at::Tensor alone_a = adapter->Forward(Collate({a})).values;
  const at::Tensor alone_b = adapter->Forward(Collate({b})).values;
  EXPECT_LT((together[0].narrow(0, 0, 5) - alone_a[0]).abs().max().item<double>(), 1e-5);
  EXPECT_LT((together[1].narrow(0, 0, 3) - alone_b[0]).abs().max().item<double>(), 1e-5);
}

// A position sees itself and the edges of its neighbours.
TEST(SpectrumAdapter, SeesItsNeighbours) {
  const auto adapter = Make();
  const Units units = Random(7, kParts, 3);
  Units changed = units;
  for (int64_t i = 3 * kParts * kBins; i < 4 * kParts * kBins; ++i) {
    changed.frames[static_cast<size_t>(i)] += 1;
  }
  const at::Tensor difference =
      (adapter->Forward(Collate({units})).values - adapter->Forward(Collate({changed})).values)
          .abs()
          .amax(2)[0];
  EXPECT_GT(difference[3].item<double>(), 1e-3);
  EXPECT_GT(difference[2].item<double>() + difference[4].item<double>(), 1e-4);
  for (const int64_t far : {0, 1, 5, 6}) EXPECT_EQ(difference[far].item<double>(), 0) << far;
}

TEST(SpectrumAdapter, GradientsMatchFiniteDifferences) {
  const auto adapter = Make();
  const std::vector<at::Tensor> parameters = InDouble(*adapter);
  UnitsBatch units = Collate({Random(4, kParts, 4), Random(2, kParts, 5)});
  units.frames = units.frames.to(at::kDouble);
  const at::Tensor weights = at::arange(2 * 4 * kWidth, at::kDouble).view({2, 4, kWidth}).sin();
  ExpectGradients(
      [&] {
        const Stream stream = adapter->Forward(units);
        return (stream.values * weights * stream.valid.unsqueeze(2)).sum();
      },
      parameters);
}

// Their parameters have equal shapes, and yet they cannot be one adapter.
TEST(SpectrumAdapter, OtherStacksAreOtherGrids) { EXPECT_NE(Make(1)->grid(), Make(2)->grid()); }

TEST(SpectrumAdapter, OptionsAndErrors) {
  EXPECT_EQ(Make(kParts, "stem: linear")->parameters().size(), 2u);
  EXPECT_THAT(
      std::string(
          MakeAdapter(MakeSpectrumAdapter, StackedCodec(3), "{}", kWidth).status().message()),
      HasSubstr("power of two"));
  EXPECT_TRUE(MakeAdapter(MakeSpectrumAdapter, StackedCodec(3), "stem: linear", kWidth).ok());
  EXPECT_THAT(
      std::string(
          MakeAdapter(MakeSpectrumAdapter, SizesCodec(5, 0, {}), "{}", kWidth).status().message()),
      HasSubstr("needs frames"));
}

}  // namespace
}  // namespace t2t
