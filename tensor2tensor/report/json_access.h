// Reads of JSON that may hold anything: what is missing or of another type is simply not there, so
// that a report shows what it can.
//
//   std::optional<double> loss = NumberAt(record, "tf_loss");
//   for (const auto& [name, metric] : ObjectAt(target, "metrics").items()) ...
#ifndef T2T_TENSOR2TENSOR_REPORT_JSON_ACCESS_H_
#define T2T_TENSOR2TENSOR_REPORT_JSON_ACCESS_H_

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace t2t {

// The member, or a null; borrowed from `object`.
inline const nlohmann::json& At(const nlohmann::json& object, const std::string& key) {
  static const nlohmann::json& null = *new nlohmann::json();
  if (!object.is_object()) return null;
  const auto found = object.find(key);
  return found == object.end() ? null : *found;
}

inline const nlohmann::json& ObjectAt(const nlohmann::json& object, const std::string& key) {
  static const nlohmann::json& empty = *new nlohmann::json(nlohmann::json::object());
  const nlohmann::json& member = At(object, key);
  return member.is_object() ? member : empty;
}

inline const nlohmann::json& ArrayAt(const nlohmann::json& object, const std::string& key) {
  static const nlohmann::json& empty = *new nlohmann::json(nlohmann::json::array());
  const nlohmann::json& member = At(object, key);
  return member.is_array() ? member : empty;
}

// Finite, or nothing.
inline std::optional<double> NumberOf(const nlohmann::json& value) {
  if (!value.is_number()) return std::nullopt;
  const double number = value.get<double>();
  return std::isfinite(number) ? std::optional<double>(number) : std::nullopt;
}

inline std::optional<double> NumberAt(const nlohmann::json& object, const std::string& key) {
  return NumberOf(At(object, key));
}

// "" where there is no string.
inline std::string TextAt(const nlohmann::json& object, const std::string& key) {
  const nlohmann::json& member = At(object, key);
  return member.is_string() ? member.get<std::string>() : std::string();
}

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_REPORT_JSON_ACCESS_H_
