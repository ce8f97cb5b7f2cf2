// Log-mel spectra of a sound: how loud it is at which pitch, frame by frame.
//
// As librosa 0.10's feature.melspectrogram with its defaults: Hann windows (periodic), zeros before the first and behind the
// last sample (center=True, pad_mode="constant"), squared magnitudes, triangles on Slaney's mel scale of equal area
// (htk=False, norm="slaney"); then log(max(energy, 1e-10)). A window shorter than the transform stands in its middle.
// The transform is OpenCV's.
#ifndef T2T_MODALITIES_CODECS_MEL_SPECTROGRAM_H_
#define T2T_MODALITIES_CODECS_MEL_SPECTROGRAM_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "modalities/codecs/sound.h"

namespace t2t {

// Constant after construction, thread-safe.
class MelSpectrogram {
 public:
  // At `rate` samples a second; window and hop in samples. The transform has the next power of two of the window. The
  // bands reach from 0 to rate / 2.
  MelSpectrogram(int64_t rate, int64_t window, int64_t hop, int64_t bins);

  // [frames, bins], 1 + samples / hop frames. The sound must be of `rate`.
  std::vector<float> Compute(const Sound& sound) const;
  int64_t Frames(int64_t samples) const { return 1 + samples / hop_; }

  int64_t rate() const { return rate_; }
  int64_t hop() const { return hop_; }
  int64_t bins() const { return bins_; }
  int64_t size() const { return size_; }                          // of the transform
  const std::vector<float>& window() const { return window_; }    // [size]
  const std::vector<float>& filters() const { return filters_; }  // [bins, size / 2 + 1]
  // The windowed samples of a frame: `out` [size].
  void Window(const std::vector<float>& samples, int64_t frame, float* out) const;

 private:
  int64_t rate_, hop_, bins_, size_ = 1;
  std::vector<float> window_, filters_;
  // From which line to which each filter is not 0: a fortieth of all, at the usual sizes.
  std::vector<std::pair<int64_t, int64_t>> bands_;
};

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_MEL_SPECTROGRAM_H_
