// Makes codecs out of YAML options, and streams out of lists, for the tests of codecs.
#ifndef T2T_TESTS_MODALITIES_CODECS_CODEC_TESTING_H_
#define T2T_TESTS_MODALITIES_CODECS_CODEC_TESTING_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modalities/codecs/codec.h"
#include "registry/config.h"
#include "registry/status_macros.h"

namespace t2t {

using MakeCodec = std::function<absl::StatusOr<std::unique_ptr<Codec>>(Binder&)>;

// Errors: those of the factory and those that Finish finds, such as an option that was not read.
inline absl::StatusOr<std::unique_ptr<Codec>> CodecFromYaml(const MakeCodec& make,
                                                            const std::string& yaml) {
  Config config;
  T2T_RETURN_IF_ERROR(config.MergeYaml(yaml, Origin::kFile, "test.yaml"));
  Binder root = config.Root();
  auto codec = make(root);
  T2T_RETURN_IF_ERROR(config.Finish());
  return codec;
}

// The message of the error; "" where there is none.
inline std::string OptionsError(const MakeCodec& make, const std::string& yaml) {
  return std::string(CodecFromYaml(make, yaml).status().message());
}

inline ValueStream StreamOf(std::vector<Value> values) {
  return [values = std::move(values),
          next = size_t{0}]() mutable -> absl::StatusOr<std::optional<Value>> {
    if (next == values.size()) return std::nullopt;
    return values[next++];
  };
}

inline std::vector<Value> ValuesOf(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

}  // namespace t2t

#endif  // T2T_TESTS_MODALITIES_CODECS_CODEC_TESTING_H_
