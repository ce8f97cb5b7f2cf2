#include "modalities/codecs/audio_codec.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "modalities/codecs/griffin_lim.h"
#include "modalities/codecs/mel_spectrogram.h"
#include "modalities/codecs/mu_law.h"
#include "modalities/codecs/option_error.h"
#include "modalities/codecs/scale_file.h"
#include "modalities/codecs/sound.h"
#include "random/philox.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

// Seconds of a recording that is heard in pieces: it is decoded as a whole.
constexpr double kLongestRecording = 4 * 3600;
constexpr double kMostSpeed = 0.5;
// What goes back is heard from here on, as the logarithm of a band's energy: about 75 dB below full scale. What lies deeper,
// such as digital silence, would only widen the scale.
const float kLeastHeard = std::log(1e-6f);

// How many masks of at most how many spectra and bands; by which share a sound may be faster or slower.
struct SoundAugment {
  int64_t time_masks = 0, time_width = 10, frequency_masks = 0, frequency_width = 8;
  double speed = 0;
};

struct AudioOptions {
  int64_t rate = 16'000, bins = 80, stack = 4;
  double window_ms = 25, hop_ms = 10, max_seconds = 60;
  std::string normalize = "clip";
  SoundAugment augment;

  int64_t Samples(double ms) const { return std::llround(ms * static_cast<double>(rate) / 1000); }
};

// Mean 0 and variance 1 of every band over all spectra.
void Normalise(int64_t bins, std::vector<float>* spectra) {
  const auto count = static_cast<double>(static_cast<int64_t>(spectra->size()) / bins);
  const auto width = static_cast<size_t>(bins);
  // All bands side by side, spectrum after spectrum, as they lie in memory.
  const auto for_each = [&](auto visit) {
    for (size_t begin = 0; begin < spectra->size(); begin += width) {
      float* spectrum = spectra->data() + begin;
      for (size_t bin = 0; bin < width; ++bin) visit(bin, spectrum[bin]);
    }
  };
  std::vector<double> means(width), scales(width);
  for_each([&](size_t bin, float value) { means[bin] += value; });
  for (double& mean : means) mean /= count;
  for_each(
      [&](size_t bin, float value) { scales[bin] += (value - means[bin]) * (value - means[bin]); });
  for (double& scale : scales) {
    const double deviation = std::sqrt(scale / count);
    // A band that does not change, as in silence, says nothing: zeros.
    scale = deviation > 1e-3 ? 1 / deviation : 0;
  }
  for_each([&](size_t bin, float& value) {
    value = static_cast<float>((value - means[bin]) * scales[bin]);
  });
}

void Mask(const SoundAugment& augment, int64_t bins, uint64_t random_key,
          std::vector<float>* spectra) {
  const int64_t frames = static_cast<int64_t>(spectra->size()) / bins;
  Philox random(RandomKey(random_key).With("spectrum masks"));
  const auto draw = [&](int64_t most_wide, int64_t all) {
    const int64_t most = std::min(most_wide, all);
    const auto width = static_cast<int64_t>(random.Below(static_cast<uint64_t>(most + 1)));
    const auto begin = static_cast<int64_t>(random.Below(static_cast<uint64_t>(all - width + 1)));
    return std::pair(begin, begin + width);
  };
  for (int64_t i = 0; i < augment.time_masks; ++i) {
    const auto [begin, end] = draw(augment.time_width, frames);
    std::fill(spectra->begin() + begin * bins, spectra->begin() + end * bins, 0.0f);
  }
  for (int64_t i = 0; i < augment.frequency_masks; ++i) {
    const auto [begin, end] = draw(augment.frequency_width, bins);
    for (int64_t frame = 0; frame < frames; ++frame) {
      std::fill(spectra->begin() + frame * bins + begin, spectra->begin() + frame * bins + end,
                0.0f);
    }
  }
}

