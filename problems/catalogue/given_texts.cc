// WMT's parallel texts, WikiText and UniProt.
#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "modalities/codecs/utf8.h"
#include "problems/catalogue/given_problem.h"
#include "problems/catalogue/given_sets.h"
#include "problems/catalogue/text_pieces.h"
#include "problems/parameters.h"
#include "problems/readers/line_reader.h"
#include "problems/rows/files_below.h"
#include "problems/rows/open_rows.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

// WMT's .tsv has no line of names: its first two cells are a text and its translation.
class PairLines : public RowReader {
 public:
  PairLines(std::unique_ptr<RowReader> lines, bool swapped)
      : lines_(std::move(lines)), swapped_(swapped) {}

  absl::StatusOr<bool> Next(Row* row) override {
    T2T_ASSIGN_OR_RETURN(const bool more, lines_->Next(row));
    if (!more || !row->status.ok()) return more;
    const std::string line = row->cells["text"].bytes();
    const std::vector<absl::string_view> cells = absl::StrSplit(line, '\t');
    if (cells.size() < 2) {
      row->status = absl::DataLossError("the line is not a text, a tab and its translation");
    } else {
      row->cells["from"] = std::string(cells[swapped_ ? 1 : 0]);
      row->cells["to"] = std::string(cells[swapped_ ? 0 : 1]);
    }
    return true;
  }

 private:
  std::unique_ptr<RowReader> lines_;
  bool swapped_;
};

GivenPart PairTable(const std::string& file, bool swapped) {
  return {"", [=]() -> RowsOrStatus {
            T2T_ASSIGN_OR_RETURN(auto lines, OpenLines(file));
            return std::make_unique<PairLines>(std::move(lines), swapped);
          }};
}

// Whether a table's name says two languages that are not these: "news-commentary-v14.cs-de.tsv".
bool NamesOtherPair(absl::string_view name, const std::string& pair, const std::string& swapped) {
  for (const absl::string_view part : absl::StrSplit(name, '.')) {
    const bool tags = (part.size() == 5 && part[2] == '-') || (part.size() == 7 && part[3] == '-');
    const bool letters = std::all_of(part.begin(), part.end(), [](char c) {
      return c == '-' || absl::ascii_islower(static_cast<unsigned char>(c));
    });
    if (tags && letters && part != pair && part != swapped) return true;
  }
  return false;
}

bool NameBegins(absl::string_view path, absl::string_view prefix) {
  return absl::StartsWithIgnoreCase(path.substr(path.rfind('/') + 1), prefix);
}

// The one of `files` that holds, line beside line, the other language's texts; "" where there is none, or where the same texts are
// also there without marks.
std::string Translation(const std::string& file, const std::string& from, const std::string& to,
                        const std::vector<std::string>& files) {
  const auto exists = [&](const std::string& name) {
    return std::find(files.begin(), files.end(), name) != files.end();
  };
  for (const std::string mark : {"", ".sgm"}) {
    const std::string ending = absl::StrCat(".", from, mark);
    const size_t at = file.rfind(ending);
    if (at == std::string::npos || EndingOf(file) != (mark.empty() ? ending : mark)) continue;
    const std::string compression = file.substr(at + ending.size());
    const std::string plain = absl::StrCat(file.substr(0, at), ".", from);  // compressed or not
    if (!mark.empty() && std::any_of(files.begin(), files.end(), [&](const std::string& name) {
          return absl::StartsWith(name, plain) && name.rfind('.') <= plain.size() &&
                 EndingOf(name) == absl::StrCat(".", from) &&
                 !Translation(name, from, to, files).empty();
        })) {
      return "";
    }
    const std::string other = absl::StrCat(file.substr(0, at), ".", to, mark, compression);
    // newstest2014-deen-src.de and newstest2014-deen-ref.en.
    for (const std::string& name : {other, absl::StrReplaceAll(other, {{"-src.", "-ref."}})}) {
      if (exists(name)) return name;
    }
  }
  return "";
}

