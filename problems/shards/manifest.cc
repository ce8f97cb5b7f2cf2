#include "problems/shards/manifest.h"

#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "files/atomic_file.h"
#include "files/checksum.h"
#include "registry/status_macros.h"

namespace t2t {

namespace {

using Json = nlohmann::ordered_json;

constexpr char kFormat[] = "t2t-dataset";
constexpr int64_t kVersion = 1;

// Reads fields and keeps the first one that is absent or of another type.
class Fields {
 public:
  Fields(const Json& object, std::string place) : object_(object), place_(std::move(place)) {}

  template <typename T>
  T Get(const char* key) {
    const auto it = object_.is_object() ? object_.find(key) : object_.end();
    const bool fits = it != object_.end() &&
                      (std::is_same_v<T, std::string> ? it->is_string() : it->is_number_integer());
    if (!fits) {
      status_.Update(
          absl::DataLossError(absl::StrCat(place_, key, " is missing or of another type")));
      return T();
    }
    return it->template get<T>();
  }
  // A number of things.
  int64_t Count(const char* key) {
    const int64_t count = Get<int64_t>(key);
    if (count < 0) {
      status_.Update(absl::DataLossError(absl::StrCat(place_, key, " = ", count, " is negative")));
    }
    return count;
  }
  const Json& List(const char* key) {
    static const Json& empty = *new Json(Json::array());
    const auto it = object_.is_object() ? object_.find(key) : object_.end();
    if (it != object_.end() && it->is_array()) return *it;
    status_.Update(absl::DataLossError(absl::StrCat(place_, key, " is missing or not a list")));
    return empty;
  }
  const absl::Status& status() const { return status_; }

