#include "problems/folder/folder_manifest.h"

#include <yaml-cpp/yaml.h>

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "files/atomic_file.h"
#include "registry/config.h"
#include "registry/status_macros.h"
#include "registry/suggest.h"

namespace t2t {
namespace {

const std::set<std::string>& PortKeys() {
  static const std::set<std::string>* const keys = new std::set<std::string>{
      "modality", "metrics", "scheme", "aligned_with", "along", "language"};
  return *keys;
}

// The port's options without what is the port's own: the modality's.
std::string ModalityOptions(const YAML::Node& port) {
  YAML::Node options(YAML::NodeType::Map);
  for (const auto& item : port) {
    if (PortKeys().count(item.first.Scalar()) == 0) options[item.first] = item.second;
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
    Binder data = root.Section("data");
    data.Field("table", &table_, "a table that is split");
    for (const char* split : {"train", "valid", "test"})
      data.Field(split, &given_[split], "a split's own table");
    data.Field("weight", &manifest_.weight_column, "column of the examples' weights");
    Binder split = root.Section("split");
    split.Field("by", &manifest_.group_column, "column of the group key");
    BindShare(split, "valid", &manifest_.valid_share);
    BindShare(split, "test", &manifest_.test_share);
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
      BindModality(options, item.first.Mark().line + 1, item.second, &port);
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
    port->options = ModalityOptions(node);
    manifest_.ports.push_back({port->name, (*modality)->value.is_file(), *std::move(codec)});
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
    const bool split_given = yaml_["split"].IsDefined();
    std::vector<std::string>& splits = manifest_.spec.splits;
    splits = {"train"};
    if (!table_.empty()) {
      for (const auto& [split, table] : given_) {
        if (!table.empty()) return Wrong("data", absl::StrCat("has both table and ", split));
      }
      if (manifest_.valid_share + manifest_.test_share >= 1) {
        return Wrong("split", "valid and test leave nothing to train on");
      }
      manifest_.tables = {{"", table_}};
      if (manifest_.valid_share > 0) splits.push_back("valid");
      if (manifest_.test_share > 0) splits.push_back("test");
      return absl::OkStatus();
    }
    if (given_["train"].empty())
      return Wrong("data",
                   "must name a table, or one for each split: {train: a.tsv, valid: b.tsv}");
    if (split_given) return Wrong("split", "data names the table of each split already");
    splits.clear();
    for (const char* split : {"train", "valid", "test"}) {
      if (given_[split].empty()) continue;
      splits.push_back(split);
      manifest_.tables.emplace_back(split, given_[split]);
    }
    return absl::OkStatus();
  }

  const std::string& path_;
  const Registry<Modality>& modalities_;
  Config config_;
  YAML::Node yaml_;
  FolderManifest manifest_;
  std::string table_, missing_;
  std::map<std::string, std::string> given_;

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