// The middle of the quietest tenth of a second within [begin, end); in (begin, end].
size_t Quietest(const Sound& sound, size_t begin, size_t end) {
  const size_t width = std::clamp<size_t>(static_cast<size_t>(sound.rate / 10), 1, end - begin);
  double energy = 0, least = 0;
  size_t best = end;
  for (size_t i = begin; i < end; ++i) {
    energy += sound.samples[i] * sound.samples[i];
    if (i + 1 < begin + width) continue;
    // At a tie the later one: longer pieces.
    if (best == end || energy <= least) {
      least = energy;
      best = i + 1 - width / 2;
    }
    energy -= sound.samples[i + 1 - width] * sound.samples[i + 1 - width];
  }
  return std::max(best, begin + 1);
}

const char* RemarkOf(const Sound& sound) {
  constexpr float kSilent = 1e-4f, kFull = 0.999f;
  const float loudest = Loudest(sound.samples);
  if (loudest < kSilent) return "is silent";
  if (loudest < kFull) return nullptr;
  size_t full = 0;
  for (const float sample : sound.samples) full += std::abs(sample) >= kFull;
  return full * 1000 > sound.samples.size() ? "is clipped" : nullptr;
}

// What both ways of hearing a sound share.
class SoundCodec : public Codec {
 public:
  explicit SoundCodec(const AudioOptions& options) : options_(options) {}

  absl::StatusOr<std::vector<Value>> Pieces(const Value& value, int64_t units) const override {
    if (!value.is_bytes()) return std::vector<Value>{value};
    // The header tells of most sounds that they are short enough.
    T2T_ASSIGN_OR_RETURN(const SoundHeader header, ReadSoundHeader(value.bytes()));
    // Resampling may round up.
    const double seconds =
        std::min(static_cast<double>(SamplesOf(units)) / static_cast<double>(options_.rate),
                 options_.max_seconds);
    const auto most =
        static_cast<size_t>(std::max(seconds * static_cast<double>(header.rate) - 1, 1.0));
    if (header.frames <= static_cast<int64_t>(most)) return std::vector<Value>{value};
    T2T_ASSIGN_OR_RETURN(const Sound whole, DecodeSound(value.bytes(), kLongestRecording));
    if (whole.samples.size() <= most) return std::vector<Value>{value};  // a file that was cut off
    std::vector<Value> pieces;
    for (size_t begin = 0; begin < whole.samples.size();) {
      const size_t end = whole.samples.size() - begin <= most
                             ? whole.samples.size()
                             : Quietest(whole, begin + most / 2, begin + most);
      T2T_ASSIGN_OR_RETURN(std::string wav,
                           EncodeWav({whole.rate,
                                      {whole.samples.begin() + static_cast<ptrdiff_t>(begin),
                                       whole.samples.begin() + static_cast<ptrdiff_t>(end)}}));
      pieces.emplace_back(std::move(wav));
      begin = end;
    }
    return pieces;
  }

  std::string Show(const Value& value) const override {
    if (!value.is_bytes()) return "(numbers)";
    const absl::StatusOr<SoundHeader> header = ReadSoundHeader(value.bytes());
    if (!header.ok()) return absl::StrCat("(", header.status().message(), ")");
    return absl::StrFormat("%.2f s sound",
                           static_cast<double>(header->frames) / static_cast<double>(header->rate));
  }
  bool stretches() const override { return options_.augment.speed > 0; }
  std::string raw_unit() const override { return "sample"; }
  int64_t bytes_per_raw_unit() const override { return 2; }  // 16 bits, as WAV files have
  int64_t raw_units_per_second() const override { return options_.rate; }

 protected:
  // Samples at the codec's rate of the longest sound that has so many units.
  virtual int64_t SamplesOf(int64_t units) const = 0;

  absl::StatusOr<Sound> Recorded(const Value& value) const {
    if (!value.is_bytes()) {
      return absl::InvalidArgumentError("the bytes of a sound file are expected, not numbers");
    }
    T2T_ASSIGN_OR_RETURN(Sound recorded, DecodeSound(value.bytes(), options_.max_seconds));
    if (recorded.samples.empty()) return absl::InvalidArgumentError("the sound has no sample");
    return recorded;
  }

