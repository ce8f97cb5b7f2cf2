#include "problems/rows/open_rows.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "problems/rows/files_below.h"
#include "registry/status_macros.h"
#include "registry/suggest.h"

namespace t2t {
namespace {

namespace fs = std::filesystem;

template <RowsOrStatus (*kOpen)(const std::string&)>
RowsOrStatus Plain(const std::string& path, const RowOptions&) {
  return kOpen(path);
}

template <int kLabels>
RowsOrStatus Cifar(const std::string& path, const RowOptions&) {
  return OpenCifar(path, kLabels);
}

class SideBySide : public RowReader {
 public:
  struct Part {
    std::string column, path, main;
    std::unique_ptr<RowReader> reader;
    Row row = {};
  };
  explicit SideBySide(std::vector<Part> parts) : parts_(std::move(parts)) {}

  absl::StatusOr<bool> Next(Row* row) override {
    size_t ended = 0;
    for (Part& part : parts_) {
      T2T_ASSIGN_OR_RETURN(const bool more, part.reader->Next(&part.row));
      if (!more) ++ended;
      if (!more) part.row.place.clear();
    }
    if (ended == parts_.size()) return false;
    if (ended > 0) return Uneven();
    ++rows_;
    row->key = parts_[0].row.key;
    row->place = parts_[0].row.place;
    row->cells.clear();
    row->further.clear();
    row->status = absl::OkStatus();
    for (Part& part : parts_) {
      if (!part.row.status.ok() && row->status.ok())
        row->status = Annotate(part.row.status, absl::StrCat("column '", part.column, "'"));
      const auto cell = part.row.cells.find(part.main);
      if (cell != part.row.cells.end()) row->cells[part.column] = std::move(cell->second);
    }
    return true;
  }
  std::vector<std::string> columns() const override {
    std::vector<std::string> names;
    for (const Part& part : parts_) names.push_back(part.column);
    return names;
  }
  bool holds_file(const std::string& column) const override {
    const auto part = std::find_if(parts_.begin(), parts_.end(),
                                   [&](const Part& p) { return p.column == column; });
    return part != parts_.end() && part->reader->holds_file(part->main);
  }

 private:
  absl::Status Uneven() const {
    const auto name = [&](bool longer) -> const Part& {
      return *std::find_if(parts_.begin(), parts_.end(),
                           [&](const Part& part) { return part.row.place.empty() != longer; });
    };
    return absl::DataLossError(absl::StrCat(name(false).path, ": ends after ", rows_, " rows, but ",
                                            name(true).path,
                                            " goes on: they do not belong side by side"));
  }

