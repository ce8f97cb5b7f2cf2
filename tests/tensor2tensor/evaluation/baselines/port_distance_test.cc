#include "tensor2tensor/evaluation/baselines/port_distance.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "modalities/codecs/pixels.h"
#include "modalities/codecs/register_modalities.h"
#include "modalities/codecs/sound.h"
#include "random/philox.h"
#include "tensor2tensor/evaluation/metrics/edit_distance.h"
#include "tensor2tensor/evaluation/metrics/text_units.h"

namespace t2t {
namespace {

using testing::HasSubstr;

std::unique_ptr<PortDistance> Make(absl::string_view name, bool normalised = false) {
  auto distance = MakePortDistance(name, normalised);
  EXPECT_TRUE(distance.ok()) << distance.status();
  return *std::move(distance);
}

constexpr double kNoLimit = 1e9;

std::string RandomText(Philox& random, uint64_t longest) {
  static const std::vector<std::string> letters = {"a", "b", "c", "é", "ß", "日", "x"};
  std::string text;
  for (uint64_t n = random.Below(longest + 1); n > 0; --n)
    text += letters[random.Below(letters.size())];
  return text;
}

// The table of edits is computed 64 rows at once; lengths around every border of 64.
TEST(TextDistance, EqualsTheTableOfEdits) {
  Philox random(RandomKey(7).With("texts"));
  auto distance = Make("edits");
  std::vector<std::string> texts = {"",
                                    "a",
                                    std::string(63, 'a'),
                                    std::string(64, 'a'),
                                    std::string(65, 'b'),
                                    std::string(255, 'a')};
  for (int i = 0; i < 120; ++i) texts.push_back(RandomText(random, i % 3 == 0 ? 255 : 12));
  for (const std::string& text : texts) {
    const Value value(text);
    ASSERT_TRUE(distance->Add(&value).ok());
  }
  for (size_t q = 0; q < texts.size(); q += 3) {
    const Value question(texts[q]);
    ASSERT_TRUE(distance->Ask(&question).ok());
    const std::vector<char32_t> asked = CodePoints(texts[q]);
    for (size_t i = 0; i < texts.size(); ++i) {
      const std::vector<char32_t> theirs = CodePoints(texts[i]);
      const auto edits = static_cast<double>(EditDistance<char32_t>(asked, theirs));
      const auto number = static_cast<int64_t>(i);
      EXPECT_EQ(distance->To(number, kNoLimit), edits) << texts[q] << " / " << texts[i];
      EXPECT_LE(distance->AtLeast(number), edits) << texts[q] << " / " << texts[i];
      const double stopped = distance->To(number, edits / 2);
      EXPECT_TRUE(stopped == edits || stopped > edits / 2) << texts[q] << " / " << texts[i];
    }
  }
}

TEST(TextDistance, ComparesTheFirst255Characters) {
  auto distance = Make("edits");
  const Value added(std::string(300, 'a')), asked(std::string(255, 'a') + "bbb");
  ASSERT_TRUE(distance->Add(&added).ok());
  ASSERT_TRUE(distance->Ask(&asked).ok());
  EXPECT_EQ(distance->To(0, kNoLimit), 0);
}

TEST(TextDistance, NormalisedLiesBetweenZeroAndOne) {
  auto distance = Make("edits", /*normalised=*/true);
  for (const char* text : {"", "abcd", "xyz"}) {
    const Value value(text);
    ASSERT_TRUE(distance->Add(&value).ok());
  }
  const Value asked("ab");
  ASSERT_TRUE(distance->Ask(&asked).ok());
  EXPECT_EQ(distance->To(0, kNoLimit), 1);
  EXPECT_EQ(distance->To(1, kNoLimit), 0.5);
  EXPECT_EQ(distance->To(2, kNoLimit), 1);
  ASSERT_TRUE(distance->Ask(nullptr).ok());
  EXPECT_EQ(distance->To(0, kNoLimit), 0);
}

Pixels RandomPixels(Philox& random) {
  Pixels pixels{kThumbnailSide, kThumbnailSide, 3, {}};
  const double base = random.Uniform();
  for (int64_t i = 0; i < kThumbnailSide * kThumbnailSide * 3; ++i) {
    pixels.values.push_back(static_cast<float>(0.5 * base + 0.5 * random.Uniform()));
  }
  return pixels;
}

TEST(ImageDistance, EqualsTheRootMeanSquareOfThePixels) {
  Philox random(RandomKey(7).With("images"));
  auto distance = Make("thumbnails");
  std::vector<Pixels> images;
  for (int i = 0; i < 20; ++i) {
    const auto png = EncodePng(RandomPixels(random));
    ASSERT_TRUE(png.ok()) << png.status();
    const auto decoded = DecodePixels(*png, 3);
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    images.push_back(*decoded);
    const Value value(*png);
    ASSERT_TRUE(distance->Add(&value).ok());
  }
  for (size_t q = 0; q < images.size(); ++q) {
    const auto png = EncodePng(images[q]);
    ASSERT_TRUE(png.ok());
    const Value asked(*png);
    ASSERT_TRUE(distance->Ask(&asked).ok());
    for (size_t i = 0; i < images.size(); ++i) {
      double sum = 0;
      for (size_t p = 0; p < images[i].values.size(); ++p) {
        const double difference = images[i].values[p] - images[q].values[p];
        sum += difference * difference;
      }
      const double expected = std::sqrt(sum / static_cast<double>(images[i].values.size()));
      const auto number = static_cast<int64_t>(i);
      EXPECT_NEAR(distance->To(number, kNoLimit), expected, 1e-6);
      EXPECT_LE(distance->AtLeast(number), distance->To(number, kNoLimit));
      EXPECT_EQ(distance->To(number, expected / 2) > expected / 2, expected > 0);
    }
  }
}

TEST(ImageDistance, AnAbsentPictureIsWhite) {
  auto distance = Make("thumbnails");
  const Pixels white{5, 9, 1, std::vector<float>(45, 1.0f)},
      black{5, 5, 1, std::vector<float>(25, 0.0f)};
  for (const Pixels& pixels : {white, black}) {
    const auto png = EncodePng(pixels);
    ASSERT_TRUE(png.ok());
    const Value value(*png);
    ASSERT_TRUE(distance->Add(&value).ok());
  }
  ASSERT_TRUE(distance->Ask(nullptr).ok());
  EXPECT_EQ(distance->To(0, kNoLimit), 0);
  EXPECT_EQ(distance->To(1, kNoLimit), 1);
}

std::string Wav(double hertz, double last_hertz, double loudness, int64_t rate) {
  Sound sound;
  sound.rate = rate;
  for (int64_t i = 0; i < rate / 2; ++i) {
    const double seconds = static_cast<double>(i) / static_cast<double>(rate);
    const double pitch = i < rate / 4 ? hertz : last_hertz;
    sound.samples.push_back(static_cast<float>(loudness * std::sin(2 * M_PI * pitch * seconds)));
  }
  return *EncodeWav(sound);
}

TEST(SoundDistance, HearsPitchAndOrderButNotLoudness) {
  auto distance = Make("spectra");
  for (const Value& value : {Value(Wav(400, 1200, 0.5, 8000)), Value(Wav(400, 1200, 0.25, 16000)),
                             Value(Wav(1200, 400, 0.5, 8000)), Value(Wav(500, 1300, 0.5, 8000))}) {
    ASSERT_TRUE(distance->Add(&value).ok());
  }
  const Value asked(Wav(400, 1200, 0.5, 8000));
  ASSERT_TRUE(distance->Ask(&asked).ok());
  EXPECT_EQ(distance->To(0, kNoLimit), 0);
  EXPECT_LT(distance->To(1, kNoLimit), distance->To(3, kNoLimit));
  EXPECT_LT(distance->To(3, kNoLimit), distance->To(2, kNoLimit));
  const Value text("no sound");
  EXPECT_FALSE(distance->Add(&text).ok());
  ASSERT_TRUE(distance->Ask(nullptr).ok());
  EXPECT_GT(distance->To(0, kNoLimit), 0.1);
}

TEST(NumberDistance, CountsInSpreadsOfEachComponent) {
  auto distance = Make("numbers");
  const float nan = std::numeric_limits<float>::quiet_NaN();
  // Standard deviations 1 and 100; the third never changes.
  const std::vector<Value> values = {Value(std::vector<float>{1, 300, 5}),
                                     Value(std::vector<float>{3, 100, 5}), Value("1 100 5"),
                                     Value("3;300;5")};
  for (const Value& value : values) ASSERT_TRUE(distance->Add(&value).ok());
  const Value asked(std::vector<float>{1, 300, 5}), missing(std::vector<float>{1, nan, 5}),
      shorter(std::vector<float>{1, 300});
  ASSERT_TRUE(distance->Ask(&asked).ok());
  EXPECT_NEAR(distance->To(0, kNoLimit), 0, 1e-12);
  EXPECT_NEAR(distance->To(1, kNoLimit), std::sqrt(8.0 / 3), 1e-12);
  EXPECT_NEAR(distance->To(2, kNoLimit), std::sqrt(4.0 / 3), 1e-12);
  ASSERT_TRUE(distance->Ask(&missing).ok());
  EXPECT_NEAR(distance->To(0, kNoLimit), std::sqrt(1.0 / 3), 1e-12);
  ASSERT_TRUE(distance->Ask(&shorter).ok());
  EXPECT_NEAR(distance->To(0, kNoLimit), std::sqrt(1.0 / 3), 1e-12);
  const Value text("three");
  EXPECT_FALSE(distance->Ask(&text).ok());
  auto normalised = *MakePortDistance("numbers", true);
  for (const Value& value : values) ASSERT_TRUE(normalised->Add(&value).ok());
  ASSERT_TRUE(normalised->Ask(&asked).ok());
  const double apart = std::sqrt(8.0 / 3);
  EXPECT_NEAR(normalised->To(1, kNoLimit), apart / (1 + apart), 1e-12);
}

TEST(LabelDistance, IsZeroOrOne) {
  auto distance = Make("equality");
  const Value cat("cat"), dog("dog");
  ASSERT_TRUE(distance->Add(&cat).ok());
  ASSERT_TRUE(distance->Ask(&dog).ok());
  EXPECT_EQ(distance->To(0, kNoLimit), 1);
  ASSERT_TRUE(distance->Ask(&cat).ok());
  EXPECT_EQ(distance->To(0, kNoLimit), 0);
}

TEST(KmerDistance, IsTheShareOfKmersThatTheShorterLacks) {
  auto distance = Make("3mers");
  // ACG CGT GTA TAC; acg cgt; ACG ACG of AC GACG: counted as often as they are there.
  const Value sequences[] = {"ACGTAC", "acg\nt", "TTTTT", "AC", ""};
  for (const Value& value : sequences) ASSERT_TRUE(distance->Add(&value).ok());
  const Value asked("ACGTACG");  // ACG CGT GTA TAC ACG
  ASSERT_TRUE(distance->Ask(&asked).ok());
  const double expected[] = {0, 0, 1, 1, 1};
  for (int64_t i = 0; i < 5; ++i) {
    EXPECT_DOUBLE_EQ(distance->To(i, kNoLimit), expected[i]) << i;
    EXPECT_LE(distance->AtLeast(i), expected[i]) << i;
  }
  const Value other("GTACC");  // GTA TAC ACC
  ASSERT_TRUE(distance->Ask(&other).ok());
  EXPECT_DOUBLE_EQ(distance->To(0, kNoLimit), 1.0 / 3);
  ASSERT_TRUE(distance->Ask(nullptr).ok());
  EXPECT_EQ(distance->To(0, kNoLimit), 1);
  EXPECT_EQ(distance->To(4, kNoLimit), 0);
}

TEST(MakePortDistance, RefusesWhatItDoesNotKnow) {
  const auto distance = MakePortDistance("edit", false);
  EXPECT_EQ(distance.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(distance.status().message(), HasSubstr("'edit'; did you mean 'edits'?"));
  EXPECT_EQ(MakePortDistance("", false).status().code(), absl::StatusCode::kUnimplemented);
}

TEST(MakePortDistance, KnowsThoseOfAllModalities) {
  Registry<Modality> modalities("modality");
  ASSERT_TRUE(RegisterModalities(modalities).ok());
  for (const auto& [name, entry] : modalities.entries())
    EXPECT_TRUE(MakePortDistance(entry.value.distance, false).ok()) << name;
}

}  // namespace
}  // namespace t2t
