// T2T_RETURN_IF_ERROR and T2T_ASSIGN_OR_RETURN: pass an absl::Status up; and Annotate, which puts the
// place in front of its message.
#ifndef T2T_REGISTRY_STATUS_MACROS_H_
#define T2T_REGISTRY_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace t2t {

// "place: message", with the same code. OK stays OK.
inline absl::Status Annotate(const absl::Status& status, absl::string_view place) {
  if (status.ok()) return status;
  return absl::Status(status.code(), absl::StrCat(place, ": ", status.message()));
}

}  // namespace t2t

// Names are counted and not numbered by line: within the arguments of a macro every line has the same number.
#define T2T_STATUS_CONCAT_INNER_(a, b) a##b
#define T2T_STATUS_CONCAT_(a, b) T2T_STATUS_CONCAT_INNER_(a, b)

#define T2T_RETURN_IF_ERROR(expression) \
  T2T_RETURN_IF_ERROR_IMPL_(T2T_STATUS_CONCAT_(t2t_status_, __COUNTER__), expression)
#define T2T_RETURN_IF_ERROR_IMPL_(status, expression)                      \
  do {                                                                     \
    if (::absl::Status status = (expression); !status.ok()) return status; \
  } while (false)

#define T2T_ASSIGN_OR_RETURN(left, expression) \
  T2T_ASSIGN_OR_RETURN_IMPL_(T2T_STATUS_CONCAT_(t2t_statusor_, __COUNTER__), left, expression)
#define T2T_ASSIGN_OR_RETURN_IMPL_(statusor, left, expression) \
  auto statusor = (expression);                                \
  if (!statusor.ok()) return std::move(statusor).status();     \
  left = *std::move(statusor)

#endif  // T2T_REGISTRY_STATUS_MACROS_H_
