#include "problems/readers/genbank.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "modalities/codecs/sequence_codec.h"
#include "modalities/codecs/utf8.h"
#include "problems/readers/compressed.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr size_t kFeatureColumn = 5, kQualifierColumn = 21;
constexpr int kDeepestLocation = 16;  // of operators within operators
constexpr size_t kMostOfRecord = 2;   // parts of a join may overlap, but not without end

absl::Status LocationError(absl::string_view location, absl::string_view what) {
  return absl::DataLossError(absl::StrCat("location '", Utf8Repaired(location), "': ", what));
}

// "complement(" ... ")" -> what is inside.
bool Unwrap(absl::string_view* text, absl::string_view name) {
  if (!absl::StartsWith(*text, name) || !absl::EndsWith(*text, ")")) return false;
  absl::string_view inner = text->substr(name.size());
  if (!absl::ConsumePrefix(&inner, "(")) return false;
  *text = inner.substr(0, inner.size() - 1);
  return true;
}

// At the commas that no bracket encloses.
std::vector<absl::string_view> Pieces(absl::string_view text) {
  std::vector<absl::string_view> pieces;
  int depth = 0;
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')') --depth;
    if (text[i] != ',' || depth != 0) continue;
    pieces.push_back(text.substr(begin, i - begin));
    begin = i + 1;
  }
  pieces.push_back(text.substr(begin));
  return pieces;
}

absl::StatusOr<std::string> BasesAt(absl::string_view bases, absl::string_view location,
                                    int depth) {
  if (depth > kDeepestLocation)
    return LocationError(location, "operators lie too deep in each other");
  absl::string_view inner = location;
  if (Unwrap(&inner, "complement")) {
    T2T_ASSIGN_OR_RETURN(const std::string forward, BasesAt(bases, inner, depth + 1));
    return ReverseComplement(forward, /*rna=*/false);
  }
  if (Unwrap(&inner, "join")) {
    std::string joined;
    for (const absl::string_view piece : Pieces(inner)) {
      T2T_ASSIGN_OR_RETURN(const std::string part, BasesAt(bases, piece, depth + 1));
      joined += part;
      if (joined.size() > kMostOfRecord * bases.size()) {
        return LocationError(location, "it joins more than twice the bases of the record");
      }
    }
    return joined;
  }
  if (location.find_first_of("<>") != absl::string_view::npos) {
    return LocationError(location, "it goes on beyond the record");
  }
  const size_t dots = location.find("..");
  const absl::string_view first = location.substr(0, dots);
  const absl::string_view last =
      dots == absl::string_view::npos ? first : location.substr(dots + 2);
  int64_t begin = 0, end = 0;
  if (!absl::SimpleAtoi(first, &begin) || !absl::SimpleAtoi(last, &end)) {
    return LocationError(location, "not a place, a range, a complement or a join of those");
  }
  if (begin < 1 || end < begin || end > static_cast<int64_t>(bases.size())) {
    return LocationError(location, absl::StrCat("not within 1 to ", bases.size()));
  }
  return std::string(
      bases.substr(static_cast<size_t>(begin - 1), static_cast<size_t>(end - begin + 1)));
}

class GenBankParser {
 public:
  GenBankParser(const std::string& path, int64_t lines_before)
      : path_(path), number_(lines_before) {}

