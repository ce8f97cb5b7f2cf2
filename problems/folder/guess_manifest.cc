#include "problems/folder/guess_manifest.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "files/atomic_file.h"
#include "files/folder.h"
#include "problems/folder/column_sample.h"
#include "problems/folder/find_tables.h"
#include "problems/rows/files_below.h"
#include "problems/rows/open_rows.h"
#include "registry/config.h"
#include "registry/status_macros.h"
#include "registry/suggest.h"

namespace t2t {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kRows = 1000;      // that are looked at
constexpr size_t kMostColumns = 64;  // that become ports

// A name as the manifest wants it: "File Name" -> "file_name".
std::string SnakeCase(absl::string_view text) {
  std::string name;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte)) {
      name += absl::ascii_tolower(byte);
    } else if (!name.empty() && name.back() != '_') {
      name += '_';
    }
  }
  while (!name.empty() && name.back() == '_') name.pop_back();
  if (name.empty()) return "value";
  return absl::ascii_isdigit(static_cast<unsigned char>(name[0])) ? "x" + name : name;
}

// As a YAML scalar within { } too.
std::string Scalar(const std::string& text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || absl::StrContains("_-./", c);
  }) && absl::ascii_isalpha(static_cast<unsigned char>(text[0]));
  static const auto* const words =
      new std::set<std::string>{"true", "false", "yes", "no", "on", "off", "null"};
  if (plain && words->count(absl::AsciiStrToLower(text)) == 0) return text;
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool IsWord(const std::string& column, std::initializer_list<absl::string_view> words) {
  const std::string snake = SnakeCase(column);
  const std::vector<absl::string_view> parts = absl::StrSplit(snake, '_');
  return std::any_of(words.begin(), words.end(), [&](absl::string_view word) {
    return std::find(parts.begin(), parts.end(), word) != parts.end();
  });
}

struct Chosen {
  const ColumnSample* column;
  PortGuess guess;
};

class Guesser {
 public:
  Guesser(const std::string& folder, const Registry<Modality>& modalities,
          const ManifestWishes& wishes)
      : folder_(folder),
        wanted_(wishes.targets),
        as_(wishes.modalities),
        taken_(wishes.taken),
        modalities_(modalities) {
    for (const auto& [name, entry] : modalities.entries()) {
      const std::vector<std::string> endings =
          absl::StrSplit(entry.value.file_suffixes, ' ', absl::SkipEmpty());
      endings_.insert(endings_.end(), endings.begin(), endings.end());
    }
  }

  absl::StatusOr<ManifestGuess> Guess() {
    T2T_ASSIGN_OR_RETURN(found_, FindTables(folder_, endings_));
    T2T_RETURN_IF_ERROR(Sample());
    T2T_RETURN_IF_ERROR(ChooseRoles());
    return Write();
  }

 private:
  absl::Status Sample() {
    std::vector<std::pair<std::string, std::string>> parts;
    for (const auto& [column, patterns] : found_.tables[0].parts) {
      T2T_ASSIGN_OR_RETURN(const std::vector<std::string> paths,
                           ExpandPattern(folder_, patterns[0]));
      parts.emplace_back(column, paths[0]);
    }
    RowOptions options;
    options.endings = endings_;
    absl::StatusOr<std::unique_ptr<RowReader>> reader = parts[0].first.empty()
                                                            ? OpenRows(parts[0].second, options)
                                                            : OpenSideBySide(parts, options);
    if (!reader.ok()) return reader.status();
    Row row;
    std::map<std::string, size_t> place;
    for (const std::string& column : (*reader)->columns()) Column(column, &place);
    for (rows_ = 0; rows_ < kRows; ++rows_) {
      T2T_ASSIGN_OR_RETURN(const bool more, (*reader)->Next(&row));
      if (!more) break;
      if (!row.status.ok()) return Annotate(row.status, row.place);
      if (rows_ == 0) FindBase(row);
      for (const auto& [name, value] : row.cells)
        Column(name, &place)
            ->Add(value, (*reader)->holds_file(name), (fs::path(folder_) / base_).string());
      for (const auto& [name, further] : row.further) several_.insert(name);
    }
    if (rows_ == 0)
      return absl::InvalidArgumentError(absl::StrCat(parts[0].second, ": holds no row"));
    return absl::OkStatus();
  }

  ColumnSample* Column(const std::string& name, std::map<std::string, size_t>* place) {
    const auto [found, added] = place->emplace(name, columns_.size());
    if (added) columns_.emplace_back(name);
    return &columns_[found->second];
  }