absl::StatusOr<std::vector<GivenPart>> FindParallelTexts(const std::string& path,
                                                         const std::string& from,
                                                         const std::string& to) {
  const std::string pair = absl::StrCat(from, "-", to), swapped = absl::StrCat(to, "-", from);
  std::vector<std::pair<std::string, GivenPart>> found;  // with the file's name
  absl::StatusOr<std::vector<std::string>> files = FilesBelow(path);
  std::error_code error;
  if (std::filesystem::is_regular_file(path, error)) {
    found.emplace_back(path, PairTable(path, absl::StrContains(path, swapped)));
    files = std::vector<std::string>();
  }
  T2T_RETURN_IF_ERROR(files.status());
  for (const std::string& file : *files) {
    const std::string full = absl::StrCat(path, "/", file), ending = EndingOf(file);
    if (ending == ".tsv" && !NamesOtherPair(file.substr(file.rfind('/') + 1), pair, swapped)) {
      found.emplace_back(file, PairTable(full, absl::StrContains(file, swapped)));
    } else if (const std::string other = Translation(file, from, to, *files); !other.empty()) {
      const std::string format = ending == ".sgm" ? "sgm" : "lines";
      found.emplace_back(file,
                         GivenPart{"", [=] {
                                     return OpenSideBySide(
                                         {{"from", full}, {"to", absl::StrCat(path, "/", other)}},
                                         {}, format);
                                   }});
    }
  }
  std::string last;  // of the news tests
  for (const auto& [name, part] : found) {
    if (NameBegins(name, "newstest")) last = std::max(last, name.substr(name.rfind('/') + 1));
  }
  std::vector<GivenPart> parts;
  for (auto& [name, part] : found) {
    const bool news = NameBegins(name, "newstest");
    part.split = NameBegins(name, "test") || (news && absl::EndsWith(name, last)) ? "test"
                 : news || NameBegins(name, "dev") || NameBegins(name, "newsdev") ||
                         NameBegins(name, "valid")
                     ? "valid"
                     : "train";
    parts.push_back(std::move(part));
  }
  return parts;
}

// WikiText's articles, each begun by a line " = Title = ", in pieces.
class Articles : public RowReader {
 public:
  explicit Articles(LineReader lines) : lines_(std::move(lines)) {}

  absl::StatusOr<bool> Next(Row* row) override {
    while (next_ >= pieces_.size()) {
      if (ended_) return false;
      T2T_RETURN_IF_ERROR(ReadArticle());
    }
    *row = Row();
    row->key = article_;
    row->place = absl::StrCat(article_, next_ == 0 ? "" : absl::StrCat(", piece ", next_ + 1));
    row->status = status_;
    row->cells["text"] = std::move(pieces_[next_++]);
    return true;
  }

 private:
  // " = Title = ", but not " = = Section = = ".
  static bool IsTitle(absl::string_view line) {
    return absl::ConsumePrefix(&line, "= ") && absl::ConsumeSuffix(&line, " =") &&
           !absl::StartsWith(line, "=");
  }

  absl::Status ReadArticle() {
    pieces_.clear();
    next_ = 0;
    status_ = absl::OkStatus();
    if (!title_.empty()) {
      article_ = next_article_;
      AddToPieces(std::exchange(title_, ""), &pieces_);
    }
    absl::string_view line;
    while (true) {
      T2T_ASSIGN_OR_RETURN(const bool more, lines_.Next(&line));
      ended_ = !more;
      if (!more) return absl::OkStatus();
      line = absl::StripAsciiWhitespace(line);
      if (line.empty()) continue;
      if (!IsUtf8(line)) status_ = absl::DataLossError("the text is not UTF-8");
      if (IsTitle(line) && !pieces_.empty()) {
        title_ = std::string(line);
        next_article_ = absl::StrCat(lines_.path(), ":", lines_.number());
        return absl::OkStatus();
      }
      if (pieces_.empty()) article_ = absl::StrCat(lines_.path(), ":", lines_.number());
      AddToPieces(line, &pieces_);
    }
  }

