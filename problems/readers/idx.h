// IDX files of unsigned bytes, plain or gzip-compressed: MNIST's format. Big-endian: 0x00 0x00
// 0x08, number of dimensions, each dimension as uint32, then the bytes.
//
//   absl::StatusOr<IdxArray> images = ReadIdx("train-images-idx3-ubyte.gz");   // shape {60000, 28,
//   28} absl::string_view first = images->Item(0);
#ifndef T2T_PROBLEMS_READERS_IDX_H_
#define T2T_PROBLEMS_READERS_IDX_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace t2t {

struct IdxArray {
  std::vector<int64_t> shape;  // at least one dimension
  std::string bytes;           // as many as the shape says

  // The i-th of shape[0] items; i must be in range. Borrowed.
  absl::string_view Item(int64_t i) const;
};

// Errors name the file and the offset: another format, a file that is cut or too long.
absl::StatusOr<IdxArray> ReadIdx(const std::string& path);
absl::StatusOr<IdxArray> ParseIdx(absl::string_view bytes, const std::string& path);

}  // namespace t2t

#endif  // T2T_PROBLEMS_READERS_IDX_H_
