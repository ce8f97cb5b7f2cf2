// Runs a program with its arguments, without a shell, and keeps what it says.
//
//   T2T_RETURN_IF_ERROR(RunProcess({"apt-get", "download", package}, folder).status());
#ifndef T2T_PROBLEMS_SOURCES_PROCESS_H_
#define T2T_PROBLEMS_SOURCES_PROCESS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace t2t {

// Runs arguments[0], found in PATH, in the folder, with no standard input, and waits. Returns the
// last 16 KB of its output and errors together. Errors: NotFound where there is no such program;
// Aborted with the exit status and that output where it failed.
absl::StatusOr<std::string> RunProcess(const std::vector<std::string>& arguments,
                                       const std::string& folder);

}  // namespace t2t

#endif  // T2T_PROBLEMS_SOURCES_PROCESS_H_
