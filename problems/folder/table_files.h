// The files that a folder's problem is read from: those of its tables, and those of the vocabularies of stored ids.
#ifndef T2T_PROBLEMS_FOLDER_TABLE_FILES_H_
#define T2T_PROBLEMS_FOLDER_TABLE_FILES_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "problems/folder/folder_manifest.h"

namespace t2t {

// Files that are read together: one, of no column's name, or side by side those of the columns.
struct RowFile {
  std::string split;
  std::vector<std::pair<std::string, std::string>> parts;  // column and path
};

// Every file of the tables, in their order. Errors: a pattern that nothing fits; columns of unequal numbers of files.
absl::StatusOr<std::vector<RowFile>> ExpandTables(const std::string& folder,
                                                  const FolderManifest& manifest);

// Of the vocabulary of a port whose cells are ids; "" where it needs none.
std::string IdsFile(const std::string& folder, const FolderPort& port);

// All of which the examples are made.
std::vector<std::string> PathsOf(const std::string& folder, const FolderManifest& manifest,
                                 const std::vector<RowFile>& files);

// Of a file its content, of a folder the names in it that may be rows.
absl::StatusOr<std::string> HashOf(const std::string& path, const FolderManifest& manifest);

}  // namespace t2t

#endif  // T2T_PROBLEMS_FOLDER_TABLE_FILES_H_
