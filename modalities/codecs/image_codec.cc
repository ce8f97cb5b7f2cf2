#include "modalities/codecs/image_codec.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "modalities/codecs/image_augment.h"
#include "modalities/codecs/image_header.h"
#include "modalities/codecs/option_error.h"
#include "modalities/codecs/pixels.h"
#include "random/philox.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

struct ImageOptions {
  int64_t height = 64;
  int64_t width = 64;
  int64_t channels = 3;
  int64_t patch = 8;
  Fit fit = Fit::kPad;
  double mean = 0.5;
  double std = 0.5;
  ImageAugment augment;
};

// Calls visit(row, column, channel) for every number of the frames, in their order.
template <typename Visit>
void ForEachSubpixel(const ImageOptions& options, Visit visit) {
  const int64_t patch = options.patch;
  for (int64_t top = 0; top < options.height; top += patch) {
    for (int64_t left = 0; left < options.width; left += patch) {
      for (int64_t row = top; row < top + patch; ++row) {
        for (int64_t column = left; column < left + patch; ++column) {
          for (int64_t c = 0; c < options.channels; ++c) visit(row, column, c);
        }
      }
    }
  }
}

// What both ways of seeing an image share.
class ImageCodec : public Codec {
 public:
  explicit ImageCodec(ImageOptions options) : options_(std::move(options)) {}
  std::string Show(const Value& value) const override {
    if (!value.is_bytes()) return "(numbers)";
    const absl::StatusOr<ImageHeader> header = ReadImageHeader(value.bytes());
    if (!header.ok()) return absl::StrCat("(", header.status().message(), ")");
    return absl::StrCat(header->width, "x", header->height, " image");
  }
  std::string raw_unit() const override { return "subpixel"; }
  int64_t bytes_per_raw_unit() const override { return 1; }

 protected:
  // At the model's size.
  absl::StatusOr<Pixels> PixelsOf(const Value& value, const EncodeOptions& encode) const {
    if (!value.is_bytes()) {
      return absl::InvalidArgumentError("the bytes of an image file are expected, not numbers");
    }
    // What will be seen of it is known before it is decoded.
    const auto seen = [&](int64_t height, int64_t width) {
      Window window{0, 0, height, width};
      if (encode.augment) window = RandomWindow(height, width, options_.augment, encode.random_key);
      if (options_.fit != Fit::kCrop) return window;
      const Window middle = Middle(window.height, window.width, options_.height, options_.width);
      return Window{window.top + middle.top, window.left + middle.left, middle.height,
                    middle.width};
    };
    T2T_ASSIGN_OR_RETURN(Pixels pixels, DecodePixels(value.bytes(), options_.channels, seen));
    pixels = Resize(pixels, options_.height, options_.width,
                    options_.fit == Fit::kCrop ? Fit::kStretch : options_.fit);
    if (encode.augment)
      pixels = RandomFlipAndShift(std::move(pixels), options_.augment, encode.random_key);
    return pixels;
  }
  Pixels Blank() const {
    return {options_.height, options_.width, options_.channels,
            std::vector<float>(static_cast<size_t>(subpixels()))};
  }
  int64_t subpixels() const { return options_.height * options_.width * options_.channels; }
  std::string Size() const {
    return absl::StrCat(options_.width, "x", options_.height,
                        options_.channels == 1 ? " grey" : " colour");
  }

  const ImageOptions options_;
};

// Frames: square patches.
class PatchCodec : public ImageCodec {
 public:
  explicit PatchCodec(ImageOptions options)
      : ImageCodec(std::move(options)),
        rows_(options_.height / options_.patch),
        columns_(options_.width / options_.patch) {}

