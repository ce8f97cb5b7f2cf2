// A recording of a data set, as the bytes of its file.
#ifndef T2T_PROBLEMS_CATALOGUE_RECORDING_H_
#define T2T_PROBLEMS_CATALOGUE_RECORDING_H_

#include <string>

#include "absl/status/statusor.h"

namespace t2t {

// Errors: a file that cannot be read; InvalidArgument for one that is no sound, or has no sample.
absl::StatusOr<std::string> ReadRecording(const std::string& path);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_RECORDING_H_
