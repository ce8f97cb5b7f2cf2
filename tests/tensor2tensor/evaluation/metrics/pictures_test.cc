#include "tensor2tensor/evaluation/metrics/pictures.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "modalities/codecs/pixels.h"

namespace t2t {
namespace {

std::string Picture(int64_t height, int64_t width, bool changed) {
  Pixels pixels{height, width, 3, std::vector<float>(static_cast<size_t>(height * width * 3))};
  for (int64_t r = 0; r < height; ++r) {
    for (int64_t c = 0; c < width; ++c) {
      for (int64_t k = 0; k < 3; ++k) {
        int64_t value = (7 * r * r + 13 * c + 29 * k) % 256;
        if (changed)
          value = std::clamp<int64_t>(value + (31 * r + 17 * c * c + 11 * k) % 61 - 30, 0, 255);
        pixels.at(r, c, k) = static_cast<float>(value) / 255;
      }
    }
  }
  return *EncodePng(pixels);
}

double Of(const std::string& name, const std::string& made, const std::string& reference) {
  const auto metric = *MakeMetric(name);
  return metric->Score(metric->Statistics(made, {reference}));
}

// scikit-image 0.26.0 of the same pictures: structural_similarity(a, b, channel_axis=2, data_range=255),
// peak_signal_noise_ratio(a, b, data_range=255).
TEST(Pictures, EqualScikitImage) {
  struct Case {
    int64_t height, width;
    double ssim, psnr;
  };
  for (const Case& one : {Case{16, 12, 0.9717184193765913, 23.406896332412813},
                          Case{7, 7, 0.9658056501111821, 23.415990516727124},
                          Case{24, 40, 0.9680886151180302, 23.50022479022803}}) {
    const std::string a = Picture(one.height, one.width, false);
    const std::string b = Picture(one.height, one.width, true);
    EXPECT_NEAR(Of("ssim", b, a), one.ssim, 1e-6);
    EXPECT_NEAR(Of("psnr", b, a), one.psnr, 1e-5);
    EXPECT_NEAR(Of("ssim", a, a), 1, 1e-9);
    EXPECT_EQ(Of("psnr", a, a), 100);
  }
}

TEST(Pictures, TakeOthersAsTheyAre) {
  const std::string a = Picture(16, 12, false), b = Picture(16, 12, true);
  EXPECT_EQ(Of("ssim", "no picture", a), 0);
  EXPECT_EQ(Of("psnr", "", a), 0);
  // The best of several references; another size is brought to that of what was made.
  const auto metric = *MakeMetric("ssim");
  EXPECT_EQ(metric->Statistics(a, {b, a}), metric->Statistics(a, {a}));
  const double resized = Of("psnr", Picture(32, 24, false), a);
  EXPECT_GT(resized, 5);
  EXPECT_LT(resized, 60);
  EXPECT_EQ(Of("psnr", Picture(3, 2, false), Picture(3, 2, false)), 100);  // below a window
}

}  // namespace
}  // namespace t2t