 private:
  const Json& object_;
  std::string place_;
  absl::Status status_;
};

absl::StatusOr<SplitManifest> SplitFromJson(const Json& json) {
  Fields fields(json, "splits: ");
  SplitManifest split;
  split.name = fields.Get<std::string>("name");
  split.examples = fields.Count("examples");
  int64_t examples = 0;
  for (const Json& item : fields.List("shards")) {
    Fields shard(item, absl::StrCat("shards of ", split.name, ": "));
    split.shards.push_back({shard.Get<std::string>("file"), shard.Count("examples"),
                            shard.Count("bytes"), shard.Get<std::string>("sha256")});
    T2T_RETURN_IF_ERROR(shard.status());
    if (absl::StrContains(split.shards.back().file, '/')) {
      return absl::DataLossError(
          absl::StrCat("shard '", split.shards.back().file, "' is not in the folder"));
    }
    if (__builtin_add_overflow(examples, split.shards.back().examples, &examples)) {
      return absl::DataLossError(absl::StrCat("split ", split.name, " has too many examples"));
    }
  }
  T2T_RETURN_IF_ERROR(fields.status());
  if (examples != split.examples) {
    return absl::DataLossError(absl::StrCat("split ", split.name, " has ", split.examples,
                                            " examples but its shards have ", examples));
  }
  return split;
}

}  // namespace

std::string SplitManifest::Fingerprint() const {
  std::string hashes;
  for (const ShardManifest& shard : shards) hashes += shard.sha256;
  return Sha256Hex(hashes);
}

const SplitManifest* DatasetManifest::FindSplit(absl::string_view split) const {
  for (const SplitManifest& candidate : splits) {
    if (candidate.name == split) return &candidate;
  }
  return nullptr;
}

std::string DatasetFolder(const std::string& data_folder, absl::string_view instance) {
  std::string name;
  for (const char c : instance) {
    if (c == ':') {
      name += '-';  // no problem's name has '-', so that two instances never share a folder
    } else if (absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
               absl::StrContains("_=,-", absl::string_view(&c, 1)) || (c == '.' && !name.empty())) {
      name += c;
    } else {
      absl::StrAppendFormat(&name, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  // File systems end at 255 bytes, and locks and temporaries add to the name.
  if (name.size() > 180)
    name = absl::StrCat(name.substr(0, 160), "-", Sha256Hex(std::string(instance)).substr(0, 16));
  return absl::StrCat(data_folder, "/", name);
}

std::string ManifestToJson(const DatasetManifest& manifest) {
  Json sources = Json::array(), splits = Json::array();
  for (const SourceRecord& source : manifest.sources) {
    sources.push_back({{"name", source.name},
                       {"origin", source.origin},
                       {"sha256", source.sha256},
                       {"date", source.date}});
  }
  for (const SplitManifest& split : manifest.splits) {
    Json shards = Json::array();
    for (const ShardManifest& shard : split.shards) {
      shards.push_back({{"file", shard.file},
                        {"examples", shard.examples},
                        {"bytes", shard.bytes},
                        {"sha256", shard.sha256}});
    }
    splits.push_back(
        {{"name", split.name}, {"examples", split.examples}, {"shards", std::move(shards)}});
  }
  const Json json = {{"format", kFormat},
                     {"version", kVersion},
                     {"problem", manifest.problem},
                     {"revision", manifest.revision},
                     {"seed", manifest.seed},
                     {"limit", manifest.limit},
                     {"date", manifest.date},
                     {"broken", manifest.broken},
                     {"broken_records", manifest.broken_records},
                     {"left_out", manifest.left_out},
                     {"seen_in_training", manifest.seen_in_training},
                     {"sources", std::move(sources)},
                     {"splits", std::move(splits)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

absl::StatusOr<DatasetManifest> ManifestFromJson(absl::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return absl::DataLossError("it is not JSON");
  Fields fields(json, "");
  const std::string format = fields.Get<std::string>("format");
  const int64_t version = fields.Get<int64_t>("version");
  T2T_RETURN_IF_ERROR(fields.status());
  if (format != kFormat || version != kVersion) {
    return absl::DataLossError(absl::StrCat("it is '", format, "' version ", version, ", not '",
                                            kFormat, "' version ", kVersion));
  }
  DatasetManifest manifest;
  manifest.problem = fields.Get<std::string>("problem");
  manifest.revision = fields.Get<int64_t>("revision");
  manifest.seed = fields.Get<uint64_t>("seed");
  manifest.limit = fields.Count("limit");
  manifest.date = fields.Get<std::string>("date");
  manifest.broken = fields.Count("broken");
  for (const Json& record : fields.List("broken_records")) {
    if (record.is_string()) manifest.broken_records.push_back(record.get<std::string>());
  }
  for (const auto& [name, counts] : {std::pair("left_out", &manifest.left_out),
                                     std::pair("seen_in_training", &manifest.seen_in_training)}) {
    if (!json.contains(name)) continue;  // not in those of before
    Fields read(json[name], absl::StrCat(name, ": "));
    for (const auto& [key, unused] : json[name].items()) (*counts)[key] = read.Count(key.c_str());
    T2T_RETURN_IF_ERROR(read.status());
  }
  for (const Json& item : fields.List("sources")) {
    Fields source(item, "sources: ");
    manifest.sources.push_back({source.Get<std::string>("name"), source.Get<std::string>("origin"),
                                source.Get<std::string>("sha256"),
                                source.Get<std::string>("date")});
    T2T_RETURN_IF_ERROR(source.status());
  }
  for (const Json& item : fields.List("splits")) {
    T2T_ASSIGN_OR_RETURN(SplitManifest split, SplitFromJson(item));
    manifest.splits.push_back(std::move(split));
  }
  T2T_RETURN_IF_ERROR(fields.status());
  return manifest;
}

absl::StatusOr<DatasetManifest> ReadManifest(const std::string& dataset_folder) {
  const std::string path = absl::StrCat(dataset_folder, "/manifest.json");
  absl::StatusOr<std::string> json = ReadFile(path);
  if (absl::IsNotFound(json.status())) {
    return absl::NotFoundError(
        absl::StrCat(dataset_folder, " holds no complete data set (no manifest.json)"));
  }
  T2T_RETURN_IF_ERROR(json.status());
  absl::StatusOr<DatasetManifest> manifest = ManifestFromJson(*json);
  if (!manifest.ok()) return Annotate(manifest.status(), path);
  return manifest;
}

absl::Status VerifyShards(const std::string& dataset_folder, const DatasetManifest& manifest) {
  for (const SplitManifest& split : manifest.splits) {
    for (const ShardManifest& shard : split.shards) {
      const std::string path = absl::StrCat(dataset_folder, "/", shard.file);
      T2T_ASSIGN_OR_RETURN(const std::string hash, Sha256HexOfFile(path));
      if (hash != shard.sha256) {
        return absl::DataLossError(
            absl::StrCat(path, ": its sha256 is ", hash, ", the manifest says ", shard.sha256));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace t2t
