#include "problems/readers/stockholm.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "modalities/codecs/utf8.h"
#include "problems/readers/compressed.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

class StockholmParser {
 public:
  explicit StockholmParser(const std::string& path) : path_(path) {}

  absl::Status Line(absl::string_view line) {
    ++number_;
    line = absl::StripTrailingAsciiWhitespace(line);
    if (absl::StartsWith(line, "# STOCKHOLM 1.")) {
      if (open_) return Error("an alignment begins before the last one ended with '//'");
      open_ = true;
      alignments_.emplace_back();
      places_.clear();
      return absl::OkStatus();
    }
    if (line.empty()) return absl::OkStatus();
    if (!open_) return Error("not Stockholm: it does not begin with '# STOCKHOLM 1.0'");
    if (line == "//") return End();
    return absl::StartsWith(line, "#") ? Markup(line) : Row(line);
  }

  absl::StatusOr<std::vector<StockholmAlignment>> Finish() {
    if (open_) return Error("the file ends within an alignment: '//' is missing");
    if (alignments_.empty()) return Error("no alignment");
    return std::move(alignments_);
  }

 private:
  absl::Status Error(absl::string_view what) const {
    return absl::DataLossError(absl::StrCat(path_, ":", number_, ": ", what));
  }

  // Appends the text of a row, one word of visible characters.
  absl::Status Append(absl::string_view text, std::string* row) const {
    for (const char c : text) {
      if (!absl::ascii_isgraph(static_cast<unsigned char>(c)))
        return Error("a row is not one word of visible ASCII characters");
    }
    absl::StrAppend(row, text);
    return absl::OkStatus();
  }

  absl::Status Row(absl::string_view line) {
    const std::vector<absl::string_view> words =
        absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    if (words.size() != 2)
      return Error(absl::StrCat("'", Utf8Shortened(line, 40), "' is not 'name letters'"));
    std::vector<StockholmSequence>& sequences = alignments_.back().sequences;
    const auto [place, is_new] = places_.emplace(std::string(words[0]), sequences.size());
    if (is_new) {
      sequences.emplace_back();
      sequences.back().name = place->first;
      sequences.back().line = number_;
    }
    return Append(words[1], &sequences[place->second].letters);
  }

  absl::Status Markup(absl::string_view line) {
    const std::vector<absl::string_view> words =
        absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    if (words[0] == "#=GC" && words.size() == 3)
      return Append(words[2], &alignments_.back().columns[std::string(words[1])]);
    if (words[0] == "#=GR" && words.size() == 4) {
      const auto place = places_.find(std::string(words[1]));
      if (place == places_.end()) {
        return Error(absl::StrCat("marks of '", Utf8Shortened(words[1], 40),
                                  "', a sequence that does not stand above"));
      }
      return Append(words[3],
                    &alignments_.back().sequences[place->second].marks[std::string(words[2])]);
    }
    if (words[0] == "#=GC" || words[0] == "#=GR")
      return Error(absl::StrCat("'", Utf8Shortened(line, 40), "' lacks a name or its marks"));
    return absl::OkStatus();  // remarks; what is said of the file (#=GF) and of sequences (#=GS)
  }

  absl::Status End() {
    StockholmAlignment& alignment = alignments_.back();
    if (alignment.sequences.empty()) return Error("the alignment has no sequence");
    const size_t length = alignment.sequences[0].letters.size();
    const auto check = [&](const std::string& row, absl::string_view name) {
      if (row.size() == length) return absl::OkStatus();
      return Error(absl::StrCat("row '", Utf8Shortened(name, 40), "' has ", row.size(),
                                " columns, the first sequence ", length));
    };
    for (const StockholmSequence& sequence : alignment.sequences) {
      T2T_RETURN_IF_ERROR(check(sequence.letters, sequence.name));
      for (const auto& [name, marks] : sequence.marks)
        T2T_RETURN_IF_ERROR(check(marks, absl::StrCat(sequence.name, " ", name)));
    }
    for (const auto& [name, marks] : alignment.columns) T2T_RETURN_IF_ERROR(check(marks, name));
    open_ = false;
    return absl::OkStatus();
  }

  const std::string& path_;
  int64_t number_ = 0;
  bool open_ = false;
  std::vector<StockholmAlignment> alignments_;
  std::map<std::string, size_t> places_;  // of the present alignment's sequences
};

}  // namespace

bool IsGap(char letter) { return letter == '.' || letter == '-' || letter == '_' || letter == '~'; }

absl::StatusOr<std::vector<StockholmAlignment>> ParseStockholm(absl::string_view text,
                                                               const std::string& path) {
  StockholmParser parser(path);
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    T2T_RETURN_IF_ERROR(parser.Line(line));
  }
  return parser.Finish();
}

absl::StatusOr<std::vector<StockholmAlignment>> ReadStockholm(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(const std::string text, ReadMaybeCompressed(path));
  return ParseStockholm(text, path);
}

}  // namespace t2t
