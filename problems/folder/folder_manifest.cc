#include "problems/folder/folder_manifest.h"

#include <re2/re2.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <set>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "files/atomic_file.h"
#include "registry/config.h"
#include "registry/status_macros.h"
#include "registry/suggest.h"

namespace t2t {
namespace {

const std::set<std::string>& PortKeys() {
  static const std::set<std::string>* const keys = new std::set<std::string>{
      "modality", "metrics", "scheme",  "aligned_with", "along", "language",
      "column",   "columns", "extract", "join",         "empty", "ids"};
  return *keys;
}

// The port's options without what is the port's own: the modality's. A vocabulary's file that is in the folder is named so that
// it is found from anywhere.
std::string ModalityOptions(const std::filesystem::path& folder, const YAML::Node& port) {
  YAML::Node options(YAML::NodeType::Map);
  for (const auto& item : port) {
    if (PortKeys().count(item.first.Scalar()) == 0) options[item.first] = item.second;
  }
  const YAML::Node vocab = port["vocab"];
  if (vocab.IsDefined() && vocab.IsMap() && vocab["file"].IsDefined()) {
    const std::filesystem::path file = folder / vocab["file"].as<std::string>();
    std::error_code error;
    if (std::filesystem::is_regular_file(file, error)) {
      options["vocab"] = YAML::Clone(vocab);
      options["vocab"]["file"] = std::filesystem::absolute(file, error).string();
    }
  }
  YAML::Emitter text;
  text << YAML::Flow << options;
  return text.c_str();
}

// "5%" or "0.05".
bool ParseShare(absl::string_view text, double* share) {
  const bool percent = absl::ConsumeSuffix(&text, "%");
  double number = 0;
  if (!absl::SimpleAtod(text, &number)) return false;
  *share = percent ? number / 100 : number;
  return *share >= 0 && *share < 1;
}

class ManifestReader {
 public:
  ManifestReader(const std::string& path, const Registry<Modality>& modalities)
      : path_(path), modalities_(modalities) {}

  absl::StatusOr<FolderManifest> Read() {
    T2T_ASSIGN_OR_RETURN(manifest_.text, ReadFile(path_));
    T2T_RETURN_IF_ERROR(config_.MergeYaml(manifest_.text, Origin::kFile, path_));
    yaml_ = YAML::Load(manifest_.text);  // valid: the line above has read it
    if (!yaml_.IsMap()) return absl::InvalidArgumentError(absl::StrCat(path_, ": is empty"));
    Bind();
    if (const absl::Status status = config_.Finish(); !status.ok()) {
      return absl::StartsWith(status.message(), path_) ? status : Annotate(status, path_);
    }
    T2T_RETURN_IF_ERROR(Check());
    return std::move(manifest_);
  }

 private:
  void Bind() {
    Binder root = config_.Root();
    ProblemSpec& spec = manifest_.spec;
    root.Field("name", &spec.name, "the problem's name");
    root.Field("summary", &spec.summary, "one line");
    root.Field("licence", &spec.provenance.licence, "of the data");
    root.Field("source", &spec.provenance.source, "where the data come from");
    BindPorts(root, "inputs", &spec.inputs);
    BindPorts(root, "targets", &spec.targets);
    BindData(root);
    BindSplit(root);
    BindFilters(root);
  }

