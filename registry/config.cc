#include "registry/config.h"

#include <cmath>
#include <functional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "registry/status_macros.h"
#include "registry/suggest.h"

namespace t2t {
namespace {

constexpr char kExtends[] = "extends";

std::string JoinPath(absl::string_view path, absl::string_view key) {
  return path.empty() ? std::string(key) : absl::StrCat(path, ".", key);
}

// A string as YAML, quoted where it would otherwise read as something else.
std::string Quote(absl::string_view text) {
  bool plain = !text.empty() && text[0] != '-';
  for (char c : text) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '/' || c == '.' || c == '-' || c == '+';
    plain = plain && word;
  }
  if (plain && !absl::EqualsIgnoreCase(text, "null")) return std::string(text);
  std::string quoted = "\"";
  for (char c : text) {
    const unsigned char byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      absl::StrAppend(&quoted, "\\", std::string(1, c));
    } else if (byte < 0x20 || byte == 0x7f) {
      absl::StrAppend(&quoted, "\\x", absl::Hex(byte, absl::kZeroPad2));
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::string NumberText(double value) {
  std::string shortest = absl::StrCat(value);
  double back = 0;
  if (absl::SimpleAtod(shortest, &back) && back == value) return shortest;
  char buffer[40];
  snprintf(buffer, sizeof buffer, "%.17g", value);
  return buffer;
}

// Puts `from` over `into`: maps are merged key by key, anything else replaces.
void Merge(const ConfigNode& from, ConfigNode* into) {
  if (from.kind == ConfigNode::Kind::kMap && into->kind == ConfigNode::Kind::kMap) {
    if (into->children.empty() || !from.children.empty()) {
      into->origin = from.origin;
      into->source = from.source;
    }
    for (const auto& [key, child] : from.children) {
      const auto [it, added] = into->children.emplace(key, child);
      if (!added) Merge(child, &it->second);
    }
    return;
  }
  *into = from;
}

void MergeMissing(const ConfigNode& from, ConfigNode* into) {
  for (const auto& [key, child] : from.children) {
    const auto [it, added] = into->children.emplace(key, child);
    if (!added && child.kind == ConfigNode::Kind::kMap &&
        it->second.kind == ConfigNode::Kind::kMap) {
      MergeMissing(child, &it->second);
    }
  }
}

}  // namespace

ConfigNode* Binder::Find(absl::string_view key) const {
  config_->known_[path_].insert(std::string(key));
  ConfigNode* node = &config_->root_;
  for (absl::string_view part : absl::StrSplit(Join(key), '.')) {
    const auto it = node->children.find(std::string(part));
    if (it == node->children.end()) return nullptr;
    node = &it->second;
  }
  return node;
}

std::string Binder::Join(absl::string_view key) const { return JoinPath(path_, key); }

void Binder::Error(absl::string_view key, absl::string_view message) {
  if (!config_->error_.ok()) return;
  const ConfigNode* node = Find(key);
  std::string said;
  if (node != nullptr && node->kind == ConfigNode::Kind::kScalar) {
    said = absl::StrCat(" = ", Quote(node->scalar));
  }
  const std::string where = node != nullptr ? absl::StrCat(node->source, ": ") : "";
  config_->error_ = absl::InvalidArgumentError(absl::StrCat(where, Join(key), said, ": ", message));
}

const absl::Status& Binder::status() const { return config_->error_; }

const std::string* Binder::Scalar(absl::string_view key, absl::string_view what) {
  ConfigNode* node = Find(key);
  if (node == nullptr) return nullptr;
  node->read = true;
  if (node->kind != ConfigNode::Kind::kScalar) {
    Error(key, absl::StrCat("must be ", what, ", not a ",
                            node->kind == ConfigNode::Kind::kList ? "list" : "section"));
    return nullptr;
  }
  return &node->scalar;
}

void Binder::Bound(absl::string_view key, std::string value, absl::string_view comment) {
  const ConfigNode* node = Find(key);
  const std::string path = Join(key);
  if (config_->bound_values_.count(path) == 0) {
    config_->bound_.push_back({path, value, std::string(comment),
                               node != nullptr ? node->origin : Origin::kDefault,
                               node != nullptr ? node->source : ""});
  }
  config_->bound_values_[path] = std::move(value);
}

void Binder::Field(absl::string_view key, bool* value, absl::string_view comment) {
  if (const std::string* text = Scalar(key, "true or false")) {
    if (*text == "true" || *text == "yes" || *text == "on") {
      *value = true;
    } else if (*text == "false" || *text == "no" || *text == "off") {
      *value = false;
    } else {
      Error(key, "must be true or false");
    }
  }
  Bound(key, *value ? "true" : "false", comment);
}

void Binder::Field(absl::string_view key, int64_t* value, absl::string_view comment) {
  if (const std::string* text = Scalar(key, "a whole number")) {
    int64_t number = 0;
    if (absl::SimpleAtoi(absl::StrReplaceAll(*text, {{"_", ""}}), &number)) {
      *value = number;
    } else {
      Error(key, "must be a whole number");
    }
  }
  Bound(key, absl::StrCat(*value), comment);
}

void Binder::Field(absl::string_view key, double* value, absl::string_view comment) {
  if (const std::string* text = Scalar(key, "a number")) {
    double number = 0;
    if (absl::SimpleAtod(*text, &number) && std::isfinite(number)) {
      *value = number;
    } else {
      Error(key, "must be a finite number");
    }
  }
  Bound(key, NumberText(*value), comment);
}

void Binder::Field(absl::string_view key, std::string* value, absl::string_view comment) {
  if (const std::string* text = Scalar(key, "a word or text")) *value = *text;
  Bound(key, Quote(*value), comment);
}

void Binder::Field(absl::string_view key, std::vector<std::string>* value,
                   absl::string_view comment) {
  if (ConfigNode* node = Find(key)) {
    node->read = true;
    if (node->kind == ConfigNode::Kind::kList) {
      *value = node->list;
    } else if (node->kind == ConfigNode::Kind::kScalar) {
      *value = {node->scalar};
    } else {
      Error(key, "must be a list");
    }
  }
  std::vector<std::string> quoted;
  for (const std::string& item : *value) quoted.push_back(Quote(item));
  Bound(key, absl::StrCat("[", absl::StrJoin(quoted, ", "), "]"), comment);
}

void Binder::Field(absl::string_view key, std::map<std::string, double>* value,
                   absl::string_view comment) {
  if (ConfigNode* node = Find(key)) {
    node->read = true;
    if (node->kind != ConfigNode::Kind::kMap) {
      Error(key, "must be a map from names to numbers");
    } else {
      value->clear();
      for (auto& [name, child] : node->children) {
        child.read = true;
        double number = 0;
        if (child.kind == ConfigNode::Kind::kScalar && absl::SimpleAtod(child.scalar, &number) &&
            std::isfinite(number)) {
          (*value)[name] = number;
        } else {
          Error(key, absl::StrCat("'", name, "' must have a finite number"));
        }
      }
    }
  }
  std::vector<std::string> items;
  for (const auto& [name, number] : *value) {
    items.push_back(absl::StrCat(Quote(name), ": ", NumberText(number)));
  }
  Bound(key, absl::StrCat("{", absl::StrJoin(items, ", "), "}"), comment);
}

void Binder::Choice(absl::string_view key, std::string* value,
                    const std::vector<std::string>& choices, absl::string_view comment) {
  const std::string before = *value;
  if (const std::string* text = Scalar(key, "a word")) {
    bool known = false;
    for (const std::string& choice : choices) known = known || choice == *text;
    if (known) {
      *value = *text;
    } else {
      Error(key, absl::StrCat("is not one of ", absl::StrJoin(choices, ", "),
                              Suggestion(*text, choices)));
    }
  }
  Bound(key, Quote(*value), absl::StrCat(comment, " (", absl::StrJoin(choices, ", "), ")"));
}

Binder Binder::Section(absl::string_view key) {
  const ConfigNode* node = Find(key);
  const std::string path = Join(key);
  config_->known_[path];
  if (node != nullptr && node->kind != ConfigNode::Kind::kMap) {
    Error(key, "must be a section (a map), not a plain value");
  }
  return Binder(config_, path);
}

bool Binder::Has(absl::string_view key) const { return Find(key) != nullptr; }

std::vector<std::string> Binder::Names() const {
  const ConfigNode* node = &config_->root_;
  if (!path_.empty()) {
    for (absl::string_view part : absl::StrSplit(path_, '.')) {
      const auto it = node->children.find(std::string(part));
      if (it == node->children.end()) return {};
      node = &it->second;
    }
  }
  std::vector<std::string> names;
  for (const auto& [name, child] : node->children) names.push_back(name);
  return names;
}

absl::Status Config::MergeYaml(absl::string_view yaml, Origin origin, absl::string_view name) {
  T2T_ASSIGN_OR_RETURN(const ConfigNode node, ReadYaml(yaml, origin, name));
  if (node.kind != ConfigNode::Kind::kMap) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": must hold keys and values"));
  }
  Merge(node, &root_);
  root_.children.erase(kExtends);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> Config::Extends(absl::string_view yaml,
                                                         absl::string_view name) {
  T2T_ASSIGN_OR_RETURN(const ConfigNode node, ReadYaml(yaml, Origin::kFile, name));
  const auto it = node.children.find(kExtends);
  if (it == node.children.end()) return std::vector<std::string>();
  if (it->second.kind == ConfigNode::Kind::kList) return it->second.list;
  if (it->second.kind == ConfigNode::Kind::kScalar)
    return std::vector<std::string>{it->second.scalar};
  return absl::InvalidArgumentError(
      absl::StrCat(it->second.source, ": extends must be a name or a list of names"));
}

