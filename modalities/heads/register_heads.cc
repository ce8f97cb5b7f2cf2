#include "modalities/heads/register_heads.h"

#include "modalities/heads/categorical_head.h"

namespace t2t {

absl::Status RegisterHeads(Registry<HeadFactory>& registry) {
  return registry.Add(
      "categorical",
      {.summary = "softmax over the vocabulary", .tags = {}, .value = MakeCategoricalHead});
}

}  // namespace t2t
