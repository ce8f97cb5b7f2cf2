// Opens a file or a folder as rows (row.h), in the format that its name tells or that is named.
//
//   T2T_ASSIGN_OR_RETURN(auto rows, OpenRows("birds/captions.csv.gz", {}));
//   T2T_ASSIGN_OR_RETURN(auto pairs, OpenSideBySide({{"english", "train.en"}, {"german", "train.de"}}, {}));
#ifndef T2T_PROBLEMS_ROWS_OPEN_ROWS_H_
#define T2T_PROBLEMS_ROWS_OPEN_ROWS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "problems/rows/formats.h"
#include "problems/rows/row.h"

namespace t2t {

struct RowFormat {
  std::string name;     // "jsonl"
  std::string summary;  // one line
  std::vector<std::string> endings;
  RowsOrStatus (*open)(const std::string& path, const RowOptions& options);
};

const std::vector<RowFormat>& RowFormats();

// The ending of a file's name, in lower case and without that of a compression: "a/Birds.TSV.gz" -> ".tsv". Of a shard without
// one, "x-train-00000-of-00010", it is ".tfrecord".
std::string EndingOf(absl::string_view path);

// The format of a path: the one that is named; else by the ending, or, of a folder, by what is in it. Error:
// InvalidArgument with what there is.
absl::StatusOr<const RowFormat*> FindRowFormat(const std::string& path,
                                               const std::string& format = "");

RowsOrStatus OpenRows(const std::string& path, const RowOptions& options,
                      const std::string& format = "");

// Files of which each is one column, row beside row; each gives its main column. At the end, an error where one of them goes
// on after another has ended. A row is broken where one of its parts is. Error: a file whose format has no main column.
RowsOrStatus OpenSideBySide(const std::vector<std::pair<std::string, std::string>>& columns,
                            const RowOptions& options, const std::string& format = "");

}  // namespace t2t

#endif  // T2T_PROBLEMS_ROWS_OPEN_ROWS_H_
