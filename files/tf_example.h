// The protocol buffer tf.Example: what TensorFlow's tools expect in a TFRecord. A map from names to
// lists of byte strings, floats or integers.
//
//   Features features = {{"label", {std::vector<int64_t>{7}}}, {"image", {std::vector<std::string>{png}}}};
//   std::string record = EncodeTfExample(features);
//   T2T_ASSIGN_OR_RETURN(Features again, DecodeTfExample(record));
//
// The schema: tensorflow/core/example/{example,feature}.proto.
#ifndef T2T_FILES_TF_EXAMPLE_H_
#define T2T_FILES_TF_EXAMPLE_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"

namespace t2t {

struct Feature {
  std::variant<std::vector<std::string>, std::vector<float>, std::vector<int64_t>> values;

  friend bool operator==(const Feature&, const Feature&) = default;
};
using Features = std::map<std::string, Feature>;

// Equal features give equal bytes: names are sorted, lists of numbers packed. A protocol buffer
// holds less than 2 GiB; more is a programmer's error.
std::string EncodeTfExample(const Features& features);

// Reads packed and unpacked lists; fields that the schema does not know are skipped, as everywhere
// in protocol buffers. A feature without a list becomes an empty list of byte strings. The format
// has no checksum: damage is found by the record's.
absl::StatusOr<Features> DecodeTfExample(std::string_view bytes);

}  // namespace t2t

#endif  // T2T_FILES_TF_EXAMPLE_H_
