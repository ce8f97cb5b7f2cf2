// The split of an example by a random number of its own, so that examples beside it change nothing.
#ifndef T2T_PROBLEMS_CATALOGUE_HASHED_SPLIT_H_
#define T2T_PROBLEMS_CATALOGUE_HASHED_SPLIT_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "random/philox.h"

namespace t2t {

// "train" for 8 of 10 keys (of examples, or of groups that must stay together), "valid" and "test" for one each.
inline const char* HashedSplit(absl::string_view problem, absl::string_view key) {
  const uint64_t bucket = RandomKey(0).With(problem).With(key).value() % 10;
  return bucket == 0 ? "valid" : bucket == 1 ? "test" : "train";
}

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_HASHED_SPLIT_H_
