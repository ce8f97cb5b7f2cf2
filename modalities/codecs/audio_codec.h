// The codec of sound: the bytes of a sound file <-> stacked log-mel spectra, or single samples.
//
//   speech: {modality: audio}                                   # 16 kHz, 80 bands, 25 positions a second
//   phone:  {modality: audio, rate: 8000, bins: 40, augment: {time_masks: 2, frequency_masks: 2}}
//   click: {modality: audio, units: samples, rate: 4000}        # one of 256 steps of mu_law.h for each sample
//
// The channels' mean, brought to `rate`; log-mel spectra (mel_spectrogram.h) every hop_ms of windows of window_ms; `stack`
// spectra are one position. A raw unit is a sample.
//
// normalize = clip: each band has mean 0 and variance 1 over the clip, so that loudness and the microphone's colour do not
// matter; a last position is filled up with zeros; it does not go back. normalize = data, as a target has it: over the training
// values (scale.txt), energies from 1e-6 on (about 75 dB below full scale); a last position is filled up with silence, and
// spectra go back to a WAV file by griffin_lim.h.
//
// Samples: each has its likelihood, so that a sound is told in bits per sample. A position each: for short sounds; of
// targets those that are longer than data.max_length are left out and counted, and decode.max_length (256) is what is made at most. A WAV file of the codec's rate comes back as its nearest steps.
//
// Augmentation is SpecAugment's masks without its time warping (Park et al., arXiv 1904.08779): a masked spectrum or band is
// its mean, zero; and the perturbation of speed, `augment: {speed: 0.1}` (Ko et al., "Audio Augmentation for Speech
// Recognition", Interspeech 2015), with the pitch going along. A long recording is cut in the quietest place of the second half
// of each piece (Pieces, up to 4 hours); else one above max_seconds is an error. Remarks: silent below -80 dB of full scale
// throughout; clipped where more than a thousandth of the samples are at full scale.
#ifndef T2T_MODALITIES_CODECS_AUDIO_CODEC_H_
#define T2T_MODALITIES_CODECS_AUDIO_CODEC_H_

#include <memory>

#include "absl/status/statusor.h"
#include "modalities/codecs/codec.h"
#include "registry/config.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Codec>> MakeAudioCodec(Binder& options);

// Short WAV files of a tone for Modality::sample.
absl::StatusOr<Value> SampleAudio(const Codec& codec, int64_t number);

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_AUDIO_CODEC_H_
