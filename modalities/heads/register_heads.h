// The heads of the project by name.
#ifndef T2T_MODALITIES_HEADS_REGISTER_HEADS_H_
#define T2T_MODALITIES_HEADS_REGISTER_HEADS_H_

#include "absl/status/status.h"
#include "modalities/heads/head.h"

namespace t2t {

absl::Status RegisterHeads(Registry<HeadFactory>& registry);

}  // namespace t2t

#endif  // T2T_MODALITIES_HEADS_REGISTER_HEADS_H_
