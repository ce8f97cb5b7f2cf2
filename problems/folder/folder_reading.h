// Reads a folder's tables and adds their examples: cells to values, filters, weights, splits, keys.
#ifndef T2T_PROBLEMS_FOLDER_FOLDER_READING_H_
#define T2T_PROBLEMS_FOLDER_FOLDER_READING_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "problems/folder/folder_manifest.h"
#include "problems/folder/table_files.h"
#include "problems/problem.h"

namespace t2t {

// The number of examples by split. Errors: what a file, its rows or the sink say; two examples with one key, with both places.
absl::StatusOr<std::map<std::string, int64_t>> ReadFolder(const std::string& folder,
                                                          const FolderManifest& manifest,
                                                          const std::vector<RowFile>& files,
                                                          const GenerateOptions& options,
                                                          ExampleSink& sink);

}  // namespace t2t

#endif  // T2T_PROBLEMS_FOLDER_FOLDER_READING_H_
