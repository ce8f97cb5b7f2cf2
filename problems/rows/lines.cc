#include "modalities/codecs/utf8.h"
#include "problems/readers/line_reader.h"
#include "problems/rows/formats.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

class LineRows : public RowReader {
 public:
  explicit LineRows(LineReader lines) : lines_(std::move(lines)) {}

  absl::StatusOr<bool> Next(Row* row) override {
    absl::string_view line;
    T2T_ASSIGN_OR_RETURN(const bool more, lines_.Next(&line));
    if (!more) return false;
    row->place = absl::StrCat(lines_.path(), ":", lines_.number());
    row->key.clear();
    row->further.clear();
    row->status = IsUtf8(line) ? absl::OkStatus() : absl::DataLossError("the line is not UTF-8");
    row->cells["text"] = std::string(line);
    return true;
  }
  std::vector<std::string> columns() const override { return {"text"}; }
  std::string main_column() const override { return "text"; }

 private:
  LineReader lines_;
};

}  // namespace

RowsOrStatus OpenLines(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(LineReader lines, LineReader::Open(path));
  return std::make_unique<LineRows>(std::move(lines));
}

}  // namespace t2t
