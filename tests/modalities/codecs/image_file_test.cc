// Image files: headers, decoding, damage; no codec.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/imgcodecs.hpp>

#include "modalities/codecs/image_header.h"
#include "modalities/codecs/pixels.h"
#include "random/philox.h"
#include "tests/modalities/codecs/png_writer.h"

namespace t2t {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::HasSubstr;
using ::testing::Pointwise;

std::vector<float> Decoded(const std::string& bytes, int64_t channels) {
  const auto pixels = DecodePixels(bytes, channels);
  EXPECT_TRUE(pixels.ok()) << pixels.status();
  return pixels.ok() ? pixels->values : std::vector<float>();
}

std::string DecodeError(const std::string& bytes) {
  return std::string(DecodePixels(bytes, 3).status().message());
}

Pixels Noise(int64_t height, int64_t width, int64_t channels) {
  Pixels pixels{height, width, channels, {}};
  Philox random(RandomKey(3).With("noise"));
  for (int64_t i = 0; i < height * width * channels; ++i) {
    pixels.values.push_back(static_cast<float>(random.Below(256)) / 255.0f);
  }
  return pixels;
}

std::string Written(const std::string& suffix, const Pixels& pixels) {
  std::string png = *EncodePng(pixels);
  const cv::Mat mat = cv::imdecode(cv::Mat(1, static_cast<int>(png.size()), CV_8UC1, png.data()),
                                   cv::IMREAD_UNCHANGED);
  std::vector<uint8_t> bytes;
  cv::imencode(suffix, mat, bytes);
  return {bytes.begin(), bytes.end()};
}

std::string Bytes(std::initializer_list<int> values) {
  std::string bytes;
  for (int value : values) bytes += static_cast<char>(value);
  return bytes;
}

TEST(PixelsTest, EveryGreyByteComesBackExactly) {
  std::string samples;
  for (int i = 0; i < 256; ++i) samples += static_cast<char>(i);
  const std::string png = *EncodePng(PixelsOfGrey(samples, 4, 64));
  const cv::Mat mat = cv::imdecode(std::vector<char>(png.begin(), png.end()), cv::IMREAD_UNCHANGED);
  ASSERT_EQ(mat.type(), CV_8UC1);
  ASSERT_EQ(mat.rows, 4);
  for (int i = 0; i < 256; ++i) EXPECT_EQ(mat.at<uchar>(i / 64, i % 64), i);
}

TEST(PixelsTest, PngOfEightBitsComesBackExactly) {
  for (int64_t channels : {1, 3}) {
    const Pixels pixels = Noise(7, 13, channels);
    const auto png = EncodePng(pixels);
    ASSERT_TRUE(png.ok()) << png.status();
    const auto back = DecodePixels(*png, channels);
    ASSERT_TRUE(back.ok()) << back.status();
    EXPECT_EQ(back->values, pixels.values);
    EXPECT_EQ(back->height, 7);
    EXPECT_EQ(back->width, 13);
  }
}

TEST(PixelsTest, EveryColourTypeOfPng) {
  // Red, then a transparent green: RGB order, alpha over white.
  EXPECT_THAT(Decoded(WritePng(2, 1, 8, 6, Bytes({255, 0, 0, 255, 0, 255, 0, 0})), 3),
              ElementsAre(1, 0, 0, 1, 1, 1));
  // alpha 51/255 = 0.2: black becomes 0.8, red (0.2 + 0.8, 0.8, 0.8).
  EXPECT_THAT(Decoded(WritePng(2, 1, 8, 6, Bytes({0, 0, 0, 51, 255, 0, 0, 51})), 3),
              Pointwise(FloatNear(1e-6f), {0.8f, 0.8f, 0.8f, 1.0f, 0.8f, 0.8f}));
  EXPECT_THAT(Decoded(WritePng(2, 1, 8, 4, Bytes({0, 51, 255, 255})), 1),
              Pointwise(FloatNear(1e-6f), {0.8f, 1.0f}));
  EXPECT_THAT(Decoded(WritePng(2, 1, 8, 0, Bytes({0, 255})), 3), ElementsAre(0, 0, 0, 1, 1, 1));
  EXPECT_THAT(Decoded(WritePng(1, 1, 8, 2, Bytes({255, 0, 0})), 1),
              Pointwise(FloatNear(1e-6f), {0.299f}));
  EXPECT_THAT(Decoded(WritePng(1, 1, 8, 2, Bytes({0, 0, 255})), 1),
              Pointwise(FloatNear(1e-6f), {0.114f}));
  // 16 bits: 0x3333 = 0.2.
  EXPECT_THAT(Decoded(WritePng(1, 1, 16, 0, Bytes({0x33, 0x33})), 1),
              Pointwise(FloatNear(1e-6f), {0.2f}));
  EXPECT_THAT(Decoded(WritePng(1, 1, 16, 6, Bytes({0, 0, 0xFF, 0xFF, 0, 0, 0x33, 0x33})), 3),
              Pointwise(FloatNear(1e-6f), {0.8f, 1.0f, 0.8f}));
  // 1 bit: black, white, white, black.
  EXPECT_THAT(Decoded(WritePng(4, 1, 1, 0, Bytes({0x60})), 1), ElementsAre(0, 1, 1, 0));
  // A palette of blue and yellow, without and with transparency.
  const std::string palette = PngChunk("PLTE", Bytes({0, 0, 255, 255, 255, 0}));
  EXPECT_THAT(Decoded(WritePng(2, 1, 8, 3, Bytes({1, 0}), palette), 3),
              ElementsAre(1, 1, 0, 0, 0, 1));
  EXPECT_THAT(
      Decoded(WritePng(2, 1, 8, 3, Bytes({1, 0}), palette + PngChunk("tRNS", Bytes({0, 255}))), 3),
      ElementsAre(1, 1, 0, 1, 1, 1));
  // One grey is said to be transparent.
  EXPECT_THAT(Decoded(WritePng(2, 1, 8, 0, Bytes({0, 9}), PngChunk("tRNS", Bytes({0, 9}))), 1),
              ElementsAre(0, 1));
}

// What libpng says of a flawed profile would stand in the progress bar.
TEST(PixelsTest, AFlawedColourProfileIsLeftOut) {
  const std::string plain = WritePng(2, 1, 8, 2, Bytes({255, 0, 0, 0, 0, 255}));
  const std::string flawed =
      WritePng(2, 1, 8, 2, Bytes({255, 0, 0, 0, 0, 255}),
               PngChunk("sRGB", Bytes({77})) + PngChunk("iCCP", "no profile"));
  ASSERT_NE(flawed, plain);
  EXPECT_EQ(WithoutColourProfile(flawed), plain);
  EXPECT_EQ(WithoutColourProfile(plain), plain);
  testing::internal::CaptureStderr();
  EXPECT_THAT(Decoded(flawed, 3), ElementsAre(1, 0, 0, 0, 0, 1));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(ImageSuffixTest, TellsTheFormat) {
  const Pixels pixels = Noise(3, 3, 3);
  for (const char* suffix : {".png", ".jpg", ".bmp", ".ppm", ".webp"})
    EXPECT_EQ(ImageSuffix(Written(suffix, pixels)), suffix);
  EXPECT_EQ(ImageSuffix("text"), "");
}

TEST(PixelsTest, OtherFormats) {
  const Pixels pixels = Noise(9, 5, 3);
  for (const char* lossless : {".bmp", ".ppm", ".png"}) {
    EXPECT_EQ(Decoded(Written(lossless, pixels), 3), pixels.values) << lossless;
  }
  Pixels flat = pixels;
  std::fill(flat.values.begin(), flat.values.end(), 0.6f);
  for (const char* lossy : {".jpg", ".webp"}) {
    EXPECT_THAT(Decoded(Written(lossy, flat), 3), Pointwise(FloatNear(0.02f), flat.values))
        << lossy;
  }
  EXPECT_THAT(Decoded("P2\n# grey\n2 1\n255\n0 255\n", 1), ElementsAre(0, 1));
  // White is what the header says, in each of the four forms.
  EXPECT_THAT(Decoded("P2 2 1 15\n0 15\n", 1), ElementsAre(0, 1));
  EXPECT_THAT(Decoded("P2 2 1 1023\n0 1023\n", 1), ElementsAre(0, 1));
  EXPECT_THAT(Decoded("P5 2 1 15\n" + Bytes({0, 15}), 1), ElementsAre(0, 1));
  EXPECT_THAT(Decoded("P5 2 1 1023\n" + Bytes({0, 0, 3, 0xFF}), 1), ElementsAre(0, 1));
  EXPECT_THAT(Decoded("P6 1 1 3\n" + Bytes({0, 3, 0}), 3), ElementsAre(0, 1, 0));
  EXPECT_THAT(Decoded("P4 8 1\n" + Bytes({0xA5}), 1), ElementsAre(0, 1, 0, 1, 1, 0, 1, 0));
}

TEST(PixelsTest, JpegIsTurnedAsItsExifSays) {
  const std::string plain = Written(".jpg", Noise(16, 8, 3));
  // One TIFF entry, orientation (0x112) = 6: the camera was turned.
  const std::string exif = std::string("Exif\0\0II*\0\x08\0\0\0\x01\0", 16) +
                           Bytes({0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0});
  const std::string turned = plain.substr(0, 2) +
                             Bytes({0xFF, 0xE1, 0, static_cast<int>(exif.size()) + 2}) + exif +
                             plain.substr(2);
  const auto upright = DecodePixels(plain, 3), sideways = DecodePixels(turned, 3);
  ASSERT_TRUE(upright.ok() && sideways.ok()) << sideways.status();
  ASSERT_EQ(sideways->height, 8);
  ASSERT_EQ(sideways->width, 16);
  // A quarter turn clockwise: the lower left corner becomes the upper left one.
  EXPECT_EQ(sideways->at(0, 0, 1), upright->at(15, 0, 1));
  EXPECT_EQ(sideways->at(7, 0, 1), upright->at(15, 7, 1));
}

TEST(PixelsTest, WhatIsNoImageSaysWhatItIs) {
  EXPECT_EQ(DecodeError(""), "not an image: it is empty");
  EXPECT_THAT(DecodeError("hello, this is no PNG"),
              HasSubstr("it begins with \"hello, this is n\", which looks like text"));
  EXPECT_THAT(DecodeError(std::string("\0\x01\x02", 3)),
              HasSubstr("begins with \"\\x00\\x01\\x02\""));
  EXPECT_THAT(DecodeError("BM, a text"), HasSubstr("looks like text"));
  EXPECT_THAT(DecodeError("P5 is a name of people"), HasSubstr("PNM image is cut off"));
}

TEST(PixelsTest, HugeImagesAreRefusedBeforeTheyAreDecoded) {
  EXPECT_THAT(
      DecodeError(WritePng(60'000, 1, 8, 0, "x")
                      .replace(8, 25,
                               PngChunk("IHDR", BigEndianBytes(60'000) + BigEndianBytes(60'000) +
                                                    Bytes({8, 0, 0, 0, 0})))),
      HasSubstr("too large: 60000x60000 pixels; at most 67108864"));
  EXPECT_THAT(DecodeError("P6 99999 99999 255\n"), HasSubstr("too large: 99999x99999"));
  EXPECT_THAT(DecodeError("P6 0 9 255\n"), HasSubstr("no pixels: it says 0x9"));
}

TEST(PixelsTest, EveryCutOfAFileIsAnError) {
  const Pixels pixels = Noise(6, 6, 3);
  for (const char* suffix : {".png", ".jpg", ".webp", ".bmp", ".ppm"}) {
    const std::string whole = Written(suffix, pixels);
    ASSERT_TRUE(DecodePixels(whole, 3).ok()) << suffix;
    for (size_t size = 0; size < whole.size(); ++size) {
      // A copy of its own, so that the sanitizer sees a read beyond it.
      const std::vector<char> cut(whole.begin(), whole.begin() + static_cast<int64_t>(size));
      EXPECT_FALSE(DecodePixels({cut.data(), cut.size()}, 3).ok()) << suffix << ' ' << size;
    }
  }
}

TEST(PixelsTest, AFlippedBitOfAPngIsFound) {
  const std::string whole = *EncodePng(Noise(4, 4, 3));
  for (size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::string damaged = whole;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(DecodePixels(damaged, 3).ok()) << bit;
  }
}

TEST(PixelsTest, DamagedFilesAreErrorsOrImages) {
  // libjpeg reports damage that it mends on stderr.
  testing::internal::CaptureStderr();
  Philox random(RandomKey(5).With("damage"));
  int64_t errors = 0, images = 0;
  for (const char* suffix : {".jpg", ".webp", ".bmp", ".ppm"}) {
    const std::string whole = Written(suffix, Noise(6, 6, 3));
    for (int i = 0; i < 1000; ++i) {
      std::string damaged = whole;
      for (uint64_t flips = 1 + random.Below(3); flips > 0; --flips) {
        // Mostly in the header, where the sizes are.
        const uint64_t at =
            random.Below(random.Below(2) ? std::min<uint64_t>(damaged.size(), 64) : damaged.size());
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << random.Below(8)));
      }
      // Sizes may come out large: those that would only cost time are left out.
      const auto header = ReadImageHeader(damaged);
      if (header.ok() && header->width * header->height > 1'000'000) continue;
      ++(DecodePixels(damaged, 3).ok() ? images : errors);
    }
  }
  testing::internal::GetCapturedStderr();
  EXPECT_GT(errors, 300);
  EXPECT_GT(images, 300);
}

TEST(PixelsTest, RandomBytesBehindEveryMagicAreErrors) {
  Philox random(RandomKey(6).With("magic"));
  testing::internal::CaptureStderr();
  for (const std::string& magic :
       {std::string("\x89PNG\r\n\x1A\n"), std::string("\xFF\xD8\xFF"),
        Bytes({'B', 'M', 9, 0, 0, 0, 0, 0, 0, 0}), std::string("P6 3 3 255\n"),
        std::string("RIFFxxxxWEBPVP8 "), std::string("RIFFxxxxWEBPVP8X")}) {
    for (int i = 0; i < 300; ++i) {
      std::string bytes = magic;
      for (uint64_t size = random.Below(magic[0] == 'P' ? 20 : 60); size > 0; --size) {
        bytes += static_cast<char>(random.Below(256));
      }
      EXPECT_FALSE(DecodePixels(bytes, 3).ok()) << testing::PrintToString(bytes);
    }
  }
  testing::internal::GetCapturedStderr();
}

TEST(ResizeTest, ShrinkingAverages) {
  const Pixels pixels{2, 4, 1, {0, 1, 0.5f, 0.5f, 1, 0, 0, 1}};
  EXPECT_THAT(Resize(pixels, 1, 2, Fit::kStretch).values,
              Pointwise(FloatNear(1e-6f), {0.5f, 0.5f}));
  EXPECT_THAT(Resize(pixels, 2, 2, Fit::kStretch).values,
              Pointwise(FloatNear(1e-6f), {0.5f, 0.5f, 0.5f, 0.5f}));
  EXPECT_EQ(Resize(pixels, 2, 4, Fit::kPad).values, pixels.values);
}

TEST(ResizeTest, FitKeepsTheShape) {
  const Pixels black{2, 4, 1, std::vector<float>(8, 0.0f)};
  EXPECT_THAT(Resize(black, 4, 4, Fit::kPad).values,
              ElementsAre(1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1));
  EXPECT_EQ(Resize(black, 4, 4, Fit::kStretch).values, std::vector<float>(16, 0.0f));
  const Pixels sides{2, 4, 1, {1, 0, 0.5f, 1, 1, 0, 0.5f, 1}};
  EXPECT_THAT(Resize(sides, 2, 2, Fit::kCrop).values, ElementsAre(0, 0.5f, 0, 0.5f));
  // One axis grows, the other shrinks; a line of one pixel is still there.
  EXPECT_THAT(Resize(sides, 4, 2, Fit::kStretch).values,
              Pointwise(FloatNear(1e-6f), {0.5f, 0.75f, 0.5f, 0.75f, 0.5f, 0.75f, 0.5f, 0.75f}));
  EXPECT_EQ(Resize({1, 1000, 1, std::vector<float>(1000, 0)}, 3, 3, Fit::kPad).values,
            (std::vector<float>{1, 1, 1, 0, 0, 0, 1, 1, 1}));
}

// Smooth colours with some noise, as a photo has.
std::string Photo(int height, int width, int quality) {
  Philox random(RandomKey(3).With("photo"));
  cv::Mat mat(height, width, CV_8UC3);
  for (int row = 0; row < height; ++row) {
    for (int column = 0; column < width; ++column) {
      const auto noise = static_cast<int>(random.Below(24));
      mat.at<cv::Vec3b>(row, column) = cv::Vec3b(static_cast<uint8_t>((row * 3 + noise) % 256),
                                                 static_cast<uint8_t>((column * 5 + row) % 256),
                                                 static_cast<uint8_t>(column * row / 40 % 256));
    }
  }
  std::vector<uint8_t> bytes;
  cv::imencode(".jpg", mat, bytes, {cv::IMWRITE_JPEG_QUALITY, quality});
  return {bytes.begin(), bytes.end()};
}

TEST(ImageFile, APartOfAJpegIsThatOfTheWhole) {
  Philox random(RandomKey(3).With("windows"));
  for (const auto& [height, width] :
       {std::pair(1, 1), std::pair(7, 130), std::pair(97, 64), std::pair(160, 211)}) {
    const std::string jpeg = Photo(height, width, 85);
    for (const int64_t channels : {1, 3}) {
      const auto whole = DecodePixels(jpeg, channels);
      ASSERT_TRUE(whole.ok()) << whole.status();
      for (int i = 0; i < 100; ++i) {
        Window window;
        const auto part = DecodePixels(jpeg, channels, [&](int64_t h, int64_t w) {
          window.top = static_cast<int64_t>(random.Below(static_cast<uint64_t>(h)));
          window.left = static_cast<int64_t>(random.Below(static_cast<uint64_t>(w)));
          window.height =
              1 + static_cast<int64_t>(random.Below(static_cast<uint64_t>(h - window.top)));
          window.width =
              1 + static_cast<int64_t>(random.Below(static_cast<uint64_t>(w - window.left)));
          return window;
        });
        ASSERT_TRUE(part.ok()) << part.status();
        ASSERT_EQ(part->values,
                  Cut(*whole, window.top, window.left, window.height, window.width).values)
            << height << "x" << width << ": " << window.top << ' ' << window.left << ' '
            << window.height << ' ' << window.width;
      }
    }
  }
}

}  // namespace
}  // namespace t2t
