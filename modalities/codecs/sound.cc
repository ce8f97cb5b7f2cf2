#include "modalities/codecs/sound.h"

#include <samplerate.h>
#include <sndfile.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <memory>
#include <mutex>
#include <numeric>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modalities/codecs/polyphase.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr size_t kFrames = 4096;  // that are read at once
constexpr float kLoudest =
    1e6f;  // of the sum of the channels; files of floats may pass 1, but not by so much

bool IsSample(float sum) { return std::abs(sum) < kLoudest; }

// libsndfile keeps why a file could not be opened in one place for all threads.
std::mutex& OpenMutex() {
  static std::mutex& mutex = *new std::mutex;
  return mutex;
}

// A file in memory, for libsndfile's virtual input and output.
struct MemoryFile {
  absl::string_view in;        // read
  std::string* out = nullptr;  // or written
  sf_count_t place = 0;

  sf_count_t size() const {
    return static_cast<sf_count_t>(out != nullptr ? out->size() : in.size());
  }
};

MemoryFile& FileOf(void* user) { return *static_cast<MemoryFile*>(user); }

SF_VIRTUAL_IO MemoryCalls() {
  SF_VIRTUAL_IO calls{};
  calls.get_filelen = [](void* user) { return FileOf(user).size(); };
  calls.seek = [](sf_count_t offset, int whence, void* user) {
    MemoryFile& file = FileOf(user);
    const sf_count_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? file.place : file.size();
    if (offset < -base || offset > file.size() - base) return sf_count_t{-1};
    file.place = base + offset;
    return file.place;
  };
  calls.read = [](void* to, sf_count_t count, void* user) {
    MemoryFile& file = FileOf(user);
    count = std::clamp<sf_count_t>(count, 0, file.size() - file.place);
    std::memcpy(to, file.in.data() + file.place, static_cast<size_t>(count));
    file.place += count;
    return count;
  };
  calls.write = [](const void* from, sf_count_t count, void* user) {
    MemoryFile& file = FileOf(user);
    const auto place = static_cast<size_t>(file.place), size = static_cast<size_t>(count);
    if (file.out->size() < place + size) file.out->resize(place + size);
    std::memcpy(file.out->data() + place, from, size);
    file.place += count;
    return count;
  };
  calls.tell = [](void* user) { return FileOf(user).place; };
  return calls;
}

struct Close {
  void operator()(SNDFILE* file) const { sf_close(file); }
};
using OpenFile = std::unique_ptr<SNDFILE, Close>;

// Whether it is a WAV that says so; libsndfile calls that an internal error.
bool IsWavOfRateZero(absl::string_view bytes) {
  return absl::StartsWith(bytes, "RIFF") && bytes.size() >= 28 &&
         bytes.substr(8, 8) == "WAVEfmt " &&
         bytes.substr(24, 4) == absl::string_view("\0\0\0\0", 4);
}

absl::StatusOr<OpenFile> OpenForReading(MemoryFile* memory, SF_INFO* info) {
  SF_VIRTUAL_IO calls = MemoryCalls();
  const std::lock_guard lock(OpenMutex());
  OpenFile file(sf_open_virtual(&calls, SFM_READ, info, memory));
  if (file == nullptr) {
    const std::string reason =
        IsWavOfRateZero(memory->in) ? "its rate is 0 samples a second" : sf_strerror(nullptr);
    return absl::InvalidArgumentError(
        absl::StrCat("not a sound file that can be read (", reason, ")"));
  }
  if (info->samplerate <= 0 || info->channels <= 0) {
    return absl::InvalidArgumentError(absl::StrCat("a sound of ", info->channels, " channels at ",
                                                   info->samplerate, " samples a second"));
  }
  return file;
}

// Puts the next frames behind the samples, as the sum of their channels; how many, 0 at the end. Works in `block`.
size_t ReadSums(SNDFILE* file, size_t channels, std::vector<float>* block,
                std::vector<float>* samples) {
  const size_t before = samples->size();
  samples->resize(before + kFrames);
  float* sums = samples->data() + before;
  if (channels > 1) block->resize(kFrames * channels);
  float* read = channels > 1 ? block->data() : sums;
  const auto frames =
      static_cast<size_t>(std::max<sf_count_t>(sf_readf_float(file, read, sf_count_t{kFrames}), 0));
  samples->resize(before + frames);
  if (channels > 1) {
    for (size_t frame = 0; frame < frames; ++frame, read += channels)
      sums[frame] = std::accumulate(read, read + channels, 0.0f);
  }
  return frames;
}

}  // namespace

absl::StatusOr<SoundHeader> ReadSoundHeader(absl::string_view file_bytes) {
  MemoryFile memory{file_bytes};
  SF_INFO info{};
  T2T_RETURN_IF_ERROR(OpenForReading(&memory, &info).status());
  return SoundHeader{info.samplerate, info.channels, info.frames};
}

