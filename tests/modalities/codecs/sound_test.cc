#include "modalities/codecs/sound.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <samplerate.h>

#include <cmath>
#include <cstdlib>

#include "files/atomic_file.h"
#include "modalities/codecs/polyphase.h"
#include "random/philox.h"

namespace t2t {
namespace {

using ::testing::HasSubstr;

Sound Tone(int64_t rate, double hertz, double seconds) {
  Sound sound;
  sound.rate = rate;
  const auto count = std::llround(seconds * static_cast<double>(rate));
  for (int64_t i = 0; i < count; ++i) {
    sound.samples.push_back(static_cast<float>(
        0.375 * std::sin(2 * M_PI * hertz * static_cast<double>(i) / static_cast<double>(rate))));
  }
  return sound;
}

// Largest difference away from the ends, where filters and codecs fade in and out.
double Difference(const Sound& a, const Sound& b) {
  const size_t edge = static_cast<size_t>(a.rate / 50);
  double most = 0;
  for (size_t i = edge; i + edge < std::min(a.samples.size(), b.samples.size()); ++i) {
    most = std::max(most, std::abs(static_cast<double>(a.samples[i] - b.samples[i])));
  }
  return most;
}

// Files of tests/data/sound/make_golden.py: 440 Hz, half as loud on the right, a quarter of a second.
TEST(Sound, ReadsEveryFormatAndMixesTheChannels) {
  const Sound tone = Tone(16000, 440, 0.25);
  for (const std::string name : {"tone.wav", "tone.flac", "tone.ogg", "tone.opus", "tone.mp3"}) {
    SCOPED_TRACE(name);
    const auto bytes = ReadFile(T2T_TEST_DATA "/sound/" + name);
    ASSERT_TRUE(bytes.ok()) << bytes.status();
    const auto header = ReadSoundHeader(*bytes);
    ASSERT_TRUE(header.ok()) << header.status();
    EXPECT_EQ(header->channels, 2);
    const auto sound = DecodeSound(*bytes);
    ASSERT_TRUE(sound.ok()) << sound.status();
    EXPECT_NEAR(sound->seconds(), 0.25, name == "tone.mp3" ? 0.15 : 0.001);
    const auto same_rate = Resample(*sound, 16000);
    ASSERT_TRUE(same_rate.ok()) << same_rate.status();
    if (name == "tone.wav" || name == "tone.flac") {
      EXPECT_LT(Difference(*same_rate, tone), 1e-4);
    } else if (name != "tone.mp3") {  // MP3 delays
      EXPECT_LT(Difference(*same_rate, tone), 0.05);
    }
    double energy = 0;
    for (const float sample : same_rate->samples) energy += sample * sample;
    EXPECT_NEAR(energy / (0.25 * 16000), 0.375 * 0.375 / 2, 0.01);
    EXPECT_EQ(SoundSuffix(*bytes), name == "tone.opus" ? ".ogg" : name.substr(4));
  }
}

TEST(Sound, WavGoesBack) {
  const Sound tone = Tone(8000, 300, 0.1);
  const auto wav = EncodeWav(tone);
  ASSERT_TRUE(wav.ok()) << wav.status();
  EXPECT_EQ(wav->size(), 44 + 2 * tone.samples.size());
  const auto back = DecodeSound(*wav);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->rate, 8000);
  ASSERT_EQ(back->samples.size(), tone.samples.size());
  for (size_t i = 0; i < tone.samples.size(); ++i) {
    EXPECT_NEAR(back->samples[i], tone.samples[i], 1.0 / 32768);
  }
  Sound loud = tone;
  for (float& sample : loud.samples) sample *= 10;
  const auto clipped = DecodeSound(*EncodeWav(loud));
  ASSERT_TRUE(clipped.ok()) << clipped.status();
  for (const float sample : clipped->samples)
    EXPECT_LE(std::abs(sample), 1.0f);  // not wrapped around
  EXPECT_GT(clipped->samples[5], 0.9f);
  EXPECT_EQ(DecodeSound(*EncodeWav({8000, {}}))->samples.size(), 0u);
}

TEST(Sound, ResamplingKeepsTheToneAndDropsWhatDoesNotFit) {
  for (const int64_t rate : {8000, 16000, 44100}) {
    const auto resampled = Resample(Tone(22050, 440, 0.3), rate);
    ASSERT_TRUE(resampled.ok()) << resampled.status();
    EXPECT_EQ(static_cast<int64_t>(resampled->samples.size()),
              std::llround(6615.0 * static_cast<double>(rate) / 22050));
    EXPECT_LT(Difference(*resampled, Tone(rate, 440, 0.3)), 2e-3) << rate;
  }
  // 6 kHz cannot be had at 8 kHz: silence, not another tone.
  const auto dull = Resample(Tone(22050, 6000, 0.3), 8000);
  ASSERT_TRUE(dull.ok());
  EXPECT_LT(Difference(*dull, Sound{8000, std::vector<float>(dull->samples.size())}), 2e-3);
  EXPECT_EQ(Resample(Tone(8000, 440, 0.01), 8000)->samples, Tone(8000, 440, 0.01).samples);
  EXPECT_TRUE(Resample({8000, {}}, 16000)->samples.empty());
  EXPECT_FALSE(Resample(Tone(8000, 440, 0.01), 8000 * 300).ok());
}

// libsamplerate itself.
std::vector<float> ByLibsamplerate(const std::vector<float>& samples, double ratio) {
  std::vector<float> outputs(static_cast<size_t>(static_cast<double>(samples.size()) * ratio) + 16);
  SRC_DATA data{};
  data.data_in = samples.data();
  data.input_frames = static_cast<long>(samples.size());
  data.data_out = outputs.data();
  data.output_frames = static_cast<long>(outputs.size());
  data.src_ratio = ratio;
  EXPECT_EQ(src_simple(&data, SRC_SINC_MEDIUM_QUALITY, 1), 0);
  outputs.resize(static_cast<size_t>(data.output_frames_gen));
  return outputs;
}

TEST(Sound, ATableOfFiltersGivesWhatLibsamplerateGives) {
  Philox random(RandomKey(4).With("noise"));
  for (const auto& [from, to] :
       {std::pair(44100, 16000), std::pair(8000, 16000), std::pair(48000, 16000),
        std::pair(11025, 16000), std::pair(22050, 8000), std::pair(16000, 44100)}) {
    const Polyphase* filters = Polyphase::Find(from, to);
    ASSERT_NE(filters, nullptr) << from << ' ' << to;
    for (const int64_t count : {1, 50, 5001}) {
      std::vector<float> samples;
      for (int64_t i = 0; i < count; ++i)
        samples.push_back(static_cast<float>(2 * random.Uniform() - 1));
      const std::vector<float> made = filters->Apply(samples);
      const std::vector<float> wanted =
          ByLibsamplerate(samples, static_cast<double>(to) / static_cast<double>(from));
      ASSERT_NEAR(static_cast<double>(made.size()), static_cast<double>(wanted.size()), 1);
      for (size_t i = 0; i < std::min(made.size(), wanted.size()); ++i)
        ASSERT_NEAR(made[i], wanted[i], 2e-6) << from << ' ' << to << ": " << i << " of " << count;
    }
  }
  EXPECT_EQ(Polyphase::Find(44101, 16000), nullptr);  // a speed of its own
  EXPECT_EQ(Polyphase::Find(44100, 15999), nullptr);
}

// Where it stands among those that are worked out side by side, and what is far from it, does not matter to the last bit.
TEST(Sound, ResamplingDoesNotDependOnThePlace) {
  Philox random(RandomKey(4).With("noise"));
  std::vector<float> samples;
  for (int64_t i = 0; i < 30'000; ++i)
    samples.push_back(static_cast<float>(2 * random.Uniform() - 1));
  const Polyphase& filters = *Polyphase::Find(44100, 16000);
  const std::vector<float> whole = filters.Apply(samples);
  EXPECT_EQ(whole.size(), 10'884u);  // 10884.35
  constexpr size_t kPeriods = 5, kEdge = 160;
  const std::vector<float> part =
      filters.Apply({samples.begin() + 441 * kPeriods, samples.end() - 441});
  EXPECT_EQ(part.size(), whole.size() - 160 * (kPeriods + 1));
  for (size_t i = kEdge; i + kEdge < part.size(); ++i)
    ASSERT_EQ(part[i], whole[i + 160 * kPeriods]) << i;
}

TEST(Sound, LoudestIsTheLargestDistanceFromZero) {
  EXPECT_EQ(Loudest({}), 0.0f);
  EXPECT_EQ(Loudest({0.25f, -0.5f, -0.0f, 1e-30f}), 0.5f);
  EXPECT_EQ(Loudest({-INFINITY, 3.0f}), INFINITY);
  EXPECT_TRUE(std::isnan(Loudest({0.25f, -NAN, INFINITY})));
}

TEST(Sound, ErrorsSayWhatIsWrong) {
  EXPECT_THAT(DecodeSound("hello").status().message(), HasSubstr("not a sound file"));
  EXPECT_THAT(DecodeSound("").status().message(), HasSubstr("not a sound file"));
  const std::string wav = *EncodeWav(Tone(8000, 300, 1));
  EXPECT_THAT(DecodeSound(wav, 0.5).status().message(), HasSubstr("longer than 0.5 seconds"));
  std::string without_rate = wav;
  without_rate.replace(24, 4, 4, '\0');
  EXPECT_THAT(DecodeSound(without_rate).status().message(),
              HasSubstr("not a sound file that can be read (its rate is 0 samples a second)"));
}

// Nothing but an error or a sound comes of damage.
TEST(Sound, DamageDoesNoHarm) {
  Philox random(RandomKey(4).With("sound"));
  for (const std::string name : {"tone.wav", "tone.flac", "tone.ogg", "tone.opus", "tone.mp3"}) {
    const std::string whole = *ReadFile(T2T_TEST_DATA "/sound/" + name);
    for (int i = 0; i < 60; ++i) {
      std::string bytes = whole.substr(0, i < 20 ? random.Below(whole.size()) : whole.size());
      for (uint64_t k = i < 20 ? 0 : 1 + random.Below(20); k > 0; --k) {
        bytes[random.Below(std::min<uint64_t>(bytes.size(), 600))] =
            static_cast<char>(random.Next32());
      }
      const auto sound = DecodeSound(bytes, 100);
      if (!sound.ok()) {
        EXPECT_EQ(sound.status().code(), absl::StatusCode::kInvalidArgument) << sound.status();
        continue;
      }
      EXPECT_GT(sound->rate, 0);
      for (const float sample : sound->samples) ASSERT_TRUE(std::isfinite(sample));
    }
  }
}

}  // namespace
}  // namespace t2t
