// The files of an archive (zip, tar with any compression) in memory, for archives that are a data set's files.
#ifndef T2T_PROBLEMS_READERS_ARCHIVE_FILES_H_
#define T2T_PROBLEMS_READERS_ARCHIVE_FILES_H_

#include <functional>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace t2t {

// By the name in the archive; those that `wanted` takes. Errors (DataLoss) name the archive and the file: a damaged or cut
// archive, a file of more than kMostRecordBytes (line_reader.h).
absl::StatusOr<std::map<std::string, std::string>> ReadArchiveFiles(
    const std::string& path, const std::function<bool(absl::string_view name)>& wanted);

}  // namespace t2t

#endif  // T2T_PROBLEMS_READERS_ARCHIVE_FILES_H_
