// An option whose value is of the right type but not allowed: kept in the configuration; its first
// error is returned.
#ifndef T2T_MODALITIES_CODECS_OPTION_ERROR_H_
#define T2T_MODALITIES_CODECS_OPTION_ERROR_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "registry/config.h"

namespace t2t {

inline absl::Status OptionError(Binder& options, absl::string_view key, absl::string_view message) {
  options.Error(key, message);
  return options.status();
}

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_OPTION_ERROR_H_
