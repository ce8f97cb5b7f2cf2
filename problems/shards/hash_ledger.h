// HashLedger: which of many keys were met twice, in little memory whatever their number (but 16 bytes for each time that one and
// the same was met). 16 bytes a key go to a file without a
// name; the question is answered in parts of the keys.
//
//   T2T_ASSIGN_OR_RETURN(auto ledger, HashLedger::Make());
//   T2T_RETURN_IF_ERROR(ledger->Add("key", 12));
//   T2T_ASSIGN_OR_RETURN(auto repeated, ledger->FirstRepeated());
//
// Keys are known by 64 bits of them: two of ten million are taken for one with a chance of 3 in a million.
#ifndef T2T_PROBLEMS_SHARDS_HASH_LEDGER_H_
#define T2T_PROBLEMS_SHARDS_HASH_LEDGER_H_

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace t2t {

class HashLedger {
 public:
  // The file is in `folder`; "" = in the system's own for temporary ones.
  static absl::StatusOr<std::unique_ptr<HashLedger>> Make(const std::string& folder = "");

  // `tag` says whose key it is.
  absl::Status Add(absl::string_view key, uint64_t tag);
  int64_t size() const { return size_; }
  // Calls `group` with the tags of every key that was met more than once, in the order of their coming.
  absl::Status ForEachRepeated(const std::function<void(const std::vector<uint64_t>& tags)>& group);
  // The tags of the two keys of which the second was the first to be a repetition.
  absl::StatusOr<std::optional<std::pair<uint64_t, uint64_t>>> FirstRepeated();

 private:
  struct Entry {
    uint64_t hash, tag;
  };
  HashLedger(FILE* file, std::string path) : file_(file, fclose), path_(std::move(path)) {}

  std::unique_ptr<FILE, int (*)(FILE*)> file_;
  std::string path_;  // that it had, for messages
  int64_t size_ = 0;
};

}  // namespace t2t

#endif  // T2T_PROBLEMS_SHARDS_HASH_LEDGER_H_
