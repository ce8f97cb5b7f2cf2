#include "tensor2tensor/runs/codec_store.h"

#include <limits>
#include <map>
#include <memory>

#include "absl/strings/str_cat.h"
#include "files/atomic_file.h"
#include "files/checksum.h"
#include "files/folder.h"
#include "problems/shards/manifest.h"
#include "problems/shards/shard_reader.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

struct Group {  // the ports that keep one codec's files
  std::vector<std::pair<const Task*, const TaskPort*>> ports;
};

std::map<std::string, Group> LearningGroups(const std::vector<Task>& tasks) {
  std::map<std::string, Group> groups;
  for (const Task& task : tasks) {
    for (const auto* ports : {&task.inputs, &task.targets}) {
      for (const TaskPort& port : *ports) {
        if (port.codec->needs_learning())
          groups[CodecFolder(task, port)].ports.emplace_back(&task, &port);
      }
    }
  }
  return groups;
}

std::string FolderOf(const std::string& run, const std::string& group) {
  return absl::StrCat(run, "/ports/", group);
}

// A marker written last says that all files of a codec are there, and holds their checksums: a run
// decodes with the vocabulary that it was trained with, or not at all.
constexpr char kComplete[] = ".complete";

// As sha256sum writes and checks them; nothing where there are no files.
std::string Checksums(const CodecFiles& files) {
  std::string lines;
  for (const auto& [name, bytes] : files)
    absl::StrAppend(&lines, Sha256Hex(bytes), "  ", name, "\n");
  return lines;
}

absl::StatusOr<CodecFiles> ReadCodecFiles(const std::string& folder) {
  const std::string marker = absl::StrCat(folder, "/", kComplete);
  if (!Exists(marker)) {
    return absl::NotFoundError(
        absl::StrCat(folder, ": the run does not hold this port's vocabulary"));
  }
  CodecFiles files;
  T2T_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(folder));
  for (const std::string& name : names) {
    if (name == kComplete) continue;
    T2T_ASSIGN_OR_RETURN(files[name], ReadFile(absl::StrCat(folder, "/", name)));
  }
  T2T_ASSIGN_OR_RETURN(const std::string checksums, ReadFile(marker));
  // An empty marker is of a run from before there were checksums.
  if (checksums.empty() || checksums == Checksums(files)) return files;
  return absl::DataLossError(
      absl::StrCat(folder, ": is not the vocabulary that the run was trained with (`sha256sum -c ",
                   kComplete, "` there tells what differs)"));
}

absl::Status WriteCodecFiles(const CodecFiles& files, const std::string& folder) {
  // What an interrupted call left must not pass for the codec's.
  T2T_RETURN_IF_ERROR(RemoveAll(folder));
  T2T_RETURN_IF_ERROR(MakeFolders(folder));
  for (const auto& [file, bytes] : files) {
    T2T_RETURN_IF_ERROR(WriteFileAtomically(absl::StrCat(folder, "/", file), bytes));
  }
  return WriteFileAtomically(absl::StrCat(folder, "/", kComplete), Checksums(files));
}

absl::Status LoadGroup(const CodecFiles& files, const Group& group, const std::string& folder) {
  for (const auto& [task, port] : group.ports) {
    T2T_RETURN_IF_ERROR(Annotate(port->codec->Load(files), folder));
  }
  return absl::OkStatus();
}

// The training values of all ports of a group, one port behind the other; of each at most so many examples.
class GroupValues {
 public:
  GroupValues(const Group& group, const std::string& data_folder, bool skip_broken,
              int64_t most = std::numeric_limits<int64_t>::max())
      : group_(group), data_folder_(data_folder), skip_broken_(skip_broken), most_(most) {}

