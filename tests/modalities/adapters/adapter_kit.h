// Adapters made by YAML options.
#ifndef T2T_TESTS_MODALITIES_ADAPTERS_ADAPTER_KIT_H_
#define T2T_TESTS_MODALITIES_ADAPTERS_ADAPTER_KIT_H_

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "modalities/adapters/input_adapter.h"
#include "registry/config.h"
#include "registry/status_macros.h"
#include "tests/modalities/sizes_codec.h"

namespace t2t {

// Errors: the factory's, and those that Finish finds.
inline absl::StatusOr<std::shared_ptr<InputAdapter>> MakeAdapter(const AdapterFactory& make,
                                                                 const Codec& codec,
                                                                 const std::string& yaml,
                                                                 int64_t width) {
  Config config;
  T2T_RETURN_IF_ERROR(config.MergeYaml(yaml, Origin::kFile, "test.yaml"));
  Binder root = config.Root();
  auto adapter = make(codec, root, width);
  T2T_RETURN_IF_ERROR(config.Finish());
  return adapter;
}

inline std::vector<at::Tensor> InDouble(InputAdapter& adapter) {
  adapter.to(at::kDouble);
  return adapter.parameters();
}

}  // namespace t2t

#endif  // T2T_TESTS_MODALITIES_ADAPTERS_ADAPTER_KIT_H_