absl::Status Config::Set(absl::string_view assignment) {
  size_t from = 0;
  if (absl::StartsWith(assignment, "ports.")) {
    const size_t dot = assignment.find('.', 6);
    if (dot != absl::string_view::npos) from = dot;
  }
  bool by_problem = false;
  for (const char* section : {"problems.", "trainer.loss_weights.", "mixture.floors.",
                              "mixture.epochs.", "mixture.schedule."})
    by_problem = by_problem || absl::StartsWith(assignment, section);
  const size_t equals = by_problem ? assignment.rfind('=') : assignment.find('=', from);
  if (equals == absl::string_view::npos || equals == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("--set '", assignment, "': must read section.key=value"));
  }
  return SetValue(assignment.substr(0, equals), assignment.substr(equals + 1), "--set");
}

absl::Status Config::SetValue(absl::string_view path, absl::string_view yaml_value,
                              absl::string_view source) {
  const std::string place = absl::StrCat(source, " ", path);
  T2T_ASSIGN_OR_RETURN(ConfigNode value, ReadYaml(yaml_value, Origin::kSet, place));
  if (value.kind == ConfigNode::Kind::kMap && value.children.empty() && yaml_value != "{}") {
    value.kind = ConfigNode::Kind::kScalar;  // "--set a.b=" is the empty text
  }
  value.source = std::string(source);
  const std::vector<std::string> parts = absl::StrSplit(path, '.');
  for (auto it = parts.rbegin(); it != parts.rend(); ++it) {
    if (it->empty()) {
      return absl::InvalidArgumentError(absl::StrCat(place, ": has an empty key"));
    }
    ConfigNode parent;
    parent.origin = Origin::kSet;
    parent.source = std::string(source);
    parent.children[*it] = std::move(value);
    value = std::move(parent);
  }
  Merge(value, &root_);
  return absl::OkStatus();
}

