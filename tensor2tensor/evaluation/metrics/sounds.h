// Metrics of sounds, on the bytes of their files. Lower is better. Of several references the first counts; a prediction that is no
// sound is silence of no length.
//
//   mcd              mel-cepstral distortion in dB (Kubichek, "Mel-cepstral distance measure for objective speech quality
//                    assessment", 1993): coefficients 1 to 13 of the logarithms of 40 mel bands (mel_spectrogram.h; windows of
//                    25 ms every 10 ms, at the reference's rate, of at most 16 kHz, energies from 1e-6 on), the mean along the alignment with the least sum (dynamic time
//                    warping). Coefficient 0 is left out: loudness does not matter to it.
//   duration_error   difference of lengths, in % of the references' lengths together
//   loudness_error   mean difference of the root mean square levels, in dB; a level is at least -80 dB of full scale
#ifndef T2T_TENSOR2TENSOR_EVALUATION_METRICS_SOUNDS_H_
#define T2T_TENSOR2TENSOR_EVALUATION_METRICS_SOUNDS_H_

#include <string>
#include <utility>
#include <vector>

#include "tensor2tensor/evaluation/metrics/metric.h"

namespace t2t {

// Statistics: {places of the alignment, sum of their distortions in dB}.
class MelCepstralDistortion : public Metric {
 public:
  explicit MelCepstralDistortion(std::string name)
      : Metric(std::move(name), /*higher_is_better=*/false) {}
  std::vector<double> Statistics(const std::string& prediction,
                                 const std::vector<std::string>& references) const override;
  double Score(absl::Span<const double> summed) const override;
};

// Statistics: {seconds of the reference, seconds of difference}.
class DurationError : public Metric {
 public:
  explicit DurationError(std::string name) : Metric(std::move(name), /*higher_is_better=*/false) {}
  std::vector<double> Statistics(const std::string& prediction,
                                 const std::vector<std::string>& references) const override;
  double Score(absl::Span<const double> summed) const override;
};

// Statistics: {count, sum of differences in dB}.
class LoudnessError : public Metric {
 public:
  explicit LoudnessError(std::string name) : Metric(std::move(name), /*higher_is_better=*/false) {}
  std::vector<double> Statistics(const std::string& prediction,
                                 const std::vector<std::string>& references) const override;
  double Score(absl::Span<const double> summed) const override;
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_METRICS_SOUNDS_H_