  void BindData(Binder& root) {
    Binder data = root.Section("data");
    for (const char* key : {"table", "train", "valid", "test"}) {
      if (!data.Has(key)) continue;
      FolderTable table = {.split = key == absl::string_view("table") ? "" : key, .parts = {}};
      if (yaml_["data"][key].IsMap()) {
        Binder columns = data.Section(key);
        for (const std::string& column : columns.Names())
          columns.Field(column, &table.parts[column], "the files of a column");
      } else {
        data.Field(key, &table.parts[""], "files of rows");
      }
      for (const auto& [column, files] : table.parts) {
        if (files.empty()) data.Error(key, "names no file");
      }
      manifest_.tables.push_back(std::move(table));
    }
    data.Field("problem", &manifest_.problem, "another problem, whose examples these are");
    data.Field("format", &manifest_.format, "of the tables");
    data.Field("feature", &manifest_.feature, "GenBank: the kind of features that are rows");
    data.Field("folder", &manifest_.base, "folder of the files that cells name");
    data.Field("key", &manifest_.key_column, "column of the examples' keys");
    data.Field("weight", &manifest_.weight_column, "column of the examples' weights");
    if (!data.Has("class_weight")) return;
    Binder classes = data.Section("class_weight");
    for (const std::string& column : classes.Names()) {
      std::map<std::string, double>& weights = manifest_.class_weights[column];
      if (yaml_["data"]["class_weight"][column].IsScalar()) {
        std::string word;
        classes.Choice(column, &word, {"balanced"}, "each value weighs the same in all");
      } else {
        classes.Field(column, &weights, "weight by value");
        if (weights.empty()) classes.Error(column, "must be balanced, or weights by value");
      }
    }
  }

  void BindSplit(Binder& root) {
    Binder split = root.Section("split");
    SplitOptions& options = manifest_.split;
    split.Field("by", &options.by, "column of the group key");
    split.Field("column", &options.column, "that names the split");
    split.Field("stratify", &options.stratify, "column of which each value has the shares");
    split.Field("folds", &options.folds, "parts of which one is test and the next one valid");
    if (options.folds > 0) {
      split.Field("fold", &options.fold, "the part that is test, from 0");
    } else {
      BindShare(split, "valid", &options.valid);
      BindShare(split, "test", &options.test);
    }
    if (options.column.empty()) return;
    options.values = {{"train", "train"},      {"training", "train"}, {"valid", "valid"},
                      {"validation", "valid"}, {"val", "valid"},      {"dev", "valid"},
                      {"test", "test"},        {"eval", "test"}};
    if (!split.Has("values")) return;
    options.values.clear();
    Binder values = split.Section("values");
    for (const char* name : {"train", "valid", "test"}) {
      std::vector<std::string> said;
      values.Field(name, &said, "what the column says of this split");
      for (const std::string& value : said) options.values[value] = name;
    }
  }

  void BindRange(Binder& binder, const std::string& key, std::optional<Range>* range) {
    std::string text;
    binder.Field(key, &text, "a range such as 3..200");
    if (!binder.Has(key)) return;
    const absl::StatusOr<Range> parsed = ParseRange(text);
    if (parsed.ok()) *range = *parsed;
    if (!parsed.ok()) binder.Error(key, parsed.status().message());
  }

  void BindFilters(Binder& root) {
    if (!root.Has("filter")) return;
    Binder section = root.Section("filter");
    for (const FolderPort& port : manifest_.ports) {
      if (!section.Has(port.name)) continue;
      Binder binder = section.Section(port.name);
      PortFilter filter = {.port = port.name};
      BindRange(binder, "length", &filter.length);
      if (port.is_file) {
        BindRange(binder, "seconds", &filter.seconds);
        BindRange(binder, "side", &filter.side);
      } else {
        binder.Field("pattern", &filter.pattern, "RE2's, found anywhere in the text");
        Binder ratio = binder.Section("ratio");
        for (const FolderPort& other : manifest_.ports) {
          std::optional<Range> range;
          if (other.is_file || other.name == port.name) continue;
          BindRange(ratio, other.name, &range);
          if (range) filter.ratio[other.name] = *range;
        }
      }
      manifest_.filters.push_back(std::move(filter));
    }
  }

  static void BindShare(Binder& split, const char* key, double* share) {
    std::string text;
    split.Field(key, &text, "share of the groups");
    if (split.Has(key) && !ParseShare(text, share))
      split.Error(key, "must be a share such as 5% or 0.05");
  }