  absl::StatusOr<Units> Encode(const Value& value, const EncodeOptions& encode) const override {
    T2T_ASSIGN_OR_RETURN(const Pixels pixels, PixelsOf(value, encode));
    Units units;
    units.frame_width = frame_width();
    units.axes = 2;
    units.raw_units = subpixels();
    units.frames.resize(pixels.values.size());
    const auto mean = static_cast<float>(options_.mean), std = static_cast<float>(options_.std);
    // A row of a patch lies together in both.
    float* to = units.frames.data();
    const int64_t together = options_.patch * options_.channels;
    for (int64_t patch = 0; patch < rows_ * columns_; ++patch) {
      for (int64_t row = 0; row < options_.patch; ++row, to += together) {
        const float* from = &pixels.values[static_cast<size_t>(
            ((patch / columns_ * options_.patch + row) * columns_ + patch % columns_) * together)];
        std::transform(from, from + together, to,
                       [&](float subpixel) { return (subpixel - mean) / std; });
      }
    }
    units.positions.reserve(static_cast<size_t>(2 * rows_ * columns_));
    for (int64_t row = 0; row < rows_; ++row) {
      for (int64_t column = 0; column < columns_; ++column) {
        units.positions.push_back(row);
        units.positions.push_back(column);
      }
    }
    return units;
  }

  absl::StatusOr<Value> Decode(const Units& units) const override {
    if (units.frame_width != frame_width() ||
        units.frames.size() != static_cast<size_t>(subpixels())) {
      return absl::InvalidArgumentError(
          absl::StrCat("an image of ", Describe(), " has ", rows_ * columns_, " frames of ",
                       frame_width(), " numbers, not ", units.length(), " of ", units.frame_width));
    }
    Pixels pixels = Blank();
    const auto mean = static_cast<float>(options_.mean), std = static_cast<float>(options_.std);
    size_t next = 0;
    ForEachSubpixel(options_, [&](int64_t row, int64_t column, int64_t c) {
      pixels.at(row, column, c) = units.frames[next++] * std + mean;
    });
    T2T_ASSIGN_OR_RETURN(std::string png, EncodePng(pixels));
    return Value(std::move(png));
  }

  bool gives_frames() const override { return true; }
  int64_t frame_width() const override {
    return options_.patch * options_.patch * options_.channels;
  }
  int64_t axes() const override { return 2; }
  std::vector<int64_t> extent() const override { return {rows_, columns_}; }
  std::string Describe() const override {
    return absl::StrCat(Size(), " in ", options_.patch, "x", options_.patch, " patches");
  }

 private:
  const int64_t rows_, columns_;
};

// Ids: the brightness of each subpixel, row by row, in it pixel by pixel, in it channel by channel.
class PixelCodec : public ImageCodec {
 public:
  using ImageCodec::ImageCodec;

  absl::StatusOr<Units> Encode(const Value& value, const EncodeOptions& encode) const override {
    T2T_ASSIGN_OR_RETURN(const Pixels pixels, PixelsOf(value, encode));
    Units units;
    units.axes = axes();
    units.raw_units = subpixels();
    for (int64_t row = 0; row < options_.height; ++row) {
      for (int64_t column = 0; column < options_.width; ++column) {
        for (int64_t c = 0; c < options_.channels; ++c) {
          units.ids.push_back(std::lround(pixels.at(row, column, c) * kBrightest));
          units.positions.push_back(row);
          units.positions.push_back(column);
          if (units.axes == 3) units.positions.push_back(c);
        }
      }
    }
    return units;
  }

  absl::StatusOr<Value> Decode(const Units& units) const override {
    if (units.frame_width != 0 || units.length() != subpixels()) {
      return absl::InvalidArgumentError(absl::StrCat("an image of ", Describe(), " has ",
                                                     subpixels(), " ids, not ", units.length()));
    }
    Pixels pixels = Blank();
    for (size_t i = 0; i < units.ids.size(); ++i) {
      const int64_t id = units.ids[i];
      if (id < 0 || id > kBrightest) {
        return absl::InvalidArgumentError(
            absl::StrCat("subpixel ", i, ": ", id, " is not from 0 to ", kBrightest));
      }
      pixels.values[i] = static_cast<float>(id) / static_cast<float>(kBrightest);
    }
    T2T_ASSIGN_OR_RETURN(std::string png, EncodePng(pixels));
    return Value(std::move(png));
  }

  int64_t vocabulary_size() const override { return kBrightest + 1; }
  int64_t axes() const override { return options_.channels == 1 ? 2 : 3; }
  std::vector<int64_t> extent() const override {
    std::vector<int64_t> grid = {options_.height, options_.width};
    if (options_.channels > 1) grid.push_back(options_.channels);
    return grid;
  }
  bool reversible() const override { return true; }
  std::string Describe() const override { return absl::StrCat(Size(), ", pixel by pixel"); }