  // Plays it as if it had been recorded at another rate: faster and higher, or slower and lower.
  void ChangeSpeed(const EncodeOptions& encode, Sound* recorded) const {
    if (!encode.augment || options_.augment.speed <= 0) return;
    Philox random(RandomKey(encode.random_key).With("speed"));
    const double factor = 1 + options_.augment.speed * (2 * random.Uniform() - 1);
    recorded->rate = std::llround(static_cast<double>(recorded->rate) * factor);
  }

  const AudioOptions options_;
};

// Frames: stacked log-mel spectra.
class SpectrumCodec : public SoundCodec {
 public:
  explicit SpectrumCodec(const AudioOptions& options)
      : SoundCodec(options),
        mel_(options.rate, options.Samples(options.window_ms), options.Samples(options.hop_ms),
             options.bins) {}

  bool needs_learning() const override { return by_data(); }

  absl::Status Learn(const ValueStream& values) override {
    std::vector<Moments> moments(static_cast<size_t>(options_.bins));
    for (;;) {
      T2T_ASSIGN_OR_RETURN(const std::optional<Value> value, values());
      if (!value.has_value()) break;
      T2T_ASSIGN_OR_RETURN(const Sound recorded, Recorded(*value));
      T2T_ASSIGN_OR_RETURN(const std::vector<float> spectra, Heard(recorded, nullptr));
      for (size_t i = 0; i < spectra.size(); ++i) moments[i % moments.size()].Add(spectra[i]);
    }
    T2T_ASSIGN_OR_RETURN(scales_, ScalesOf(moments));
    return absl::OkStatus();
  }

  absl::Status Load(const CodecFiles& files) override {
    if (!by_data()) return Codec::Load(files);
    T2T_ASSIGN_OR_RETURN(scales_, ReadScales(files, options_.bins));
    return absl::OkStatus();
  }
  CodecFiles Files() const override { return WriteScales(scales_); }

  absl::Status Check(const Value& value) const override {
    T2T_ASSIGN_OR_RETURN(const Sound recorded, Recorded(value));
    return Heard(recorded, nullptr).status();
  }

  absl::StatusOr<Units> Encode(const Value& value, const EncodeOptions& encode) const override {
    if (by_data() && scales_.empty()) {
      return absl::FailedPreconditionError(
          "the sound has no scale yet: learn it from training values or load it first");
    }
    T2T_ASSIGN_OR_RETURN(Sound recorded, Recorded(value));
    Units units;
    units.frame_width = frame_width();
    units.remark = RemarkOf(recorded);
    ChangeSpeed(encode, &recorded);
    T2T_ASSIGN_OR_RETURN(units.frames, Heard(recorded, &units.raw_units));
    const auto width = static_cast<size_t>(units.frame_width);
    if (by_data()) {
      // Behind the end it is silent.
      units.frames.resize((units.frames.size() + width - 1) / width * width, kLeastHeard);
      for (size_t i = 0; i < units.frames.size(); ++i) {
        const Scale& scale = scales_[i % scales_.size()];
        units.frames[i] = static_cast<float>((units.frames[i] - scale.mean) / scale.deviation);
      }
    } else {
      Normalise(options_.bins, &units.frames);
    }
    if (encode.augment) {
      Mask(options_.augment, options_.bins, encode.random_key, &units.frames);
    }
    units.frames.resize((units.frames.size() + width - 1) / width * width, 0.0f);
    return units;
  }