  // Where the files are that cells name: a folder below this one that has such a file.
  void FindBase(const Row& row) {
    for (const auto& [name, value] : row.cells) {
      const std::string cell = value.is_bytes() ? value.bytes() : "";
      std::error_code error;
      if (cell.empty() || cell.size() > 1000 || !HasEnding(cell, endings_) ||
          fs::exists(fs::path(folder_) / cell, error)) {
        continue;
      }
      const auto files = FilesBelow(folder_);
      if (!files.ok()) return;
      for (const std::string& file : *files) {
        if (!absl::EndsWith(file, "/" + cell)) continue;
        base_ = file.substr(0, file.size() - cell.size() - 1);
        return;
      }
    }
  }

  // Targets by their names, else the last column of the modality that is a target most often.
  absl::Status ChooseRoles() {
    std::vector<Chosen> ports;
    std::vector<std::string> names;
    for (const ColumnSample& column : columns_) {
      names.push_back(column.name());
      const auto as = as_.find(column.name());
      PortGuess guess = as != as_.end() ? column.GuessAs(as->second) : column.Guess();
      if (column.looks_like_ids() && (as == as_.end() || as->second == "text")) {
        guess = GuessIds(column);
      }
      if (as == as_.end() && guess.modality == "label" &&
          IsWord(column.name(), {"text", "sentence", "caption", "translation", "summary",
                                 "transcript", "question", "answer", "title", "words"})) {
        guess = column.GuessAs("text");
      }
      const bool wanted = as != as_.end() ||
                          std::find(wanted_.begin(), wanted_.end(), column.name()) != wanted_.end();
      if (!wanted &&
          IsWord(column.name(), {"id", "key", "index", "uid", "guid", "place", "name", "path",
                                 "entry", "accession"}) &&
          guess.modality != "image" && guess.modality != "audio") {
        guess = {"", "", "looks like a key"};
      }
      if (!wanted && guess.modality == "label" && column.distinct() < 2)
        guess = {"", "", "has one value only"};
      const bool told = wanted || IsTargetWord(column.name());
      if (!told && ports.size() >= kMostColumns) guess = {"", "", "one of many columns"};
      if (wanted && guess.modality.empty()) {
        return absl::InvalidArgumentError(
            absl::StrCat(folder_, ": column '", column.name(), "' ", guess.why));
      }
      if (guess.modality == "label" && several_.count(column.name()) != 0)
        guess = {"labels", "join: \", \"", "lists of names"};
      if (guess.modality.empty()) {
        passed_over_.emplace_back(column.name(), guess.why);
      } else {
        ports.push_back({&column, std::move(guess)});
      }
    }
    std::vector<std::string> wishes = wanted_;
    for (const auto& [column, modality] : as_) {
      T2T_RETURN_IF_ERROR(modalities_.Find(modality).status());
      wishes.push_back(column);
    }
    for (const std::string& wish : wishes) {
      if (std::find(names.begin(), names.end(), wish) == names.end())
        return absl::NotFoundError(
            absl::StrCat("there is no column '", wish, "'", Suggestion(wish, names)));
    }
    if (ports.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          folder_, ": no column is worth a port; there are ", absl::StrJoin(names, ", ")));
    }
    const std::vector<std::string> by_wish =
        wanted_.empty() ? std::vector<std::string>{BestTarget(ports)} : wanted_;
    for (Chosen& port : ports) {
      const bool target =
          std::find(by_wish.begin(), by_wish.end(), port.column->name()) != by_wish.end();
      (target ? targets_ : inputs_).push_back(std::move(port));
    }
    return absl::OkStatus();
  }

  // Ids as Tensor2Tensor numbers them, of bytes or of a vocabulary that lies beside its shards.
  PortGuess GuessIds(const ColumnSample& column) const {
    constexpr int64_t kByteIds = 2 + 256;
    std::vector<std::string> files;
    if (const auto names = NamesIn(folder_); names.ok()) {
      for (const std::string& name : *names) {
        if (absl::StartsWith(name, "vocab.")) files.push_back(name);
      }
    }
    if (files.empty() && column.largest_id() < kByteIds) {
      return {"text", "ids: {kind: byte}, vocab: {kind: byte}", "ids of bytes"};
    }
    if (files.empty()) {
      return {"", "",
              absl::StrCat("ids up to ", column.largest_id(),
                           " of a vocabulary; put its file beside them, called vocab.NAME")};
    }
    // Subwords are quoted, a word is a line.
    const auto text = ReadFile(absl::StrCat(folder_, "/", files[0]));
    const bool quoted =
        text.ok() && (absl::StartsWith(*text, "'") || absl::StartsWith(*text, "\""));
    const std::string file = absl::StrCat("file: ", Scalar(files[0]), "}");
    return {"text",
            quoted
                ? absl::StrCat("ids: {kind: subwords, ", file, ", vocab: {kind: subwords, ", file)
                : absl::StrCat("ids: {kind: word, ", file, ", vocab: {kind: word}"),
            absl::StrCat("ids of a vocabulary",
                         files.size() > 1
                             ? absl::StrCat("; there are others: ",
                                            absl::StrJoin(files.begin() + 1, files.end(), ", "))
                             : "")};
  }

  static bool IsTargetWord(const std::string& column) {
    return IsWord(
        column, {"target", "targets", "label", "class", "category", "y", "tgt", "output", "answer",
                 "caption", "translation", "summary", "transcript", "sentiment"});
  }

  static std::string BestTarget(const std::vector<Chosen>& ports) {
    for (const Chosen& port : ports) {
      if (ports.size() > 1 && IsTargetWord(port.column->name())) return port.column->name();
    }
    static const char* const kOrder[] = {"label", "labels", "text",  "vector", "protein",
                                         "rna",   "dna",    "audio", "image"};
    for (const char* modality : kOrder) {
      for (auto port = ports.rbegin(); port != ports.rend(); ++port) {
        if (port->guess.modality == modality) return port->column->name();
      }
    }
    return ports.back().column->name();
  }

  std::string PortLine(const std::string& name, const std::string& column,
                       const PortGuess& guess) const {
    std::string text = absl::StrCat("  ", name, ": {modality: ", guess.modality);
    if (!column.empty()) absl::StrAppend(&text, ", ", column);
    if (!guess.options.empty()) absl::StrAppend(&text, ", ", guess.options);
    return absl::StrCat(text, "}   # ", guess.why, "\n");
  }

  std::string Ports(const std::vector<Chosen>& ports, bool inputs) {
    std::string text;
    std::vector<const ColumnSample*> numbers;
    for (const Chosen& port : ports) {
      if (inputs && port.guess.modality == "vector" && port.column->is_number())
        numbers.push_back(port.column);
    }
    if (numbers.size() > 1) {
      std::vector<std::string> columns;
      for (const ColumnSample* column : numbers) columns.push_back(Scalar(column->name()));
      absl::StrAppend(&text,
                      PortLine(NewName("features"),
                               absl::StrCat("columns: [", absl::StrJoin(columns, ", "), "]"),
                               {"vector", "empty: nan, missing: mark", "columns of numbers"}));
      example_.emplace_back("features", numbers[0]->first() + " ...");
    }
    for (const Chosen& port : ports) {
      if (numbers.size() > 1 &&
          std::find(numbers.begin(), numbers.end(), port.column) != numbers.end())
        continue;
      const std::string& column = port.column->name();
      const std::string name = PortName(column, port.guess);
      PortGuess guess = port.guess;
      if (const int64_t empty = port.column->empty(rows_); empty > 0) {
        absl::StrAppend(&guess.why, "; ", empty, " of ", rows_, " rows are empty");
        if (guess.modality == "vector") guess.options = "empty: nan, missing: mark";
        if (guess.modality != "vector") with_empty_.push_back(name);
      }
      absl::StrAppend(&text,
                      PortLine(name, name == column ? "" : "column: " + Scalar(column), guess));
      if (!port.column->looks_like_ids()) example_.emplace_back(name, port.column->first());
    }
    return text;
  }

  // What is called by its place in the file says less than its modality.
  std::string PortName(const std::string& column, const PortGuess& guess) {
    static const auto* const places =
        new std::set<std::string>{"file", "path", "file_name", "filename", "value"};
    const std::string snake = SnakeCase(column);
    return NewName(places->count(snake) != 0 ? guess.modality : snake);
  }

  std::string NewName(std::string name) {
    while (!names_.insert(name).second) name += "_2";
    return name;
  }

  static std::string Files(const std::vector<std::string>& names) {
    if (names.size() == 1) return Scalar(names[0]);
    std::vector<std::string> scalars;
    for (const std::string& name : names) scalars.push_back(Scalar(name));
    return absl::StrCat("[", absl::StrJoin(scalars, ", "), "]");
  }

  std::string Data() const {
    std::string text = "data:\n";
    for (const FoundTable& table : found_.tables) {
      absl::StrAppend(&text, "  ", table.split.empty() ? "table" : table.split, ": ");
      if (table.parts[0].first.empty()) {
        absl::StrAppend(&text, Files(table.parts[0].second));
      } else {
        std::vector<std::string> parts;
        for (const auto& [column, patterns] : table.parts)
          parts.push_back(absl::StrCat(Scalar(column), ": ", Files(patterns)));
        absl::StrAppend(&text, "{", absl::StrJoin(parts, ", "), "}");
      }
      absl::StrAppend(&text, &table == &found_.tables[0] ? absl::StrCat("   # ", found_.why) : "",
                      "\n");
    }
    if (!base_.empty())
      absl::StrAppend(&text, "  folder: ", Scalar(base_),
                      "   # where the files are that cells name\n");
    for (const std::string& name : found_.unused)
      absl::StrAppend(&text, "  # not used: ", name, "\n");
    return text;
  }

  std::string Split() const {
    if (!found_.tables[0].split.empty()) return "";
    for (const ColumnSample& column : columns_) {
      const bool repeats = column.distinct() >= 10 && column.distinct() * 2 <= column.rows();
      if (repeats &&
          IsWord(column.name(), {"speaker", "author", "user", "patient", "group", "client"}) &&
          (targets_.empty() || column.name() != targets_[0].column->name())) {
        return absl::StrCat("split: {by: ", Scalar(column.name()),
                            ", valid: 5%, test: 5%}   # one ", SnakeCase(column.name()),
                            " is in one split only\n");
      }
    }
    if (rows_ < kRows && targets_.size() == 1 && targets_[0].guess.modality == "label") {
      return absl::StrCat(
          "split: {stratify: ", Scalar(targets_[0].column->name()),
          ", valid: 10%, test: 10%}   # each class has its share, since there are few rows\n");
    }
    return absl::StrCat("split: {valid: ", rows_ < kRows ? "10%, test: 10%" : "5%, test: 5%",
                        "}   # by a hash of the inputs: equal ones share a split\n");
  }

  ManifestGuess Write() {
    ManifestGuess guess;
    const fs::path path = fs::absolute(folder_).lexically_normal();
    std::string name = (path.has_filename() ? path : path.parent_path()).filename().string();
    name = SnakeCase(name);
    if (std::find(taken_.begin(), taken_.end(), name) != taken_.end()) name = "my_" + name;
    std::string text = absl::StrCat("# A guess by a look at the first ", rows_,
                                    " rows; change what is not meant.\nname: ", name, "\n");
    const std::string inputs = Ports(inputs_, true), targets = Ports(targets_, false);
    if (!inputs.empty()) absl::StrAppend(&text, "inputs:\n", inputs);
    absl::StrAppend(&text, "targets:\n", targets);
    for (const auto& [column, why] : passed_over_)
      absl::StrAppend(&text, "# no port: ", Scalar(column), " (", why, ")\n");
    absl::StrAppend(&text, Data(), Split());
    if (!with_empty_.empty())
      absl::StrAppend(&text, "filter:   # rows where these are empty are left out\n");
    for (const std::string& port : with_empty_)
      absl::StrAppend(&text, "  ", port, ": {length: 1..}\n");
    guess.yaml = std::move(text);
    guess.example = std::move(example_);
    return guess;
  }

  std::string folder_, base_;
  std::vector<std::string> wanted_, endings_;
  std::map<std::string, std::string> as_;
  std::vector<std::string> taken_;
  const Registry<Modality>& modalities_;
  FoundTables found_;
  std::vector<ColumnSample> columns_;
  std::set<std::string> several_;  // columns with lists of values
  int64_t rows_ = 0;
  std::vector<Chosen> inputs_, targets_;
  std::vector<std::pair<std::string, std::string>> passed_over_;
  std::set<std::string> names_;
  std::vector<std::string> with_empty_;  // ports, but vectors
  std::vector<std::pair<std::string, std::string>> example_;
};

}  // namespace

absl::StatusOr<ManifestGuess> GuessManifest(const std::string& folder,
                                            const Registry<Modality>& modalities,
                                            const ManifestWishes& wishes) {
  return Guesser(folder, modalities, wishes).Guess();
}

}  // namespace t2t
