#include "tensor2tensor/models/register_models.h"

#include "registry/status_macros.h"
#include "tensor2tensor/models/aligned_scheme.h"
#include "tensor2tensor/models/autoregressive_scheme.h"
#include "tensor2tensor/models/ctc_attention_scheme.h"
#include "tensor2tensor/models/ctc_scheme.h"
#include "tensor2tensor/models/duration_scheme.h"
#include "tensor2tensor/models/masked_scheme.h"
#include "tensor2tensor/models/one_shot_scheme.h"
#include "tensor2tensor/models/transformer_body.h"

namespace t2t {

absl::Status RegisterBodies(Registry<BodyFactory>& registry) {
  return registry.Add("transformer",
                      {.summary = "Transformer: encoder-decoder, decoder-only or encoder-only",
                       .tags = {},
                       .value = MakeTransformerBody});
}

absl::Status RegisterSchemes(Registry<SchemeFactory>& registry) {
  T2T_RETURN_IF_ERROR(
      registry.Add("autoregressive", {.summary = "unit after unit until the stop unit",
                                      .tags = {},
                                      .value = MakeAutoregressiveScheme}));
  T2T_RETURN_IF_ERROR(
      registry.Add("aligned", {.summary = "a unit for each unit of an input, all at once",
                               .tags = {},
                               .value = MakeAlignedScheme}));
  T2T_RETURN_IF_ERROR(registry.Add(
      "ctc", {.summary = "units that lie along an input in order, with blanks between (CTC)",
              .tags = {},
              .value = MakeCtcScheme}));
  T2T_RETURN_IF_ERROR(registry.Add(
      "ctc_attention",
      {.summary = "unit after unit until the stop unit, and along an input by CTC, both together",
       .tags = {},
       .value = MakeCtcAttentionScheme}));
  T2T_RETURN_IF_ERROR(registry.Add(
      "durations", {.summary = "frames along the units of an input, each for a duration it learns",
                    .tags = {},
                    .value = MakeDurationScheme}));
  T2T_RETURN_IF_ERROR(
      registry.Add("masked", {.summary = "frames of a known number, several at a time in a few "
                                         "passes, in an order drawn at random",
                              .tags = {},
                              .value = MakeMaskedScheme}));
  return registry.Add("one_shot",
                      {.summary = "one decision: a label", .tags = {}, .value = MakeOneShotScheme});
}

}  // namespace t2t
