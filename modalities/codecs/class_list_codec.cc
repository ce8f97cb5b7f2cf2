#include "modalities/codecs/class_list_codec.h"

#include <optional>

#include "modalities/codecs/utf8.h"
#include "registry/status_macros.h"

namespace t2t {

absl::Status ClassListCodec::Learn(const ValueStream& values) {
  if (classes_.fixed()) return absl::OkStatus();
  ClassList classes = classes_;
  for (;;) {
    T2T_ASSIGN_OR_RETURN(const std::optional<Value> value, values());
    if (!value.has_value()) break;
    T2T_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(*value));
    for (const std::string& name : names) T2T_RETURN_IF_ERROR(classes.Learn(name));
  }
  T2T_RETURN_IF_ERROR(classes.FinishLearning(raw_unit()));
  classes_ = std::move(classes);
  return absl::OkStatus();
}

absl::Status ClassListCodec::Check(const Value& value) const {
  if (classes_.fixed()) return Encode(value, {}).status();
  T2T_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(value));
  for (const std::string& name : names) T2T_RETURN_IF_ERROR(ClassList::CheckName(name));
  return absl::OkStatus();
}

std::string ClassListCodec::Show(const Value& value) const {
  return value.is_bytes() ? Utf8Repaired(value.bytes()) : "(numbers)";
}

}  // namespace t2t
