// manifest.json of a data set's folder: what is in it and where it came from. Its presence says
// that the folder is complete: it is the last file to be written.
//
//   absl::StatusOr<DatasetManifest> manifest = ReadManifest(DatasetFolder("data", "g2p_cmudict"));
//   const SplitManifest* train = manifest->FindSplit("train");
#ifndef T2T_PROBLEMS_SHARDS_MANIFEST_H_
#define T2T_PROBLEMS_SHARDS_MANIFEST_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "problems/problem.h"

namespace t2t {

struct ShardManifest {
  std::string file;  // in the folder
  int64_t examples = 0;
  int64_t bytes = 0;
  std::string sha256;
};

struct SplitManifest {
  std::string name;
  int64_t examples = 0;
  std::vector<ShardManifest> shards;
  // SHA-256 of the shards' hashes: equal for the same files only.
  std::string Fingerprint() const;
};

struct DatasetManifest {
  std::string problem;  // the instance's full name
  int64_t revision = 1;
  uint64_t seed = 1;
  int64_t limit = 0;
  std::string date;                         // when it was made, UTC
  int64_t broken = 0;                       // records that could not be read and were skipped
  std::vector<std::string> broken_records;  // the first of them: place and reason
  std::map<std::string, int64_t> left_out;  // records that the problem does not take, by the reason
  // Examples of a split, other than train, whose inputs (without any: targets) are those of a training example too.
  std::map<std::string, int64_t> seen_in_training;
  std::vector<SourceRecord> sources;
  std::vector<SplitManifest> splits;

  const SplitManifest* FindSplit(
      absl::string_view split) const;  // null when there is none; borrowed
};

// Where the data of an instance lies: data_folder/name, with ':' as '-' and what a file system or a
// shell may not like as %XX.
std::string DatasetFolder(const std::string& data_folder, absl::string_view instance);

std::string ManifestToJson(const DatasetManifest& manifest);
absl::StatusOr<DatasetManifest> ManifestFromJson(absl::string_view json);

// Errors: NotFound where there is no complete data set; DataLoss for a damaged manifest.
absl::StatusOr<DatasetManifest> ReadManifest(const std::string& dataset_folder);

// Compares each shard with its hash. For `t2t inspect`; reading a record checks its own checksum
// anyway.
absl::Status VerifyShards(const std::string& dataset_folder, const DatasetManifest& manifest);

}  // namespace t2t

#endif  // T2T_PROBLEMS_SHARDS_MANIFEST_H_
