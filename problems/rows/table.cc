// Tables with a header row: .tsv (cells end at a tab, nothing is quoted) and .csv (RFC 4180: a quoted cell may hold commas,
// line breaks and "" for a quote). Lines without a single character are passed over.
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "modalities/codecs/utf8.h"
#include "problems/readers/line_reader.h"
#include "problems/rows/formats.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

class TableReader : public RowReader {
 public:
  TableReader(LineReader lines, bool csv) : lines_(std::move(lines)), csv_(csv) {}

  absl::Status ReadHeader() {
    T2T_ASSIGN_OR_RETURN(const bool more, ReadCells());
    if (!more) {
      return absl::InvalidArgumentError(
          absl::StrCat(lines_.path(), ": is empty; its first line must name the columns"));
    }
    const std::string place = absl::StrCat(lines_.path(), ":", line_);
    if (!status_.ok()) return Annotate(status_, place);
    std::set<std::string> names;
    for (std::string& cell : cells_) {
      absl::StripAsciiWhitespace(&cell);
      if (cell.empty())
        return absl::InvalidArgumentError(absl::StrCat(place, ": a column has no name"));
      if (!names.insert(cell).second) {
        return absl::InvalidArgumentError(
            absl::StrCat(place, ": two columns are called '", cell, "'"));
      }
    }
    columns_ = cells_;
    return absl::OkStatus();
  }

  absl::StatusOr<bool> Next(Row* row) override {
    T2T_ASSIGN_OR_RETURN(const bool more, ReadCells());
    if (!more) return false;
    row->key.clear();
    row->further.clear();
    row->place = absl::StrCat(lines_.path(), ":", line_);
    row->status = status_;
    if (row->status.ok() && cells_.size() != columns_.size()) {
      row->status = absl::DataLossError(
          absl::StrCat("the row has ", cells_.size(), " cells, but the header ", columns_.size()));
    }
    if (!row->status.ok()) {
      if (several_lines_) {
        return absl::DataLossError(
            absl::StrCat(row->place, ": ", row->status.message(),
                         "; it has several lines: a quote may have swallowed other rows"));
      }
      row->cells.clear();
      return true;
    }
    for (size_t i = 0; i < columns_.size(); ++i) row->cells[columns_[i]] = std::move(cells_[i]);
    return true;
  }

  std::vector<std::string> columns() const override { return columns_; }

 private:
  // The next row's cells; false at the end.
  absl::StatusOr<bool> ReadCells() {
    cells_.clear();
    status_ = absl::OkStatus();
    several_lines_ = false;
    absl::string_view line;
    do {
      T2T_ASSIGN_OR_RETURN(const bool more, lines_.Next(&line));
      if (!more) return false;
    } while (line.empty());
    line_ = lines_.number();
    if (!IsUtf8(line)) {
      status_ = absl::DataLossError("the row is not UTF-8");
    } else if (csv_) {
      T2T_RETURN_IF_ERROR(SplitCsv(line));
    } else {
      SplitTsv(line);
    }
    return true;
  }

  void SplitTsv(absl::string_view line) {
    while (true) {
      const size_t tab = line.find('\t');
      cells_.emplace_back(line.substr(0, tab));
      if (tab == absl::string_view::npos) return;
      line.remove_prefix(tab + 1);
    }
  }

  // After a wrong quote the rest of the line is passed over.
  absl::Status SplitCsv(absl::string_view line) {
    while (true) {
      std::string& cell = cells_.emplace_back();
      if (absl::ConsumePrefix(&line, "\"")) {
        T2T_RETURN_IF_ERROR(ReadQuoted(&line, &cell));
        if (status_.ok() && !line.empty() && line[0] != ',') {
          status_ =
              absl::DataLossError("something stands between a closing quote and the next comma");
        }
      } else {
        const size_t end = std::min(line.find_first_of(",\""), line.size());
        cell = std::string(line.substr(0, end));
        line.remove_prefix(end);
        if (!line.empty() && line[0] == '"') {
          status_ = absl::DataLossError(
              "a quote stands within a cell that does not begin with one (write \"a \"\"b\"\" "
              "c\")");
        }
      }
      if (!status_.ok() || line.empty()) return absl::OkStatus();
      line.remove_prefix(1);  // the comma
    }
  }

  // Behind the opening quote; takes further lines as it needs them, and leaves *line behind the closing one.
  absl::Status ReadQuoted(absl::string_view* line, std::string* cell) {
    while (true) {
      const size_t quote = line->find('"');
      cell->append(line->data(), std::min(quote, line->size()));
      if (quote != absl::string_view::npos) {
        line->remove_prefix(quote + 1);
        if (!absl::ConsumePrefix(line, "\"")) return absl::OkStatus();
        *cell += '"';
        continue;
      }
      const bool too_long = static_cast<int64_t>(cell->size()) > kMostRecordBytes;
      bool more = false;
      if (!too_long) {
        T2T_ASSIGN_OR_RETURN(more, lines_.Next(line));
      }
      if (!more) {
        return lines_.ErrorAt(line_, too_long ? absl::StrCat("a quoted cell of more than ",
                                                             kMostRecordBytes, " bytes")
                                              : "a quoted cell does not end before the file does");
      }
      several_lines_ = true;
      *cell += '\n';
      if (!IsUtf8(*line)) status_ = absl::DataLossError("the row is not UTF-8");
    }
  }

  LineReader lines_;
  bool csv_;
  std::vector<std::string> columns_;
  // Of the row that was read last.
  std::vector<std::string> cells_;
  absl::Status status_;
  int64_t line_ = 0;
  bool several_lines_ = false;
};

RowsOrStatus OpenTable(const std::string& path, bool csv) {
  T2T_ASSIGN_OR_RETURN(LineReader lines, LineReader::Open(path));
  auto table = std::make_unique<TableReader>(std::move(lines), csv);
  T2T_RETURN_IF_ERROR(table->ReadHeader());
  return table;
}

}  // namespace

RowsOrStatus OpenTsv(const std::string& path) { return OpenTable(path, /*csv=*/false); }

RowsOrStatus OpenCsv(const std::string& path) { return OpenTable(path, /*csv=*/true); }

}  // namespace t2t
