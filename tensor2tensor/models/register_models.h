// The bodies and schemes of the project by name.
#ifndef T2T_TENSOR2TENSOR_MODELS_REGISTER_MODELS_H_
#define T2T_TENSOR2TENSOR_MODELS_REGISTER_MODELS_H_

#include "absl/status/status.h"
#include "tensor2tensor/models/body.h"
#include "tensor2tensor/models/scheme.h"

namespace t2t {

absl::Status RegisterBodies(Registry<BodyFactory>& registry);
absl::Status RegisterSchemes(Registry<SchemeFactory>& registry);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_MODELS_REGISTER_MODELS_H_