  // In the order of the file, which is that of a line's fields in `t2t decode`.
  void BindPorts(Binder& root, const char* side, std::vector<Port>* ports) {
    Binder section = root.Section(side);
    const YAML::Node node = yaml_[side];
    if (!node.IsDefined() || !node.IsMap()) return;
    for (const auto& item : node) {
      Port port;
      port.name = item.first.Scalar();
      if (!IsSnakeCase(port.name)) {
        section.Error(port.name,
                      "a port's name is snake_case (lower-case letters, digits and '_')");
        return;
      }
      Binder options = section.Section(port.name);
      options.Field("modality", &port.modality, "a registered modality");
      options.Field("language", &port.language, "BCP 47");
      if (side == absl::string_view("targets")) {
        options.Field("metrics", &port.metrics, "the first selects checkpoints");
        options.Field("scheme", &port.scheme, "how the target comes about");
        options.Field("aligned_with", &port.aligned_with,
                      "the input of which each unit has one of this target's");
        options.Field("along", &port.along, "the input that a scheme such as ctc reads it along");
      }
      const size_t before = manifest_.ports.size();
      BindModality(options, item.first.Mark().line + 1, item.second, &port);
      if (manifest_.ports.size() > before)
        manifest_.ports.back().is_input = side == absl::string_view("inputs");
      ports->push_back(std::move(port));
    }
  }

  void BindModality(Binder& options, int line, const YAML::Node& node, Port* port) {
    if (!options.Has("modality")) {
      const std::string meant = NearestName("modality", options.Names());
      if (missing_.empty()) {
        missing_ = absl::StrCat(path_, ":", line, ": ", options.path(), ": has no modality",
                                meant.empty()
                                    ? Suggestion("", modalities_.Names())
                                    : absl::StrCat("; did you mean 'modality' by '", meant, "'?"));
      }
      return;
    }
    const auto modality = modalities_.Find(port->modality);
    if (!modality.ok()) return options.Error("modality", modality.status().message());
    auto codec = (*modality)->value.make_codec(options);
    if (!codec.ok()) return options.Error("modality", codec.status().message());
    port->options = ModalityOptions(std::filesystem::path(path_).parent_path(), node);
    FolderPort made = {.name = port->name, .is_file = (*modality)->value.is_file()};
    made.endings = absl::StrSplit((*modality)->value.file_suffixes, ' ', absl::SkipEmpty());
    made.codec = *std::move(codec);
    std::string column;
    options.Field("column", &column, "of the table; the port's name unless told");
    options.Field("columns", &made.columns, "several, which are joined");
    options.Field("join", &made.join, "between the cells of several columns or values");
    options.Field("extract", &made.extract, "what a pattern's group finds in the cell");
    if (options.Has("empty"))
      options.Field("empty", &made.empty.emplace(), "what an empty cell stands for");
    made.joins = options.Has("join");
    if (options.Has("ids")) {
      Binder ids = options.Section("ids");
      made.ids.Bind(ids);
      if (made.is_file) options.Error("ids", "are those of texts; a file has none");
    }
    if (!column.empty() && !made.columns.empty())
      options.Error("columns", "there is a column already");
    if (made.columns.empty()) made.columns = {column.empty() ? port->name : column};
    if (made.columns.size() > 1 && made.is_file) options.Error("columns", "files cannot be joined");
    if (!made.extract.empty()) {
      const RE2 pattern(made.extract, RE2::Quiet);
      if (!pattern.ok()) {
        options.Error("extract", pattern.error());
      } else if (pattern.NumberOfCapturingGroups() != 1) {
        options.Error("extract", "must have one group, in ( and )");
      }
    }
    manifest_.ports.push_back(std::move(made));
  }

  absl::Status Wrong(const char* key, absl::string_view message) const {
    const YAML::Node node = yaml_[key];
    const int line = node.IsDefined() ? node.Mark().line + 1 : 1;
    return absl::InvalidArgumentError(absl::StrCat(path_, ":", line, ": ", key, ": ", message));
  }

  absl::Status Check() {
    ProblemSpec& spec = manifest_.spec;
    if (spec.name.empty()) return Wrong("name", "is missing");
    if (!IsSnakeCase(spec.name)) {
      return Wrong(
          "name",
          absl::StrCat("'", spec.name, "' is not snake_case (lower-case letters, digits and '_')"));
    }
    if (spec.targets.empty()) return Wrong("targets", "there must be at least one");
    for (const Port& port : spec.targets) {
      for (const Port& input : spec.inputs) {
        if (input.name == port.name)
          return Wrong("targets", absl::StrCat("'", port.name, "' is an input already"));
      }
    }
    return CheckData();
  }