 private:
  static constexpr int64_t kBrightest = 255;
};

// Subpixels that can be told one after the other: a decision each, and attention over all that were before.
constexpr int64_t kMostSubpixels = 4096;

// `patch` was bound, or is 1 for pixels.
absl::Status BindSize(Binder& options, ImageOptions* image) {
  constexpr int64_t kMost = 4096;
  const auto check = [&](absl::string_view key, int64_t size) {
    if (size < 1 || size > kMost)
      return OptionError(options, key, absl::StrCat("must be from 1 to ", kMost));
    if (size % image->patch == 0) return absl::OkStatus();
    return OptionError(options, key,
                       absl::StrCat(size, " pixels cannot be cut into patches of ", image->patch,
                                    "; choose a multiple of it or another "
                                    "'patch'"));
  };
  if (options.Has("height") || options.Has("width")) {
    options.Field("height", &image->height, "pixels from top to bottom at the model");
    options.Field("width", &image->width, "pixels from left to right at the model");
    T2T_RETURN_IF_ERROR(check("height", image->height));
    return check("width", image->width);
  }
  options.Field("size", &image->height, "height and width at the model, in pixels");
  image->width = image->height;
  return check("size", image->height);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Codec>> MakeImageCodec(Binder& options) {
  ImageOptions image;
  std::string units = "patches";
  options.Choice("units", &units, {"patches", "pixels"},
                 "what a position of the model is: a square of pixels, as a frame, or one subpixel "
                 "of a small picture, as an id");
  const bool in_pixels = units == "pixels";
  image.patch = in_pixels ? 1 : image.patch;
  if (!in_pixels) options.Field("patch", &image.patch, "height and width of a patch");
  if (image.patch < 1) return OptionError(options, "patch", "must be 1 or more");
  T2T_RETURN_IF_ERROR(BindSize(options, &image));
  options.Field("channels", &image.channels, "3 for colour, 1 for grey");
  if (image.channels != 1 && image.channels != 3) {
    return OptionError(options, "channels", "must be 3 (colour) or 1 (grey)");
  }
  const int64_t subpixels = image.height * image.width * image.channels;
  if (in_pixels && subpixels > kMostSubpixels) {
    return OptionError(options, "units",
                       absl::StrCat("pixels: ", image.width, "x", image.height, "x", image.channels,
                                    " are ", subpixels, " subpixels, more than ", kMostSubpixels,
                                    "; choose a smaller size, or patches"));
  }
  std::string fit = "pad";
  options.Choice("fit", &fit, {"pad", "crop", "stretch"},
                 "what becomes of an image of another shape");
  image.fit = fit == "crop" ? Fit::kCrop : fit == "stretch" ? Fit::kStretch : Fit::kPad;
  if (!in_pixels) {
    options.Field("mean", &image.mean, "taken off every value, which is from 0 to 1");
    options.Field("std", &image.std, "what is left is divided by it");
  }
  if (!std::isfinite(image.mean)) return OptionError(options, "mean", "must be a finite number");
  if (!std::isfinite(image.std) || image.std < 1e-6) {
    return OptionError(options, "std", "must be a finite number above 0");
  }
  Binder augment = options.Section("augment");
  T2T_RETURN_IF_ERROR(image.augment.Bind(augment));
  T2T_RETURN_IF_ERROR(options.status());
  if (in_pixels) return std::make_unique<PixelCodec>(std::move(image));
  return std::make_unique<PatchCodec>(std::move(image));
}

absl::StatusOr<Value> SampleImage(const Codec&, int64_t number) {
  constexpr int64_t kWidth = 12;
  const int64_t height = 10 + number % 16;
  Philox random(RandomKey(1).With("picture").With(static_cast<uint64_t>(number)));
  std::string samples(static_cast<size_t>(kWidth * height), '\0');
  for (char& sample : samples) sample = static_cast<char>(random.Next32());
  T2T_ASSIGN_OR_RETURN(std::string png, EncodePng(PixelsOfGrey(samples, height, kWidth)));
  return Value(std::move(png));
}

}  // namespace t2t
