// Writes a split's examples as shards of about equal size, in the order in which they come.
//
//   WriteBehind closing(4);
//   ShardWriter writer(folder, "train", 64 << 20, &closing);
//   T2T_RETURN_IF_ERROR(writer.Add(example));
//   // train-00000-of-00002.tfrecord, train-00001-of-00002.tfrecord:
//   T2T_ASSIGN_OR_RETURN(SplitManifest split, writer.Finish());
//
// The number of shards is known only at the end, so that they get their names in Finish. What takes long at a shard's end, the
// disk's answer and the hash of all of it, is done behind, while the next one is written.
#ifndef T2T_PROBLEMS_SHARDS_SHARD_WRITER_H_
#define T2T_PROBLEMS_SHARDS_SHARD_WRITER_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "files/tfrecord.h"
#include "modalities/codecs/value.h"
#include "problems/shards/manifest.h"
#include "problems/shards/write_behind.h"

namespace t2t {

// Not thread-safe. Holds one record in memory, and eight bytes for each record of the open shard.
class ShardWriter {
 public:
  // `closing` is borrowed and must be gone before this, as it is where it is declared later; one closed shard is 1 of its size.
  ShardWriter(std::string folder, std::string split, int64_t shard_bytes, WriteBehind* closing);

  absl::Status Add(const Example& example);
  // Once, at the end.
  absl::StatusOr<SplitManifest> Finish();

 private:
  absl::Status CloseShard();
  std::string TemporaryPath(size_t shard) const;

  std::string folder_;
  int64_t shard_bytes_;
  WriteBehind* closing_;
  SplitManifest split_;
  std::unique_ptr<RecordWriter> writer_;
  ShardManifest open_;
  std::deque<ShardManifest> closed_;  // which stay where they are while their hashes come
};

}  // namespace t2t

#endif  // T2T_PROBLEMS_SHARDS_SHARD_WRITER_H_
