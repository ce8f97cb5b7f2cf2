// Data frames in files that R's save() has written (.rda): what its data packages consist of.
//
// Format: R Internals, section 1.8 "Serialization Formats": "RDX2" or "RDX3", then XDR ("X"), versions, and objects, each a
// word of flags (type in the lowest byte) and its content; the whole may be compressed. Read are lists of symbols with
// vectors of strings, integers, logicals and reals, and their attributes; the rest is refused by the number of its type.
#ifndef T2T_PROBLEMS_READERS_R_DATA_H_
#define T2T_PROBLEMS_READERS_R_DATA_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace t2t {

struct RDataFrame {
  std::vector<std::string> names;                 // of the columns
  std::vector<std::vector<std::string>> columns;  // [names][rows]; "" where a value is missing
};

// The data frame that was saved as `object`. Factors give their levels, numbers their shortest decimal form. Errors name
// file and offset: another format, a file that is cut, nothing of that name, columns of different lengths.
absl::StatusOr<RDataFrame> ReadRDataFrame(const std::string& path, absl::string_view object);
// Of decompressed bytes; `path` is for messages.
absl::StatusOr<RDataFrame> ParseRDataFrame(absl::string_view bytes, absl::string_view object,
                                           const std::string& path);

}  // namespace t2t

#endif  // T2T_PROBLEMS_READERS_R_DATA_H_