  absl::StatusOr<Value> Decode(const Units& units) const override {
    if (scales_.empty()) {
      return absl::UnimplementedError(
          "a sound goes back from its spectra only with normalize = data");
    }
    if (units.frame_width != frame_width() || units.frames.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "frames of ", Describe(), " have ", frame_width(), " numbers, and there is one or more"));
    }
    std::vector<float> spectra = units.frames;
    for (size_t i = 0; i < spectra.size(); ++i) {
      const Scale& scale = scales_[i % scales_.size()];
      spectra[i] = static_cast<float>(spectra[i] * scale.deviation + scale.mean);
    }
    // What fills the last position up is silent, and no part of the sound.
    const auto bins = static_cast<size_t>(options_.bins);
    for (int64_t part = 1; part < options_.stack; ++part) {
      const auto last = spectra.end() - static_cast<ptrdiff_t>(bins);
      if (std::any_of(last, spectra.end(), [](float heard) { return heard > kLeastHeard + 1; }))
        break;
      spectra.resize(spectra.size() - bins);
    }
    T2T_ASSIGN_OR_RETURN(std::string wav, EncodeWav(SoundOfSpectra(mel_, spectra)));
    return Value(std::move(wav));
  }

  bool gives_frames() const override { return true; }
  int64_t frame_width() const override { return options_.stack * options_.bins; }
  int64_t frame_parts() const override { return options_.stack; }
  bool masks() const override {
    return options_.augment.time_masks > 0 || options_.augment.frequency_masks > 0;
  }
  std::string Describe() const override {
    return absl::StrCat("sound at ", options_.rate, " Hz in ", options_.bins, " mel bands, ",
                        1000 / (options_.hop_ms * static_cast<double>(options_.stack)),
                        " positions a second");
  }

 protected:
  // A sound of n samples has 1 + n / hop spectra.
  int64_t SamplesOf(int64_t units) const override {
    return (units * options_.stack - 1) * options_.Samples(options_.hop_ms);
  }

 private:
  bool by_data() const { return options_.normalize == "data"; }

  // Log-mel spectra at the codec's rate, and the samples that they were made of.
  absl::StatusOr<std::vector<float>> Heard(const Sound& recorded, int64_t* samples) const {
    T2T_ASSIGN_OR_RETURN(const Sound sound, Resample(recorded, options_.rate));
    if (samples != nullptr) *samples = static_cast<int64_t>(sound.samples.size());
    std::vector<float> spectra = mel_.Compute(sound);
    if (by_data()) {
      for (float& log_energy : spectra) log_energy = std::max(log_energy, kLeastHeard);
    }
    return spectra;
  }

  const MelSpectrogram mel_;
  std::vector<Scale> scales_;  // of the bands, by the training values; empty with normalize = clip
};

// Ids: the step of each sample.
class SampleCodec : public SoundCodec {
 public:
  using SoundCodec::SoundCodec;

  absl::StatusOr<Units> Encode(const Value& value, const EncodeOptions& encode) const override {
    T2T_ASSIGN_OR_RETURN(Sound recorded, Recorded(value));
    Units units;
    units.remark = RemarkOf(recorded);
    ChangeSpeed(encode, &recorded);
    T2T_ASSIGN_OR_RETURN(const Sound sound, Resample(recorded, options_.rate));
    for (const float sample : sound.samples) units.ids.push_back(MuLawOf(sample));
    units.raw_units = units.length();
    return units;
  }

  absl::StatusOr<Value> Decode(const Units& units) const override {
    if (units.frame_width != 0)
      return absl::InvalidArgumentError(absl::StrCat(Describe(), " has ids, not frames"));
    Sound sound;
    sound.rate = options_.rate;
    for (size_t i = 0; i < units.ids.size(); ++i) {
      const int64_t id = units.ids[i];
      if (id < 0 || id >= kMuLawSteps) {
        return absl::InvalidArgumentError(
            absl::StrCat("sample ", i, ": ", id, " is not from 0 to ", kMuLawSteps - 1));
      }
      sound.samples.push_back(SampleOf(id));
    }
    if (sound.samples.empty()) sound.samples = {0};  // no file of sound is empty
    T2T_ASSIGN_OR_RETURN(std::string wav, EncodeWav(sound));
    return Value(std::move(wav));
  }

  int64_t vocabulary_size() const override { return kMuLawSteps; }
  bool reversible() const override { return true; }
  std::string Describe() const override {
    return absl::StrCat("sound at ", options_.rate, " Hz, sample by sample");
  }

 protected:
  int64_t SamplesOf(int64_t units) const override { return units; }
};

