#include "tensor2tensor/evaluation/metrics/sounds.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "absl/status/statusor.h"
#include "modalities/codecs/mel_spectrogram.h"
#include "modalities/codecs/sound.h"
#include "registry/check.h"

namespace t2t {
namespace {

constexpr int64_t kBands = 40, kCoefficients = 13, kUsualRate = 16'000;
constexpr double kLeastDecibels = -80;
// Of the logarithm of a band's energy: what is deeper is silence, of which one is like another.
const float kLeastHeard = std::log(1e-6f);
const double kDecibels = 10 / std::log(10.0) * std::sqrt(2.0);

using Cepstrum = std::array<double, kCoefficients>;

// A sound without samples where the bytes are none.
Sound Heard(const std::string& bytes) {
  absl::StatusOr<Sound> sound = DecodeSound(bytes);
  return sound.ok() ? *std::move(sound) : Sound{kUsualRate, {}};
}

// Recordings of 44.1 kHz have much above the speech that a target of 16 kHz can hold.
constexpr int64_t kHighestRate = 16'000;

Sound AtRate(const Sound& sound, int64_t rate) {
  absl::StatusOr<Sound> changed = Resample(sound, rate);
  return changed.ok() ? *std::move(changed) : Sound{rate, {}};
}

std::vector<Cepstrum> Cepstra(const Sound& sound) {
  const int64_t window = std::max<int64_t>(2, sound.rate / 40),
                hop = std::max<int64_t>(1, sound.rate / 100);
  const MelSpectrogram mel(sound.rate, window, hop, kBands);
  const std::vector<float> spectra = mel.Compute(sound);
  std::vector<Cepstrum> cepstra(spectra.size() / kBands);
  for (size_t frame = 0; frame < cepstra.size(); ++frame) {
    for (int64_t m = 1; m <= kCoefficients; ++m) {
      double sum = 0;
      for (int64_t band = 0; band < kBands; ++band) {
        sum += std::max(kLeastHeard, spectra[frame * kBands + static_cast<size_t>(band)]) *
               std::cos(M_PI * static_cast<double>(m) * (static_cast<double>(band) + 0.5) / kBands);
      }
      cepstra[frame][static_cast<size_t>(m - 1)] = sum / kBands;
    }
  }
  return cepstra;
}

double Distance(const Cepstrum& a, const Cepstrum& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return kDecibels * std::sqrt(sum);
}

struct Path {
  double sum = std::numeric_limits<double>::infinity();
  double places = 0;
};

// The path from the first pair to the last one with the least sum of distances; at a tie the one with fewer places.
Path Aligned(const std::vector<Cepstrum>& a, const std::vector<Cepstrum>& b) {
  std::vector<Path> before(b.size()), now(b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    for (size_t j = 0; j < b.size(); ++j) {
      Path best;
      if (i == 0 && j == 0) best.sum = 0;
      const auto consider = [&](const Path& path) {
        if (path.sum < best.sum || (path.sum == best.sum && path.places < best.places)) best = path;
      };
      if (i > 0 && j > 0) consider(before[j - 1]);
      if (i > 0) consider(before[j]);
      if (j > 0) consider(now[j - 1]);
      now[j] = {best.sum + Distance(a[i], b[j]), best.places + 1};
    }
    std::swap(before, now);
  }
  return before.back();
}

double Level(const Sound& sound) {
  double sum = 0;
  for (const float sample : sound.samples) sum += static_cast<double>(sample) * sample;
  const double mean = sum / static_cast<double>(std::max<size_t>(sound.samples.size(), 1));
  return std::max(kLeastDecibels, 10 * std::log10(std::max(mean, 1e-30)));
}

const std::string& Reference(const std::vector<std::string>& references) {
  T2T_CHECK(!references.empty()) << "a comparison needs a reference";
  return references[0];
}

double PerCount(absl::Span<const double> summed) {
  return summed[0] == 0 ? 0 : summed[1] / summed[0];
}

}  // namespace

std::vector<double> MelCepstralDistortion::Statistics(
    const std::string& prediction, const std::vector<std::string>& references) const {
  const Sound reference = Heard(Reference(references));
  const int64_t rate = std::min(reference.rate, kHighestRate);
  const Path path =
      Aligned(Cepstra(AtRate(Heard(prediction), rate)), Cepstra(AtRate(reference, rate)));
  return {path.places, path.sum};
}

double MelCepstralDistortion::Score(absl::Span<const double> summed) const {
  return PerCount(summed);
}

std::vector<double> DurationError::Statistics(const std::string& prediction,
                                              const std::vector<std::string>& references) const {
  const double wanted = Heard(Reference(references)).seconds();
  return {wanted, std::abs(Heard(prediction).seconds() - wanted)};
}

double DurationError::Score(absl::Span<const double> summed) const {
  return 100 * PerCount(summed);
}

std::vector<double> LoudnessError::Statistics(const std::string& prediction,
                                              const std::vector<std::string>& references) const {
  return {1, std::abs(Level(Heard(prediction)) - Level(Heard(Reference(references))))};
}

double LoudnessError::Score(absl::Span<const double> summed) const { return PerCount(summed); }

}  // namespace t2t
