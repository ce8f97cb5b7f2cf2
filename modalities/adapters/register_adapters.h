// The input adapters of the project by name.
#ifndef T2T_MODALITIES_ADAPTERS_REGISTER_ADAPTERS_H_
#define T2T_MODALITIES_ADAPTERS_REGISTER_ADAPTERS_H_

#include "absl/status/status.h"
#include "modalities/adapters/input_adapter.h"

namespace t2t {

absl::Status RegisterAdapters(Registry<AdapterFactory>& registry);

}  // namespace t2t

#endif  // T2T_MODALITIES_ADAPTERS_REGISTER_ADAPTERS_H_