  absl::Status CheckData() {
    const SplitOptions& split = manifest_.split;
    T2T_RETURN_IF_ERROR(Annotate(RowFilter::Make(manifest_.filters).status(), path_));
    if (!manifest_.problem.empty()) {
      if (!manifest_.tables.empty()) return Wrong("data", "has both a problem and a table");
      for (const char* key : {"split", "filter"}) {
        if (yaml_[key].IsDefined())
          return Wrong(key, "is that of data.problem, and cannot be changed here");
      }
      for (const FolderPort& port : manifest_.ports) {
        if (port.columns.size() > 1 || !port.extract.empty() || port.empty || port.joins ||
            !port.ids.kind.empty()) {
          return Wrong("data", absl::StrCat("of a problem, port '", port.name,
                                            "' can only be one `column` as it is"));
        }
      }
      if (yaml_["data"].size() > 1) return Wrong("data", "of a problem has no other key");
      return absl::OkStatus();
    }
    if (manifest_.tables.empty()) {
      return Wrong("data",
                   "must name a table, or one for each split: {train: a.tsv, valid: b.tsv}");
    }
    std::vector<std::string>& splits = manifest_.spec.splits;
    if (manifest_.tables[0].split.empty()) {
      if (manifest_.tables.size() > 1)
        return Wrong("data", absl::StrCat("has both table and ", manifest_.tables[1].split));
      return CheckSplit(split, &splits);
    }
    if (manifest_.tables[0].split != "train") return Wrong("data", "there is no train");
    if (yaml_["split"].IsDefined())
      return Wrong("split", "data names the table of each split already");
    splits.clear();
    for (const FolderTable& table : manifest_.tables) splits.push_back(table.split);
    return absl::OkStatus();
  }

  absl::Status CheckSplit(const SplitOptions& split, std::vector<std::string>* splits) const {
    const int ways = (split.column.empty() ? 0 : 1) + (split.stratify.empty() ? 0 : 1) +
                     (split.folds == 0 ? 0 : 1);
    if (ways > 1) return Wrong("split", "column, stratify and folds are three ways; choose one");
    if (split.folds != 0 && (split.folds < 2 || split.folds > 1000))
      return Wrong("split", absl::StrCat("folds = ", split.folds, ": must be 2 to 1000"));
    if (split.folds != 0 && (split.fold < 0 || split.fold >= split.folds))
      return Wrong("split",
                   absl::StrCat("fold = ", split.fold, ": must be 0 to ", split.folds - 1));
    for (const char* key : {"by", "valid", "test"}) {
      if (!split.column.empty() && yaml_["split"][key].IsDefined())
        return Wrong("split",
                     absl::StrCat("the column says the split; ", key, " would do nothing"));
    }
    if (split.folds == 0 && split.column.empty() && split.valid + split.test >= 1)
      return Wrong("split", "valid and test leave nothing to train on");
    *splits = split.Splits();
    if (split.column.empty()) return absl::OkStatus();
    splits->clear();  // those that the values name
    for (const char* name : {"train", "valid", "test"}) {
      for (const auto& [value, named] : split.values) {
        if (named != name) continue;
        splits->push_back(name);
        break;
      }
    }
    if (splits->empty() || splits->front() != "train")
      return Wrong("split", "no value of the column means train");
    return absl::OkStatus();
  }

  const std::string& path_;
  const Registry<Modality>& modalities_;
  Config config_;
  YAML::Node yaml_;
  FolderManifest manifest_;
  std::string missing_;

 public:
  const std::string& missing() const { return missing_; }
};

}  // namespace

absl::StatusOr<FolderManifest> ReadFolderManifest(const std::string& path,
                                                  const Registry<Modality>& modalities) {
  ManifestReader reader(path, modalities);
  absl::StatusOr<FolderManifest> manifest = reader.Read();
  // A port without a modality leaves its options unread: this is the error to name, not those.
  if (!reader.missing().empty()) return absl::InvalidArgumentError(reader.missing());
  return manifest;
}

}  // namespace t2t
