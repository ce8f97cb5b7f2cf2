// Names the modalities that come with the project.
#ifndef T2T_MODALITIES_CODECS_REGISTER_MODALITIES_H_
#define T2T_MODALITIES_CODECS_REGISTER_MODALITIES_H_

#include "absl/status/status.h"
#include "modalities/codecs/codec.h"
#include "registry/registry.h"

namespace t2t {

// Error: a name that is there already.
absl::Status RegisterModalities(Registry<Modality>& registry);

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_REGISTER_MODALITIES_H_
