#include "modalities/codecs/pixels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "modalities/codecs/image_header.h"
#include "modalities/codecs/jpeg_part.h"
#include "registry/check.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

// What a sample is in 0..1: for bytes looked up, since each pixel of each training picture asks.
template <typename Sample>
class Levels {
 public:
  explicit Levels(float white) : white_(white) {
    if constexpr (sizeof(Sample) == 1) {
      for (size_t i = 0; i < table_.size(); ++i) table_[i] = Level(static_cast<Sample>(i));
    }
  }
  float operator()(Sample sample) const {
    if constexpr (sizeof(Sample) == 1) return table_[sample];
    return Level(sample);
  }

 private:
  float Level(Sample sample) const { return std::min(1.0f, static_cast<float>(sample) / white_); }
  float white_;
  std::array<float, 256> table_{};
};

// The samples of a decoded matrix of kDepth channels (grey; BGR; BGRA) as RGB or grey in 0..1 over white. `white` is the
// sample of white, `transparent` one of grey that shows what lies below, or -1.
template <typename Sample, int kDepth>
Pixels FromSamplesOfDepth(const cv::Mat& mat, int64_t channels, float white, int64_t transparent) {
  Pixels pixels{mat.rows, mat.cols, channels, {}};
  pixels.values.resize(mat.total() * static_cast<size_t>(channels));
  float* out = pixels.values.data();
  const Levels<Sample> level(white);
  for (int row = 0; row < mat.rows; ++row) {
    const Sample* in = mat.ptr<Sample>(row);
    for (int column = 0; column < mat.cols; ++column, in += kDepth, out += channels) {
      std::array<float, 3> rgb;
      if constexpr (kDepth == 1) {
        rgb.fill(in[0] == transparent ? 1.0f : level(in[0]));
      } else {
        rgb = {level(in[2]), level(in[1]), level(in[0])};
      }
      if constexpr (kDepth == 4) {
        if (static_cast<float>(in[3]) != white) {
          const float alpha = static_cast<float>(in[3]) / white;
          for (float& value : rgb) value = value * alpha + (1.0f - alpha);
        }
      }
      if (channels == 3) {
        std::copy(rgb.begin(), rgb.end(), out);
      } else if (rgb[0] == rgb[1] && rgb[1] == rgb[2]) {
        out[0] = rgb[0];  // exact, where the weighted sum would round
      } else {
        out[0] = 0.299f * rgb[0] + 0.587f * rgb[1] + 0.114f * rgb[2];
      }
    }
  }
  return pixels;
}

template <typename Sample>
Pixels FromSamples(const cv::Mat& mat, int64_t channels, float white, int64_t transparent) {
  switch (mat.channels()) {
    case 1:
      return FromSamplesOfDepth<Sample, 1>(mat, channels, white, transparent);
    case 3:
      return FromSamplesOfDepth<Sample, 3>(mat, channels, white, transparent);
    default:
      return FromSamplesOfDepth<Sample, 4>(mat, channels, white, transparent);
  }
}

cv::Mat Matrix(const Pixels& pixels) {
  return cv::Mat(static_cast<int>(pixels.height), static_cast<int>(pixels.width),
                 CV_32FC(static_cast<int>(pixels.channels)),
                 const_cast<float*>(pixels.values.data()));
}

// To exactly this size, axis by axis where one shrinks and the other grows.
Pixels Stretch(const Pixels& pixels, int64_t height, int64_t width) {
  if (pixels.height == height && pixels.width == width) return pixels;
  Pixels result{height, width, pixels.channels, {}};
  result.values.resize(static_cast<size_t>(height * width * pixels.channels));
  cv::Mat out = Matrix(result);
  const int64_t least_height = std::min(height, pixels.height);
  const int64_t least_width = std::min(width, pixels.width);
  cv::Mat shrunk = Matrix(pixels);
  if (least_height < pixels.height || least_width < pixels.width) {
    cv::Mat smaller;
    cv::resize(shrunk, smaller,
               cv::Size(static_cast<int>(least_width), static_cast<int>(least_height)), 0, 0,
               cv::INTER_AREA);
    shrunk = smaller;
  }
  cv::resize(shrunk, out, out.size(), 0, 0, cv::INTER_LINEAR);
  return result;
}

