#include "tensor2tensor/evaluation/baselines/sound_distance.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "modalities/codecs/mel_spectrogram.h"
#include "modalities/codecs/sound.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

// Sounds as they are seen from afar: a clip's log-mel spectra, less the mean of each band, in 16 equal stretches of time.
class SoundDistance : public PortDistance {
 public:
  explicit SoundDistance(bool normalised) : normalised_(normalised) {}

  absl::Status Add(const Value* value) override {
    T2T_ASSIGN_OR_RETURN(const Shape shape, ShapeOf(value));
    shapes_.push_back(shape);
    return absl::OkStatus();
  }
  absl::Status Ask(const Value* value) override {
    T2T_ASSIGN_OR_RETURN(question_, ShapeOf(value));
    return absl::OkStatus();
  }
  double AtLeast(int64_t) const override { return 0; }
  double To(int64_t i, double /*enough*/) override {
    const Shape& theirs = shapes_[static_cast<size_t>(i)];
    double sum = 0;
    for (size_t place = 0; place < theirs.size(); ++place) {
      const double difference = double{question_[place]} - double{theirs[place]};
      sum += difference * difference;
    }
    const double distance = std::sqrt(sum / static_cast<double>(theirs.size()));
    return normalised_ ? BroughtToOne(distance) : distance;
  }

 private:
  static constexpr int64_t kRate = 8000, kBands = 20, kStretches = 16;
  using Shape = std::array<float, kBands * kStretches>;

  absl::StatusOr<Shape> ShapeOf(const Value* value) const {
    Shape shape{};
    if (value == nullptr) return shape;
    T2T_ASSIGN_OR_RETURN(const absl::string_view file, ComparedBytes(value));
    T2T_ASSIGN_OR_RETURN(const Sound recorded, DecodeSound(file));
    T2T_ASSIGN_OR_RETURN(const Sound sound, Resample(recorded, kRate));
    const std::vector<float> spectra = mel_.Compute(sound);
    const int64_t frames = mel_.Frames(static_cast<int64_t>(sound.samples.size()));
    std::array<double, kBands> means{};
    for (size_t i = 0; i < spectra.size(); ++i) {
      means[i % kBands] += spectra[i] / static_cast<double>(frames);
    }
    for (int64_t stretch = 0; stretch < kStretches; ++stretch) {
      // At least one spectrum, where the clip has fewer of them than there are stretches.
      const int64_t begin = stretch * frames / kStretches;
      const int64_t end = std::max(begin + 1, (stretch + 1) * frames / kStretches);
      for (int64_t band = 0; band < kBands; ++band) {
        double sum = 0;
        for (int64_t frame = begin; frame < end; ++frame) {
          sum += spectra[static_cast<size_t>(frame * kBands + band)];
        }
        shape[static_cast<size_t>(stretch * kBands + band)] = static_cast<float>(
            sum / static_cast<double>(end - begin) - means[static_cast<size_t>(band)]);
      }
    }
    return shape;
  }

  const MelSpectrogram mel_{kRate, kRate / 40, kRate / 100, kBands};
  const bool normalised_;
  std::vector<Shape> shapes_;
  Shape question_{};
};

}  // namespace

std::unique_ptr<PortDistance> MakeSoundDistance(bool normalised) {
  return std::make_unique<SoundDistance>(normalised);
}

}  // namespace t2t
