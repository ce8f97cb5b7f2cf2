// YAML text as a tree of configuration values, each with the place that said it.
//
//   absl::StatusOr<ConfigNode> node = ReadYaml("steps: 20", Origin::kFile, "run.yaml");
//   node->children.at("steps").source == "run.yaml:1:1"
#ifndef T2T_REGISTRY_YAML_READER_H_
#define T2T_REGISTRY_YAML_READER_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace t2t {

enum class Origin { kDefault, kPreset, kFile, kSet };

// A value of the configuration: a scalar, a list of scalars, or a map.
struct ConfigNode {
  enum class Kind { kMap, kScalar, kList };
  Kind kind = Kind::kMap;
  std::string scalar;
  std::vector<std::string> list;
  std::map<std::string, ConfigNode> children;
  Origin origin = Origin::kDefault;
  std::string source;  // the file or option that said it, with line and column
  bool read = false;
};

// `name` is for messages. Errors (InvalidArgument, with the line): text that is not YAML; a key
// twice; a list that holds more than plain values; an alias; several documents.
absl::StatusOr<ConfigNode> ReadYaml(absl::string_view yaml, Origin origin, absl::string_view name);

}  // namespace t2t

#endif  // T2T_REGISTRY_YAML_READER_H_
