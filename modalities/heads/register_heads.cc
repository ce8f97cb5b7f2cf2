#include "modalities/heads/register_heads.h"

#include "modalities/heads/bernoulli_head.h"
#include "modalities/heads/categorical_head.h"
#include "modalities/heads/density_head.h"
#include "modalities/heads/flow_head.h"
#include "registry/status_macros.h"

namespace t2t {

namespace {

// For heads without options of their own.
HeadFactory WithoutOptions(absl::StatusOr<std::shared_ptr<Head>> (*make)(const Codec&,
                                                                         const HeadOptions&)) {
  return [make](const Codec& codec, Binder&, const HeadOptions& options) {
    return make(codec, options);
  };
}

}  // namespace

absl::Status RegisterHeads(Registry<HeadFactory>& registry) {
  T2T_RETURN_IF_ERROR(registry.Add("categorical", {.summary = "softmax over the vocabulary",
                                                   .tags = {},
                                                   .value = WithoutOptions(MakeCategoricalHead)}));
  T2T_RETURN_IF_ERROR(
      registry.Add("flow", {.summary = "frames drawn by a rectified flow from noise",
                            .tags = {},
                            .value = MakeFlowHead}));
  T2T_RETURN_IF_ERROR(
      registry.Add("bernoulli", {.summary = "whether or not, for each number of a frame",
                                 .tags = {},
                                 .value = WithoutOptions(MakeBernoulliHead)}));
  T2T_RETURN_IF_ERROR(
      registry.Add("gaussian", {.summary = "mean and variance of each number of a frame",
                                .tags = {},
                                .value = MakeDensityHead(Density::kGaussian)}));
  T2T_RETURN_IF_ERROR(
      registry.Add("laplace", {.summary = "median and scale of each number of a frame",
                               .tags = {},
                               .value = MakeDensityHead(Density::kLaplace)}));
  return registry.Add("poisson", {.summary = "mean of each count of a frame",
                                  .tags = {},
                                  .value = MakeDensityHead(Density::kPoisson)});
}

}  // namespace t2t
