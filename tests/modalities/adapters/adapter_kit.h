// Codecs of given sizes, and adapters made of them by YAML options.
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

namespace t2t {

// Knows sizes only.
class SizesCodec : public Codec {
 public:
  SizesCodec(int64_t vocabulary_size, int64_t frame_width, std::vector<int64_t> extent)
      : vocabulary_size_(vocabulary_size), frame_width_(frame_width), extent_(std::move(extent)) {}
  absl::StatusOr<Units> Encode(const Value&, const EncodeOptions&) const override {
    return absl::UnimplementedError("sizes only");
  }
  std::string Show(const Value&) const override { return ""; }
  int64_t vocabulary_size() const override { return vocabulary_size_; }
  int64_t frame_width() const override { return frame_width_; }
  std::vector<int64_t> extent() const override { return extent_; }
  std::string raw_unit() const override { return "unit"; }
  std::string Describe() const override { return "the codec of this test"; }

 private:
  int64_t vocabulary_size_, frame_width_;
  std::vector<int64_t> extent_;
};

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
