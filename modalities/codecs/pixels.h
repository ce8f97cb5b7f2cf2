// Pixels: a decoded image; from and to the bytes of image files, and to another size.
//
//   absl::StatusOr<Pixels> photo = DecodePixels(file_bytes, /*channels=*/3);
//   Pixels small = Resize(*photo, 64, 64, Fit::kPad);
//   absl::StatusOr<std::string> png = EncodePng(small);
//
// OpenCV does the work behind this header and only behind it; its exceptions end here. All
// functions are thread-safe and give the same on any number of threads.
#ifndef T2T_MODALITIES_CODECS_PIXELS_H_
#define T2T_MODALITIES_CODECS_PIXELS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace t2t {

struct Pixels {
  int64_t height = 0;
  int64_t width = 0;
  int64_t channels = 0;       // 3: red, green, blue; 1: grey
  std::vector<float> values;  // [height, width, channels] in 0..1

  float& at(int64_t row, int64_t column, int64_t channel) {
    return values[static_cast<size_t>((row * width + column) * channels + channel)];
  }
  float at(int64_t row, int64_t column, int64_t channel) const {
    return values[static_cast<size_t>((row * width + column) * channels + channel)];
  }
};

// A rectangle of an image.
struct Window {
  int64_t top = 0, left = 0, height = 0, width = 0;
};
// Chooses the part of an image that is wanted; it must lie inside.
using ChooseWindow = std::function<Window(int64_t height, int64_t width)>;

// What becomes of an image of another shape.
enum class Fit {
  kStretch,  // distorted
  kPad,      // whole, centred on white
  kCrop,     // its middle, nothing added
};

// Decodes PNG, JPEG, BMP, PNM or WebP of 8 or 16 bits, grey or colour or by palette. Alpha lies
// over white; a JPEG is turned as its EXIF says; grey is made of colour with the weights of ITU-R
// BT.601. Errors (InvalidArgument): what ReadWholeImageHeader names; data that do not decode.
// With `choose` only that part: the same as Cut of the whole, but less work.
absl::StatusOr<Pixels> DecodePixels(absl::string_view file_bytes, int64_t channels,
                                    const ChooseWindow& choose = nullptr);

// One byte a pixel, row after row; samples.size() must be height * width.
Pixels PixelsOfGrey(absl::string_view samples, int64_t height, int64_t width);

// The bytes of a PNG of 8 bits; values are clamped to 0..1 and rounded.
absl::StatusOr<std::string> EncodePng(const Pixels& pixels);
// The same picture by the highest compression, with the better of two strategies: what PNG pays for it.
absl::StatusOr<std::string> EncodeSmallPng(const Pixels& pixels);

// The part of an image that Resize by Fit::kCrop shows.
Window Middle(int64_t from_height, int64_t from_width, int64_t height, int64_t width);

// Area means when an axis shrinks, linear interpolation when it grows. The same size is a copy.
Pixels Resize(const Pixels& pixels, int64_t height, int64_t width, Fit fit);

// The rectangle, which must lie inside.
Pixels Cut(const Pixels& pixels, int64_t top, int64_t left, int64_t height, int64_t width);

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_PIXELS_H_
