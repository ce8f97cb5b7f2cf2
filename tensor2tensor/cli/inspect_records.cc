#include "tensor2tensor/cli/inspect_records.h"

#include <cstdio>
#include <filesystem>
#include <map>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "files/atomic_file.h"
#include "files/tf_example.h"
#include "files/tfrecord.h"
#include "problems/rows/value_statistics.h"
#include "registry/status_macros.h"
#include "tensor2tensor/cli/console.h"

namespace t2t {
namespace {

constexpr size_t kMostTexts = 3;

struct FeatureSummary {
  std::string type;  // "bytes", "float", "int64"; several where records differ
  int64_t records = 0;
  ValueStatistics values;
};

const char* TypeOf(const Feature& feature) {
  static constexpr const char* kTypes[] = {"bytes", "float", "int64"};
  return kTypes[feature.values.index()];
}

// Each string is a value; a list of numbers is one.
std::vector<Value> ValuesOfFeature(const Feature& feature) {
  if (const auto* texts = std::get_if<std::vector<std::string>>(&feature.values))
    return {texts->begin(), texts->end()};
  if (const auto* floats = std::get_if<std::vector<float>>(&feature.values))
    return {Value(*floats)};
  return {Value(std::get<std::vector<int64_t>>(feature.values))};
}

size_t SizeOf(const Feature& feature) {
  return std::visit([](const auto& list) { return list.size(); }, feature.values);
}

absl::StatusOr<Features> ReadFeatures(const RecordReader& reader, const std::string& path,
                                      int64_t i) {
  T2T_ASSIGN_OR_RETURN(const std::string record, reader.Read(i));
  absl::StatusOr<Features> features = DecodeTfExample(record);
  if (features.ok()) return features;
  return Annotate(features.status(), absl::StrCat(path, ": record ", i, " is no tf.Example"));
}

absl::Status ShowRecord(const Features& features, int64_t number, const std::string& save) {
  printf("%lld  %zu features\n", static_cast<long long>(number), features.size());
  for (const auto& [name, feature] : features) {
    const std::vector<Value> values = ValuesOfFeature(feature);
    std::string text;
    for (size_t i = 0; i < values.size() && i < kMostTexts; ++i)
      absl::StrAppend(&text, i == 0 ? "" : " | ", ValueText(values[i]));
    if (values.size() > kMostTexts) text += " | \xE2\x80\xA6";
    printf("    %-20s %s x %zu  %s\n", name.c_str(), TypeOf(feature), SizeOf(feature),
           text.c_str());
    if (save.empty()) continue;
    for (size_t i = 0; i < values.size(); ++i) {
      if (!values[i].is_bytes()) continue;
      const std::string suffix = FileSuffixOf(values[i].bytes());
      if (suffix.empty()) continue;
      const std::string file = absl::StrCat(number, "-", absl::StrReplaceAll(name, {{"/", "-"}}),
                                            i == 0 ? "" : absl::StrCat("-", i), suffix);
      T2T_RETURN_IF_ERROR(SaveValue(absl::StrCat(save, "/", file), values[i].bytes()));
    }
  }
  return absl::OkStatus();
}

absl::Status ShowSummaries(const RecordReader& reader, const std::string& path) {
  std::map<std::string, FeatureSummary> summaries;
  for (int64_t i = 0; i < reader.size(); ++i) {
    T2T_ASSIGN_OR_RETURN(const Features features, ReadFeatures(reader, path, i));
    for (const auto& [name, feature] : features) {
      FeatureSummary& summary = summaries[name];
      ++summary.records;
      const std::string type = TypeOf(feature);
      if (summary.type.empty()) summary.type = type;
      if (summary.type.find(type) == std::string::npos)
        absl::StrAppend(&summary.type, " or ", type);
      for (const Value& value : ValuesOfFeature(feature)) summary.values.Add(value);
    }
  }
  printf("%lld records in %s\n", static_cast<long long>(reader.size()), path.c_str());
  for (const auto& [name, summary] : summaries) {
    printf("    %-20s %s, in %lld records\n", name.c_str(), summary.type.c_str(),
           static_cast<long long>(summary.records));
    for (const std::string& line : summary.values.Lines())
      printf("    %-20s %s\n", "", line.c_str());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status SaveValue(const std::string& path, const std::string& bytes) {
  T2T_RETURN_IF_ERROR(MakeFolders(std::filesystem::path(path).parent_path().string()));
  T2T_RETURN_IF_ERROR(WriteFileAtomically(path, bytes));
  printf("    %-10s %s\n", "  saved", path.c_str());
  return absl::OkStatus();
}

absl::Status InspectRecords(const std::string& path, const InspectOptions& options) {
  T2T_ASSIGN_OR_RETURN(const auto reader, RecordReader::Open(path));
  if (options.first > 0 && options.first >= reader->size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--first ", options.first, ": ", path, " has ", reader->size(), " records"));
  }
  if (options.verify) {
    for (int64_t i = 0; i < reader->size(); ++i) T2T_RETURN_IF_ERROR(reader->Read(i).status());
    Say(absl::StrCat(path, ": every record has its checksum"));
  }
  for (int64_t i = options.first; i < reader->size() && i - options.first < options.count; ++i) {
    T2T_ASSIGN_OR_RETURN(const Features features, ReadFeatures(*reader, path, i));
    T2T_RETURN_IF_ERROR(ShowRecord(features, i, options.save));
  }
  return options.statistics ? ShowSummaries(*reader, path) : absl::OkStatus();
}

}  // namespace t2t
