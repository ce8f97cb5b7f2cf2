// What `t2t inspect FILE` shows of a TFRecord of tf.Example, anyone's: each record's features with their type, number and first
// values.
#ifndef T2T_TENSOR2TENSOR_CLI_INSPECT_RECORDS_H_
#define T2T_TENSOR2TENSOR_CLI_INSPECT_RECORDS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace t2t {

struct InspectOptions {
  int64_t first = 0, count = 5;
  std::string save;         // folder for pictures and sounds; "" = they are not written
  bool verify = false;      // every checksum
  bool statistics = false;  // over all records
};

absl::Status InspectRecords(const std::string& path, const InspectOptions& options);

// Writes a value that is a file and says so on stdout.
absl::Status SaveValue(const std::string& path, const std::string& bytes);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_CLI_INSPECT_RECORDS_H_
