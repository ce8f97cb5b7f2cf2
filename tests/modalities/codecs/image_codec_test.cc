#include "modalities/codecs/image_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "modalities/codecs/image_augment.h"
#include "modalities/codecs/pixels.h"
#include "tests/modalities/codecs/codec_testing.h"

namespace t2t {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::unique_ptr<Codec> Made(const std::string& yaml) {
  auto codec = CodecFromYaml(MakeImageCodec, yaml);
  EXPECT_TRUE(codec.ok()) << codec.status();
  return std::move(*codec);
}

// All values of 8 bits, each once: [16, 16] of grey or a third of it in colour.
Pixels Ramp(int64_t height, int64_t width, int64_t channels) {
  Pixels pixels{height, width, channels, {}};
  for (int64_t i = 0; i < height * width * channels; ++i) {
    pixels.values.push_back(static_cast<float>(i % 256) / 255.0f);
  }
  return pixels;
}

TEST(ImageCodecTest, PatchesInRasterOrder) {
  const auto codec = Made("{height: 2, width: 4, patch: 2, channels: 1, mean: 0, std: 1}");
  const Pixels pixels{2, 4, 1, {0, 51 / 255.0f, 102 / 255.0f, 153 / 255.0f, 204 / 255.0f, 1, 1, 0}};
  const auto units = codec->Encode(Value(*EncodePng(pixels)), {});
  ASSERT_TRUE(units.ok()) << units.status();
  EXPECT_THAT(units->frames, ElementsAre(0, 51 / 255.0f, 204 / 255.0f, 1,  // left patch
                                         102 / 255.0f, 153 / 255.0f, 1, 0));
  EXPECT_THAT(units->positions, ElementsAre(0, 0, 0, 1));
  EXPECT_EQ(units->frame_width, 4);
  EXPECT_EQ(units->axes, 2);
  EXPECT_EQ(units->raw_units, 8);
  EXPECT_EQ(units->length(), 2);
  EXPECT_TRUE(units->ids.empty());
  EXPECT_THAT(codec->extent(), ElementsAre(1, 2));
  EXPECT_EQ(codec->Describe(), "4x2 grey in 2x2 patches");
  EXPECT_EQ(codec->Show(Value(*EncodePng(pixels))), "4x2 image");
}

TEST(ImageCodecTest, AnImageOfTheModelsSizeComesBackExactly) {
  for (int64_t channels : {1, 3}) {
    const auto codec = Made("{size: 16, patch: 4, channels: " + std::to_string(channels) + "}");
    const Pixels pixels = Ramp(16, 16, channels);
    const auto units = codec->Encode(Value(*EncodePng(pixels)), {});
    ASSERT_TRUE(units.ok()) << units.status();
    EXPECT_EQ(units->frame_width, codec->frame_width());
    EXPECT_EQ(units->raw_units, 256 * channels);
    const auto back = codec->Decode(*units);
    ASSERT_TRUE(back.ok()) << back.status();
    EXPECT_EQ(DecodePixels(back->bytes(), channels)->values, pixels.values);
  }
}

TEST(ImageCodecTest, PixelsAreIdsWithTheirPlaces) {
  const auto codec = Made("{height: 1, width: 2, units: pixels}");
  const Pixels pixels{1, 2, 3, {0, 1 / 255.0f, 254 / 255.0f, 1, 0.5f, 51 / 255.0f}};
  const auto units = codec->Encode(Value(*EncodePng(pixels)), {});
  ASSERT_TRUE(units.ok()) << units.status();
  EXPECT_THAT(units->ids, ElementsAre(0, 1, 254, 255, 128, 51));
  EXPECT_THAT(units->positions, ElementsAre(0, 0, 0, 0, 0, 1, 0, 0, 2, 0, 1, 0, 0, 1, 1, 0, 1, 2));
  EXPECT_EQ(units->axes, 3);
  EXPECT_EQ(units->raw_units, 6);
  EXPECT_TRUE(units->frames.empty());
  EXPECT_FALSE(codec->gives_frames());
  EXPECT_THAT(codec->extent(), ElementsAre(1, 2, 3));
  EXPECT_EQ(codec->fixed_length(), 6);
  EXPECT_EQ(codec->vocabulary_size(), 256);
  EXPECT_TRUE(codec->reversible());
  EXPECT_EQ(codec->Describe(), "2x1 colour, pixel by pixel");
  const auto grey = Made("{size: 3, channels: 1, units: pixels}");
  EXPECT_EQ(grey->axes(), 2);
  EXPECT_THAT(grey->extent(), ElementsAre(3, 3));
  EXPECT_FALSE(Made("{size: 16}")->reversible());
}

TEST(ImageCodecTest, PixelsComeBackExactly) {
  for (int64_t channels : {1, 3}) {
    const auto codec =
        Made("{size: 16, units: pixels, channels: " + std::to_string(channels) + "}");
    const Pixels pixels = Ramp(16, 16, channels);
    const auto units = codec->Encode(Value(*EncodePng(pixels)), {});
    ASSERT_TRUE(units.ok()) << units.status();
    const auto back = codec->Decode(*units);
    ASSERT_TRUE(back.ok()) << back.status();
    EXPECT_EQ(DecodePixels(back->bytes(), channels)->values, pixels.values);
    // One of another size: what the model sees of it comes back.
    const auto other = codec->Encode(Value(*EncodePng(Ramp(20, 9, channels))), {});
    EXPECT_EQ(codec->Encode(*codec->Decode(*other), {})->ids, other->ids);
    Units wrong = *units;
    wrong.ids[7] = 256;
    EXPECT_THAT(std::string(codec->Decode(wrong).status().message()),
                HasSubstr("subpixel 7: 256 is not from 0 to 255"));
    wrong.ids.pop_back();
    EXPECT_THAT(std::string(codec->Decode(wrong).status().message()), HasSubstr("ids, not"));
  }
}

TEST(ImageCodecTest, TooManyPixelsAreRefusedWithTheLimit) {
  EXPECT_THAT(
      std::string(CodecFromYaml(MakeImageCodec, "{size: 37, units: pixels}").status().message()),
      HasSubstr("37x37x3 are 4107 subpixels, more than 4096; choose a smaller size, or patches"));
  EXPECT_TRUE(CodecFromYaml(MakeImageCodec, "{size: 64, channels: 1, units: pixels}").ok());
  // What pixels do not read is an error where a user says it.
  EXPECT_FALSE(CodecFromYaml(MakeImageCodec, "{size: 4, units: pixels, patch: 2}").ok());
}

TEST(PixelsTest, ASmallPngIsTheSamePicture) {
  const Pixels pixels = Ramp(40, 31, 3);
  const auto small = EncodeSmallPng(pixels), usual = EncodePng(pixels);
  ASSERT_TRUE(small.ok()) << small.status();
  EXPECT_LE(small->size(), usual->size());
  EXPECT_EQ(DecodePixels(*small, 3)->values, pixels.values);
}

TEST(ImageCodecTest, DecodeClampsAndChecks) {
  const auto codec = Made("{size: 2, patch: 1, channels: 1}");
  Units units;
  units.frame_width = 1;
  units.frames = {-7, 7, std::nanf(""), 0};
  EXPECT_THAT(DecodePixels(codec->Decode(units)->bytes(), 1)->values,
              ElementsAre(0, 1, 0, 128 / 255.0f));
  units.frames.pop_back();
  EXPECT_THAT(std::string(codec->Decode(units).status().message()),
              HasSubstr("has 4 frames of 1 numbers, not 3 of 1"));
  units.frame_width = 0;
  EXPECT_FALSE(codec->Decode(units).ok());
}

TEST(ImageCodecTest, AugmentationIsOnlyOfItsKey) {
  const auto codec =
      Made("{size: 16, patch: 4, channels: 1, augment: {flip: true, shift: 3, crop: 0.3}}");
  const Value image(*EncodePng(Ramp(16, 16, 1)));
  const auto plain = codec->Encode(image, {});
  const auto key_alone = codec->Encode(image, {.augment = false, .random_key = 9});
  EXPECT_EQ(plain->frames, key_alone->frames);
  std::set<std::vector<float>> seen;
  for (uint64_t key = 0; key < 20; ++key) {
    const auto first = codec->Encode(image, {.augment = true, .random_key = key});
    const auto again = codec->Encode(image, {.augment = true, .random_key = key});
    EXPECT_EQ(first->frames, again->frames);
    seen.insert(first->frames);
  }
  EXPECT_GT(seen.size(), 15);
  const auto off = Made("{size: 16, patch: 4, channels: 1}");
  EXPECT_EQ(off->Encode(image, {.augment = true, .random_key = 1})->frames, plain->frames);
}

TEST(ImageCodecTest, ThreadsGetTheSame) {
  const auto codec = Made("{size: 24, patch: 4, augment: {crop: 0.5}}");
  const Value image(*EncodePng(Ramp(40, 31, 3)));
  const auto expected = codec->Encode(image, {.augment = true, .random_key = 3});
  std::vector<std::vector<float>> got(4);
  std::vector<std::thread> threads;
  for (auto& frames : got) {
    threads.emplace_back(
        [&] { frames = codec->Encode(image, {.augment = true, .random_key = 3})->frames; });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& frames : got) EXPECT_EQ(frames, expected->frames);
}

TEST(ImageAugmentTest, FlipMirrorsHalfOfTheImages) {
  const Pixels pixels{1, 3, 1, {0, 0.5f, 1}};
  int mirrored = 0;
  for (uint64_t key = 0; key < 400; ++key) {
    const Pixels result = RandomFlipAndShift(pixels, {.flip = true}, key);
    if (result.values != pixels.values) {
      ++mirrored;
      EXPECT_THAT(result.values, ElementsAre(1, 0.5f, 0));
    }
  }
  EXPECT_NEAR(mirrored, 200, 50);
}

TEST(ImageAugmentTest, ShiftMovesAndRepeatsTheBorder) {
  const Pixels pixels{1, 4, 1, {0.1f, 0.2f, 0.3f, 0.4f}};
  std::set<std::vector<float>> seen;
  for (uint64_t key = 0; key < 200; ++key) {
    seen.insert(RandomFlipAndShift(pixels, {.shift = 1}, key).values);
  }
  EXPECT_THAT(seen,
              ElementsAre(ElementsAre(0.1f, 0.1f, 0.2f, 0.3f), ElementsAre(0.1f, 0.2f, 0.3f, 0.4f),
                          ElementsAre(0.2f, 0.3f, 0.4f, 0.4f)));
}

TEST(ImageAugmentTest, CropIsAWindowOfTheImage) {
  const Pixels pixels = Ramp(10, 20, 1);
  std::set<int64_t> heights;
  for (uint64_t key = 0; key < 200; ++key) {
    const Window place = RandomWindow(10, 20, {.crop = 0.4}, key);
    const Pixels window = Cut(pixels, place.top, place.left, place.height, place.width);
    heights.insert(window.height);
    EXPECT_NEAR(static_cast<double>(window.width), 2.0 * static_cast<double>(window.height), 1);
    // Neighbours stay neighbours.
    EXPECT_NEAR(window.at(0, 1, 0) - window.at(0, 0, 0), 1 / 255.0f, 1e-6);
    EXPECT_NEAR(window.at(1, 0, 0) - window.at(0, 0, 0), 20 / 255.0f, 1e-6);
  }
  EXPECT_THAT(heights, ElementsAre(6, 7, 8, 9, 10));
}

TEST(ImageCodecTest, OptionsAreStrict) {
  EXPECT_THAT(OptionsError(MakeImageCodec, "{size: 28, patch: 8}"), HasSubstr("patches of 8"));
  EXPECT_THAT(OptionsError(MakeImageCodec, "{height: 28, width: 30, patch: 4}"),
              HasSubstr("width"));
  EXPECT_THAT(OptionsError(MakeImageCodec, "{size: 0}"), HasSubstr("from 1 to 4096"));
  EXPECT_THAT(OptionsError(MakeImageCodec, "{patch: 0}"), HasSubstr("1 or more"));
  EXPECT_THAT(OptionsError(MakeImageCodec, "{channels: 4}"), HasSubstr("3 (colour) or 1 (grey)"));
  EXPECT_THAT(OptionsError(MakeImageCodec, "{fit: padd}"), HasSubstr("pad"));
  EXPECT_THAT(OptionsError(MakeImageCodec, "{std: 0}"), HasSubstr("above 0"));
  EXPECT_THAT(OptionsError(MakeImageCodec, "{augment: {filp: true}}"), HasSubstr("flip"));
  EXPECT_THAT(OptionsError(MakeImageCodec, "{augment: {crop: 1}}"), HasSubstr("below 1"));
  EXPECT_THAT(OptionsError(MakeImageCodec, "{size: 8, height: 8}"), HasSubstr("size"));
  EXPECT_EQ(OptionsError(MakeImageCodec, "{}"), "");
}

TEST(ImageCodecTest, WrongValuesAreErrors) {
  const auto codec = Made("{}");
  EXPECT_FALSE(codec->Encode(Value(std::vector<float>{1}), {}).ok());
  EXPECT_THAT(std::string(codec->Encode(Value("a caption"), {}).status().message()),
              HasSubstr("looks like text"));
  EXPECT_THAT(codec->Show(Value("a caption")), HasSubstr("not an image"));
}

}  // namespace
}  // namespace t2t