  LineReader lines_;
  std::vector<std::string> pieces_;
  size_t next_ = 0;
  std::string title_;  // of the article that follows
  std::string article_, next_article_;
  absl::Status status_;
  bool ended_ = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> MakeTranslateWmt(const ProblemParameters& parameters) {
  std::string from = "de", to = "en";
  ParameterReader reader(parameters);
  reader.Language("from", &from);
  reader.Language("to", &to);
  T2T_RETURN_IF_ERROR(reader.Finish());
  if (from == to)
    return absl::InvalidArgumentError(
        absl::StrCat("from=", from, ",to=", to, ": they must be two languages"));
  constexpr const char* kVocabulary = "vocab: {kind: sentencepiece, size: 32000}";
  GivenSet set = {.spec = {.name = InstanceName("translate_wmt", parameters),
                           .summary = absl::StrCat("WMT's parallel texts, from ", from, " to ", to),
                           .parameters = reader.Describe(),
                           .provenance = {.licence = "each part its own (WMT)"}},
                  .source = "wmt",
                  .holds = absl::StrCat("a folder with files NAME.", from, " and NAME.", to,
                                        " (or both with .sgm behind), or NAME.", from, "-", to,
                                        ".tsv, among them newstest* to hold out; or one .tsv")};
  set.spec.inputs = {
      {.name = "text", .modality = "text", .options = kVocabulary, .language = from}};
  set.spec.targets = {{.name = "translation",
                       .modality = "text",
                       .options = kVocabulary,
                       .metrics = {"bleu", "chrf"},
                       .language = to}};
  set.parts = [from, to](const std::string& path) { return FindParallelTexts(path, from, to); };
  set.group = [](const Row& row) { return row.cells.find("from")->second.bytes(); };
  set.fill = [](Row& row, Example* example) -> absl::StatusOr<const char*> {
    for (const auto& [cell, port] : {std::pair("from", "text"), std::pair("to", "translation")}) {
      T2T_ASSIGN_OR_RETURN(std::string text, GivenCell(row, cell));
      absl::StripAsciiWhitespace(&text);
      if (text.empty()) return "pairs of which one side is empty";
      example->ports[port] = std::move(text);
    }
    return nullptr;
  };
  return MakeGiven(std::move(set));
}

absl::StatusOr<std::unique_ptr<Problem>> MakeLmWikiText(const ProblemParameters& parameters) {
  T2T_RETURN_IF_ERROR(ParameterReader(parameters).Finish());
  GivenSet set = {.spec = {.name = "lm_wikitext",
                           .summary = "a language model of good articles of Wikipedia",
                           .provenance = {.licence = "CC-BY-SA-3.0 (Wikipedia)",
                                          .size = "WikiText-103: 190 MB, WikiText-2: 4.5 MB"}},
                  .source = "wikitext",
                  .holds =
                      "the folder of WikiText-2 or WikiText-103, with wiki.train.tokens, "
                      "wiki.valid.tokens and wiki.test.tokens (or .raw, or .txt)"};
  set.spec.targets = {{.name = "text",
                       .modality = "text",
                       .options = "vocab: {kind: sentencepiece, size: 16000}",
                       .metrics = {"bits_per_character"},
                       .language = "en"}};
  set.parts = [holds =
                   set.holds](const std::string& path) -> absl::StatusOr<std::vector<GivenPart>> {
    std::vector<GivenPart> parts;
    for (const char* split : {"train", "valid", "test"}) {
      const absl::StatusOr<std::string> file = FindGivenFile(
          path,
          {absl::StrCat("**/wiki.", split, ".tokens"), absl::StrCat("**/wiki.", split, ".raw"),
           absl::StrCat("**/*", split, "*.txt")},
          holds);
      if (absl::IsNotFound(file.status()) && split != std::string("train")) continue;
      T2T_RETURN_IF_ERROR(file.status());
      parts.push_back({split, [file = *file]() -> RowsOrStatus {
                         T2T_ASSIGN_OR_RETURN(LineReader lines, LineReader::Open(file));
                         return std::make_unique<Articles>(std::move(lines));
                       }});
    }
    return parts;
  };
  set.group = [](const Row& row) { return row.key.substr(row.key.rfind('/') + 1); };
  set.fill = [](Row& row, Example* example) -> absl::StatusOr<const char*> {
    T2T_ASSIGN_OR_RETURN(example->ports["text"], GivenCell(row, "text"));
    return nullptr;
  };
  return MakeGiven(std::move(set));
}

absl::StatusOr<std::unique_ptr<Problem>> MakeProteinToTextUniProt(
    const ProblemParameters& parameters) {
  std::string what = "protein";
  ParameterReader reader(parameters);
  reader.Choice("what", &what, {"protein", "organism"});
  T2T_RETURN_IF_ERROR(reader.Finish());
  GivenSet set = {
      .spec = {.name = InstanceName("protein_to_text_uniprot", parameters),
               .summary = what == "protein" ? "a protein to its name" : "a protein to its organism",
               .parameters = reader.Describe(),
               .provenance = {.licence = "CC-BY-4.0 (UniProt Consortium)",
                              .size = "Swiss-Prot: 90 MB"}},
      .source = "uniprot",
      .holds = "a FASTA file of UniProt, such as uniprot_sprot.fasta.gz, or a folder with one",
      .distinct = "sequence"};
  set.spec.inputs = {{.name = "sequence", .modality = "protein"}};
  set.spec.targets = {{.name = "name",
                       .modality = "text",
                       .options = "vocab: {kind: sentencepiece, size: 8000}",
                       .metrics = {"chrf", "exact_match"},
                       .language = "en"}};
  set.parts = [holds =
                   set.holds](const std::string& path) -> absl::StatusOr<std::vector<GivenPart>> {
    std::string file = path;
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) {
      T2T_ASSIGN_OR_RETURN(file, FindGivenFile(path, {"**/*.fasta", "**/*.fasta.gz"}, holds));
    }
    return std::vector<GivenPart>{{"train", [file] { return OpenFasta(file); }}};
  };
  set.group = [](const Row& row) {
    const auto entry = row.cells.find("entry");
    if (entry == row.cells.end()) return row.key;
    const std::string& name = entry->second.bytes();
    return name.substr(0, name.find('_'));
  };
  set.fill = [what](Row& row, Example* example) -> absl::StatusOr<const char*> {
    T2T_ASSIGN_OR_RETURN(example->key, GivenCell(row, "accession"));
    T2T_ASSIGN_OR_RETURN(example->ports["name"], GivenCell(row, what));
    T2T_ASSIGN_OR_RETURN(example->ports["sequence"], GivenCell(row, "sequence"));
    return nullptr;
  };
  return MakeGiven(std::move(set));
}

}  // namespace t2t
