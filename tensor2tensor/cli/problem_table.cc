#include "tensor2tensor/cli/problem_table.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "modalities/codecs/utf8.h"
#include "problems/views.h"
#include "registry/status_macros.h"
#include "registry/suggest.h"

namespace t2t {
namespace {

constexpr char kNothing[] = "nothing";  // the inputs of a language model
constexpr int64_t kLicenceCharacters = 32;

// "160.9 MB" -> 160.9, from the beginning of a text; none where it does not begin with a size. A number alone is of bytes.
std::optional<double> Megabytes(absl::string_view text) {
  const size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  double number = 0;
  if (!absl::SimpleAtod(text.substr(0, end), &number)) return std::nullopt;
  const std::string unit =
      absl::AsciiStrToLower(absl::StripLeadingAsciiWhitespace(text.substr(end)).substr(0, 2));
  if (unit == "kb") return number / 1e3;
  if (unit == "mb") return number;
  if (unit == "gb") return number * 1e3;
  if (unit.empty()) return number / 1e6;
  return std::nullopt;
}

// What the parentheses of a licence tell, its owner, is for `t2t describe`.
std::string ShortLicence(absl::string_view licence) {
  std::string kept;
  int depth = 0;
  for (const char c : licence) {
    depth += c == '(';
    if (depth == 0) kept += c;
    depth -= c == ')';
  }
  const std::vector<absl::string_view> words = absl::StrSplit(kept, ' ', absl::SkipEmpty());
  return Utf8Shortened(absl::StrReplaceAll(absl::StrJoin(words, " "), {{" ;", ";"}}),
                       kLicenceCharacters);
}

// A column of a terminal for each character.
int64_t Columns(absl::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

struct ProblemRow {
  std::string name = {}, pair = {}, languages = {}, size = {}, licence = {}, summary = {};
  double megabytes = -1;  // -1: not known
};

std::vector<std::string> ModalitiesOf(const std::vector<Port>& ports) {
  std::vector<std::string> names;
  for (const Port& port : ports) names.push_back(port.modality);
  if (names.empty()) names.push_back(kNothing);
  return names;
}

ProblemRow RowOf(const ProblemSpec& spec) {
  ProblemRow row;
  row.name = spec.name;
  row.pair = absl::StrCat(absl::StrJoin(ModalitiesOf(spec.inputs), " + "), " -> ",
                          absl::StrJoin(ModalitiesOf(spec.targets), " + "));
  std::vector<std::string> languages;
  for (const auto* ports : {&spec.inputs, &spec.targets}) {
    for (const Port& port : *ports) {
      if (port.language.empty()) continue;
      if (std::find(languages.begin(), languages.end(), port.language) == languages.end())
        languages.push_back(port.language);
    }
  }
  row.languages = absl::StrJoin(languages, ", ");
  row.size = spec.provenance.size.substr(0, spec.provenance.size.find(" for "));
  row.megabytes = Megabytes(spec.provenance.size).value_or(-1);
  row.licence = ShortLicence(spec.provenance.licence);
  row.summary = spec.summary;
  return row;
}

bool HasModality(const std::vector<std::string>& modalities, const std::string& wanted) {
  return wanted.empty() ||
         std::find(modalities.begin(), modalities.end(), wanted) != modalities.end();
}

bool Speaks(const ProblemSpec& spec, const std::string& language) {
  const auto is = [&](const Port& port) {
    return absl::EqualsIgnoreCase(port.language, language) ||
           absl::StartsWithIgnoreCase(port.language, language + "-");
  };
  return language.empty() || std::any_of(spec.inputs.begin(), spec.inputs.end(), is) ||
         std::any_of(spec.targets.begin(), spec.targets.end(), is);
}

bool Fits(const ProblemSpec& spec, const ProblemQuery& query, std::optional<double> most) {
  if (!HasModality(ModalitiesOf(spec.inputs), query.from) ||
      !HasModality(ModalitiesOf(spec.targets), query.to))
    return false;
  const std::optional<double> size = Megabytes(spec.provenance.size);
  if (most.has_value() && (!size.has_value() || *size > *most)) return false;
  return Speaks(spec, query.language) &&
         absl::StrContains(absl::AsciiStrToLower(spec.provenance.licence),
                           absl::AsciiStrToLower(query.licence));
}

// The instances by which a problem may be what is asked for, the plain one first. Not all of them need be there.
std::vector<std::string> Instances(const ProblemSpec& spec, const ProblemQuery& query) {
  std::vector<std::string> names = {spec.name};
  std::string pair;
  if (!query.from.empty() && !query.to.empty()) {
    names.push_back(spec.name + kReversed);
    std::vector<Port> ports = spec.inputs;
    ports.insert(ports.end(), spec.targets.begin(), spec.targets.end());
    for (const Port& from : ports) {
      for (const Port& to : ports) {
        if (from.modality == query.from && to.modality == query.to && from.name != to.name)
          names.push_back(absl::StrCat(spec.name, "_", from.name, kTo, to.name));
      }
    }
    pair = absl::StrCat(spec.name, ":from=", query.from, ",to=", query.to);
  }
  if (!query.language.empty()) {
    for (const size_t plain = names.size(); names.size() < 2 * plain;)
      names.push_back(absl::StrCat(names[names.size() - plain], ":lang=", query.language));
  }
  if (!pair.empty()) names.push_back(pair);
  return names;
}

// The keys of a row: rows of one first key stand together, in the order of the second.
std::pair<std::string, std::string> KeysOf(const ProblemRow& row, const std::string& by) {
  if (by == "licence") return {row.licence, row.name};
  if (by == "language") return {row.languages, row.name};
  if (by == "size") {
    const double size = row.megabytes;
    const char* group = size < 0      ? "5"
                        : size == 0   ? "1"
                        : size <= 10  ? "2"
                        : size <= 100 ? "3"
                                      : "4";
    return {group, absl::StrFormat("%012.3f", size)};
  }
  return {row.pair, row.name};
}

void PrintRows(std::vector<ProblemRow> rows, const std::string& by) {
  std::stable_sort(rows.begin(), rows.end(), [&](const ProblemRow& a, const ProblemRow& b) {
    return KeysOf(a, by) < KeysOf(b, by);
  });
  const ProblemRow head = {.name = "name",
                           .pair = "pair",
                           .languages = "language",
                           .size = "download",
                           .licence = "licence",
                           .summary = "what"};
  rows.insert(rows.begin(), head);
  const std::vector<std::string ProblemRow::*> columns = {&ProblemRow::name, &ProblemRow::pair,
                                                          &ProblemRow::languages, &ProblemRow::size,
                                                          &ProblemRow::licence};
  std::vector<int64_t> widths(columns.size());
  for (const ProblemRow& row : rows) {
    for (size_t k = 0; k < columns.size(); ++k)
      widths[k] = std::max(widths[k], Columns(row.*columns[k]));
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i > 0 && (i == 1 || KeysOf(rows[i], by).first != KeysOf(rows[i - 1], by).first))
      printf("\n");
    std::string line;
    for (size_t k = 0; k < columns.size(); ++k) {
      const std::string& cell = rows[i].*columns[k];
      absl::StrAppend(&line, "  ", cell,
                      std::string(static_cast<size_t>(widths[k] - Columns(cell)), ' '));
    }
    printf("%s  %s\n", line.c_str(), rows[i].summary.c_str());
  }
}

absl::Status CheckModality(const Library& library, const char* option, const std::string& name) {
  return name.empty() ? absl::OkStatus() : Annotate(library.modalities.Find(name).status(), option);
}

}  // namespace

void ProblemQuery::AddTo(CLI::App& command) {
  command.add_option("--from", from, "problems with an input of this modality, or of nothing");
  command.add_option("--to", to, "problems with a target of this modality");
  command.add_option("--language", language, "problems with a port in this language, such as en");
  command.add_option("--licence", licence, "problems whose licence has this in it, such as CC-BY");
  command.add_option("--max-size", max_size, "problems with no larger download, such as 20MB");
  command.add_option("--by", by, "what stands together: pair, size, licence, language")
      ->check(CLI::IsMember({"pair", "size", "licence", "language"}))
      ->capture_default_str();
}

bool ProblemQuery::filters() const {
  return !from.empty() || !to.empty() || !language.empty() || !licence.empty() || !max_size.empty();
}

absl::Status PrintProblems(const Library& library, const ProblemQuery& query) {
  if (query.from != kNothing) T2T_RETURN_IF_ERROR(CheckModality(library, "--from", query.from));
  T2T_RETURN_IF_ERROR(CheckModality(library, "--to", query.to));
  const std::optional<double> most = Megabytes(query.max_size);
  if (!query.max_size.empty() && !most.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--max-size ", query.max_size, ": is no size such as 500kB, 20MB or 1GB"));
  }
  std::vector<ProblemRow> rows;
  for (const auto& [name, entry] : library.problems.entries()) {
    const auto plain = MakeProblem(library.problems, name);
    if (!plain.ok()) {  // it needs parameters, which nobody knows here
      if (!query.filters()) rows.push_back({.name = name, .summary = entry.summary});
      continue;
    }
    for (const std::string& instance : Instances((*plain)->Spec(), query)) {
      const auto problem = MakeProblem(library.problems, instance);
      if (!problem.ok() || !Fits((*problem)->Spec(), query, most)) continue;
      rows.push_back(RowOf((*problem)->Spec()));
      break;
    }
  }
  if (rows.empty()) {
    return absl::NotFoundError("no problem is of this kind; `t2t list problems` shows all");
  }
  printf("problems\n");
  PrintRows(std::move(rows), query.by);
  return absl::OkStatus();
}

}  // namespace t2t