absl::StatusOr<Sound> DecodeSound(absl::string_view file_bytes, double max_seconds) {
  MemoryFile memory{file_bytes};
  SF_INFO info{};
  T2T_ASSIGN_OR_RETURN(const OpenFile file, OpenForReading(&memory, &info));
  Sound sound;
  sound.rate = info.samplerate;
  const double most = max_seconds * static_cast<double>(sound.rate);
  const auto channels = static_cast<size_t>(info.channels);
  // With room for a whole block at the end. A header may promise more than there is.
  constexpr sf_count_t kBelieved = 1 << 22;
  sound.samples.reserve(static_cast<size_t>(std::clamp<sf_count_t>(info.frames, 0, kBelieved)) +
                        kFrames);
  std::vector<float> block;
  while (const size_t frames = ReadSums(file.get(), channels, &block, &sound.samples)) {
    float* end = sound.samples.data() + sound.samples.size();
    float* begin = end - frames;
    if (!IsSample(Loudest({begin, frames}))) {
      return absl::InvalidArgumentError(
          absl::StrCat("sample ", std::find_if_not(begin, end, IsSample) - sound.samples.data(),
                       " of the sound is not a number, or not from -1 to 1"));
    }
    if (channels > 1) {
      for (float* sum = begin; sum != end; ++sum) *sum /= static_cast<float>(channels);
    }
    if (static_cast<double>(sound.samples.size()) > most) {
      return absl::InvalidArgumentError(
          absl::StrCat("the sound is longer than ", max_seconds, " seconds"));
    }
  }
  if (sf_error(file.get()) != SF_ERR_NO_ERROR) {
    return absl::InvalidArgumentError(absl::StrCat("damaged behind sample ", sound.samples.size(),
                                                   " of the sound: ", sf_strerror(file.get())));
  }
  return sound;
}

float Loudest(absl::Span<const float> samples) {
  // Without their signs, floats and their bits have the same order; integers are compared in vectors.
  int32_t most = 0;
  for (const float sample : samples)
    most = std::max(most, std::bit_cast<int32_t>(std::abs(sample)));
  return std::bit_cast<float>(most);
}

absl::StatusOr<std::string> EncodeWav(const Sound& sound) {
  std::string bytes;
  MemoryFile memory{{}, &bytes};
  SF_INFO info{};
  info.samplerate = static_cast<int>(sound.rate);
  info.channels = 1;
  info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
  SF_VIRTUAL_IO calls = MemoryCalls();
  OpenFile file;
  {
    const std::lock_guard lock(OpenMutex());
    file.reset(sf_open_virtual(&calls, SFM_WRITE, &info, &memory));
    if (file == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat("no WAV at ", sound.rate, " samples a second: ", sf_strerror(nullptr)));
    }
  }
  sf_command(file.get(), SFC_SET_CLIPPING, nullptr, SF_TRUE);
  const auto count = static_cast<sf_count_t>(sound.samples.size());
  if (sf_writef_float(file.get(), sound.samples.data(), count) != count) {
    return absl::InternalError(absl::StrCat("WAV: ", sf_strerror(file.get())));
  }
  file.reset();  // writes the header's sizes
  return bytes;
}

absl::StatusOr<Sound> Resample(const Sound& sound, int64_t rate) {
  if (rate == sound.rate) return sound;
  const double ratio = static_cast<double>(rate) / static_cast<double>(sound.rate);
  if (src_is_valid_ratio(ratio) == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("a sound of ", sound.rate, " samples a second cannot be brought to ", rate));
  }
  const auto wanted =
      static_cast<size_t>(std::llround(static_cast<double>(sound.samples.size()) * ratio));
  Sound result{rate, {}};
  if (sound.samples.empty()) return result;
  if (const Polyphase* filters = Polyphase::Find(sound.rate, rate)) {
    result.samples = filters->Apply(sound.samples);
    result.samples.resize(wanted, 0.0f);
    return result;
  }
  result.samples.resize(wanted + 16);  // the library may give one more or less
  SRC_DATA data{};
  data.data_in = sound.samples.data();
  data.input_frames = static_cast<long>(sound.samples.size());
  data.data_out = result.samples.data();
  data.output_frames = static_cast<long>(result.samples.size());
  data.src_ratio = ratio;
  if (const int error = src_simple(&data, SRC_SINC_MEDIUM_QUALITY, 1); error != 0) {
    return absl::InternalError(absl::StrCat("resampling: ", src_strerror(error)));
  }
  result.samples.resize(static_cast<size_t>(data.output_frames_gen));
  result.samples.resize(wanted, 0.0f);
  return result;
}

std::string SoundSuffix(absl::string_view bytes) {
  if (absl::StartsWith(bytes, "OggS")) return ".ogg";
  if (absl::StartsWith(bytes, "fLaC")) return ".flac";
  const bool frame = bytes.size() > 1 && bytes[0] == '\xFF' && (bytes[1] & '\xE0') == '\xE0';
  if (absl::StartsWith(bytes, "ID3") || frame) return ".mp3";
  return ".wav";
}

}  // namespace t2t
