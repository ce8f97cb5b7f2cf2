// Units: what a model sees of one Value: token ids, or frames of numbers, each with a position.
#ifndef T2T_MODALITIES_CODECS_UNITS_H_
#define T2T_MODALITIES_CODECS_UNITS_H_

#include <cstdint>
#include <vector>

namespace t2t {

// Either ids (discrete; frame_width == 0) or frames (continuous; ids empty).
struct Units {
  std::vector<int64_t> ids;        // [T], each in [0, Codec::vocabulary_size())
  std::vector<float> frames;       // [T, frame_width], row-major
  int64_t frame_width = 0;         // F
  std::vector<int64_t> positions;  // [T, axes]; empty means 0, 1, 2, ... on one axis
  int64_t axes = 1;                // 1 for text, 2 for image patches (row, column)
  int64_t raw_units = 0;           // bytes of text, channels x pixels, audio samples, residues
  // What a person should know of a value that is well-formed and yet odd: "is silent"; null where there is nothing.
  const char* remark = nullptr;

  int64_t length() const {
    return frame_width > 0 ? static_cast<int64_t>(frames.size()) / frame_width
                           : static_cast<int64_t>(ids.size());
  }
};

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_UNITS_H_
