// A picture of outlines that SVG's path commands draw: M, L, Q, C and Z with absolute coordinates.
//
//   DrawOutlines({"M 0 0 L 8 0 L 8 8 Z"}, {.left = 0, .top = 8, .size = 8}, 64)     // black on white
#ifndef T2T_PROBLEMS_CATALOGUE_OUTLINE_PICTURE_H_
#define T2T_PROBLEMS_CATALOGUE_OUTLINE_PICTURE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "modalities/codecs/pixels.h"

namespace t2t {

// The square of the plane, whose y grows upwards, that the picture shows.
struct OutlineWindow {
  double left = 0, top = 0, size = 1;
};

// Grey, `side` pixels wide and high, each outline filled by the nonzero rule with 4x4 samples a pixel; what is outside the
// window is cut off. Error: DataLoss for another command, or numbers that are none or too few.
absl::StatusOr<Pixels> DrawOutlines(const std::vector<std::string>& paths,
                                    const OutlineWindow& window, int64_t side);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_OUTLINE_PICTURE_H_
