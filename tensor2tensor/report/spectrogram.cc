#include "tensor2tensor/report/spectrogram.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "modalities/codecs/mel_spectrogram.h"
#include "modalities/codecs/pixels.h"
#include "modalities/codecs/sound.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr int64_t kRate = 8000, kWindow = 256, kLeastHop = 80, kBins = 64, kMostSpectra = 400;
constexpr double kMostSeconds = 3600;
const double kShownNats = std::log(10.0) * 6;  // 60 decibels

}  // namespace

absl::StatusOr<std::string> SpectrogramPng(absl::string_view sound_file) {
  T2T_ASSIGN_OR_RETURN(const Sound recorded, DecodeSound(sound_file, kMostSeconds));
  T2T_ASSIGN_OR_RETURN(const Sound sound, Resample(recorded, kRate));
  const auto samples = static_cast<int64_t>(sound.samples.size());
  const MelSpectrogram mel(kRate, kWindow, std::max(kLeastHop, samples / (kMostSpectra - 1) + 1),
                           kBins);
  const std::vector<float> spectra = mel.Compute(sound);
  const int64_t frames = mel.Frames(samples);
  const double loudest = *std::max_element(spectra.begin(), spectra.end());
  Pixels pixels{kBins, frames, 1, std::vector<float>(static_cast<size_t>(kBins * frames))};
  for (int64_t frame = 0; frame < frames; ++frame) {
    for (int64_t bin = 0; bin < kBins; ++bin) {
      const double below = loudest - spectra[static_cast<size_t>(frame * kBins + bin)];
      pixels.at(kBins - 1 - bin, frame, 0) =
          static_cast<float>(std::clamp(below / kShownNats, 0.0, 1.0));
    }
  }
  return EncodePng(pixels);
}

}  // namespace t2t
