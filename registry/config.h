// Strict configuration: a tree of values, each with its origin, bound to plain structs.
//
//   struct TrainOptions {
//     int64_t steps = 1000;
//     void Bind(Binder& b) { b.Field("steps", &steps, "optimizer steps"); }
//   };
//   Config config;
//   T2T_RETURN_IF_ERROR(config.MergeYaml(text, Origin::kFile, "run.yaml"));
//   T2T_RETURN_IF_ERROR(config.Set("train.steps=20"));
//   TrainOptions train;
//   Binder root = config.Root();
//   Binder section = root.Section("train");
//   train.Bind(section);
//   T2T_RETURN_IF_ERROR(config.Finish());   // a wrong type; a key that nothing read, with the nearest name
//
// Later merges win: defaults < preset < file < --set. What nothing reads is an error where the run's own
// file or --set says it, and is only listed where it was inherited from a preset.
#ifndef T2T_REGISTRY_CONFIG_H_
#define T2T_REGISTRY_CONFIG_H_

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "registry/yaml_reader.h"

namespace t2t {

class Config;

// Binds the fields of one section. Cheap to copy; the Config must outlive it. The first error is kept in
// the Config and reported by Finish; a field that failed keeps its default.
class Binder {
 public:
  void Field(absl::string_view key, bool* value, absl::string_view comment);
  void Field(absl::string_view key, int64_t* value, absl::string_view comment);
  void Field(absl::string_view key, double* value, absl::string_view comment);
  void Field(absl::string_view key, std::string* value, absl::string_view comment);
  void Field(absl::string_view key, std::vector<std::string>* value, absl::string_view comment);
  // A map from free names to numbers, such as {problem: rate}.
  void Field(absl::string_view key, std::map<std::string, double>* value,
             absl::string_view comment);
  // One of `choices`; any other is an error with the nearest one.
  void Choice(absl::string_view key, std::string* value, const std::vector<std::string>& choices,
              absl::string_view comment);
  // A nested section; made empty where the configuration does not have it.
  Binder Section(absl::string_view key);
  // Whether the configuration says anything under this key.
  bool Has(absl::string_view key) const;
  // Names that are said under this section (to walk over free names, such as those of problems).
  std::vector<std::string> Names() const;
  // Adds an error about a key of this section: "model.heads = 3: message".
  void Error(absl::string_view key, absl::string_view message);
  // The first error so far, of any section: what is made of wrong options must not be made.
  const absl::Status& status() const;
  const std::string& path() const { return path_; }

 private:
  friend class Config;
  Binder(Config* config, std::string path) : config_(config), path_(std::move(path)) {}
  ConfigNode* Find(absl::string_view key) const;
  const std::string* Scalar(absl::string_view key, absl::string_view what);
  void Bound(absl::string_view key, std::string value, absl::string_view comment);
  std::string Join(absl::string_view key) const;

  Config* config_;
  std::string path_;
};

class Config {
 public:
  // Merges YAML text over what is there. `name` is for messages. Aliases, several documents and lists of
  // maps are refused; duplicate keys are an error.
  absl::Status MergeYaml(absl::string_view yaml, Origin origin, absl::string_view name);
  // What the text's own key `extends` names: configurations to be merged before it. MergeYaml drops that key.
  static absl::StatusOr<std::vector<std::string>> Extends(absl::string_view yaml,
                                                          absl::string_view name);
  // "a.b.c=value", the value in YAML ("[1, 2]" is a list, "{a: 1}" a map). The key ends at the first '='; where a
  // problem's name is part of it ("x:lang=it"), behind that name: ports.NAME.PORT..., problems.NAME=RATE,
  // trainer.loss_weights.NAME.PORT=WEIGHT, and floors, epochs and schedule of `mixture`.
  absl::Status Set(absl::string_view assignment);
  // Puts one scalar, as an option of the command line does.
  absl::Status SetValue(absl::string_view path, absl::string_view yaml_value,
                        absl::string_view source);
  // Merges a subtree of another configuration below `path`, where this one does not say anything yet.
  absl::Status MergeDefaults(absl::string_view path, absl::string_view yaml,
                             absl::string_view name);

  Binder Root() { return Binder(this, ""); }
  // The first error of a bound field, or a key of the run's file or --set that nothing has read.
  absl::Status Finish() const;
  // Forgets which keys were read and what was bound, so that another command can bind again.
  void Restart();

  // The bound values as YAML, each with its origin and comment behind it; unread inherited keys last.
  std::string Dump(bool with_comments) const;
  // The paths at which two configurations' bound values differ: "train.steps: 20 -> 30".
  static std::vector<std::string> Differences(const Config& before, const Config& after);
  const std::map<std::string, std::string>& bound_values() const { return bound_values_; }

 private:
  friend class Binder;
  struct BoundField {
    std::string path, value, comment;
    Origin origin;
    std::string source;
  };
  ConfigNode root_;
  std::vector<BoundField> bound_;
  std::map<std::string, std::string> bound_values_;
  std::map<std::string, std::set<std::string>> known_;  // section path -> keys that were asked for
  absl::Status error_;
};

}  // namespace t2t

#endif  // T2T_REGISTRY_CONFIG_H_
