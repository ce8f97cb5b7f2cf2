// What lies on the disk, without exceptions: std::filesystem's own ways throw where a name is too long or a folder
// may not be read.
#ifndef T2T_FILES_FOLDER_H_
#define T2T_FILES_FOLDER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace t2t {

// Whether there is something of that name (what a link points to); false too where that cannot be told.
bool Exists(const std::string& path);

// The names in a folder, sorted; none where there is no such folder. Errors: what the disk says, as of a file.
absl::StatusOr<std::vector<std::string>> NamesIn(const std::string& folder);

}  // namespace t2t

#endif  // T2T_FILES_FOLDER_H_
