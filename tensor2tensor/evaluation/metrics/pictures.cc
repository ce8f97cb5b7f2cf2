#include "tensor2tensor/evaluation/metrics/pictures.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "modalities/codecs/pixels.h"
#include "registry/check.h"

namespace t2t {
namespace {

constexpr int64_t kChannels = 3, kWindow = 7;
constexpr double kMostDecibels = 100;
constexpr double kC1 = 0.01 * 0.01,
                 kC2 = 0.03 * 0.03;  // Wang et al., section III.B, for a range of 1

// {1, the best of `compare` over the references}.
std::vector<double> Best(const std::string& prediction, const std::vector<std::string>& references,
                         absl::FunctionRef<double(const Pixels&, const Pixels&)> compare) {
  T2T_CHECK(!references.empty()) << "a comparison needs a reference";
  const absl::StatusOr<Pixels> made = DecodePixels(prediction, kChannels);
  if (!made.ok()) return {1, 0};
  double best = -std::numeric_limits<double>::infinity();
  for (const std::string& bytes : references) {
    const absl::StatusOr<Pixels> reference = DecodePixels(bytes, kChannels);
    if (!reference.ok()) continue;
    best = std::max(best,
                    compare(*made, Resize(*reference, made->height, made->width, Fit::kStretch)));
  }
  return {1, std::isfinite(best) ? best : 0};
}

double Decibels(const Pixels& a, const Pixels& b) {
  double sum = 0;
  for (size_t i = 0; i < a.values.size(); ++i) {
    const double difference = static_cast<double>(a.values[i]) - static_cast<double>(b.values[i]);
    sum += difference * difference;
  }
  const double mean = sum / static_cast<double>(a.values.size());
  return mean > 0 ? std::min(kMostDecibels, -10 * std::log10(mean)) : kMostDecibels;
}

// Of one window of one channel.
double SimilarityAt(const Pixels& a, const Pixels& b, int64_t top, int64_t left, int64_t height,
                    int64_t width, int64_t channel) {
  double x = 0, y = 0, xx = 0, yy = 0, xy = 0;
  for (int64_t row = top; row < top + height; ++row) {
    for (int64_t column = left; column < left + width; ++column) {
      const double p = a.at(row, column, channel), q = b.at(row, column, channel);
      x += p;
      y += q;
      xx += p * p;
      yy += q * q;
      xy += p * q;
    }
  }
  const auto n = static_cast<double>(height * width);
  const double sample = n / std::max(n - 1, 1.0);
  x /= n;
  y /= n;
  const double of_x = sample * (xx / n - x * x), of_y = sample * (yy / n - y * y);
  const double both = sample * (xy / n - x * y);
  return (2 * x * y + kC1) * (2 * both + kC2) / ((x * x + y * y + kC1) * (of_x + of_y + kC2));
}

double Similarity(const Pixels& a, const Pixels& b) {
  const int64_t height = std::min(kWindow, a.height), width = std::min(kWindow, a.width);
  double sum = 0;
  int64_t count = 0;
  for (int64_t top = 0; top + height <= a.height; ++top) {
    for (int64_t left = 0; left + width <= a.width; ++left) {
      for (int64_t channel = 0; channel < a.channels; ++channel, ++count)
        sum += SimilarityAt(a, b, top, left, height, width, channel);
    }
  }
  return sum / static_cast<double>(count);
}

}  // namespace

double PictureMetric::Score(absl::Span<const double> summed) const {
  return summed[0] == 0 ? 0 : summed[1] / summed[0];
}

std::vector<double> PeakSignalToNoise::Statistics(
    const std::string& prediction, const std::vector<std::string>& references) const {
  return Best(prediction, references, Decibels);
}

std::vector<double> StructuralSimilarity::Statistics(
    const std::string& prediction, const std::vector<std::string>& references) const {
  return Best(prediction, references, Similarity);
}

}  // namespace t2t