absl::Status Config::MergeDefaults(absl::string_view path, absl::string_view yaml,
                                   absl::string_view name) {
  T2T_ASSIGN_OR_RETURN(const ConfigNode defaults, ReadYaml(yaml, Origin::kPreset, name));
  if (defaults.kind != ConfigNode::Kind::kMap) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": must hold keys and values"));
  }
  ConfigNode* node = &root_;
  for (absl::string_view part : absl::StrSplit(path, '.')) {
    const auto [it, added] = node->children.try_emplace(std::string(part));
    if (added) it->second.origin = Origin::kPreset;
    node = &it->second;
  }
  MergeMissing(defaults, node);
  return absl::OkStatus();
}

absl::Status Config::Finish() const {
  if (!error_.ok()) return error_;
  absl::Status unread;
  std::function<void(const ConfigNode&, const std::string&)> walk = [&](const ConfigNode& node,
                                                                        const std::string& path) {
    const auto known = known_.find(path);
    for (const auto& [key, child] : node.children) {
      const std::string child_path = JoinPath(path, key);
      const bool section_known = known_.count(child_path) > 0;
      if (child.kind == ConfigNode::Kind::kMap && section_known) {
        walk(child, child_path);
        continue;
      }
      if (child.read || child.origin == Origin::kDefault || child.origin == Origin::kPreset)
        continue;
      if (!unread.ok()) return;
      std::vector<std::string> names;
      if (known != known_.end()) names.assign(known->second.begin(), known->second.end());
      const bool bound_elsewhere = known != known_.end() && known->second.count(key) > 0;
      unread = absl::InvalidArgumentError(
          absl::StrCat(child.source, ": '", child_path, "' ",
                       bound_elsewhere ? "is not read by the parts chosen here"
                                       : absl::StrCat("is not known", Suggestion(key, names))));
    }
  };
  walk(root_, "");
  return unread;
}

