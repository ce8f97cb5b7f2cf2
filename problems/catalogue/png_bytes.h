// Pixels as the bytes of a PNG file: the form in which examples keep pictures.
//
//   absl::StatusOr<std::string> png = EncodePng(pixels, 28, 28);   // grey, row after row
#ifndef T2T_PROBLEMS_CATALOGUE_PNG_BYTES_H_
#define T2T_PROBLEMS_CATALOGUE_PNG_BYTES_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace t2t {

// One byte a pixel; pixels.size() must be height * width.
absl::StatusOr<std::string> EncodePng(absl::string_view pixels, int64_t height, int64_t width);

// Whether the bytes begin and end as a PNG file does: a text file or a cut one is told apart from a
// picture without decoding it.
absl::Status CheckPng(absl::string_view bytes);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_PNG_BYTES_H_