  absl::Status Line(absl::string_view line) {
    ++number_;
    line = absl::StripTrailingAsciiWhitespace(line);
    if (line.empty()) return absl::OkStatus();
    if (absl::StartsWith(line, "LOCUS")) {
      if (inside_) return Error("a record begins before the last one has ended with '//'");
      records_.emplace_back();
      records_.back().line = number_;
      const std::vector<absl::string_view> words =
          absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
      if (words.size() > 1) records_.back().name = std::string(words[1]);
      length_ = LengthOf(words);
      inside_ = true;
      part_ = Part::kHead;
      return absl::OkStatus();
    }
    if (!inside_) return Error("not GenBank: a record begins with 'LOCUS'");
    if (line == "//") {
      T2T_RETURN_IF_ERROR(EndQualifier());
      inside_ = false;
      const auto bases = static_cast<int64_t>(records_.back().bases.size());
      if (bases > 0 && length_.has_value() && *length_ != bases) {
        return Error(absl::StrCat("the record in line ", records_.back().line, " ends after ",
                                  bases, " bases; its LOCUS says ", *length_));
      }
      return absl::OkStatus();
    }
    if (line[0] != ' ') {  // a keyword
      T2T_RETURN_IF_ERROR(EndQualifier());
      part_ = absl::StartsWith(line, "FEATURES") ? Part::kFeatures
              : absl::StartsWith(line, "ORIGIN") ? Part::kBases
                                                 : Part::kHead;
      return absl::OkStatus();
    }
    if (part_ == Part::kFeatures) return FeatureLine(line);
    if (part_ == Part::kBases) return BasesLine(line);
    absl::string_view text = absl::StripLeadingAsciiWhitespace(line);
    if (absl::ConsumePrefix(&text, "ORGANISM")) {
      records_.back().organism = std::string(absl::StripLeadingAsciiWhitespace(text));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<GenBankRecord>> Finish() {
    if (inside_) return Error("the last record does not end with '//'");
    if (records_.empty()) return Error("no record");
    return std::move(records_);
  }

 private:
  enum class Part { kHead, kFeatures, kBases };

  // "LOCUS name 1234 bp ..." -> 1234; nothing where the line does not tell.
  static std::optional<int64_t> LengthOf(const std::vector<absl::string_view>& words) {
    int64_t length = 0;
    if (words.size() > 3 && words[3] == "bp" && absl::SimpleAtoi(words[2], &length)) return length;
    return std::nullopt;
  }

  absl::Status Error(absl::string_view what) const {
    return absl::DataLossError(absl::StrCat(path_, ":", number_, ": ", what));
  }

  // A value may go on over lines until its closing quote; a doubled quote stands for one.
  bool QuoteIsOpen() const { return absl::StartsWith(value_, "\"") && odd_quotes_; }

  void AppendToValue(absl::string_view between, absl::string_view text) {
    absl::StrAppend(&value_, between, text);
    if (std::count(text.begin(), text.end(), '"') % 2 == 1) odd_quotes_ = !odd_quotes_;
  }

  absl::Status EndQualifier() {
    if (qualifier_.empty()) return absl::OkStatus();
    if (QuoteIsOpen()) return Error(absl::StrCat("the value of /", qualifier_, " does not end"));
    std::string value;
    absl::string_view text = value_;
    if (absl::ConsumePrefix(&text, "\"")) absl::ConsumeSuffix(&text, "\"");
    for (size_t i = 0; i < text.size(); ++i) {
      value += text[i];
      if (text[i] == '"' && i + 1 < text.size() && text[i + 1] == '"') ++i;
    }
    records_.back().features.back().qualifiers.emplace(qualifier_, std::move(value));
    qualifier_.clear();
    value_.clear();
    odd_quotes_ = false;
    return absl::OkStatus();
  }

  absl::Status FeatureLine(absl::string_view line) {
    std::vector<GenBankFeature>& features = records_.back().features;
    const size_t begin = line.find_first_not_of(' ');
    if (begin < kQualifierColumn) {
      T2T_RETURN_IF_ERROR(EndQualifier());
      if (begin != kFeatureColumn) return Error("a feature begins in column 6");
      const size_t space = line.find(' ', begin);
      if (space == absl::string_view::npos) return Error("the feature has no location");
      GenBankFeature feature;
      feature.kind = std::string(line.substr(begin, space - begin));
      feature.location = std::string(absl::StripLeadingAsciiWhitespace(line.substr(space)));
      feature.line = number_;
      features.push_back(std::move(feature));
      return absl::OkStatus();
    }
    if (features.empty()) return Error("a qualifier before the first feature");
    absl::string_view text = line.substr(begin);
    if (!qualifier_.empty() && QuoteIsOpen()) {
      // Sequences are cut anywhere, texts between words.
      AppendToValue(qualifier_ == "translation" ? "" : " ", text);
      return absl::OkStatus();
    }
    if (!absl::ConsumePrefix(&text, "/")) {
      if (!qualifier_.empty()) {
        AppendToValue(" ", text);
      } else {
        absl::StrAppend(&features.back().location, text);
      }
      return absl::OkStatus();
    }
    T2T_RETURN_IF_ERROR(EndQualifier());
    const size_t equals = text.find('=');
    qualifier_ = std::string(text.substr(0, equals));
    if (qualifier_.empty()) return Error("a qualifier has no name");
    if (equals != absl::string_view::npos) AppendToValue("", text.substr(equals + 1));
    return absl::OkStatus();
  }

  absl::Status BasesLine(absl::string_view line) {
    for (size_t i = 0; i < line.size(); ++i) {
      const auto byte = static_cast<unsigned char>(line[i]);
      if (absl::ascii_isspace(byte) || absl::ascii_isdigit(byte)) continue;
      if (!absl::ascii_isalpha(byte)) {
        return Error(absl::StrCat("'", Utf8First(line.substr(i)), "' is no base"));
      }
      records_.back().bases += static_cast<char>(absl::ascii_toupper(byte));
    }
    return absl::OkStatus();
  }

  const std::string& path_;
  int64_t number_;
  bool inside_ = false;
  Part part_ = Part::kHead;
  std::optional<int64_t> length_;  // what LOCUS says of the record
  std::string qualifier_, value_;  // the one that is being read
  bool odd_quotes_ = false;        // in value_
  std::vector<GenBankRecord> records_;
};

}  // namespace

absl::StatusOr<std::string> GenBankRecord::At(absl::string_view location) const {
  return BasesAt(bases, location, 0);
}

absl::StatusOr<std::vector<GenBankRecord>> ParseGenBank(absl::string_view text,
                                                        const std::string& path,
                                                        int64_t lines_before) {
  GenBankParser parser(path, lines_before);
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    T2T_RETURN_IF_ERROR(parser.Line(line));
  }
  return parser.Finish();
}

absl::StatusOr<std::vector<GenBankRecord>> ReadGenBank(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(const std::string text, ReadMaybeCompressed(path));
  return ParseGenBank(text, path);
}

}  // namespace t2t
