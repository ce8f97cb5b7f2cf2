// Writes a split's examples as shards of about equal size, in the order in which they come.
//
//   ShardWriter writer(folder, "train", 64 << 20);
//   T2T_RETURN_IF_ERROR(writer.Add(example));
//   // train-00000-of-00002.tfrecord, train-00001-of-00002.tfrecord:
//   T2T_ASSIGN_OR_RETURN(SplitManifest split, writer.Finish());
//
// The number of shards is known only at the end, so that they get their names in Finish.
#ifndef T2T_PROBLEMS_SHARDS_SHARD_WRITER_H_
#define T2T_PROBLEMS_SHARDS_SHARD_WRITER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "files/tfrecord.h"
#include "modalities/codecs/value.h"
#include "problems/shards/manifest.h"

namespace t2t {

// Not thread-safe. Holds one record in memory, and eight bytes for each record of the open shard.
class ShardWriter {
 public:
  ShardWriter(std::string folder, std::string split, int64_t shard_bytes);

  absl::Status Add(const Example& example);
  // Once, at the end.
  absl::StatusOr<SplitManifest> Finish();
  int64_t examples() const { return split_.examples; }

 private:
  absl::Status CloseShard();
  std::string TemporaryPath(size_t shard) const;

  std::string folder_;
  int64_t shard_bytes_;
  SplitManifest split_;
  std::unique_ptr<RecordWriter> writer_;
  ShardManifest open_;
};

}  // namespace t2t

#endif  // T2T_PROBLEMS_SHARDS_SHARD_WRITER_H_