int64_t Scaled(int64_t size, double scale) {
  return std::max<int64_t>(1, std::llround(static_cast<double>(size) * scale));
}

}  // namespace

absl::StatusOr<Pixels> DecodePixels(absl::string_view file_bytes, int64_t channels,
                                    const ChooseWindow& choose) {
  T2T_CHECK(channels == 1 || channels == 3) << channels << " channels";
  T2T_ASSIGN_OR_RETURN(const ImageHeader header, ReadWholeImageHeader(file_bytes));
  const absl::string_view name = FormatName(header.format);
  std::string plain;
  if (header.format == ImageHeader::Format::kPng) {
    plain = WithoutColourProfile(file_bytes);
    file_bytes = plain;
  }
  if (header.format == ImageHeader::Format::kJpeg && choose != nullptr) {
    if (std::optional<JpegPart> part = DecodeJpegPart(file_bytes, choose)) {
      const cv::Mat mat(static_cast<int>(part->height), static_cast<int>(part->width), CV_8UC3,
                        part->samples.data());
      return FromSamples<uint8_t>(mat, channels, 255.0f, -1);
    }
  }
  try {
    const cv::Mat bytes(1, static_cast<int>(file_bytes.size()), CV_8UC1,
                        const_cast<char*>(file_bytes.data()));
    // Only the colour mode turns a JPEG by its EXIF, only the unchanged mode keeps alpha and 16
    // bits.
    cv::Mat mat =
        cv::imdecode(bytes, header.format == ImageHeader::Format::kJpeg ? cv::IMREAD_COLOR
                                                                        : cv::IMREAD_UNCHANGED);
    const bool known = mat.channels() == 1 || mat.channels() == 3 || mat.channels() == 4;
    if (mat.empty() || !known) {
      return absl::InvalidArgumentError(absl::StrCat(name, " image of ", header.width, "x",
                                                     header.height,
                                                     " is damaged: it cannot be decoded"));
    }
    if (choose != nullptr) {
      const Window window = choose(mat.rows, mat.cols);
      mat = mat(cv::Rect(static_cast<int>(window.left), static_cast<int>(window.top),
                         static_cast<int>(window.width), static_cast<int>(window.height)));
    }
    const int64_t transparent =
        header.format == ImageHeader::Format::kPng ? TransparentGrey(file_bytes) : -1;
    // OpenCV stretches the samples of PNM to 0..255 only where they are written in ASCII.
    const bool raw = header.white > 0 && (file_bytes[1] == '5' || file_bytes[1] == '6');
    const auto white = static_cast<float>(header.white);
    if (mat.depth() == CV_8U) {
      return FromSamples<uint8_t>(mat, channels, raw ? white : 255.0f, transparent);
    }
    if (mat.depth() == CV_16U) {
      return FromSamples<uint16_t>(mat, channels, header.white > 0 ? white : 65535.0f, transparent);
    }
    return absl::InvalidArgumentError(
        absl::StrCat(name, " image has neither 8 nor 16 bits a sample"));
  } catch (const std::exception& error) {  // cv::Exception, and memory that is not there
    return absl::InvalidArgumentError(
        absl::StrCat(name, " image cannot be decoded: ", error.what()));
  }
}

Pixels PixelsOfGrey(absl::string_view samples, int64_t height, int64_t width) {
  T2T_CHECK(height > 0 && width > 0 && samples.size() == static_cast<size_t>(height * width))
      << samples.size() << " samples for " << height << "x" << width;
  Pixels pixels{height, width, 1, {}};
  pixels.values.reserve(samples.size());
  for (const char sample : samples) {
    pixels.values.push_back(static_cast<float>(static_cast<unsigned char>(sample)) / 255.0f);
  }
  return pixels;
}

