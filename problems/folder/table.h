// A table of text with a header row, read row by row: .tsv (cells end at a tab, nothing is quoted) or
// .csv (RFC 4180: a quoted cell may hold commas, line breaks and "" for a quote).
//
//   T2T_ASSIGN_OR_RETURN(TableReader table, TableReader::Open("birds.tsv"));
//   TableRow row;
//   while (table.Next(&row)) {
//     if (!row.status.ok()) ...                      // this row cannot be used; the next ones may be
//     row.cells[i] belongs to table.columns()[i]
//   }
//
// Lines end with LF or CR LF. A byte order mark of UTF-8 and lines without a single character are passed over.
#ifndef T2T_PROBLEMS_FOLDER_TABLE_H_
#define T2T_PROBLEMS_FOLDER_TABLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace t2t {

struct TableRow {
  int64_t line = 0;                // in the file, from 1: where the row begins
  std::vector<std::string> cells;  // as many as there are columns where status is OK
  // DataLoss: too few or too many cells, a wrong quote, not UTF-8. OutOfRange: a quote that is not
  // closed may have swallowed other rows, so that the rest of the table must not be used.
  absl::Status status;
};

class TableReader {
 public:
  // Errors: an unknown ending; a file that cannot be read; no header, an empty or a repeated column's name.
  static absl::StatusOr<TableReader> Open(const std::string& path);

  const std::vector<std::string>& columns() const { return columns_; }
  // The place of a column. Error: NotFound with the nearest name.
  absl::StatusOr<size_t> FindColumn(const std::string& name) const;
  // False at the end of the table.
  bool Next(TableRow* row);

 private:
  TableReader(std::string path, std::string text, bool csv);
  void ReadTsvRow(TableRow* row);
  void ReadCsvRow(TableRow* row);
  absl::Status ReadQuoted(std::string* cell);

  std::string path_, text_;
  bool csv_;
  size_t at_ = 0;
  int64_t line_ = 1;
  std::vector<std::string> columns_;
};

}  // namespace t2t

#endif  // T2T_PROBLEMS_FOLDER_TABLE_H_
