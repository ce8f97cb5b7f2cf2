#include "problems/catalogue/chinese_poetry.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "problems/catalogue/hashed_split.h"
#include "problems/catalogue/text_pieces.h"
#include "problems/parameters.h"
#include "problems/rows/files_below.h"
#include "problems/rows/formats.h"
#include "problems/sources/source.h"
#include "random/philox.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

struct PoetryPart {
  const char* name;
  const char* files;  // a pattern below dist/
};
constexpr PoetryPart kPoetryParts[] = {{"tang", "quantangshi/poet.tang.*.json"},
                                       {"song", "quantangshi/poet.song.*.json"},
                                       {"ci", "songci/ci.song.*.json"},
                                       {"yuanqu", "yuanqu/yuanqu.json"}};
constexpr const char* kNobody[] = {"", "无名氏", "無名氏", "佚名", "不詳", "不详"};
constexpr size_t kLongLine = 30;  // bytes: ten characters

Source PoetryPackage() {
  return {.name = "chinese_poetry",
          .npm_package = "chinese-poetry",
          .npm_version = "2.0.1",
          .sha256 = "25b549e46919c3a0569db6b68ddc96956b04a484ea4518ad2bbd4f137e307e86",
          .folder = "package/dist",
          .needs = {"quantangshi", "songci", "yuanqu"}};
}

struct Poem {
  std::string key;
  const char* split;
  std::string title;
  std::vector<std::string> lines;
};

uint64_t LineHash(absl::string_view line) { return RandomKey(0).With(line).value(); }

class LmChinesePoetry : public Problem {
 public:
  LmChinesePoetry(std::string name, std::string parameters, std::string part)
      : name_(std::move(name)), parameters_(std::move(parameters)), part_(std::move(part)) {}

  ProblemSpec Spec() const override {
    ProblemSpec spec;
    spec.name = name_;
    spec.parameters = parameters_;
    spec.summary = absl::StrCat("a language model of Chinese poems",
                                part_ == "all" ? "" : absl::StrCat(" (", part_, ")"));
    spec.targets = {{.name = "text",
                     .modality = "text",
                     .options = "vocab: {kind: char}",
                     .metrics = {"bits_per_character"},
                     .language = "zh"}};
    spec.provenance = {.source = "npm package chinese-poetry 2.0.1",
                       .licence = "MIT (the poems are in the public domain)",
                       .size = "85.5 MB"};
    spec.sources = {PoetryPackage().name};
    return spec;
  }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    T2T_ASSIGN_OR_RETURN(const std::string folder, FetchSource(PoetryPackage(), options));
    std::vector<Poem> poems;
    absl::flat_hash_set<uint64_t> seen, trained;
    for (const PoetryPart& part : kPoetryParts) {
      if (part_ != "all" && part_ != part.name) continue;
      T2T_ASSIGN_OR_RETURN(const std::vector<std::string> files, ExpandPattern(folder, part.files));
      for (const std::string& file : files)
        T2T_RETURN_IF_ERROR(ReadPoems(folder, file, &seen, &poems, sink));
    }
    for (const Poem& poem : poems) {
      if (absl::string_view(poem.split) != "train") continue;
      for (const std::string& line : poem.lines) trained.insert(LineHash(line));
    }
    for (const Poem& poem : poems) {
      if (absl::string_view(poem.split) != "train" &&
          std::any_of(poem.lines.begin(), poem.lines.end(), [&](const std::string& line) {
            return line.size() >= kLongLine && trained.count(LineHash(line)) > 0;
          })) {
        sink.LeftOut("poems to hold out of which a line is in training");
        continue;
      }
      std::vector<std::string> pieces;
      if (!poem.title.empty()) pieces.push_back(poem.title);
      for (const std::string& line : poem.lines) AddToPieces(line, &pieces);
      for (size_t i = 0; i < pieces.size(); ++i) {
        Example example;
        example.key = absl::StrCat(poem.key, i == 0 ? "" : absl::StrCat(":", i));
        example.ports["text"] = std::move(pieces[i]);
        T2T_RETURN_IF_ERROR(sink.Add(poem.split, std::move(example)));
      }
    }
    return absl::OkStatus();
  }

 private:
  static absl::Status ReadPoems(const std::string& folder, const std::string& file,
                                absl::flat_hash_set<uint64_t>* seen, std::vector<Poem>* poems,
                                ExampleSink& sink) {
    T2T_ASSIGN_OR_RETURN(const std::unique_ptr<RowReader> rows, OpenJson(file));
    Row row;
    while (true) {
      T2T_ASSIGN_OR_RETURN(const bool more, rows->Next(&row));
      if (!more) return absl::OkStatus();
      if (!row.status.ok()) {
        T2T_RETURN_IF_ERROR(sink.Broken(row.place, row.status));
        continue;
      }
      const auto text = [&](const char* cell) {
        const auto found = row.cells.find(cell);
        return found == row.cells.end() ? "" : TextOfValue(found->second);
      };
      Poem poem;
      // A lyric is called by its tune.
      poem.title = text("title").empty() ? text("rhythmic") : text("title");
      if (!text("paragraphs").empty()) poem.lines.push_back(text("paragraphs"));
      for (const Value& line : row.further["paragraphs"]) poem.lines.push_back(line.bytes());
      const std::string body = absl::StrJoin(poem.lines, "\n");
      // "。", "空。" and "无正文。" stand for texts that are lost.
      if (body.size() < kLongLine || !seen->insert(LineHash(body)).second) {
        sink.LeftOut(body.size() < kLongLine ? "texts of fewer than ten characters"
                                             : "poems equal to one before");
        continue;
      }
      const std::string author = text("author");
      const bool nobody =
          std::find(std::begin(kNobody), std::end(kNobody), author) != std::end(kNobody);
      poem.split = HashedSplit("lm_chinese_poetry", nobody ? poem.lines[0] : author);
      poem.key = row.place.substr(folder.size() + 1);
      poems->push_back(std::move(poem));
    }
  }

  std::string name_, parameters_, part_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> MakeLmChinesePoetry(const ProblemParameters& parameters) {
  std::string part = "all";
  ParameterReader reader(parameters);
  reader.Choice("part", &part, {"all", "tang", "song", "ci", "yuanqu"});
  T2T_RETURN_IF_ERROR(reader.Finish());
  return std::make_unique<LmChinesePoetry>(InstanceName("lm_chinese_poetry", parameters),
                                           reader.Describe(), part);
}

}  // namespace t2t
