#include "modalities/heads/register_heads.h"

#include "modalities/heads/categorical_head.h"
#include "modalities/heads/gaussian_head.h"
#include "registry/status_macros.h"

namespace t2t {

absl::Status RegisterHeads(Registry<HeadFactory>& registry) {
  T2T_RETURN_IF_ERROR(registry.Add(
      "categorical",
      {.summary = "softmax over the vocabulary", .tags = {}, .value = MakeCategoricalHead}));
  return registry.Add("gaussian", {.summary = "mean and variance of each number of a frame",
                                   .tags = {},
                                   .value = MakeGaussianHead});
}

}  // namespace t2t
