// Decodes a part of a JPEG: what lies outside is neither transformed nor turned into colours.
//
//   std::optional<JpegPart> part = DecodeJpegPart(file_bytes, [](int64_t height, int64_t width) {
//     return Window{height / 4, width / 4, height / 2, width / 2};
//   });
#ifndef T2T_MODALITIES_CODECS_JPEG_PART_H_
#define T2T_MODALITIES_CODECS_JPEG_PART_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "modalities/codecs/pixels.h"

namespace t2t {

struct JpegPart {
  int64_t height = 0, width = 0;
  std::vector<uint8_t> samples;  // [height, width, 3]: blue, green, red, as OpenCV has them
};

// The same samples as in the whole image. Nothing where it is better decoded as a whole: a progressive or colourless JPEG, one
// with EXIF data, which may turn it, or one that libjpeg complains of. Thread-safe.
std::optional<JpegPart> DecodeJpegPart(absl::string_view file_bytes, const ChooseWindow& choose);

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_JPEG_PART_H_
