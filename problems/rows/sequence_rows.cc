// Rows of sequences: FASTA, FASTQ and GenBank, one record at a time.
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "modalities/codecs/utf8.h"
#include "problems/readers/genbank.h"
#include "problems/readers/line_reader.h"
#include "problems/rows/formats.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

// "sp|P69905|HBA_HUMAN Hemoglobin subunit alpha OS=Homo sapiens OX=9606 GN=HBA1 PE=1 SV=2".
void AddUniProtCells(Row* row) {
  const std::vector<std::string> names = absl::StrSplit(row->key, '|');
  if (names.size() != 3 || (names[0] != "sp" && names[0] != "tr")) return;
  row->cells["accession"] = names[1];
  row->cells["entry"] = names[2];
  const std::string& text = row->cells["description"].bytes();
  // From one mark "XX=" to the next.
  const auto field = [&](absl::string_view mark) -> std::string {
    const size_t begin = text.find(absl::StrCat(" ", mark, "="));
    if (begin == std::string::npos) return "";
    absl::string_view rest = absl::string_view(text).substr(begin + mark.size() + 2);
    for (size_t i = 0; i + 3 < rest.size(); ++i) {
      if (rest[i] == ' ' && absl::ascii_isupper(static_cast<unsigned char>(rest[i + 1])) &&
          absl::ascii_isupper(static_cast<unsigned char>(rest[i + 2])) && rest[i + 3] == '=') {
        return std::string(rest.substr(0, i));
      }
    }
    return std::string(rest);
  };
  row->cells["protein"] = text.substr(0, text.find(" OS="));
  for (const auto& [mark, cell] : {std::pair("OS", "organism"), std::pair("GN", "gene")}) {
    std::string value = field(mark);
    if (!value.empty()) row->cells[cell] = std::move(value);
  }
}

// The key and the description of a header line without its first letter.
void ReadHeaderLine(absl::string_view line, Row* row) {
  const size_t space = std::min(line.find_first_of(" \t"), line.size());
  row->key = std::string(line.substr(0, space));
  row->cells.clear();
  row->further.clear();
  row->status = absl::OkStatus();
  row->cells["id"] = row->key;
  row->cells["description"] = std::string(absl::StripAsciiWhitespace(line.substr(space)));
  if (row->key.empty()) {
    row->status = absl::DataLossError("there is no key in front of the sequence");
  } else if (!IsUtf8(line)) {
    row->status = absl::DataLossError("the header is not UTF-8");
  }
}

// Appends a line's letters, '*' and '-', without white space. Error: DataLoss with the first byte that is none of them, before
// which all are appended.
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

class Fasta : public RowReader {
 public:
  explicit Fasta(LineReader lines) : lines_(std::move(lines)) {}

  absl::StatusOr<bool> Next(Row* row) override {
    absl::string_view line;
    while (!begun_) {
      T2T_ASSIGN_OR_RETURN(const bool more, lines_.Next(&line));
      if (!more && header_line_ == 0) return lines_.Error("no sequence");
      if (!more) return false;
      if (absl::StripAsciiWhitespace(line).empty()) continue;
      if (line[0] != '>') return lines_.Error("not FASTA: it does not begin with '>'");
      header_ = std::string(line.substr(1));
      header_line_ = lines_.number();
      begun_ = true;
    }
    ReadHeaderLine(header_, row);
    row->place = absl::StrCat(lines_.path(), ":", header_line_);
    AddUniProtCells(row);
    std::string letters;
    begun_ = false;
    while (true) {
      T2T_ASSIGN_OR_RETURN(const bool more, lines_.Next(&line));
      if (!more) break;
      if (absl::StartsWith(line, ">")) {
        header_ = std::string(line.substr(1));
        header_line_ = lines_.number();
        begun_ = true;
        break;
      }
      if (static_cast<int64_t>(letters.size() + line.size()) > kMostRecordBytes) {
        return lines_.Error(absl::StrCat("the sequence '", row->key, "' has more than ",
                                         kMostRecordBytes, " letters"));
      }
      const absl::Status taken = AppendLetters(line, &letters);
      if (!taken.ok() && row->status.ok())
        row->status = Annotate(taken, absl::StrCat("line ", lines_.number()));
    }
    if (letters.empty() && row->status.ok())
      row->status = absl::DataLossError(absl::StrCat("'", row->key, "' has no letters"));
    row->cells["sequence"] = std::move(letters);
    return true;
  }
  std::string main_column() const override { return "sequence"; }

 private:
  LineReader lines_;
  bool begun_ = false;  // whether header_ is that of the next record
  std::string header_;
  int64_t header_line_ = 0;
};

