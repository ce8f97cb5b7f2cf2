#include "modalities/codecs/griffin_lim.h"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>

#include "random/philox.h"
#include "registry/check.h"

namespace t2t {
namespace {

constexpr int kBandSteps = 100, kPhaseSteps = 60;
constexpr float kMomentum = 0.99f;  // the best of Perraudin et al., figure 2
constexpr float kTiny = 1e-20f;

// Energies [frames, lines] whose bands are nearest to `bands` [frames, bins].
cv::Mat EnergiesOf(const cv::Mat& bands, const cv::Mat& filters) {
  cv::Mat toward, energies, now;
  cv::gemm(bands, filters, 1, {}, 0, toward);
  const auto heard = [&] {  // what the bands of these energies would give in place of `toward`
    cv::gemm(energies, filters, 1, {}, 0, now, cv::GEMM_2_T);
    cv::gemm(now, filters, 1, {}, 0, now);
  };
  // The same of every line of a band to begin with.
  energies = cv::Mat::ones(toward.size(), CV_32F);
  heard();
  energies = toward / (now + kTiny);
  for (int i = 0; i < kBandSteps; ++i) {
    heard();
    energies = energies.mul(toward / (now + kTiny));
  }
  return energies;
}

// Windows of the sound, transformed: [frames, size] in OpenCV's packing, re 0, re 1, im 1, ..., re size / 2.
cv::Mat Transformed(const MelSpectrogram& mel, const std::vector<float>& samples, int frames) {
  cv::Mat windows(frames, static_cast<int>(mel.size()), CV_32F);
  for (int frame = 0; frame < frames; ++frame)
    mel.Window(samples, frame, windows.ptr<float>(frame));
  cv::Mat transformed;
  cv::dft(windows, transformed, cv::DFT_ROWS);
  return transformed;
}

// The samples whose windows are nearest to the transformed ones: overlapped and added.
std::vector<float> Overlapped(const MelSpectrogram& mel, const cv::Mat& transformed,
                              int64_t samples) {
  cv::Mat windows;
  cv::dft(transformed, windows, cv::DFT_ROWS | cv::DFT_INVERSE | cv::DFT_SCALE);
  std::vector<float> sum(static_cast<size_t>(samples)), weight(sum.size());
  const std::vector<float>& window = mel.window();
  for (int frame = 0; frame < windows.rows; ++frame) {
    const float* row = windows.ptr<float>(frame);
    const int64_t begin = frame * mel.hop() - mel.size() / 2;
    const int64_t first = std::max<int64_t>(0, -begin);
    const int64_t last = std::min(mel.size(), samples - begin);
    for (int64_t i = first; i < last; ++i) {
      const auto place = static_cast<size_t>(begin + i);
      sum[place] += row[i] * window[static_cast<size_t>(i)];
      weight[place] += window[static_cast<size_t>(i)] * window[static_cast<size_t>(i)];
    }
  }
  for (size_t i = 0; i < sum.size(); ++i) sum[i] = weight[i] > 1e-8f ? sum[i] / weight[i] : 0.0f;
  return sum;
}

// Keeps the phases of `transformed` and gives it the magnitudes [frames, lines].
void SetMagnitudes(const cv::Mat& magnitudes, cv::Mat* transformed) {
  const int size = transformed->cols;
  for (int frame = 0; frame < transformed->rows; ++frame) {
    float* row = transformed->ptr<float>(frame);
    const float* wanted = magnitudes.ptr<float>(frame);
    row[0] = std::copysign(wanted[0], row[0]);
    for (int line = 1; line < size / 2; ++line) {
      float &re = row[2 * line - 1], &im = row[2 * line];
      const float scale = wanted[line] / std::max(std::hypot(re, im), kTiny);
      re *= scale;
      im *= scale;
    }
    row[size - 1] = std::copysign(wanted[size / 2], row[size - 1]);
  }
}

}  // namespace

Sound SoundOfSpectra(const MelSpectrogram& mel, const std::vector<float>& spectra) {
  const auto frames = static_cast<int>(static_cast<int64_t>(spectra.size()) / mel.bins());
  T2T_CHECK(frames > 0);
  cv::Mat bands(frames, static_cast<int>(mel.bins()), CV_32F);
  for (int frame = 0; frame < frames; ++frame) {
    for (int bin = 0; bin < bands.cols; ++bin) {
      const float log_energy =
          spectra[static_cast<size_t>(frame) * static_cast<size_t>(bands.cols) +
                  static_cast<size_t>(bin)];
      // Beyond what full scale can give nothing is heard but overflow.
      bands.at<float>(frame, bin) = std::exp(std::min(log_energy, 20.0f));
    }
  }
  const cv::Mat filters(bands.cols, static_cast<int>(mel.size() / 2 + 1), CV_32F,
                        const_cast<float*>(mel.filters().data()));
  cv::Mat magnitudes;
  cv::sqrt(EnergiesOf(bands, filters), magnitudes);

  const int64_t samples = std::max<int64_t>(1, (frames - 1) * mel.hop());
  Philox random(RandomKey(1).With("phases"));
  cv::Mat guess(frames, static_cast<int>(mel.size()), CV_32F);
  for (int frame = 0; frame < frames; ++frame) {
    for (int i = 0; i < guess.cols; ++i)
      guess.at<float>(frame, i) = static_cast<float>(random.Normal());
  }
  cv::Mat before;
  for (int i = 0; i < kPhaseSteps; ++i) {
    SetMagnitudes(magnitudes, &guess);
    const cv::Mat now = Transformed(mel, Overlapped(mel, guess, samples), frames);
    guess = before.empty() ? now.clone() : cv::Mat(now + kMomentum * (now - before));
    before = now;
  }
  SetMagnitudes(magnitudes, &guess);
  return {mel.rate(), Overlapped(mel, guess, samples)};
}

}  // namespace t2t
