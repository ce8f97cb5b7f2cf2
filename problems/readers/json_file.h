// A file of JSON, plain or compressed.
#ifndef T2T_PROBLEMS_READERS_JSON_FILE_H_
#define T2T_PROBLEMS_READERS_JSON_FILE_H_

#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/statusor.h"

namespace t2t {

// Errors name the file: it cannot be read, or is not JSON.
absl::StatusOr<nlohmann::json> ReadJsonFile(const std::string& path);

}  // namespace t2t

#endif  // T2T_PROBLEMS_READERS_JSON_FILE_H_
