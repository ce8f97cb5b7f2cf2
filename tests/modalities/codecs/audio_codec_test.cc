#include "modalities/codecs/audio_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/str_cat.h"
#include "modalities/codecs/griffin_lim.h"
#include "modalities/codecs/mel_spectrogram.h"
#include "modalities/codecs/mu_law.h"
#include "modalities/codecs/sound.h"
#include "random/philox.h"
#include "tests/modalities/codecs/codec_testing.h"

namespace t2t {
namespace {

using ::testing::HasSubstr;

// As in tests/data/sound/make_golden.py.
Sound Signal(int64_t rate, double seconds) {
  Sound sound;
  sound.rate = rate;
  for (int64_t i = 0; i < static_cast<int64_t>(static_cast<double>(rate) * seconds); ++i) {
    const double t = static_cast<double>(i) / static_cast<double>(rate);
    sound.samples.push_back(static_cast<float>(0.5 * std::sin(2 * M_PI * (200 + 3000 * t) * t) +
                                               0.1 * std::sin(2 * M_PI * 1500 * t)));
  }
  return sound;
}

Sound WhiteNoise(int64_t rate, int64_t samples, uint64_t key) {
  Philox random(key);
  Sound sound;
  sound.rate = rate;
  for (int64_t i = 0; i < samples; ++i) {
    sound.samples.push_back(static_cast<float>(0.1 * random.Normal()));
  }
  return sound;
}

std::unique_ptr<Codec> MakeAudio(const std::string& yaml) {
  auto codec = CodecFromYaml(MakeAudioCodec, yaml);
  EXPECT_TRUE(codec.ok()) << codec.status();
  return *std::move(codec);
}

Units Encoded(const Codec& codec, const Sound& sound, const EncodeOptions& options = {}) {
  auto units = codec.Encode(Value(*EncodeWav(sound)), options);
  EXPECT_TRUE(units.ok()) << units.status();
  return *std::move(units);
}

// To 2e-3 nats where there is energy; what is next to silence (below 1e-6) drowns in float's rounding on both sides.
TEST(MelSpectrogram, EqualsLibrosa) {
  std::ifstream file(T2T_TEST_DATA "/sound/golden.json");
  const nlohmann::json golden = nlohmann::json::parse(file);
  ASSERT_EQ(golden["cases"].size(), 3u);
  for (const auto& one : golden["cases"]) {
    const MelSpectrogram mel(one["rate"], one["window"], one["hop"], one["bins"]);
    const std::vector<float> spectra = mel.Compute(Signal(one["rate"], one["seconds"]));
    const auto expected = one["log_mel"].get<std::vector<double>>();
    ASSERT_EQ(spectra.size(), expected.size());
    int compared = 0;
    for (size_t i = 0; i < expected.size(); ++i) {
      if (expected[i] < std::log(1e-6)) continue;
      EXPECT_NEAR(spectra[i], expected[i], 2e-3) << one["rate"] << " " << i;
      ++compared;
    }
    EXPECT_GT(compared, static_cast<int>(expected.size()) / 2);
  }
}

TEST(MelSpectrogram, AToneStandsInItsBand) {
  const MelSpectrogram mel(16000, 400, 160, 40);
  Sound tone{16000, {}};
  for (int i = 0; i < 16000; ++i) {
    tone.samples.push_back(static_cast<float>(std::sin(2 * M_PI * 1000 * i / 16000.0)));
  }
  const std::vector<float> spectra = mel.Compute(tone);
  ASSERT_EQ(spectra.size(), 101u * 40);
  // 1000 Hz is mel 15; the bands' middles are (i + 1) * top / 41, top = mel of 8 kHz = 45.2455.
  for (size_t frame = 5; frame < 95; ++frame) {
    const auto begin = spectra.begin() + static_cast<std::ptrdiff_t>(40 * frame);
    EXPECT_EQ(std::max_element(begin, begin + 40) - begin, 13) << frame;
  }
}

double Level(const Sound& sound) {
  double sum = 0;
  for (const float sample : sound.samples) sum += sample * sample;
  return 10 * std::log10(sum / static_cast<double>(sound.samples.size()));
}

// The found sound has nearly the spectra that were asked for, is as loud and as long.
TEST(GriffinLim, GivesASoundOfTheSpectra) {
  const MelSpectrogram mel(8000, 200, 80, 40);
  const Sound sound = Signal(8000, 0.4);
  const std::vector<float> spectra = mel.Compute(sound);
  const Sound found = SoundOfSpectra(mel, spectra);
  ASSERT_EQ(found.rate, 8000);
  ASSERT_EQ(found.samples.size(), 3200u);
  EXPECT_NEAR(Level(found), Level(sound), 0.5);
  const std::vector<float> again = mel.Compute(found);
  double error = 0, energy = 0;  // of magnitudes, where the energy is
  for (size_t i = 0; i < spectra.size(); ++i) {
    const double wanted = std::exp(spectra[i] / 2.0), heard = std::exp(again[i] / 2.0);
    error += (wanted - heard) * (wanted - heard);
    energy += wanted * wanted;
  }
  EXPECT_LT(std::sqrt(error / energy), 0.2);
  EXPECT_EQ(found.samples, SoundOfSpectra(mel, spectra).samples);
  // Each of the phases that it begins with is drawn, and yet one spectrum alone is a sound.
  EXPECT_EQ(SoundOfSpectra(mel, {spectra.begin(), spectra.begin() + 40}).samples.size(), 1u);
  // Twice as loud.
  std::vector<float> louder = spectra;
  for (float& log_energy : louder) log_energy += static_cast<float>(std::log(4.0));
  EXPECT_NEAR(Level(SoundOfSpectra(mel, louder)) - Level(found), 6.02, 0.05);
}

TEST(AudioCodec, GoesBackByTheDataItHasLearned) {
  const std::string yaml = "{rate: 8000, bins: 40, normalize: data}";
  const auto codec = MakeAudio(yaml);
  EXPECT_TRUE(codec->needs_learning());
  const std::vector<Value> values = {Value(*EncodeWav(Signal(8000, 0.4))),
                                     Value(*EncodeWav(WhiteNoise(8000, 4000, 7))),
                                     Value(*EncodeWav({8000, std::vector<float>(800, 0.0f)}))};
  EXPECT_TRUE(absl::IsFailedPrecondition(codec->Encode(values[0], {}).status()));
  ASSERT_TRUE(codec->Learn(StreamOf(values)).ok());
  double sum = 0, squares = 0, count = 0;
  for (const Value& value : values) {
    const Units units = *codec->Encode(value, {});
    const auto spectra = static_cast<size_t>(1 + units.raw_units / 80) * 40;
    for (size_t i = 0; i < spectra; ++i) {
      sum += units.frames[i];
      squares += units.frames[i] * units.frames[i];
    }
    count += static_cast<double>(spectra);
    // Behind the end it is as silent as silence.
    const Units silence = *codec->Encode(values[2], {});
    for (size_t i = spectra; i < units.frames.size(); ++i)
      EXPECT_EQ(units.frames[i], silence.frames[i % 40]) << i;
  }
  EXPECT_NEAR(sum / count, 0, 1e-4);
  EXPECT_NEAR(squares / count, 1, 1e-3);
  const Sound before = *DecodeSound(values[0].bytes());
  const Sound after = *DecodeSound(codec->Decode(*codec->Encode(values[0], {}))->bytes());
  EXPECT_EQ(after.rate, 8000);
  EXPECT_NEAR(after.seconds(), before.seconds(), 0.04);  // to the whole position
  EXPECT_NEAR(Level(after), Level(before), 0.7);

  const auto loaded = MakeAudio(yaml);
  ASSERT_TRUE(loaded->Load(codec->Files()).ok());
  EXPECT_EQ(loaded->Encode(values[1], {})->frames, codec->Encode(values[1], {})->frames);
  EXPECT_FALSE(MakeAudio("{rate: 8000, bins: 20, normalize: data}")->Load(codec->Files()).ok());
  // By the clip it does not go back.
  const auto clip = MakeAudio("{rate: 8000, bins: 40}");
  EXPECT_TRUE(absl::IsUnimplemented(clip->Decode(*clip->Encode(values[0], {})).status()));
}

TEST(AudioCodec, StacksNormalisedSpectra) {
  const auto codec = MakeAudio("{rate: 16000, bins: 20}");
  const Units units = Encoded(*codec, WhiteNoise(16000, 16000, 1));
  EXPECT_EQ(units.frame_width, 80);
  EXPECT_EQ(codec->frame_parts(), 4);
  EXPECT_EQ(units.length(), 26);  // 101 spectra in fours
  EXPECT_EQ(units.raw_units, 16000);
  EXPECT_EQ(codec->Describe(), "sound at 16000 Hz in 20 mel bands, 25 positions a second");
  for (size_t bin = 0; bin < 20; ++bin) {
    double sum = 0, squares = 0;
    for (size_t spectrum = 0; spectrum < 101; ++spectrum) {
      const double value = units.frames[spectrum * 20 + bin];
      sum += value;
      squares += value * value;
    }
    EXPECT_NEAR(sum / 101, 0, 1e-4);
    EXPECT_NEAR(squares / 101, 1, 1e-3);
  }
  for (size_t i = 101 * 20; i < units.frames.size(); ++i) EXPECT_EQ(units.frames[i], 0);
}

// Loudness does not matter; the rate of the file hardly does.
TEST(AudioCodec, IsTheSameForALouderSound) {
  const auto codec = MakeAudio("{rate: 8000, bins: 20}");
  Sound sound = WhiteNoise(16000, 8000, 3);
  const Units units = Encoded(*codec, sound);
  EXPECT_EQ(units.raw_units, 4000);
  for (float& sample : sound.samples) sample *= 0.5f;
  const Units quiet = Encoded(*codec, sound);
  double most = 0;
  for (size_t i = 0; i < units.frames.size(); ++i) {
    most = std::max(most, std::abs(static_cast<double>(units.frames[i] - quiet.frames[i])));
  }
  EXPECT_LT(most, 0.1);  // 16 bits
  const Units silence = Encoded(*codec, {8000, std::vector<float>(4000, 0.0f)});
  for (const float value : silence.frames) EXPECT_EQ(value, 0);
}

TEST(AudioCodec, MasksAreDrawnFromTheKey) {
  const auto codec = MakeAudio(
      "{rate: 8000, bins: 20, stack: 1, augment: {time_masks: 2, time_width: 9, frequency_masks: "
      "1, "
      "frequency_width: 5}}");
  const Sound sound = WhiteNoise(8000, 8000, 2);
  const Units plain = Encoded(*codec, sound);
  std::set<size_t> counts;
  for (uint64_t key = 0; key < 30; ++key) {
    const EncodeOptions options{.augment = true, .random_key = key};
    const Units masked = Encoded(*codec, sound, options);
    EXPECT_EQ(masked.frames, Encoded(*codec, sound, options).frames);
    size_t zeros = 0;
    for (size_t i = 0; i < plain.frames.size(); ++i) {
      if (masked.frames[i] == 0) {
        ++zeros;
        continue;
      }
      ASSERT_EQ(masked.frames[i], plain.frames[i]);
    }
    EXPECT_LE(zeros, 2u * 9 * 20 + 5 * 101);
    counts.insert(zeros);
  }
  EXPECT_GT(counts.size(), 10u);
  EXPECT_EQ(Encoded(*codec, sound, {.augment = false, .random_key = 3}).frames, plain.frames);
}

TEST(AudioCodec, TrainingSoundsMayBeFasterOrSlower) {
  const auto codec = MakeAudio("{rate: 8000, bins: 20, augment: {speed: 0.25}}");
  const Sound sound = WhiteNoise(16000, 16000, 2);
  const Units plain = Encoded(*codec, sound);
  EXPECT_EQ(plain.raw_units, 8000);
  int64_t shortest = 8000, longest = 8000;
  double speeds = 0;
  for (uint64_t key = 0; key < 60; ++key) {
    const EncodeOptions options{.augment = true, .random_key = key};
    const Units units = Encoded(*codec, sound, options);
    EXPECT_EQ(units.frames, Encoded(*codec, sound, options).frames);
    shortest = std::min(shortest, units.raw_units);
    longest = std::max(longest, units.raw_units);
    speeds += 8000 / static_cast<double>(units.raw_units);
    // As a file of that rate would be.
    if (key == 0) {
      const int64_t about = 16000 * 8000 / units.raw_units;
      bool found = false;
      for (int64_t rate = about - 2; rate <= about + 2; ++rate)
        found = found || Encoded(*codec, {rate, sound.samples}).frames == units.frames;
      EXPECT_TRUE(found);
    }
  }
  EXPECT_GE(shortest, 6400);
  EXPECT_LE(longest, 10667);
  EXPECT_LT(shortest, 6700);
  EXPECT_GT(longest, 10000);
  EXPECT_NEAR(speeds / 60, 1, 0.06);
  EXPECT_EQ(Encoded(*codec, sound, {.augment = false, .random_key = 3}).frames, plain.frames);
}

TEST(AudioCodec, ALongSoundIsCutWhereItIsQuiet) {
  const auto codec = MakeAudio("{rate: 8000, bins: 8, max_seconds: 4}");
  Sound noise = WhiteNoise(8000, 8000 * 10, 3);
  for (const int64_t quiet : {15000, 39000, 60000}) {  // two tenths of a second from there
    for (int64_t i = quiet; i < quiet + 1600; ++i) noise.samples[static_cast<size_t>(i)] *= 0.01f;
  }
  const Value whole(*EncodeWav(noise));
  const auto pieces = codec->Pieces(whole, 75);  // positions of 40 ms: 24,000 samples
  ASSERT_TRUE(pieces.ok()) << pieces.status();
  std::vector<float> joined;
  std::vector<int64_t> ends;
  for (const Value& piece : *pieces) {
    const Sound sound = *DecodeSound(piece.bytes());
    EXPECT_LE(sound.samples.size(), 24000u);
    EXPECT_LE(codec->Encode(piece, {})->length(), 75);
    joined.insert(joined.end(), sound.samples.begin(), sound.samples.end());
    ends.push_back(static_cast<int64_t>(joined.size()));
  }
  ASSERT_EQ(joined.size(), noise.samples.size());
  for (size_t i = 0; i < joined.size(); ++i) ASSERT_NEAR(joined[i], noise.samples[i], 1e-3);
  ASSERT_GE(ends.size(), 4u);
  EXPECT_NEAR(static_cast<double>(ends[0]), 15800, 800);
  // Never longer than max_seconds; a short one is itself, and so is what is no sound's bytes.
  EXPECT_GE(codec->Pieces(whole, 100000)->size(), 3u);
  const Value brief(*EncodeWav(WhiteNoise(8000, 100, 4)));
  EXPECT_EQ(codec->Pieces(brief, 75)->at(0).bytes(), brief.bytes());
  EXPECT_FALSE(codec->Pieces(Value("RIFF"), 75).ok());
  EXPECT_EQ(MakeAudio("{}")->Pieces(Value(std::vector<float>{1}), 3)->size(), 1u);
}

TEST(AudioCodec, RemarksWhatIsSilentOrClipped) {
  const auto codec = MakeAudio("{rate: 8000, bins: 8}");
  const auto remark = [&](const Sound& sound) {
    const char* text = Encoded(*codec, sound).remark;
    return std::string(text == nullptr ? "" : text);
  };
  EXPECT_EQ(remark(WhiteNoise(8000, 4000, 1)), "");
  EXPECT_EQ(remark({8000, std::vector<float>(4000, 0.0f)}), "is silent");
  Sound loud = WhiteNoise(8000, 4000, 1);
  for (float& sample : loud.samples) sample *= 10;
  EXPECT_EQ(remark(loud), "is clipped");
  Sound peak = WhiteNoise(8000, 4000, 1);
  peak.samples[7] = 1;
  EXPECT_EQ(remark(peak), "");
}

TEST(AudioCodec, ErrorsSayWhatIsWrong) {
  const auto codec = MakeAudio("{rate: 8000, bins: 20, max_seconds: 0.5}");
  EXPECT_THAT(codec->Encode(Value("text"), {}).status().message(), HasSubstr("not a sound file"));
  EXPECT_THAT(codec->Encode(Value(std::vector<float>{1}), {}).status().message(),
              HasSubstr("bytes of a sound file"));
  EXPECT_THAT(codec->Encode(Value(*EncodeWav({8000, {}})), {}).status().message(),
              HasSubstr("no sample"));
  EXPECT_THAT(codec->Encode(Value(*EncodeWav(WhiteNoise(8000, 8000, 1))), {}).status().message(),
              HasSubstr("longer than 0.5 seconds"));
  EXPECT_EQ(codec->Show(Value(*EncodeWav(WhiteNoise(8000, 2000, 1)))), "0.25 s sound");
  EXPECT_THAT(codec->Show(Value("text")), HasSubstr("not a sound file"));
  EXPECT_EQ(codec->Decode({}).status().code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(OptionsError(MakeAudioCodec, "rate: 10"), HasSubstr("must be from 1000"));
  EXPECT_THAT(OptionsError(MakeAudioCodec, "bins: 0"), HasSubstr("must be from 1 to 512"));
  EXPECT_THAT(OptionsError(MakeAudioCodec, "hop_ms: 0"), HasSubstr("hop_ms"));
  EXPECT_THAT(OptionsError(MakeAudioCodec, "{rate: 1000, window_ms: 5}"), HasSubstr("16 samples"));
  EXPECT_THAT(OptionsError(MakeAudioCodec, "{bins: 20, augment: {frequency_width: 1001}}"),
              HasSubstr("must be from 0 to 1000"));
}

// Computed with NumPy 2.4.6: ((sign(x) log1p(255 |x|) / log1p(255) + 1) / 2 * 255 + 0.5).astype(int), and its inverse.
TEST(MuLaw, EqualsItsFormula) {
  const std::vector<std::pair<float, int64_t>> steps = {
      {0.0f, 128},  {1e-4f, 128}, {-1e-4f, 127}, {0.001f, 133}, {0.01f, 157},
      {-0.05f, 67}, {0.1f, 203},  {0.25f, 223},  {-0.5f, 16},   {0.9f, 253},
      {1.0f, 255},  {-1.0f, 0},   {2.0f, 255},   {-7.0f, 0},    {std::nanf(""), 128}};
  for (const auto& [sample, step] : steps) EXPECT_EQ(MuLawOf(sample), step) << sample;
  EXPECT_NEAR(SampleOf(0), -1, 1e-7);
  EXPECT_NEAR(SampleOf(1), -0.9572737086635956, 1e-7);
  EXPECT_NEAR(SampleOf(100), -0.009046763537675735, 1e-9);
  EXPECT_NEAR(SampleOf(128), 8.621159565072034e-05, 1e-11);
  EXPECT_NEAR(SampleOf(200), 0.08788022623483743, 1e-8);
  for (int64_t step = 0; step < kMuLawSteps; ++step) EXPECT_EQ(MuLawOf(SampleOf(step)), step);
}

TEST(SampleCodec, AnyStepsGoThroughAFileAndBack) {
  const auto codec = MakeAudio("{units: samples, rate: 4000}");
  EXPECT_EQ(codec->vocabulary_size(), 256);
  EXPECT_FALSE(codec->gives_frames());
  EXPECT_TRUE(codec->reversible());
  EXPECT_EQ(codec->fixed_length(), 0);
  Philox random(RandomKey(6).With("samples"));
  for (int i = 0; i < 200; ++i) {
    Units units;
    for (uint64_t n = 1 + random.Below(300); n > 0; --n)
      units.ids.push_back(static_cast<int64_t>(random.Below(256)));
    const auto wav = codec->Decode(units);
    ASSERT_TRUE(wav.ok()) << wav.status();
    EXPECT_EQ(ReadSoundHeader(wav->bytes())->rate, 4000);
    const auto again = codec->Encode(*wav, {});
    ASSERT_TRUE(again.ok()) << again.status();
    ASSERT_EQ(again->ids, units.ids);
    EXPECT_EQ(again->raw_units, units.length());
  }
  Units all;
  for (int64_t step = 0; step < 256; ++step) all.ids.push_back(step);
  EXPECT_EQ(codec->Encode(*codec->Decode(all), {})->ids, all.ids);
  // Nothing is one silent sample.
  EXPECT_EQ(codec->Encode(*codec->Decode(Units()), {})->ids, std::vector<int64_t>{128});
  Units wrong;
  wrong.ids = {5, 256};
  EXPECT_THAT(std::string(codec->Decode(wrong).status().message()),
              HasSubstr("sample 1: 256 is not from 0 to 255"));
}

TEST(SampleCodec, HearsWhatWasRecorded) {
  const auto codec = MakeAudio("{units: samples, rate: 8000, augment: {speed: 0.2}}");
  const Sound sound = Signal(16000, 0.5);
  const Units units = Encoded(*codec, sound);
  EXPECT_EQ(units.length(), 4000);
  const Sound slow = *Resample(sound, 8000);
  for (size_t i = 0; i < units.ids.size(); ++i) {
    // Within half a step: (1 + 255 |x|) ln(256) / 255 / 255 of it, and 16 bits.
    const double x = slow.samples[i];
    EXPECT_NEAR(SampleOf(units.ids[i]), x, (1 + 255 * std::abs(x)) * 0.0000869 + 2e-5) << i;
  }
  EncodeOptions training;
  training.augment = true;
  std::set<int64_t> lengths;
  for (training.random_key = 0; training.random_key < 8; ++training.random_key)
    lengths.insert(Encoded(*codec, sound, training).length());
  EXPECT_GT(lengths.size(), 4u);
  EXPECT_GE(*lengths.begin(), 3333);
  EXPECT_LE(*lengths.rbegin(), 5000);
  // In pieces of at most so many samples.
  const auto pieces = codec->Pieces(Value(*EncodeWav(sound)), 1500);
  ASSERT_TRUE(pieces.ok()) << pieces.status();
  int64_t sum = 0;
  for (const Value& piece : *pieces) {
    const int64_t length = codec->Encode(piece, {})->length();
    EXPECT_LE(length, 1500);
    sum += length;
  }
  EXPECT_NEAR(static_cast<double>(sum), 4000, 3);
}

TEST(SampleCodec, OptionsOfSpectraAreUnknown) {
  for (const char* option : {"bins: 8", "stack: 2", "augment: {time_masks: 1}"}) {
    const auto codec =
        CodecFromYaml(MakeAudioCodec, absl::StrCat("{units: samples, ", option, "}"));
    EXPECT_FALSE(codec.ok()) << option;
  }
  EXPECT_THAT(std::string(CodecFromYaml(MakeAudioCodec, "{units: sample}").status().message()),
              HasSubstr("samples"));
}

}  // namespace
}  // namespace t2t
