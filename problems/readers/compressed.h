// Whole files that may be compressed: gzip, bzip2, xz or zstd, known by their first bytes, by libarchive.
#ifndef T2T_PROBLEMS_READERS_COMPRESSED_H_
#define T2T_PROBLEMS_READERS_COMPRESSED_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace t2t {

// The file's bytes, decompressed when they are compressed. Errors, with the file's name: more than max_bytes, a damaged
// stream.
absl::StatusOr<std::string> ReadMaybeCompressed(const std::string& path,
                                                int64_t max_bytes = int64_t{4} << 30);

}  // namespace t2t

#endif  // T2T_PROBLEMS_READERS_COMPRESSED_H_
