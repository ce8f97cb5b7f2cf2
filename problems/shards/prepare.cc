#include "problems/shards/prepare.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "files/atomic_file.h"
#include "files/folder.h"
#include "problems/shards/hash_ledger.h"
#include "problems/shards/shard_writer.h"
#include "problems/shards/write_behind.h"
#include "registry/status_macros.h"
#include "registry/suggest.h"

namespace t2t {
namespace {

constexpr size_t kBrokenRecordsKept = 20;
// Bytes of examples that go to the writing thread together, and of those that wait for it at most.
constexpr int64_t kBatchBytes = int64_t{1} << 18;
constexpr int64_t kMostWaitingBytes = int64_t{16} << 20;
// Full shards that wait for the disk and their hash.
constexpr int64_t kMostClosing = 4;

class ShardSink : public ExampleSink {
 public:
  ShardSink(const ProblemSpec& spec, const GenerateOptions& options, const std::string& folder,
            int64_t shard_bytes)
      : spec_(spec), options_(options), folder_(folder) {
    for (size_t i = 0; i < spec.splits.size(); ++i) {
      splits_[spec.splits[i]].writer =
          std::make_unique<ShardWriter>(folder, spec.splits[i], shard_bytes, &closing_);
      splits_[spec.splits[i]].number = i;
    }
  }

  absl::Status Add(absl::string_view split, Example example) override {
    const auto found = splits_.find(split);
    if (found == splits_.end()) {
      return absl::InvalidArgumentError(absl::StrCat("example '", example.key, "' is of split '",
                                                     split, "'", Suggestion(split, spec_.splits)));
    }
    for (const auto& [port, value] : example.ports) {
      if (spec_.FindPort(port) == nullptr) {
        return absl::InvalidArgumentError(absl::StrCat("example '", example.key, "' has port '",
                                                       port,
                                                       "', which the problem does not declare"));
      }
    }
    if (options_.limit > 0 && found->second.examples >= options_.limit) return absl::OkStatus();
    ++found->second.examples;
    if (++added_ % 1000 == 0 && options_.progress) options_.progress("examples written", added_, 0);
    batch_bytes_ += BytesOf(example);
    batch_.emplace_back(&found->second, std::move(example));
    return batch_bytes_ >= kBatchBytes ? HandOver() : absl::OkStatus();
  }

  absl::Status Broken(absl::string_view where, const absl::Status& why) override {
    const absl::Status status = Annotate(why, where);
    if (options_.on_error == OnError::kStop) return status;
    ++broken_;
    if (broken_records_.size() < kBrokenRecordsKept) broken_records_.emplace_back(status.message());
    return absl::OkStatus();
  }

  void LeftOut(absl::string_view why) override { ++left_out_[std::string(why)]; }

  absl::Status Finish(DatasetManifest* manifest) {
    T2T_RETURN_IF_ERROR(HandOver());
    T2T_RETURN_IF_ERROR(writing_.Finish());
    T2T_RETURN_IF_ERROR(CountSeen(&manifest->seen_in_training));
    for (const std::string& split : spec_.splits) {
      T2T_ASSIGN_OR_RETURN(SplitManifest written, splits_.find(split)->second.writer->Finish());
      manifest->splits.push_back(std::move(written));
    }
    manifest->broken = broken_;
    manifest->broken_records = broken_records_;
    manifest->left_out = left_out_;
    if (options_.progress) options_.progress("examples written", added_, added_);
    if (added_ == 0) {
      return absl::FailedPreconditionError(
          absl::StrCat("the problem gave no example (", broken_, " records could not be read)"));
    }
    return absl::OkStatus();
  }

 private:
  struct Split {
    std::unique_ptr<ShardWriter> writer;
    uint64_t number = 0;   // in spec_.splits
    int64_t examples = 0;  // that were taken
  };
  using Batch = std::vector<std::pair<Split*, Example>>;

  // About what it takes in memory.
  static int64_t BytesOf(const Example& example) {
    size_t bytes = 200 + example.key.size();
    const auto add = [&](const Value& value) {
      bytes += 100 + (value.is_bytes()    ? value.bytes().size()
                      : value.is_floats() ? 4 * value.floats().size()
                                          : 8 * value.integers().size());
    };
    for (const auto& [port, value] : example.ports) add(value);
    for (const auto& [port, values] : example.alternatives) {
      for (const Value& value : values) add(value);
    }
    return static_cast<int64_t>(bytes);
  }

  // Several at once: a thread that is woken for each small example costs more than it saves.
  absl::Status HandOver() {
    const auto batch = std::make_shared<Batch>(std::move(batch_));
    batch_.clear();
    return writing_.Do(std::exchange(batch_bytes_, 0), [this, batch]() -> absl::Status {
      for (const auto& [split, example] : *batch) {
        T2T_RETURN_IF_ERROR(NoteInputs(split->number, example));
        T2T_RETURN_IF_ERROR(
            Annotate(split->writer->Add(example), absl::StrCat("example '", example.key, "'")));
      }
      return absl::OkStatus();
    });
  }