  std::vector<Part> parts_;
  int64_t rows_ = 0;
};

}  // namespace

const std::vector<RowFormat>& RowFormats() {
  static const auto* const formats = new std::vector<RowFormat>{
      {"tsv", "a table with a header row; cells end at a tab", {".tsv"}, Plain<OpenTsv>},
      {"csv", "a table with a header row, quoted as in RFC 4180", {".csv"}, Plain<OpenCsv>},
      {"jsonl",
       "a JSON object a line; nested keys as a.b",
       {".jsonl", ".ndjson"},
       Plain<OpenJsonLines>},
      {"json", "a JSON list of objects, or COCO's annotations", {".json"}, Plain<OpenJson>},
      {"coco", "COCO's images and annotations: file, caption or category", {}, Plain<OpenCoco>},
      {"lines", "a text a line: text", {".txt"}, Plain<OpenLines>},
      {"sgm", "WMT's news tests, a segment a row: text, document", {".sgm"}, Plain<OpenSgm>},
      {"fasta",
       "sequences: id, description, sequence",
       {".fasta", ".fa", ".fna", ".faa", ".ffn", ".frn"},
       Plain<OpenFasta>},
      {"fastq", "reads: id, description, sequence, quality", {".fastq", ".fq"}, Plain<OpenFastq>},
      {"genbank",
       "features: their qualifiers, sequence, organism",
       {".gb", ".gbk", ".gbff"},
       OpenGenBank},
      {"webdataset", "a tar; files of one name are a row", {".tar", ".tgz"}, Plain<OpenTar>},
      {"tfrecord",
       "TFRecord of tf.Example: its features",
       {".tfrecord", ".tfrecords"},
       Plain<OpenTfRecord>},
      {"npy", "a NumPy array: value", {".npy"}, Plain<OpenNpy>},
      {"idx", "MNIST's arrays of bytes: value", {".idx", "-ubyte"}, Plain<OpenIdx>},
      {"cifar10", "CIFAR-10's binary version: image, label", {}, Cifar<1>},
      {"cifar100", "CIFAR-100's: image, coarse_label, fine_label", {}, Cifar<2>},
      {"folder", "files: file, name, class (the folder's name)", {}, OpenFileFolder},
      {"librispeech",
       "SPEAKER/CHAPTER/*.trans.txt: file, text, speaker, chapter",
       {},
       [](const std::string& path, const RowOptions&) { return OpenLibriSpeech(path); }},
  };
  return *formats;
}

namespace {

// "translate_ende-train-00000-of-00100": a TFRecord of Tensor2Tensor.
bool IsShardName(absl::string_view name) {
  constexpr absl::string_view kShape = "-00000-of-00000";
  if (name.size() <= kShape.size()) return false;
  name.remove_prefix(name.size() - kShape.size());
  return std::equal(name.begin(), name.end(), kShape.begin(), [](char c, char shape) {
    return shape == '0' ? absl::ascii_isdigit(static_cast<unsigned char>(c)) : c == shape;
  });
}

}  // namespace

std::string EndingOf(absl::string_view path) {
  std::string name = absl::AsciiStrToLower(path.substr(path.rfind('/') + 1));
  absl::string_view rest = name;
  for (const char* compression : {".gz", ".bz2", ".xz", ".zst"}) {
    if (absl::ConsumeSuffix(&rest, compression)) break;
  }
  if (absl::EndsWith(rest, "-ubyte")) return "-ubyte";
  // "train.tfrecord-00000-of-00010".
  if (absl::StrContains(rest, ".tfrecord")) return ".tfrecord";
  const size_t dot = rest.rfind('.');
  if (dot != absl::string_view::npos) return std::string(rest.substr(dot));
  return IsShardName(rest) ? ".tfrecord" : "";
}

absl::StatusOr<const RowFormat*> FindRowFormat(const std::string& path, const std::string& format) {
  std::vector<std::string> names, endings;
  std::error_code error;
  const bool folder = fs::is_directory(path, error);
  std::string wanted = format;
  if (wanted.empty() && folder) {
    T2T_ASSIGN_OR_RETURN(const std::vector<std::string> files, FilesBelow(path));
    const bool speech = std::any_of(files.begin(), files.end(), [](const std::string& file) {
      return absl::EndsWith(file, ".trans.txt");
    });
    wanted = speech ? "librispeech" : "folder";
  }
  const std::string ending = EndingOf(path);
  for (const RowFormat& known : RowFormats()) {
    const bool fits = wanted.empty() ? std::find(known.endings.begin(), known.endings.end(),
                                                 ending) != known.endings.end()
                                     : known.name == wanted;
    if (fits) return &known;
    names.push_back(known.name);
    endings.insert(endings.end(), known.endings.begin(), known.endings.end());
  }
  if (!wanted.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("format '", wanted, "' is not known", Suggestion(wanted, names)));
  }
  return absl::InvalidArgumentError(absl::StrCat(
      path, ": its ending tells no format; say data.format (", absl::StrJoin(names, ", "),
      "), or call it by one of ", absl::StrJoin(endings, " ")));
}

RowsOrStatus OpenRows(const std::string& path, const RowOptions& options,
                      const std::string& format) {
  T2T_ASSIGN_OR_RETURN(const RowFormat* found, FindRowFormat(path, format));
  return found->open(path, options);
}

RowsOrStatus OpenSideBySide(const std::vector<std::pair<std::string, std::string>>& columns,
                            const RowOptions& options, const std::string& format) {
  std::vector<SideBySide::Part> parts;
  for (const auto& [column, path] : columns) {
    // An ending such as ".de" tells a language: a text.
    const bool known = !format.empty() || FindRowFormat(path).ok();
    T2T_ASSIGN_OR_RETURN(auto reader, OpenRows(path, options, known ? format : "lines"));
    const std::string main = reader->main_column();
    if (main.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          path, ": is a table of its own and cannot be the one column '", column, "'"));
    }
    parts.push_back({.column = column, .path = path, .main = main, .reader = std::move(reader)});
  }
  return std::make_unique<SideBySide>(std::move(parts));
}

}  // namespace t2t
