#include "modalities/codecs/mel_spectrogram.h"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>

#include "registry/check.h"

namespace t2t {
namespace {

constexpr double kLeastEnergy = 1e-10;

// Slaney, "Auditory Toolbox", 1998: linear below 1000 Hz (3 mels a 200 Hz), logarithmic above.
constexpr double kLinearStep = 200.0 / 3, kBreak = 1000, kBreakMel = kBreak / kLinearStep;
const double kLogStep = std::log(6.4) / 27;

double MelOf(double hertz) {
  return hertz < kBreak ? hertz / kLinearStep : kBreakMel + std::log(hertz / kBreak) / kLogStep;
}
double HertzOf(double mel) {
  return mel < kBreakMel ? mel * kLinearStep : kBreak * std::exp(kLogStep * (mel - kBreakMel));
}

}  // namespace

MelSpectrogram::MelSpectrogram(int64_t rate, int64_t window, int64_t hop, int64_t bins)
    : rate_(rate), hop_(hop), bins_(bins) {
  T2T_CHECK(rate > 0 && window > 1 && hop > 0 && bins > 0);
  while (size_ < window) size_ *= 2;
  window_.assign(static_cast<size_t>(size_), 0.0f);
  const int64_t left = (size_ - window) / 2;
  for (int64_t i = 0; i < window; ++i) {
    const double turn = 2 * CV_PI * static_cast<double>(i) / static_cast<double>(window);
    window_[static_cast<size_t>(left + i)] = static_cast<float>(0.5 - 0.5 * std::cos(turn));
  }
  const int64_t lines = size_ / 2 + 1;
  filters_.assign(static_cast<size_t>(bins * lines), 0.0f);
  const double top = MelOf(static_cast<double>(rate) / 2);
  const auto edge = [&](int64_t i) {
    return HertzOf(top * static_cast<double>(i) / static_cast<double>(bins + 1));
  };
  for (int64_t bin = 0; bin < bins; ++bin) {
    const double low = edge(bin), middle = edge(bin + 1), high = edge(bin + 2);
    auto& [begin, end] = bands_.emplace_back(lines, 0);
    for (int64_t line = 0; line < lines; ++line) {
      const double hertz =
          static_cast<double>(line) * static_cast<double>(rate) / static_cast<double>(size_);
      const double height =
          std::min((hertz - low) / (middle - low), (high - hertz) / (high - middle));
      filters_[static_cast<size_t>(bin * lines + line)] =
          static_cast<float>(std::max(0.0, height) * 2 / (high - low));
      if (height <= 0) continue;
      begin = std::min(begin, line);
      end = line + 1;
    }
  }
}

void MelSpectrogram::Window(const std::vector<float>& samples, int64_t frame, float* out) const {
  const int64_t begin = frame * hop_ - size_ / 2, count = static_cast<int64_t>(samples.size());
  for (int64_t i = 0; i < size_; ++i) {
    const int64_t place = begin + i;
    const bool inside = place >= 0 && place < count;
    out[i] = inside ? samples[static_cast<size_t>(place)] * window_[static_cast<size_t>(i)] : 0.0f;
  }
}

std::vector<float> MelSpectrogram::Compute(const Sound& sound) const {
  T2T_CHECK(sound.rate == rate_) << sound.rate << " " << rate_;
  const auto samples = static_cast<int64_t>(sound.samples.size());
  const int64_t frames = Frames(samples), lines = size_ / 2 + 1;
  std::vector<float> spectra(static_cast<size_t>(frames * bins_));
  constexpr int64_t kTogether = 256;  // frames: memory does not grow with the sound
  for (int64_t first = 0; first < frames; first += kTogether) {
    const int64_t count = std::min(kTogether, frames - first);
    cv::Mat windows(static_cast<int>(count), static_cast<int>(size_), CV_32F);
    for (int64_t frame = 0; frame < count; ++frame) {
      Window(sound.samples, first + frame, windows.ptr<float>(static_cast<int>(frame)));
    }
    cv::Mat transformed;  // a row: re 0, re 1, im 1, ..., re size / 2
    cv::dft(windows, transformed, cv::DFT_ROWS);
    cv::Mat power(static_cast<int>(count), static_cast<int>(lines), CV_32F);
    for (int frame = 0; frame < power.rows; ++frame) {
      const float* in = transformed.ptr<float>(frame);
      float* out = power.ptr<float>(frame);
      out[0] = in[0] * in[0];
      for (int64_t line = 1; line + 1 < lines; ++line) {
        const float re = in[2 * line - 1], im = in[2 * line];
        out[line] = re * re + im * im;
      }
      out[lines - 1] = in[size_ - 1] * in[size_ - 1];
    }
    for (int frame = 0; frame < power.rows; ++frame) {
      const float* in = power.ptr<float>(frame);
      float* out = spectra.data() + (first + frame) * bins_;
      for (int64_t bin = 0; bin < bins_; ++bin) {
        const auto [begin, end] = bands_[static_cast<size_t>(bin)];
        const float* filter = filters_.data() + bin * lines;
        double energy = 0;
        for (int64_t line = begin; line < end; ++line)
          energy += static_cast<double>(in[line]) * static_cast<double>(filter[line]);
        out[bin] = static_cast<float>(energy);
      }
    }
  }
  cv::Mat all(static_cast<int>(frames), static_cast<int>(bins_), CV_32F, spectra.data());
  cv::max(all, kLeastEnergy, all);
  cv::log(all, all);
  return spectra;
}

}  // namespace t2t