  absl::Status NoteInputs(uint64_t split, const Example& example) {
    if (inputs_ == nullptr) {
      T2T_ASSIGN_OR_RETURN(inputs_, HashLedger::Make(folder_));
    }
    std::string key;
    for (const Port& port : spec_.inputs.empty() ? spec_.targets : spec_.inputs) {
      const auto value = example.ports.find(port.name);
      if (value != example.ports.end()) AppendKey(value->second, &key);
    }
    return inputs_->Add(key, split);
  }

  static void AppendKey(const Value& value, std::string* key) {
    const auto append = [&](const auto& list) {
      absl::StrAppend(key, list.size(), ":");
      key->append(reinterpret_cast<const char*>(list.data()), list.size() * sizeof(*list.data()));
    };
    if (value.is_bytes()) append(value.bytes());
    if (value.is_floats()) append(value.floats());
    if (value.is_integers()) append(value.integers());
  }

  absl::Status CountSeen(std::map<std::string, int64_t>* seen) {
    const auto train = std::find(spec_.splits.begin(), spec_.splits.end(), "train");
    if (inputs_ == nullptr || train == spec_.splits.end()) return absl::OkStatus();
    const auto train_tag = static_cast<uint64_t>(train - spec_.splits.begin());
    return inputs_->ForEachRepeated([&](const std::vector<uint64_t>& tags) {
      if (std::find(tags.begin(), tags.end(), train_tag) == tags.end()) return;
      for (const uint64_t tag : tags) {
        if (tag != train_tag) ++(*seen)[spec_.splits[tag]];
      }
    });
  }

  const ProblemSpec& spec_;
  const GenerateOptions& options_;
  const std::string& folder_;
  std::unique_ptr<HashLedger> inputs_;  // of all examples, with the split's number
  std::map<std::string, Split, std::less<>> splits_;
  std::vector<std::string> broken_records_;
  std::map<std::string, int64_t> left_out_;
  int64_t added_ = 0;
  int64_t broken_ = 0;
  Batch batch_;  // taken, not yet handed over
  int64_t batch_bytes_ = 0;
  // Generate goes on while examples become bytes in one thread and full shards are flushed and hashed in another. Their order
  // is that of their coming, so that threads change no byte. Last: they are joined before what they use is gone.
  WriteBehind closing_{kMostClosing};
  WriteBehind writing_{kMostWaitingBytes};
};

// "train-00000-of-00002.tfrecord", or its index.
bool IsShard(absl::string_view name) {
  absl::ConsumeSuffix(&name, ".index");
  if (!absl::ConsumeSuffix(&name, ".tfrecord")) return false;
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '-');
  const auto is_number = [](absl::string_view text) {
    return text.size() == 5 && text.find_first_not_of("0123456789") == absl::string_view::npos;
  };
  return parts.size() == 4 && is_number(parts[1]) && parts[2] == "of" && is_number(parts[3]);
}

// What is no data set of ours must not be removed to make room for one: it may be the user's own pictures. `unfinished`:
// whether the folder may be one that a killed process left.
absl::Status CheckReplaceable(const std::string& folder, bool unfinished) {
  T2T_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(folder));
  const bool complete = std::binary_search(names.begin(), names.end(), "manifest.json");
  for (const std::string& name : names) {
    const bool in_writing =
        unfinished && (absl::StrContains(name, ".unnamed") || absl::StrContains(name, ".tmp-"));
    const bool ours = name == "manifest.json" || (IsShard(name) && (complete || unfinished));
    if (ours || in_writing) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(folder, " is where the data set would be kept, and it holds '", name,
                     "', which is none of its files; name another folder of data sets (--data), or "
                     "call the problem otherwise"));
  }
  return absl::OkStatus();
}

// Whether the shards are there in their length: someone may have removed or cut one since.
bool HasShards(const std::string& folder, const DatasetManifest& manifest) {
  for (const SplitManifest& split : manifest.splits) {
    for (const ShardManifest& shard : split.shards) {
      const std::string path = absl::StrCat(folder, "/", shard.file);
      std::error_code error;
      const auto size = std::filesystem::file_size(path, error);
      if (error || size != static_cast<uintmax_t>(shard.bytes) || !Exists(path + ".index")) {
        return false;
      }
    }
  }
  return true;
}

