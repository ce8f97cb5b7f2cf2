// Random access to one split of a prepared data set.
//
//   T2T_ASSIGN_OR_RETURN(auto reader, SplitReader::Open(DatasetFolder("data", "reverse"), "train"));
//   absl::StatusOr<Example> example = reader->Read(reader->size() - 1);
#ifndef T2T_PROBLEMS_SHARDS_SHARD_READER_H_
#define T2T_PROBLEMS_SHARDS_SHARD_READER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "files/tfrecord.h"
#include "modalities/codecs/value.h"
#include "problems/problem.h"

namespace t2t {

// At most `most` of the numbers 0 to size - 1, spread evenly: a sample of a split that is the same each time.
std::vector<int64_t> EvenlySpread(int64_t size, int64_t most);

// Constant after Open: every method may be called from several threads at once.
class SplitReader {
 public:
  // Errors: NotFound where there is no complete data set or no such split; DataLoss where a shard
  // does not hold what the manifest says.
  static absl::StatusOr<std::unique_ptr<SplitReader>> Open(const std::string& dataset_folder,
                                                           absl::string_view split);
  // The split of the data set that the problem reads, below the folder of all; ports by the problem's names (ProblemSpec::aliases),
  // and of training its sample (ProblemSpec::sample).
  static absl::StatusOr<std::unique_ptr<SplitReader>> Open(const std::string& data_folder,
                                                           const ProblemSpec& problem,
                                                           absl::string_view split);

  // SplitManifest::Fingerprint of what was opened.
  const std::string& fingerprint() const { return fingerprint_; }
  int64_t size() const {
    if (!sample_.empty()) return static_cast<int64_t>(sample_.size());
    return ends_.empty() ? 0 : ends_.back();
  }
  // The i-th example in the order of generation. Errors: OutOfRange; DataLoss with file and record.
  absl::StatusOr<Example> Read(int64_t i) const;

 private:
  SplitReader() = default;
  void Sample(int64_t count);

  std::vector<std::unique_ptr<RecordReader>> shards_;
  std::vector<std::string> paths_;
  std::string fingerprint_;
  std::map<std::string, std::string> aliases_;
  std::vector<int64_t> sample_;  // the examples that there are, where not all; sorted
  std::vector<int64_t> ends_;    // number of examples up to the end of each shard
};

}  // namespace t2t

#endif  // T2T_PROBLEMS_SHARDS_SHARD_READER_H_
