// Sound: a decoded recording of one channel; from and to the bytes of sound files, and to another rate.
//
//   absl::StatusOr<Sound> clip = DecodeSound(file_bytes);          // WAV, FLAC, Ogg Vorbis, Opus, MP3, ...
//   absl::StatusOr<Sound> slow = Resample(*clip, 8000);
//   absl::StatusOr<std::string> wav = EncodeWav(*slow);
//
// libsndfile and libsamplerate do the work behind this header and only behind it. All functions are thread-safe.
#ifndef T2T_MODALITIES_CODECS_SOUND_H_
#define T2T_MODALITIES_CODECS_SOUND_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace t2t {

struct Sound {
  int64_t rate = 0;            // samples a second
  std::vector<float> samples;  // about -1 to 1

  double seconds() const { return static_cast<double>(samples.size()) / static_cast<double>(rate); }
};

// What a file's header tells.
struct SoundHeader {
  int64_t rate = 0, channels = 0, frames = 0;  // frames: samples of a channel
};
absl::StatusOr<SoundHeader> ReadSoundHeader(absl::string_view file_bytes);

// The mean of the channels. Errors (InvalidArgument): no format that libsndfile knows; damaged data; more than max_seconds;
// a sample that is no number. A file that is cut off in its data gives what is there where its format allows it.
absl::StatusOr<Sound> DecodeSound(absl::string_view file_bytes, double max_seconds = 24 * 3600);

// The largest of the samples' distances from 0; no number if one of them is none.
float Loudest(absl::Span<const float> samples);

// 16 bits a sample; what is beyond -1 to 1 is clipped.
absl::StatusOr<std::string> EncodeWav(const Sound& sound);

// Band-limited interpolation (libsamplerate's medium sinc). round(samples * rate / sound.rate) samples; the same rate is a
// copy. Error: a ratio beyond 1/256 to 256.
absl::StatusOr<Sound> Resample(const Sound& sound, int64_t rate);

// The ending of the sound file's name by its bytes: ".wav", ".ogg", ".flac", ".mp3"; ".wav" for others.
std::string SoundSuffix(absl::string_view bytes);

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_SOUND_H_
