#include "problems/shards/hash_ledger.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "files/file_descriptor.h"
#include "random/philox.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

// Of the keys that are in memory at once; 16 bytes each.
constexpr int64_t kPart = int64_t{1} << 20;

}  // namespace

absl::StatusOr<std::unique_ptr<HashLedger>> HashLedger::Make(const std::string& folder) {
  std::error_code error;
  std::string path =
      (folder.empty() ? std::filesystem::temp_directory_path(error).string() : folder) +
      "/keys.unnamed-XXXXXX";
  const int descriptor = mkostemp(path.data(), O_CLOEXEC);
  if (descriptor < 0) return ErrnoStatus("make", path);
  unlink(path.c_str());
  FILE* file = fdopen(descriptor, "w+b");
  if (file == nullptr) return ErrnoStatus("make", path);
  return std::unique_ptr<HashLedger>(new HashLedger(file, std::move(path)));
}

absl::Status HashLedger::Add(absl::string_view key, uint64_t tag) {
  const Entry entry = {RandomKey(0).With(key).value(), tag};
  ++size_;
  if (std::fwrite(&entry, sizeof(entry), 1, file_.get()) != 1) return ErrnoStatus("write", path_);
  return absl::OkStatus();
}

absl::Status HashLedger::ForEachRepeated(
    const std::function<void(const std::vector<uint64_t>& tags)>& group) {
  const auto parts = static_cast<uint64_t>(size_ / kPart + 1);
  std::vector<Entry> entries;
  for (uint64_t part = 0; part < parts; ++part) {
    entries.clear();
    if (std::fseek(file_.get(), 0, SEEK_SET) != 0) return ErrnoStatus("read", path_);
    Entry entry;
    while (std::fread(&entry, sizeof(entry), 1, file_.get()) == 1) {
      if (entry.hash % parts == part) entries.push_back(entry);
    }
    if (std::ferror(file_.get()) != 0) return ErrnoStatus("read", path_);
    std::stable_sort(entries.begin(), entries.end(),
                     [](const Entry& a, const Entry& b) { return a.hash < b.hash; });
    std::vector<uint64_t> tags;
    for (size_t i = 0, end = 0; i < entries.size(); i = end) {
      for (end = i; end < entries.size() && entries[end].hash == entries[i].hash; ++end) {
      }
      if (end - i < 2) continue;
      tags.clear();
      for (size_t j = i; j < end; ++j) tags.push_back(entries[j].tag);
      group(tags);
    }
  }
  if (std::fseek(file_.get(), 0, SEEK_END) != 0) return ErrnoStatus("read", path_);
  return absl::OkStatus();
}

absl::StatusOr<std::optional<std::pair<uint64_t, uint64_t>>> HashLedger::FirstRepeated() {
  std::optional<std::pair<uint64_t, uint64_t>> first;
  T2T_RETURN_IF_ERROR(ForEachRepeated([&](const std::vector<uint64_t>& tags) {
    if (!first || tags[1] < first->second) first = {tags[0], tags[1]};
  }));
  return first;
}

}  // namespace t2t
