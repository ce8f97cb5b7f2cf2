#include "problems/shards/shard_writer.h"

#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "files/checksum.h"
#include "files/file_descriptor.h"
#include "problems/shards/example_record.h"
#include "registry/status_macros.h"

namespace t2t {

ShardWriter::ShardWriter(std::string folder, std::string split, int64_t shard_bytes,
                         WriteBehind* closing)
    : folder_(std::move(folder)), shard_bytes_(shard_bytes), closing_(closing) {
  split_.name = std::move(split);
}

std::string ShardWriter::TemporaryPath(size_t shard) const {
  return absl::StrFormat("%s/%s-%05d.unnamed", folder_, split_.name, shard);
}

absl::Status ShardWriter::Add(const Example& example) {
  T2T_ASSIGN_OR_RETURN(const std::string record, EncodeExample(example));
  if (writer_ == nullptr) {
    T2T_ASSIGN_OR_RETURN(writer_, RecordWriter::Create(TemporaryPath(closed_.size())));
    open_ = ShardManifest();
  }
  T2T_RETURN_IF_ERROR(writer_->Append(record));
  ++open_.examples;
  ++split_.examples;
  open_.bytes += static_cast<int64_t>(record.size()) + 16;  // a TFRecord's length and two checksums
  return open_.bytes >= shard_bytes_ ? CloseShard() : absl::OkStatus();
}

absl::Status ShardWriter::CloseShard() {
  const std::string path = TemporaryPath(closed_.size());
  ShardManifest* closed = &closed_.emplace_back(open_);
  // A task can be copied, a writer not.
  const std::shared_ptr<RecordWriter> writer = std::move(writer_);
  return closing_->Do(1, [path, closed, writer]() -> absl::Status {
    T2T_RETURN_IF_ERROR(writer->Commit());
    T2T_ASSIGN_OR_RETURN(closed->sha256, Sha256HexOfFile(path));
    return absl::OkStatus();
  });
}

absl::StatusOr<SplitManifest> ShardWriter::Finish() {
  if (writer_ != nullptr) T2T_RETURN_IF_ERROR(CloseShard());
  T2T_RETURN_IF_ERROR(closing_->Finish());
  split_.shards.assign(closed_.begin(), closed_.end());
  for (size_t i = 0; i < split_.shards.size(); ++i) {
    ShardManifest& shard = split_.shards[i];
    shard.file = absl::StrFormat("%s-%05d-of-%05d.tfrecord", split_.name, i, split_.shards.size());
    for (const char* suffix : {"", ".index"}) {
      const std::string from = TemporaryPath(i) + suffix,
                        to = absl::StrCat(folder_, "/", shard.file, suffix);
      if (std::rename(from.c_str(), to.c_str()) != 0) return ErrnoStatus("rename", from);
    }
  }
  return split_;
}

}  // namespace t2t
