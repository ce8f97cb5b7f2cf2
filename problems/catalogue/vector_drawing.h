// SVG drawings as pictures, by the program rsvg-convert (Debian package librsvg2-bin).
#ifndef T2T_PROBLEMS_CATALOGUE_VECTOR_DRAWING_H_
#define T2T_PROBLEMS_CATALOGUE_VECTOR_DRAWING_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace t2t {

// Whether drawings can be turned into pictures here. Error: FailedPrecondition with what to install.
absl::Status CheckDrawingProgram();

// The bytes of a PNG of the drawing in its proportions, its longer side of `side` pixels, with what it leaves open transparent.
// Errors: what the program says, with the file.
absl::StatusOr<std::string> PngOfDrawing(const std::string& svg_path, int64_t side);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_VECTOR_DRAWING_H_
