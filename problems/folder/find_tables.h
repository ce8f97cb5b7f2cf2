// Which files of a folder are its data: what `t2t new` writes as a manifest's `data`.
//
//   T2T_ASSIGN_OR_RETURN(const FoundTables found, FindTables("birds", {".png", ".jpg"}));
//   found.tables[0].parts      // {{"", {"train.tsv"}}}
#ifndef T2T_PROBLEMS_FOLDER_FIND_TABLES_H_
#define T2T_PROBLEMS_FOLDER_FIND_TABLES_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace t2t {

struct FoundTable {
  std::string split;  // "" = to be split
  // Names or one pattern, by column; one of no name where a file has all columns.
  std::vector<std::pair<std::string, std::vector<std::string>>> parts;
};

struct FoundTables {
  std::vector<FoundTable> tables;
  std::string why;                  // one line for people
  std::vector<std::string> unused;  // other files that could be data
};

// `endings` are those of pictures and sounds. In this order: files or folders that are called train, valid (val, dev) and
// test; one file of rows, or several of one format; files side by side (train.en and train.de, arrays of NumPy or IDX); a
// folder of pictures or sounds. Error: NotFound where nothing looks like data, with what there is.
absl::StatusOr<FoundTables> FindTables(const std::string& folder,
                                       const std::vector<std::string>& endings);

}  // namespace t2t

#endif  // T2T_PROBLEMS_FOLDER_FIND_TABLES_H_