void Config::Restart() {
  std::function<void(ConfigNode*)> forget = [&](ConfigNode* node) {
    node->read = false;
    for (auto& [key, child] : node->children) forget(&child);
  };
  forget(&root_);
  bound_.clear();
  bound_values_.clear();
  known_.clear();
  error_ = absl::OkStatus();
}

std::string Config::Dump(bool with_comments) const {
  // Sections in the order in which they were bound first, so that the reader finds what belongs together.
  struct Tree {
    std::vector<std::string> order;
    std::map<std::string, Tree> children;
    const BoundField* field = nullptr;
  };
  Tree tree;
  for (const BoundField& field : bound_) {
    Tree* at = &tree;
    for (absl::string_view part : absl::StrSplit(field.path, '.')) {
      const auto [it, added] = at->children.try_emplace(std::string(part));
      if (added) at->order.push_back(std::string(part));
      at = &it->second;
    }
    at->field = &field;
  }
  std::string out;
  std::function<void(const Tree&, int)> print = [&](const Tree& node, int depth) {
    for (const std::string& key : node.order) {
      const Tree& child = node.children.at(key);
      absl::StrAppend(&out, std::string(2 * static_cast<size_t>(depth), ' '), Quote(key), ":");
      if (child.field != nullptr) {
        absl::StrAppend(&out, " ", bound_values_.at(child.field->path));
        if (with_comments) {
          absl::StrAppend(&out, "  # ", child.field->comment, " [",
                          child.field->source.empty() ? "default" : child.field->source, "]");
        }
        absl::StrAppend(&out, "\n");
      } else {
        absl::StrAppend(&out, "\n");
        print(child, depth + 1);
      }
    }
  };
  print(tree, 0);
  if (with_comments) {
    std::function<void(const ConfigNode&, const std::string&)> walk = [&](const ConfigNode& node,
                                                                          const std::string& path) {
      for (const auto& [key, child] : node.children) {
        const std::string child_path = JoinPath(path, key);
        if (child.kind == ConfigNode::Kind::kMap) {
          walk(child, child_path);
        } else if (!child.read) {
          absl::StrAppend(&out, "# inherited and not used: ", child_path, " [", child.source,
                          "]\n");
        }
      }
    };
    walk(root_, "");
  }
  return out;
}

std::vector<std::string> Config::Differences(const Config& before, const Config& after) {
  std::vector<std::string> differences;
  for (const auto& [path, value] : after.bound_values_) {
    const auto it = before.bound_values_.find(path);
    if (it == before.bound_values_.end()) {
      differences.push_back(absl::StrCat(path, ": (not there) -> ", value));
    } else if (it->second != value) {
      differences.push_back(absl::StrCat(path, ": ", it->second, " -> ", value));
    }
  }
  for (const auto& [path, value] : before.bound_values_) {
    if (after.bound_values_.count(path) == 0) {
      differences.push_back(absl::StrCat(path, ": ", value, " -> (not there)"));
    }
  }
  return differences;
}

}  // namespace t2t
