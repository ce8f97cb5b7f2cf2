// One Example as one record: a tf.Example that any TensorFlow tool can read.
//
//   "key"                  bytes: the example's key
//   PORT                   bytes (one string), float or int64 list: the port's value
//   "alternatives/PORT"    the further acceptable values; lists of numbers one after the other
//   "lengths/PORT"         int64: how many numbers each of those lists has (only for numbers)
//   "example/weight"       float: the example's weight, where it is not 1
//
//   absl::StatusOr<std::string> bytes = EncodeExample(example);
//   absl::StatusOr<Example> same = DecodeExample(*bytes);
#ifndef T2T_PROBLEMS_SHARDS_EXAMPLE_RECORD_H_
#define T2T_PROBLEMS_SHARDS_EXAMPLE_RECORD_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modalities/codecs/value.h"

namespace t2t {

// Deterministic. Errors: a port that is called "key" or has a '/'; alternatives of another kind
// than the port's value, or without one; a weight that is not from 0 to kMostWeight.
absl::StatusOr<std::string> EncodeExample(const Example& example);

// Errors: DataLoss where the bytes are no record of this form.
absl::StatusOr<Example> DecodeExample(absl::string_view bytes);

}  // namespace t2t

#endif  // T2T_PROBLEMS_SHARDS_EXAMPLE_RECORD_H_
