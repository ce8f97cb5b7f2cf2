// Row and RowReader: anyone's data, whatever the format, as rows of named cells that are read one after the other in bounded
// memory.
//
//   T2T_ASSIGN_OR_RETURN(auto reader, OpenRows("captions.jsonl.gz", {}));    // open_rows.h
//   Row row;
//   while (true) {
//     T2T_ASSIGN_OR_RETURN(const bool more, reader->Next(&row));    // an error: the rest must not be used
//     if (!more) break;
//     if (!row.status.ok()) ...                                     // this row cannot be used; the next ones may be
//     row.cells["caption"]
//   }
#ifndef T2T_PROBLEMS_ROWS_ROW_H_
#define T2T_PROBLEMS_ROWS_ROW_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modalities/codecs/value.h"

namespace t2t {

struct Row {
  std::string place;  // file and place in it, for people: "birds.tsv:12", "birds-3.tar: 0012"
  std::string key;    // the file's own name for it, such as a sequence's; "" = it has none
  std::map<std::string, Value, std::less<>> cells;
  // Of a cell that has several values, those behind the first: a list of captions.
  std::map<std::string, std::vector<Value>, std::less<>> further;
  absl::Status status;  // why it cannot be used; its message does not name the place
};

// The value as text: numbers with a space between them.
std::string TextOfValue(const Value& value);

class RowReader {
 public:
  virtual ~RowReader() = default;

  // False at the end. What *row had is gone. Errors, with file and place: what stops the reading.
  virtual absl::StatusOr<bool> Next(Row* row) = 0;
  // The names of the cells, where every row has the same.
  virtual std::vector<std::string> columns() const { return {}; }
  // The cell that stands for the row where one column is to be made of the file: "sequence".
  virtual std::string main_column() const { return ""; }
  // Whether such a cell, of a picture or a sound, is the file itself, not its name.
  virtual bool holds_file(const std::string& column) const {
    (void)column;
    return false;
  }
};

}  // namespace t2t

#endif  // T2T_PROBLEMS_ROWS_ROW_H_