absl::Status BindMasks(Binder& augment, SoundAugment* masks) {
  augment.Field("time_masks", &masks->time_masks, "stretches of training spectra that are masked");
  augment.Field("time_width", &masks->time_width, "spectra in such a stretch, at most");
  augment.Field("frequency_masks", &masks->frequency_masks, "groups of bands that are masked");
  augment.Field("frequency_width", &masks->frequency_width, "bands in such a group, at most");
  constexpr int64_t kMost = 1000;
  for (const auto& [key, value] :
       {std::pair("time_masks", masks->time_masks), std::pair("time_width", masks->time_width),
        std::pair("frequency_masks", masks->frequency_masks),
        std::pair("frequency_width", masks->frequency_width)}) {
    if (value < 0 || value > kMost) {
      return OptionError(augment, key, absl::StrCat("must be from 0 to ", kMost));
    }
  }
  return absl::OkStatus();
}

absl::Status BindSpeed(Binder& augment, SoundAugment* masks) {
  augment.Field("speed", &masks->speed,
                "training sounds are played up to this share faster or slower, by chance");
  if (masks->speed < 0 || masks->speed > kMostSpeed) {
    return OptionError(augment, "speed", absl::StrCat("must be from 0 to ", kMostSpeed));
  }
  return absl::OkStatus();
}

absl::Status BindSpectra(Binder& options, AudioOptions* audio) {
  options.Field("bins", &audio->bins, "mel bands");
  options.Field("window_ms", &audio->window_ms, "length of a spectrum's window");
  options.Field("hop_ms", &audio->hop_ms, "from one spectrum to the next");
  options.Field("stack", &audio->stack, "spectra that one position of the model stands for");
  options.Choice("normalize", &audio->normalize, {"clip", "data"},
                 "bands of mean 0 and variance 1 over each clip, or over the training values");
  if (!(audio->window_ms > 0 && audio->window_ms <= 1000) ||
      audio->Samples(audio->window_ms) < 16) {
    return OptionError(options, "window_ms", "must be 16 samples or more, and at most 1000");
  }
  if (!(audio->hop_ms > 0 && audio->hop_ms <= 1000) || audio->Samples(audio->hop_ms) < 1) {
    return OptionError(options, "hop_ms", "must be a sample or more, and at most 1000");
  }
  if (audio->bins < 1 || audio->bins > 512) {
    return OptionError(options, "bins", "must be from 1 to 512");
  }
  if (audio->stack < 1 || audio->stack > 64) {
    return OptionError(options, "stack", "must be from 1 to 64");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Codec>> MakeAudioCodec(Binder& options) {
  AudioOptions audio;
  std::string units = "spectra";
  options.Choice("units", &units, {"spectra", "samples"},
                 "what a position of the model is: stacked log-mel spectra, as a frame, or one "
                 "sample of a short sound, as an id of 8-bit mu-law");
  const bool in_samples = units == "samples";
  if (in_samples) audio.rate = 8000;
  options.Field("rate", &audio.rate, "samples a second at the model");
  if (audio.rate < 1000 || audio.rate > 192'000) {
    return OptionError(options, "rate", "must be from 1000 to 192000");
  }
  if (!in_samples) T2T_RETURN_IF_ERROR(BindSpectra(options, &audio));
  options.Field("max_seconds", &audio.max_seconds, "a longer sound is an error");
  if (!(audio.max_seconds > 0 && audio.max_seconds <= 24 * 3600)) {
    return OptionError(options, "max_seconds", "must be above 0 and at most 86400");
  }
  Binder augment = options.Section("augment");
  if (!in_samples) T2T_RETURN_IF_ERROR(BindMasks(augment, &audio.augment));
  T2T_RETURN_IF_ERROR(BindSpeed(augment, &audio.augment));
  T2T_RETURN_IF_ERROR(options.status());
  if (in_samples) return std::make_unique<SampleCodec>(audio);
  return std::make_unique<SpectrumCodec>(audio);
}

absl::StatusOr<Value> SampleAudio(const Codec&, int64_t number) {
  Sound sound;
  sound.rate = 8000;
  const double hertz = 200 + 100 * static_cast<double>(number % 20);
  for (int64_t i = 0; i < 1200 + 200 * (number % 3); ++i) {
    sound.samples.push_back(static_cast<float>(
        0.3 * std::sin(hertz * 6.283185307179586 / 8000 * static_cast<double>(i))));
  }
  T2T_ASSIGN_OR_RETURN(std::string wav, EncodeWav(sound));
  return Value(std::move(wav));
}

}  // namespace t2t
