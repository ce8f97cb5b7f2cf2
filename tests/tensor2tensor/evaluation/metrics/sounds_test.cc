#include "tensor2tensor/evaluation/metrics/sounds.h"

#include <gtest/gtest.h>

#include <cmath>

#include "modalities/codecs/sound.h"

namespace t2t {
namespace {

std::string Tones(const std::vector<double>& hertz, int64_t samples_each, double loudness = 0.3,
                  int64_t rate = 8000) {
  Sound sound{rate, {}};
  for (const double pitch : hertz) {
    for (int64_t i = 0; i < samples_each; ++i) {
      const double turn = pitch * static_cast<double>(i) / static_cast<double>(rate);
      // A sawtooth: energy in all bands.
      sound.samples.push_back(static_cast<float>(loudness * 2 * (turn - std::floor(turn) - 0.5)));
    }
  }
  return *EncodeWav(sound);
}

double DistanceOf(const std::string& name, const std::string& made, const std::string& reference) {
  const auto metric = *MakeMetric(name);
  return metric->Score(metric->Statistics(made, {reference}));
}

TEST(Sounds, TheSameHasNoDistance) {
  const std::string sound = Tones({200, 350, 500}, 1600);
  for (const char* name : {"mcd", "duration_error", "loudness_error"})
    EXPECT_NEAR(DistanceOf(name, sound, sound), 0, 1e-9) << name;
}

TEST(Sounds, DistortionIsOfWhatIsHeardNotOfHowLoudOrWhen) {
  const std::string sound = Tones({200, 350, 500}, 1600);
  const double quieter = DistanceOf("mcd", Tones({200, 350, 500}, 1600, 0.15), sound);
  const double slower = DistanceOf("mcd", Tones({200, 350, 500}, 2400), sound);
  const double other = DistanceOf("mcd", Tones({500, 200, 350}, 1600), sound);
  const double nothing = DistanceOf("mcd", "", sound);
  EXPECT_LT(quieter, 0.5);
  EXPECT_LT(slower, 1);
  EXPECT_GT(other, 3 * slower);
  EXPECT_GT(nothing, other);
}

// What is above 8 kHz of a recording of 44.1 kHz is not counted; what is below is.
TEST(Sounds, DistortionIsOfWhatSixteenKilohertzHold) {
  const std::string recording = Tones({200, 350, 500}, 8820, 0.3, 44100);
  const auto at = [&](int64_t rate) { return *EncodeWav(*Resample(*DecodeSound(recording), rate)); };
  EXPECT_LT(DistanceOf("mcd", at(16000), recording), 0.5);
  EXPECT_GT(DistanceOf("mcd", at(6000), recording), 3);
}

TEST(Sounds, LengthsAndLevels) {
  const std::string sound = Tones({300}, 8000);
  EXPECT_NEAR(DistanceOf("duration_error", Tones({300}, 6000), sound), 25, 1e-6);
  EXPECT_NEAR(DistanceOf("duration_error", Tones({300}, 10000), sound), 25, 1e-6);
  EXPECT_NEAR(DistanceOf("duration_error", "no sound", sound), 100, 1e-6);
  EXPECT_NEAR(DistanceOf("loudness_error", Tones({300}, 8000, 0.03), sound), 20, 0.1);
  // Silence is -80 dB at the least; a sawtooth of height a has the level a^2 / 3.
  EXPECT_NEAR(DistanceOf("loudness_error", "", sound), 80 + 10 * std::log10(0.09 / 3), 0.1);
}

}  // namespace
}  // namespace t2t
