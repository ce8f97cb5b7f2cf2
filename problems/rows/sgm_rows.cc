// Rows of WMT's .sgm: the segments of its news tests.
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modalities/codecs/utf8.h"
#include "problems/readers/line_reader.h"
#include "problems/readers/markup.h"
#include "problems/rows/formats.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

// What stands from the end of the tag that begins with `open` up to `close`, in its raw letters: some files leave a '<' or '&' of a
// text as it is. npos where there is none.
struct Inner {
  size_t begin = absl::string_view::npos, end = absl::string_view::npos;
};
Inner FindInner(absl::string_view text, absl::string_view open, absl::string_view close) {
  Inner inner;
  const size_t tag = text.find(open);
  if (tag == absl::string_view::npos) return inner;
  inner.begin = text.find('>', tag);
  if (inner.begin != absl::string_view::npos) inner.end = text.find(close, ++inner.begin);
  return inner;
}

class SgmRows : public RowReader {
 public:
  explicit SgmRows(LineReader lines) : lines_(std::move(lines)) {}

  absl::StatusOr<bool> Next(Row* row) override {
    absl::string_view line;
    while (true) {
      T2T_ASSIGN_OR_RETURN(const bool more, lines_.Next(&line));
      if (!more) {
        return segments_ > 0 ? absl::StatusOr<bool>(false)
                             : lines_.Error("not .sgm: it has no <seg>");
      }
      MarkupPiece tag;
      if (absl::StrContains(line, "<doc ") && MarkupReader(line).Next(&tag)) {
        const std::string* document = tag.Find("docid");
        document_ = document == nullptr ? "" : *document;
      }
      if (absl::StrContains(line, "<seg")) return Fill(std::string(line), row);
    }
  }
  std::vector<std::string> columns() const override { return {"text", "document"}; }
  std::string main_column() const override { return "text"; }

 private:
  // The segment that begins in the line, and may go on in further ones.
  absl::StatusOr<bool> Fill(std::string text, Row* row) {
    row->place = absl::StrCat(lines_.path(), ":", lines_.number());
    const int64_t begun = lines_.number();
    Inner inner;
    while (inner = FindInner(text, "<seg", "</seg>"), inner.end == absl::string_view::npos) {
      absl::string_view line;
      T2T_ASSIGN_OR_RETURN(const bool more, lines_.Next(&line));
      if (!more)
        return lines_.ErrorAt(begun, "the file ends within this segment: </seg> is missing");
      absl::StrAppend(&text, " ", line);
      if (static_cast<int64_t>(text.size()) > kMostRecordBytes)
        return lines_.ErrorAt(begun, "a segment without an end");
    }
    ++segments_;
    row->key.clear();
    row->further.clear();
    row->cells["text"] =
        WithoutEntities(absl::string_view(text).substr(inner.begin, inner.end - inner.begin));
    row->cells["document"] = document_;
    row->status = IsUtf8(text) ? absl::OkStatus() : absl::DataLossError("the segment is not UTF-8");
    return true;
  }

  LineReader lines_;
  std::string document_;
  int64_t segments_ = 0;
};

}  // namespace

RowsOrStatus OpenSgm(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(LineReader lines, LineReader::Open(path));
  return std::make_unique<SgmRows>(std::move(lines));
}

}  // namespace t2t
