// Files by a pattern or in a folder, in the order of their names.
//
//   ExpandPattern("birds", "shards/*.tar")      // {"birds/shards/a.tar", "birds/shards/b.tar"}
//
// '*', '?' and '[...]' stand for characters of a name, "**" for any number of folders. What begins with '.' is meant only by a
// pattern that does so too.
#ifndef T2T_PROBLEMS_ROWS_FILES_BELOW_H_
#define T2T_PROBLEMS_ROWS_FILES_BELOW_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace t2t {

// Every file below the folder, relative to it, sorted, without hidden ones; links are followed, folders that are links not.
// Error: what the system says.
absl::StatusOr<std::vector<std::string>> FilesBelow(const std::string& folder);

// Whether the name's ending, in any case, is one of these, which are in lower case: ".png".
bool HasEnding(const std::string& path, const std::vector<std::string>& endings);

// A name without '*', '?' and '[' is that file or folder, which must exist. A relative one is in `folder`. Error: NotFound
// where nothing fits, with the nearest names.
absl::StatusOr<std::vector<std::string>> ExpandPattern(const std::string& folder,
                                                       const std::string& pattern);

}  // namespace t2t

#endif  // T2T_PROBLEMS_ROWS_FILES_BELOW_H_
