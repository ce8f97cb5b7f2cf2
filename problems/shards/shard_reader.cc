#include "problems/shards/shard_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "problems/shards/example_record.h"
#include "problems/shards/manifest.h"
#include "registry/status_macros.h"
#include "registry/suggest.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<SplitReader>> SplitReader::Open(const std::string& dataset_folder,
                                                               absl::string_view split) {
  T2T_ASSIGN_OR_RETURN(const DatasetManifest manifest, ReadManifest(dataset_folder));
  const SplitManifest* found = manifest.FindSplit(split);
  if (found == nullptr) {
    std::vector<std::string> names;
    for (const SplitManifest& known : manifest.splits) names.push_back(known.name);
    return absl::NotFoundError(
        absl::StrCat(dataset_folder, " has no split '", split, "'", Suggestion(split, names)));
  }
  std::unique_ptr<SplitReader> reader(new SplitReader());
  reader->fingerprint_ = found->Fingerprint();
  for (const ShardManifest& shard : found->shards) {
    const std::string path = absl::StrCat(dataset_folder, "/", shard.file);
    T2T_ASSIGN_OR_RETURN(auto records, RecordReader::Open(path));
    if (records->size() != shard.examples) {
      return absl::DataLossError(absl::StrCat(path, " has ", records->size(),
                                              " records, the manifest says ", shard.examples));
    }
    reader->ends_.push_back(reader->size() + shard.examples);
    reader->shards_.push_back(std::move(records));
    reader->paths_.push_back(path);
  }
  return reader;
}

absl::StatusOr<std::unique_ptr<SplitReader>> SplitReader::Open(const std::string& data_folder,
                                                               const ProblemSpec& problem,
                                                               absl::string_view split) {
  T2T_ASSIGN_OR_RETURN(auto reader,
                       Open(DatasetFolder(data_folder, problem.dataset_name()), split));
  reader->aliases_ = problem.aliases;
  return reader;
}

absl::StatusOr<Example> SplitReader::Read(int64_t i) const {
  if (i < 0 || i >= size()) {
    return absl::OutOfRangeError(absl::StrCat("example ", i, " of a split of ", size()));
  }
  const size_t shard =
      static_cast<size_t>(std::upper_bound(ends_.begin(), ends_.end(), i) - ends_.begin());
  const int64_t place = i - (shard == 0 ? 0 : ends_[shard - 1]);
  T2T_ASSIGN_OR_RETURN(const std::string record, shards_[shard]->Read(place));
  absl::StatusOr<Example> example = DecodeExample(record);
  if (!example.ok())
    return Annotate(example.status(), absl::StrCat(paths_[shard], ": record ", place));
  for (const auto& [port, source] : aliases_) {
    const auto value = example->ports.find(source);
    if (value != example->ports.end()) example->ports[port] = value->second;
    const auto others = example->alternatives.find(source);
    if (others != example->alternatives.end()) example->alternatives[port] = others->second;
  }
  return example;
}

}  // namespace t2t
