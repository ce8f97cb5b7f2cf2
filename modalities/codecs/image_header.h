// What the first bytes of an image file say: its format and size, before anything is decoded.
//
// Reading them first refuses what is no image with a clear message, and a small file that would
// unpack to gigabytes. Formats: PNG, JPEG, BMP, PNM (P1 to P6) and WebP.
#ifndef T2T_MODALITIES_CODECS_IMAGE_HEADER_H_
#define T2T_MODALITIES_CODECS_IMAGE_HEADER_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace t2t {

struct ImageHeader {
  enum class Format { kPng, kJpeg, kBmp, kPnm, kWebp };
  Format format = Format::kPng;
  int64_t height = 0;
  int64_t width = 0;
  // PNM: the sample that is white, 1 to 65535; 0 for the other formats.
  int64_t white = 0;
};

inline constexpr int64_t kMostImagePixels = 64 * 1024 * 1024;

// "PNG", "JPEG", ...
absl::string_view FormatName(ImageHeader::Format format);

// ".png", ".jpg", ...: the ending of a file of these bytes; "" where they are none of the formats.
std::string ImageSuffix(absl::string_view file_bytes);

// Errors (InvalidArgument): bytes of none of the formats, with what they look like; a header that
// is cut off; no pixels, or more than kMostImagePixels.
absl::StatusOr<ImageHeader> ReadImageHeader(absl::string_view file_bytes);

// The sample of a grey PNG that its tRNS chunk declares to be transparent, which OpenCV overlooks;
// as decoded to 8 or 16 bits. -1 where there is none. Requires a complete PNG.
int64_t TransparentGrey(absl::string_view png);

// The PNG without its colour profile (chunks iCCP and sRGB), which OpenCV does not apply and about whose flaws
// libpng writes warnings to stderr. Requires a complete PNG.
std::string WithoutColourProfile(absl::string_view png);

// The header of a file that is whole. PNG: every chunk is there with the right checksum, IEND last.
// JPEG: the end marker follows the last scan. The decoders of both would fill what is missing with
// grey. Errors (InvalidArgument): also those of ReadImageHeader.
absl::StatusOr<ImageHeader> ReadWholeImageHeader(absl::string_view file_bytes);

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_IMAGE_HEADER_H_
