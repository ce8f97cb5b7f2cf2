#include "problems/shards/shard_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "problems/shards/example_record.h"
#include "problems/shards/manifest.h"
#include "random/philox.h"
#include "registry/status_macros.h"
#include "registry/suggest.h"

namespace t2t {

std::vector<int64_t> EvenlySpread(int64_t size, int64_t most) {
  const int64_t count = std::min(size, most);
  std::vector<int64_t> places;
  for (int64_t i = 0; i < count; ++i) places.push_back(i * size / count);
  return places;
}

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
  if (split == "train" && problem.sample > 0) reader->Sample(problem.sample);
  return reader;
}

// Keyed by nothing but the place: a larger sample has all of a smaller one.
void SplitReader::Sample(int64_t count) {
  if (count >= size()) return;
  std::vector<std::pair<uint64_t, int64_t>> drawn;
  for (int64_t i = 0; i < size(); ++i) {
    drawn.emplace_back(RandomKey(0).With("sample").With(static_cast<uint64_t>(i)).value(), i);
  }
  std::nth_element(drawn.begin(), drawn.begin() + static_cast<std::ptrdiff_t>(count), drawn.end());
  for (int64_t i = 0; i < count; ++i) sample_.push_back(drawn[static_cast<size_t>(i)].second);
  std::sort(sample_.begin(), sample_.end());
}

absl::StatusOr<Example> SplitReader::Read(int64_t i) const {
  if (i < 0 || i >= size()) {
    return absl::OutOfRangeError(absl::StrCat("example ", i, " of a split of ", size()));
  }
  if (!sample_.empty()) i = sample_[static_cast<size_t>(i)];
  const size_t shard =
      static_cast<size_t>(std::upper_bound(ends_.begin(), ends_.end(), i) - ends_.begin());
  const int64_t place = i - (shard == 0 ? 0 : ends_[shard - 1]);
  T2T_ASSIGN_OR_RETURN(const std::string record, shards_[shard]->Read(place));
  absl::StatusOr<Example> example = DecodeExample(record);
  if (!example.ok())
    return Annotate(example.status(), absl::StrCat(paths_[shard], ": record ", place));
  if (aliases_.empty()) return example;
  const Example stored = *example;  // one name may be another's alias
  for (const auto& [port, source] : aliases_) {
    example->ports.erase(port);  // another one of the stored names
    example->alternatives.erase(port);
    const auto value = stored.ports.find(source);
    if (value != stored.ports.end()) example->ports[port] = value->second;
    const auto others = stored.alternatives.find(source);
    if (others != stored.alternatives.end()) example->alternatives[port] = others->second;
  }
  return example;
}

}  // namespace t2t