class Fastq : public RowReader {
 public:
  explicit Fastq(LineReader lines) : lines_(std::move(lines)) {}

  absl::StatusOr<bool> Next(Row* row) override {
    absl::string_view line;
    do {
      T2T_ASSIGN_OR_RETURN(const bool more, lines_.Next(&line));
      if (!more) return false;
    } while (absl::StripAsciiWhitespace(line).empty());
    if (line[0] != '@') return lines_.Error("not FASTQ: a record begins with '@'");
    ReadHeaderLine(line.substr(1), row);
    row->place = absl::StrCat(lines_.path(), ":", lines_.number());
    std::string letters, quality;
    T2T_RETURN_IF_ERROR(Line(*row, &line));
    const absl::Status taken = AppendLetters(line, &letters);
    if (!taken.ok() && row->status.ok()) row->status = taken;
    T2T_RETURN_IF_ERROR(Line(*row, &line));
    if (!absl::StartsWith(line, "+"))
      return lines_.Error(
          "the third line of a record must begin with '+' (a sequence is one line)");
    T2T_RETURN_IF_ERROR(Line(*row, &line));
    quality = std::string(line);
    if (row->status.ok() && quality.size() != letters.size()) {
      row->status = absl::DataLossError(absl::StrCat(
          "'", row->key, "' has ", letters.size(), " letters and ", quality.size(), " qualities"));
    }
    row->cells["sequence"] = std::move(letters);
    row->cells["quality"] = std::move(quality);
    return true;
  }
  std::string main_column() const override { return "sequence"; }

 private:
  absl::Status Line(const Row& row, absl::string_view* line) {
    T2T_ASSIGN_OR_RETURN(const bool more, lines_.Next(line));
    return more ? absl::OkStatus()
                : lines_.Error(absl::StrCat("the file ends within the record '", row.key, "'"));
  }

  LineReader lines_;
};

class GenBank : public RowReader {
 public:
  GenBank(LineReader lines, std::string feature)
      : lines_(std::move(lines)), feature_(std::move(feature)) {}

  absl::StatusOr<bool> Next(Row* row) override {
    while (true) {
      for (; next_ < record_.features.size(); ++next_) {
        if (record_.features[next_].kind != feature_) continue;
        Fill(record_.features[next_++], row);
        return true;
      }
      T2T_ASSIGN_OR_RETURN(const bool more, ReadRecord());
      if (!more) return false;
    }
  }
  std::string main_column() const override { return "sequence"; }

 private:
  // The text up to "//" is one record.
  absl::StatusOr<bool> ReadRecord() {
    std::string text;
    const int64_t before = lines_.number();
    absl::string_view line;
    while (true) {
      T2T_ASSIGN_OR_RETURN(const bool more, lines_.Next(&line));
      if (!more) break;
      absl::StrAppend(&text, line, "\n");
      if (absl::StartsWith(line, "//")) break;
      if (static_cast<int64_t>(text.size()) > kMostRecordBytes)
        return lines_.Error(absl::StrCat("a record of more than ", kMostRecordBytes, " bytes"));
    }
    if (absl::StripAsciiWhitespace(text).empty()) return false;
    T2T_ASSIGN_OR_RETURN(std::vector<GenBankRecord> records,
                         ParseGenBank(text, lines_.path(), before));
    record_ = std::move(records.at(0));
    next_ = 0;
    return true;
  }

  void Fill(const GenBankFeature& feature, Row* row) const {
    row->key.clear();
    row->cells.clear();
    row->further.clear();
    row->place = absl::StrCat(lines_.path(), ":", feature.line);
    for (const auto& [name, value] : feature.qualifiers) row->cells[name] = value;
    row->cells["record"] = record_.name;
    row->cells["organism"] = record_.organism;
    row->cells["location"] = feature.location;
    absl::StatusOr<std::string> bases = record_.At(feature.location);
    row->status = bases.status();
    if (bases.ok()) row->cells["sequence"] = *std::move(bases);
  }

  LineReader lines_;
  std::string feature_;
  GenBankRecord record_;
  size_t next_ = 0;
};

}  // namespace

RowsOrStatus OpenFasta(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(LineReader lines, LineReader::Open(path));
  return std::make_unique<Fasta>(std::move(lines));
}

RowsOrStatus OpenFastq(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(LineReader lines, LineReader::Open(path));
  return std::make_unique<Fastq>(std::move(lines));
}

RowsOrStatus OpenGenBank(const std::string& path, const RowOptions& options) {
  T2T_ASSIGN_OR_RETURN(LineReader lines, LineReader::Open(path));
  return std::make_unique<GenBank>(std::move(lines), options.feature);
}

}  // namespace t2t
