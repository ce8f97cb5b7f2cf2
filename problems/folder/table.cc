#include "problems/folder/table.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "files/atomic_file.h"
#include "modalities/codecs/utf8.h"
#include "registry/status_macros.h"
#include "registry/suggest.h"

namespace t2t {

TableReader::TableReader(std::string path, std::string text, bool csv)
    : path_(std::move(path)), text_(std::move(text)), csv_(csv) {
  if (absl::StartsWith(text_, "\xEF\xBB\xBF")) at_ = 3;
}

absl::StatusOr<TableReader> TableReader::Open(const std::string& path) {
  const std::string lower = absl::AsciiStrToLower(path);
  const bool csv = absl::EndsWith(lower, ".csv");
  if (!csv && !absl::EndsWith(lower, ".tsv")) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": a table's name ends with .tsv or .csv"));
  }
  T2T_ASSIGN_OR_RETURN(std::string text, ReadFile(path));
  if (absl::StartsWith(text, "\xFF\xFE") || absl::StartsWith(text, "\xFE\xFF")) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": is UTF-16; save it as UTF-8"));
  }
  TableReader table(path, std::move(text), csv);
  TableRow header;
  if (!table.Next(&header)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": is empty; its first line must name the columns"));
  }
  const std::string place = absl::StrCat(path, ":", header.line);
  if (!header.status.ok()) return Annotate(header.status, place);
  std::set<std::string> names;
  for (std::string& cell : header.cells) {
    absl::StripAsciiWhitespace(&cell);
    if (cell.empty())
      return absl::InvalidArgumentError(absl::StrCat(place, ": a column has no name"));
    if (!names.insert(cell).second) {
      return absl::InvalidArgumentError(
          absl::StrCat(place, ": two columns are called '", cell, "'"));
    }
  }
  table.columns_ = std::move(header.cells);
  return table;
}

absl::StatusOr<size_t> TableReader::FindColumn(const std::string& name) const {
  const auto it = std::find(columns_.begin(), columns_.end(), name);
  if (it != columns_.end()) return static_cast<size_t>(it - columns_.begin());
  return absl::NotFoundError(
      absl::StrCat(path_, ": has no column '", name, "'", Suggestion(name, columns_)));
}

bool TableReader::Next(TableRow* row) {
  *row = {};
  for (; at_ < text_.size(); ++line_) {  // lines that are empty
    const size_t length = text_[at_] == '\n' ? 1 : text_.compare(at_, 2, "\r\n") == 0 ? 2 : 0;
    if (length == 0) break;
    at_ += length;
  }
  if (at_ >= text_.size()) return false;
  row->line = line_;
  const size_t begin = at_;
  csv_ ? ReadCsvRow(row) : ReadTsvRow(row);
  line_ += std::count(text_.begin() + static_cast<std::ptrdiff_t>(begin),
                      text_.begin() + static_cast<std::ptrdiff_t>(at_), '\n');
  if (row->status.ok() && !columns_.empty() && row->cells.size() != columns_.size()) {
    row->status = absl::DataLossError(absl::StrCat("the row has ", row->cells.size(),
                                                   " cells, but the header ", columns_.size()));
  }
  if (!row->status.ok() && text_.find('\n', begin) < at_ - 1) {
    row->status = absl::OutOfRangeError(absl::StrCat(
        row->status.message(), "; it has several lines: a quote may have swallowed other rows"));
  }
  if (row->status.ok() && !IsUtf8(absl::string_view(text_).substr(begin, at_ - begin))) {
    row->status = absl::DataLossError("the row is not UTF-8");
  }
  return true;
}

void TableReader::ReadTsvRow(TableRow* row) {
  const size_t end = std::min(text_.find('\n', at_), text_.size());
  absl::string_view line = absl::string_view(text_).substr(at_, end - at_);
  if (absl::EndsWith(line, "\r")) line.remove_suffix(1);
  row->cells = absl::StrSplit(line, '\t');
  at_ = std::min(end + 1, text_.size());
}

// After an error the rest of the line is passed over.
void TableReader::ReadCsvRow(TableRow* row) {
  while (true) {
    std::string& cell = row->cells.emplace_back();
    if (at_ < text_.size() && text_[at_] == '"') {
      row->status = ReadQuoted(&cell);
    } else {
      const size_t end = std::min(text_.find_first_of(",\n\"", at_), text_.size());
      cell = text_.substr(at_, end - at_);
      at_ = end;
      if (at_ < text_.size() && text_[at_] == '"') {
        row->status = absl::DataLossError(
            "a quote stands within a cell that does not begin with one (write \"a \"\"b\"\" c\")");
      } else if ((at_ == text_.size() || text_[at_] == '\n') && absl::EndsWith(cell, "\r")) {
        cell.pop_back();
      }
    }
    if (!row->status.ok()) at_ = std::min(text_.find('\n', at_), text_.size());
    if (at_ >= text_.size()) return;
    if (text_[at_++] == '\n') return;
  }
}

// Leaves at_ at the comma or line break behind the cell.
absl::Status TableReader::ReadQuoted(std::string* cell) {
  for (++at_;; ++at_) {
    const size_t quote = text_.find('"', at_);
    if (quote == std::string::npos) {
      at_ = text_.size();
      return absl::OutOfRangeError("a quoted cell does not end before the file does");
    }
    cell->append(text_, at_, quote - at_);
    at_ = quote + 1;
    if (at_ >= text_.size() || text_[at_] != '"') break;
    *cell += '"';
  }
  if (text_.compare(at_, 2, "\r\n") == 0) ++at_;
  if (at_ == text_.size() || text_[at_] == ',' || text_[at_] == '\n') return absl::OkStatus();
  return absl::DataLossError("something stands between a closing quote and the next comma");
}

}  // namespace t2t
