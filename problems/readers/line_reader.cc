#include "problems/readers/line_reader.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "registry/status_macros.h"

namespace t2t {

absl::StatusOr<LineReader> LineReader::Open(const std::string& path, int64_t most_bytes) {
  T2T_ASSIGN_OR_RETURN(auto file, InputFile::Open(path));
  LineReader lines(std::move(file), most_bytes);
  T2T_ASSIGN_OR_RETURN(lines.piece_, lines.file_->Next());
  if (absl::StartsWith(lines.piece_, "\xFF\xFE") || absl::StartsWith(lines.piece_, "\xFE\xFF")) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": is UTF-16; save it as UTF-8"));
  }
  absl::ConsumePrefix(&lines.piece_, "\xEF\xBB\xBF");
  return lines;
}

absl::Status LineReader::ErrorAt(int64_t number, absl::string_view what) const {
  return absl::DataLossError(absl::StrCat(path(), ":", number, ": ", what));
}

absl::StatusOr<bool> LineReader::Next(absl::string_view* line) {
  begun_.clear();
  ++number_;
  bool has_begun = false;
  while (true) {
    if (piece_.empty()) {
      T2T_ASSIGN_OR_RETURN(piece_, file_->Next());
      if (piece_.empty()) {  // the file's end
        if (!has_begun) {
          --number_;
          return false;
        }
        *line = begun_;
        break;
      }
    }
    const size_t end = piece_.find('\n');
    const absl::string_view part = piece_.substr(0, end);
    if (static_cast<int64_t>(begun_.size() + part.size()) > most_bytes_) {
      return Error(absl::StrCat("a line of more than ", most_bytes_, " bytes"));
    }
    if (end == absl::string_view::npos) {
      begun_.append(part.data(), part.size());
      has_begun = true;
      piece_ = {};
      continue;
    }
    piece_.remove_prefix(end + 1);
    if (has_begun) {
      begun_.append(part.data(), part.size());
      *line = begun_;
    } else {
      *line = part;
    }
    break;
  }
  absl::ConsumeSuffix(line, "\r");
  return true;
}

}  // namespace t2t
