#include "problems/readers/fasta.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "modalities/codecs/utf8.h"
#include "problems/readers/compressed.h"
#include "registry/status_macros.h"

namespace t2t {

absl::Status AppendLetters(absl::string_view line, std::string* letters) {
  for (size_t i = 0; i < line.size(); ++i) {
    const auto byte = static_cast<unsigned char>(line[i]);
    if (absl::ascii_isalpha(byte) || byte == '*' || byte == '-') {
      letters->push_back(line[i]);
    } else if (!absl::ascii_isspace(byte)) {
      return absl::DataLossError(
          absl::StrCat("'", Utf8First(line.substr(i)), "' is no letter of a sequence"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<FastaRecord>> ParseFasta(absl::string_view text,
                                                    const std::string& path) {
  std::vector<FastaRecord> records;
  int64_t number = 0;
  const auto error = [&](int64_t line, absl::string_view what) {
    return absl::DataLossError(absl::StrCat(path, ":", line, ": ", what));
  };
  const auto ended = [&]() -> absl::Status {
    if (records.empty() || !records.back().letters.empty()) return absl::OkStatus();
    return error(records.back().line,
                 absl::StrCat("'", Utf8Repaired(records.back().key), "' has no letters"));
  };
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (absl::ConsumePrefix(&line, ">")) {
      T2T_RETURN_IF_ERROR(ended());
      const size_t space = line.find_first_of(" \t");
      FastaRecord record;
      record.line = number;
      record.key = std::string(line.substr(0, space));
      if (record.key.empty()) return error(number, "there is no key behind '>'");
      if (space != absl::string_view::npos) {
        record.description = std::string(absl::StripLeadingAsciiWhitespace(line.substr(space)));
      }
      records.push_back(std::move(record));
      continue;
    }
    if (line.empty()) continue;
    if (records.empty()) return error(number, "not FASTA: it does not begin with '>'");
    const absl::Status taken = AppendLetters(line, &records.back().letters);
    if (!taken.ok()) return error(number, taken.message());
  }
  T2T_RETURN_IF_ERROR(ended());
  if (records.empty()) return error(number, "no sequence");
  return records;
}

absl::StatusOr<std::vector<FastaRecord>> ReadFasta(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(const std::string text, ReadMaybeCompressed(path));
  return ParseFasta(text, path);
}

}  // namespace t2t
