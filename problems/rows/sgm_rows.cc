// Rows of WMT's .sgm: the segments of its news tests.
#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modalities/codecs/utf8.h"
#include "problems/readers/line_reader.h"
#include "problems/readers/markup.h"
#include "problems/rows/formats.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

class SgmRows : public RowReader {
 public:
  explicit SgmRows(LineReader lines) : lines_(std::move(lines)) {}

  absl::StatusOr<bool> Next(Row* row) override {
    while (true) {
      const size_t tag = lower_.find('<', at_);
      if (tag == std::string::npos) {
        T2T_ASSIGN_OR_RETURN(const bool more, NextLine());
        if (more) continue;
        if (segments_ == 0) return lines_.Error("not .sgm: it has no <seg>");
        return false;
      }
      at_ = tag + 1;
      const absl::string_view rest = absl::string_view(lower_).substr(tag);
      MarkupPiece piece;
      if (absl::StartsWith(rest, "<doc ") &&
          MarkupReader(absl::string_view(line_).substr(tag)).Next(&piece)) {
        const std::string* document = piece.Find("docid");
        document_ = document == nullptr ? "" : *document;
      }
      if (absl::StartsWith(rest, "<seg ") || absl::StartsWith(rest, "<seg>")) return Fill(row);
    }
  }
  std::vector<std::string> columns() const override { return {"text", "document"}; }
  std::string main_column() const override { return "text"; }

 private:
  absl::StatusOr<bool> NextLine() {
    absl::string_view line;
    T2T_ASSIGN_OR_RETURN(const bool more, lines_.Next(&line));
    line_ = more ? std::string(line) : "";
    lower_ = absl::AsciiStrToLower(line_);
    at_ = 0;
    return more;
  }

  // The segment whose tag stands at at_ - 1; it may go on in further lines. Its letters are raw: some files leave a '<' or '&' of a
  // text as it is.
  absl::StatusOr<bool> Fill(Row* row) {
    row->place = absl::StrCat(lines_.path(), ":", lines_.number());
    const int64_t begun = lines_.number();
    at_ = std::min(lower_.find('>', at_), lower_.size() - 1) + 1;
    std::string text;
    while (true) {
      const size_t end = lower_.find("</seg>", at_), next = lower_.find("<seg", at_);
      if (next < end)
        return lines_.ErrorAt(begun, "this segment has no </seg> before the next one");
      absl::StrAppend(&text, absl::string_view(line_).substr(at_, end - at_));
      at_ = std::min(end, lower_.size());
      if (end != std::string::npos) break;
      if (static_cast<int64_t>(text.size()) > kMostRecordBytes)
        return lines_.ErrorAt(begun, "a segment without an end");
      T2T_ASSIGN_OR_RETURN(const bool more, NextLine());
      if (!more)
        return lines_.ErrorAt(begun, "the file ends within this segment: </seg> is missing");
      text += ' ';
    }
    ++segments_;
    row->key.clear();
    row->further.clear();
    row->status = IsUtf8(text) ? absl::OkStatus() : absl::DataLossError("the segment is not UTF-8");
    row->cells["text"] = WithoutEntities(text);
    row->cells["document"] = document_;
    return true;
  }

  LineReader lines_;
  std::string line_, lower_;  // the present line, and in lower case
  size_t at_ = 0;             // what is left of it
  std::string document_;
  int64_t segments_ = 0;
};

}  // namespace

RowsOrStatus OpenSgm(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(LineReader lines, LineReader::Open(path));
  return std::make_unique<SgmRows>(std::move(lines));
}

}  // namespace t2t
