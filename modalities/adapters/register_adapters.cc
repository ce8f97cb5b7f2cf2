#include "modalities/adapters/register_adapters.h"

#include "modalities/adapters/patch_adapter.h"
#include "modalities/adapters/spectrum_adapter.h"
#include "modalities/adapters/token_adapter.h"
#include "registry/status_macros.h"

namespace t2t {

absl::Status RegisterAdapters(Registry<AdapterFactory>& registry) {
  T2T_RETURN_IF_ERROR(registry.Add(
      "tokens",
      {.summary = "a learned vector for each id", .tags = {}, .value = MakeTokenAdapter}));
  T2T_RETURN_IF_ERROR(registry.Add(
      "frames",
      {.summary = "a linear projection of each frame", .tags = {}, .value = MakeFrameAdapter}));
  T2T_RETURN_IF_ERROR(
      registry.Add("patches", {.summary = "image patches by a linear or a convolutional stem",
                               .tags = {},
                               .value = MakePatchAdapter}));
  T2T_RETURN_IF_ERROR(
      registry.Add("spectra", {.summary = "spectra of sound by strided convolutions over time",
                               .tags = {},
                               .value = MakeSpectrumAdapter}));
  return absl::OkStatus();
}

}  // namespace t2t