  absl::StatusOr<std::optional<Value>> Next() {
    place_.clear();
    while (port_ < group_.ports.size()) {
      const auto& [task, port] = group_.ports[port_];
      if (reader_ == nullptr) {
        T2T_ASSIGN_OR_RETURN(reader_, SplitReader::Open(data_folder_, task->spec, "train"));
        examples_ = EvenlySpread(reader_->size(), most_);
        next_ = 0;
      }
      if (next_ < examples_.size()) {
        auto read = reader_->Read(examples_[next_++]);
        if (!read.ok() && skip_broken_) continue;
        T2T_ASSIGN_OR_RETURN(Example example, std::move(read));
        const auto value = example.ports.find(port->port.name);
        if (value == example.ports.end()) continue;
        if (skip_broken_ && !port->codec->Check(value->second).ok()) continue;
        place_ = absl::StrCat(task->spec.name, ", training example '", example.key, "'");
        return std::optional<Value>(std::move(value->second));
      }
      reader_.reset();
      ++port_;
    }
    return std::optional<Value>();
  }
  // Where the last value stands; "" where there was none.
  const std::string& place() const { return place_; }

 private:
  const Group& group_;
  std::string data_folder_;
  bool skip_broken_;
  int64_t most_;
  std::unique_ptr<SplitReader> reader_;
  std::vector<int64_t> examples_;
  size_t port_ = 0, next_ = 0;
  std::string place_;
};

// What the group's first codec learned.
absl::StatusOr<CodecFiles> LearnGroup(const std::string& name, const Group& group,
                                      GroupValues values) {
  Codec& codec = *group.ports[0].second->codec;
  absl::Status learned = codec.Learn([&] { return values.Next(); });
  if (!learned.ok() && !values.place().empty()) learned = Annotate(learned, values.place());
  T2T_RETURN_IF_ERROR(Annotate(learned, name));
  return codec.Files();
}

}  // namespace

absl::Status LoadCodecs(const std::string& run, const std::vector<Task>& tasks) {
  for (const auto& [name, group] : LearningGroups(tasks)) {
    const std::string folder = FolderOf(run, name);
    T2T_ASSIGN_OR_RETURN(const CodecFiles files, ReadCodecFiles(folder));
    T2T_RETURN_IF_ERROR(LoadGroup(files, group, folder));
  }
  return absl::OkStatus();
}

absl::Status LearnCodecs(const std::string& run, const std::vector<Task>& tasks,
                         const std::string& data_folder,
                         const std::function<void(const std::string&)>& say, bool skip_broken) {
  for (const auto& [name, group] : LearningGroups(tasks)) {
    const std::string folder = FolderOf(run, name);
    const auto kept = ReadCodecFiles(folder);
    if (kept.ok()) {
      T2T_RETURN_IF_ERROR(LoadGroup(*kept, group, folder));
      continue;
    }
    if (!absl::IsNotFound(kept.status())) return kept.status();
    Codec& codec = *group.ports[0].second->codec;
    T2T_ASSIGN_OR_RETURN(const CodecFiles files,
                         LearnGroup(name, group, GroupValues(group, data_folder, skip_broken)));
    T2T_RETURN_IF_ERROR(WriteCodecFiles(files, folder));
    T2T_RETURN_IF_ERROR(LoadGroup(files, group, folder));
    say(absl::StrCat("learned ", name, ": ", codec.Describe()));
  }
  return absl::OkStatus();
}

absl::Status LearnFromSample(const Task& task, const std::string& data_folder, int64_t most_ids,
                             int64_t most_frames) {
  const std::vector<Task> tasks = {task};  // which has the same codecs
  for (const auto& [name, group] : LearningGroups(tasks)) {
    const int64_t most = group.ports[0].second->codec->gives_frames() ? most_frames : most_ids;
    T2T_ASSIGN_OR_RETURN(
        const CodecFiles files,
        LearnGroup(name, group, GroupValues(group, data_folder, /*skip_broken=*/true, most)));
    T2T_RETURN_IF_ERROR(LoadGroup(files, group, name));
  }
  return absl::OkStatus();
}

absl::Status CopyCodec(const std::string& from, const std::string& codec, const std::string& to) {
  const auto files = ReadCodecFiles(FolderOf(from, codec));
  if (absl::IsNotFound(files.status())) return absl::OkStatus();
  T2T_RETURN_IF_ERROR(files.status());
  return WriteCodecFiles(*files, FolderOf(to, codec));
}

bool SameCodec(const std::string& one, const std::string& other, const std::string& codec) {
  const auto first = ReadCodecFiles(FolderOf(one, codec));
  const auto second = ReadCodecFiles(FolderOf(other, codec));
  return first.ok() && second.ok() && *first == *second;
}

}  // namespace t2t
