#include "registry/yaml_reader.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <sstream>

#include "absl/strings/str_cat.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

// "run.yaml:2:7": line and column, from 1, as compilers say them.
std::string PlaceOf(absl::string_view name, const YAML::Mark& mark) {
  return mark.line >= 0 ? absl::StrCat(name, ":", mark.line + 1, ":", mark.column + 1)
                        : std::string(name);
}

// `source`: where its key stands.
absl::Status Convert(const YAML::Node& yaml, Origin origin, absl::string_view name,
                     const std::string& source, ConfigNode* node) {
  node->origin = origin;
  node->source = source;
  switch (yaml.Type()) {
    case YAML::NodeType::Undefined:
    case YAML::NodeType::Null:
      node->kind = ConfigNode::Kind::kMap;
      return absl::OkStatus();
    case YAML::NodeType::Scalar:
      node->kind = ConfigNode::Kind::kScalar;
      node->scalar = yaml.Scalar();
      return absl::OkStatus();
    case YAML::NodeType::Sequence:
      node->kind = ConfigNode::Kind::kList;
      for (const YAML::Node& item : yaml) {
        if (!item.IsScalar()) {
          return absl::InvalidArgumentError(absl::StrCat(
              PlaceOf(name, item.Mark()), ": a list may hold only plain values"));
        }
        node->list.push_back(item.Scalar());
      }
      return absl::OkStatus();
    case YAML::NodeType::Map:
      node->kind = ConfigNode::Kind::kMap;
      for (const auto& item : yaml) {
        if (!item.first.IsScalar()) {
          return absl::InvalidArgumentError(absl::StrCat(source, ": a key must be a plain word"));
        }
        const std::string key = item.first.Scalar();
        if (node->children.count(key) > 0) {
          return absl::InvalidArgumentError(absl::StrCat(PlaceOf(name, item.first.Mark()),
                                                         ": key '", key, "' stands there twice"));
        }
        T2T_RETURN_IF_ERROR(Convert(item.second, origin, name, PlaceOf(name, item.first.Mark()),
                                    &node->children[key]));
      }
      return absl::OkStatus();
  }
  return absl::OkStatus();
}

// Looks over the events of a text before nodes are made of it.
class Overview : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override {
    stuck = documents++ > 0 && mark.pos == begin;
    begin = mark.pos;
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    if (alias_line == 0) alias_line = mark.line + 1;
  }
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

  int documents = 0;
  int begin = 0;       // of the last document
  bool stuck = false;  // the last document began where the one before it did
  int alias_line = 0;  // from 1; 0 = there is none
};

// One document without aliases: an alias may stand for a billion nodes or for itself, and of a ',' or ']' that
// stands alone yaml-cpp makes empty documents without end.
absl::Status CheckShape(absl::string_view yaml, absl::string_view name) {
  std::istringstream text{std::string(yaml)};
  YAML::Parser parser(text);
  Overview overview;
  while (overview.documents < 2 && parser.HandleNextDocument(overview)) {
  }
  if (overview.stuck) return absl::InvalidArgumentError(absl::StrCat(name, ": not valid YAML"));
  if (overview.documents > 1) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": holds more than one YAML document"));
  }
  if (overview.alias_line > 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, ":", overview.alias_line, ": an alias (*name) is not allowed here"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ConfigNode> ReadYaml(absl::string_view yaml, Origin origin, absl::string_view name) {
  ConfigNode node;
  try {
    T2T_RETURN_IF_ERROR(CheckShape(yaml, name));
    const YAML::Node root = YAML::Load(std::string(yaml));
    T2T_RETURN_IF_ERROR(Convert(root, origin, name, PlaceOf(name, root.Mark()), &node));
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(
        absl::StrCat(PlaceOf(name, error.mark), ": not valid YAML: ", error.msg));
  }
  return node;
}

}  // namespace t2t