namespace {

absl::StatusOr<std::string> EncodePng(const Pixels& pixels, const std::vector<int>& options) {
  cv::Mat mat(static_cast<int>(pixels.height), static_cast<int>(pixels.width),
              CV_8UC(static_cast<int>(pixels.channels)));
  for (int64_t row = 0; row < pixels.height; ++row) {
    uint8_t* out = mat.ptr<uint8_t>(static_cast<int>(row));
    for (int64_t column = 0; column < pixels.width; ++column) {
      for (int64_t c = 0; c < pixels.channels; ++c) {
        const float value = pixels.at(row, column, pixels.channels == 1 ? 0 : 2 - c);
        // Written so that a number that is none becomes 0.
        const float clamped = value > 0.0f ? std::min(value, 1.0f) : 0.0f;
        *out++ = static_cast<uint8_t>(std::lround(clamped * 255.0f));
      }
    }
  }
  try {
    std::vector<uint8_t> bytes;
    if (!cv::imencode(".png", mat, bytes, options))
      return absl::InternalError("the image cannot be written as PNG");
    return std::string(bytes.begin(), bytes.end());
  } catch (const std::exception& error) {
    return absl::InternalError(absl::StrCat("the image cannot be written as PNG: ", error.what()));
  }
}

}  // namespace

absl::StatusOr<std::string> EncodePng(const Pixels& pixels) { return EncodePng(pixels, {}); }

absl::StatusOr<std::string> EncodeSmallPng(const Pixels& pixels) {
  std::string smallest;
  for (const int strategy : {cv::IMWRITE_PNG_STRATEGY_DEFAULT, cv::IMWRITE_PNG_STRATEGY_FILTERED}) {
    T2T_ASSIGN_OR_RETURN(std::string png, EncodePng(pixels, {cv::IMWRITE_PNG_COMPRESSION, 9,
                                                             cv::IMWRITE_PNG_STRATEGY, strategy}));
    if (smallest.empty() || png.size() < smallest.size()) smallest = std::move(png);
  }
  return smallest;
}

Pixels Cut(const Pixels& pixels, int64_t top, int64_t left, int64_t height, int64_t width) {
  T2T_CHECK(top >= 0 && left >= 0 && height > 0 && width > 0 && top + height <= pixels.height &&
            left + width <= pixels.width)
      << top << ' ' << left << ' ' << height << ' ' << width << " of " << pixels.height << ' '
      << pixels.width;
  Pixels result{height, width, pixels.channels, {}};
  result.values.reserve(static_cast<size_t>(height * width * pixels.channels));
  for (int64_t row = top; row < top + height; ++row) {
    const auto begin = pixels.values.begin() + (row * pixels.width + left) * pixels.channels;
    result.values.insert(result.values.end(), begin, begin + width * pixels.channels);
  }
  return result;
}

Window Middle(int64_t from_height, int64_t from_width, int64_t height, int64_t width) {
  const double down = static_cast<double>(height) / static_cast<double>(from_height);
  const double across = static_cast<double>(width) / static_cast<double>(from_width);
  if (down == across) return {0, 0, from_height, from_width};
  const double scale = std::max(down, across);
  Window middle;
  middle.height = std::min(from_height, Scaled(height, 1 / scale));
  middle.width = std::min(from_width, Scaled(width, 1 / scale));
  middle.top = (from_height - middle.height) / 2;
  middle.left = (from_width - middle.width) / 2;
  return middle;
}

Pixels Resize(const Pixels& pixels, int64_t height, int64_t width, Fit fit) {
  const double down = static_cast<double>(height) / static_cast<double>(pixels.height);
  const double across = static_cast<double>(width) / static_cast<double>(pixels.width);
  if (fit == Fit::kStretch || down == across) return Stretch(pixels, height, width);
  if (fit == Fit::kCrop) {
    // Cut first: the part of the source that will be seen.
    const Window middle = Middle(pixels.height, pixels.width, height, width);
    return Stretch(Cut(pixels, middle.top, middle.left, middle.height, middle.width), height,
                   width);
  }
  const double scale = std::min(down, across);
  const Pixels inner = Stretch(pixels, std::min(height, Scaled(pixels.height, scale)),
                               std::min(width, Scaled(pixels.width, scale)));
  Pixels result{height, width, pixels.channels, {}};
  result.values.assign(static_cast<size_t>(height * width * pixels.channels), 1.0f);
  const int64_t top = (height - inner.height) / 2, left = (width - inner.width) / 2;
  for (int64_t row = 0; row < inner.height; ++row) {
    std::copy_n(inner.values.begin() + row * inner.width * inner.channels,
                inner.width * inner.channels,
                result.values.begin() + ((top + row) * width + left) * inner.channels);
  }
  return result;
}

}  // namespace t2t