// In what a complete data set is not the one that is asked for; "" = in nothing.
std::string Difference(const DatasetManifest& ready, const GenerateOptions& options) {
  std::vector<std::string> differences;
  if (ready.seed != options.seed) {
    differences.push_back(absl::StrCat("its seed is ", ready.seed, ", not ", options.seed));
  }
  if (ready.limit != options.limit) {
    const auto text = [](int64_t limit) {
      return limit == 0 ? std::string("none") : absl::StrCat(limit, " examples a split");
    };
    differences.push_back(
        absl::StrCat("its limit is ", text(ready.limit), ", not ", text(options.limit)));
  }
  if (ready.broken > 0 && options.on_error == OnError::kStop) {
    differences.push_back(
        absl::StrCat("it lacks ", ready.broken, " broken records, which --skip-broken allowed"));
  }
  return absl::StrJoin(differences, "; ");
}

absl::StatusOr<DatasetManifest> GenerateInto(const Problem& problem, const ProblemSpec& spec,
                                             const GenerateOptions& options,
                                             const std::string& folder, int64_t shard_bytes) {
  DatasetManifest manifest;
  manifest.problem = spec.name;
  manifest.revision = spec.revision;
  manifest.seed = options.seed;
  manifest.limit = options.limit;
  manifest.date = absl::FormatTime(absl::RFC3339_sec, absl::Now(), absl::UTCTimeZone());
  GenerateOptions with_sources = options;
  with_sources.source_used = [&](const SourceRecord& record) {
    manifest.sources.push_back(record);
    if (record.date.empty()) manifest.sources.back().date = manifest.date;
    if (options.source_used) options.source_used(record);
  };
  ShardSink sink(spec, with_sources, folder, shard_bytes);
  T2T_RETURN_IF_ERROR(problem.Generate(with_sources, sink));
  T2T_RETURN_IF_ERROR(sink.Finish(&manifest));
  T2T_RETURN_IF_ERROR(
      WriteFileAtomically(absl::StrCat(folder, "/manifest.json"), ManifestToJson(manifest)));
  return manifest;
}

}  // namespace

absl::StatusOr<DatasetManifest> PrepareData(const Problem& asked, const GenerateOptions& options,
                                            const std::string& data_folder,
                                            const PrepareOptions& prepare) {
  const Problem& problem = asked.dataset();
  const ProblemSpec spec = problem.Spec();
  const std::string folder = DatasetFolder(data_folder, spec.name);
  T2T_RETURN_IF_ERROR(MakeFolders(data_folder));
  T2T_ASSIGN_OR_RETURN(const FileLock lock, FileLock::Acquire(folder + ".lock", [&] {
                         if (options.progress)
                           options.progress("waiting for another process that makes it", 0, 0);
                       }));
  const std::string partial = folder + ".partial", replaced = folder + ".replaced";
  // A run that was killed between the last two steps of its end left a whole data set. The manifest is the last of its files.
  if (!Exists(folder) && ReadManifest(partial).ok()) T2T_RETURN_IF_ERROR(Rename(partial, folder));
  if (!prepare.again) {
    absl::StatusOr<DatasetManifest> ready = ReadManifest(folder);
    if (ready.ok() && ready->problem == spec.name && ready->revision == spec.revision &&
        HasShards(folder, *ready)) {
      const std::string difference = Difference(*ready, options);
      if (difference.empty() || prepare.any_complete) {
        for (const std::string& left : {partial, replaced}) {
          if (CheckReplaceable(left, true).ok()) RemoveAll(left).IgnoreError();
        }
        return ready;
      }
      return absl::InvalidArgumentError(absl::StrCat(
          "data of '", spec.name, "': ", folder,
          " holds another data set than is asked for: ", difference, "; --again makes it anew"));
    }
  }
  for (const std::string& place : {folder, partial, replaced}) {
    T2T_RETURN_IF_ERROR(Annotate(CheckReplaceable(place, /*unfinished=*/place != folder),
                                 absl::StrCat("data of '", spec.name, "'")));
  }
  T2T_RETURN_IF_ERROR(RemoveAll(partial));
  T2T_RETURN_IF_ERROR(RemoveAll(replaced));
  T2T_RETURN_IF_ERROR(MakeFolders(partial));
  absl::StatusOr<DatasetManifest> manifest =
      GenerateInto(problem, spec, options, partial, prepare.shard_bytes);
  if (!manifest.ok()) {
    RemoveAll(partial).IgnoreError();  // the first error says more
    return Annotate(manifest.status(), absl::StrCat("data of '", spec.name, "'"));
  }
  // The old one goes as a whole, too: half removed it would be a folder of unknown files.
  if (Exists(folder)) T2T_RETURN_IF_ERROR(Rename(folder, replaced));
  T2T_RETURN_IF_ERROR(Rename(partial, folder));
  T2T_RETURN_IF_ERROR(RemoveAll(replaced));
  return manifest;
}

}  // namespace t2t
