#include "problems/folder/folder_problem.h"

#include <filesystem>
#include <map>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "files/atomic_file.h"
#include "files/checksum.h"
#include "problems/folder/folder_manifest.h"
#include "problems/folder/table.h"
#include "random/philox.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr char kManifest[] = "/manifest.yaml";
constexpr char kRevision[] = "/revision";
constexpr uint64_t kRevisions =
    1'000'000'000;  // short enough to be read out, long enough to differ
// Part of the revision: raised when equal manifests and tables give other examples or splits.
constexpr char kMethod[] = "folder problem 3\n";

class FolderProblem : public Problem {
 public:
  FolderProblem(std::string folder, FolderManifest manifest, int64_t revision,
                std::map<std::string, std::string> hashes)
      : folder_(std::move(folder)), manifest_(std::move(manifest)), hashes_(std::move(hashes)) {
    manifest_.spec.revision = revision;
  }

  ProblemSpec Spec() const override { return manifest_.spec; }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    if (hashes_.empty()) {
      return absl::FailedPreconditionError(absl::StrCat(
          folder_, ": a run keeps the manifest only, and there is no data set of revision ",
          manifest_.spec.revision,
          ", which it was trained on; `t2t datagen FOLDER` makes one from the problem's own "
          "folder"));
    }
    std::map<std::string, int64_t> counts;
    for (const auto& [split, table] : manifest_.tables) {
      if (options.source_used) {
        options.source_used({.name = table,
                             .origin = absl::StrCat("given: ", PathOf(table)),
                             .sha256 = hashes_.at(table)});
      }
      T2T_RETURN_IF_ERROR(AddTable(split, table, options, sink, &counts));
    }
    for (const std::string& split : manifest_.spec.splits) {
      if (counts[split] > 0) continue;
      return absl::FailedPreconditionError(
          absl::StrCat(folder_, ": split '", split, "' has no example",
                       manifest_.tables[0].first.empty()
                           ? absl::StrCat("; raise split.", split,
                                          ", give more rows, or name a table for each split")
                           : ""));
    }
    return absl::OkStatus();
  }

 private:
  std::string PathOf(const std::string& file) const {
    return (std::filesystem::path(folder_) / file).string();  // an absolute one stays itself
  }

  absl::Status AddTable(const std::string& split, const std::string& name,
                        const GenerateOptions& options, ExampleSink& sink,
                        std::map<std::string, int64_t>* counts) const {
    T2T_ASSIGN_OR_RETURN(TableReader table, TableReader::Open(PathOf(name)));
    std::vector<size_t> columns;
    for (const FolderPort& port : manifest_.ports) {
      T2T_ASSIGN_OR_RETURN(columns.emplace_back(), table.FindColumn(port.name));
    }
    size_t group = table.columns().size();
    if (!manifest_.group_column.empty()) {
      T2T_ASSIGN_OR_RETURN(group, table.FindColumn(manifest_.group_column));
    }
    size_t weight = table.columns().size();
    if (!manifest_.weight_column.empty()) {
      T2T_ASSIGN_OR_RETURN(weight, table.FindColumn(manifest_.weight_column));
    }
    int64_t done = 0;
    for (TableRow row; table.Next(&row);) {
      const std::string place = absl::StrCat(name, ":", row.line);
      if (absl::IsOutOfRange(row.status)) {
        return Annotate(row.status, absl::StrCat(folder_, "/", place));
      }
      absl::Status status = row.status;
      Example example;
      example.key = place;
      for (size_t i = 0; status.ok() && i < columns.size(); ++i) {
        status = ReadCell(manifest_.ports[i], row.cells[columns[i]],
                          &example.ports[manifest_.ports[i].name]);
      }
      if (status.ok() && group < row.cells.size() && row.cells[group].empty()) {
        status =
            absl::DataLossError(absl::StrCat("column '", manifest_.group_column, "' is empty"));
      }
      if (status.ok() && weight < row.cells.size()) {
        status = ReadWeight(row.cells[weight], &example.weight);
      }
      if (!status.ok()) {
        T2T_RETURN_IF_ERROR(sink.Broken(absl::StrCat(folder_, "/", place), status));
        continue;
      }
      const std::string chosen = split.empty() ? SplitOf(row, group, example) : split;
      ++(*counts)[chosen];
      T2T_RETURN_IF_ERROR(sink.Add(chosen, std::move(example)));
      if (++done % 1000 == 0 && options.progress)
        options.progress(absl::StrCat("rows of ", name), done, 0);
    }
    return absl::OkStatus();
  }

  absl::Status ReadWeight(const std::string& cell, float* weight) const {
    if (absl::SimpleAtof(cell, weight) && IsWeight(*weight)) return absl::OkStatus();
    return absl::DataLossError(absl::StrCat("column '", manifest_.weight_column, "' = '", cell,
                                            "': a weight is a number from 0 to ", kMostWeight));
  }

  absl::Status ReadCell(const FolderPort& port, const std::string& cell, Value* value) const {
    if (cell.empty()) return absl::DataLossError(absl::StrCat("column '", port.name, "' is empty"));
    if (port.is_file) {
      absl::StatusOr<std::string> bytes = ReadFile(PathOf(cell));
      if (!bytes.ok()) return Annotate(bytes.status(), absl::StrCat("column '", port.name, "'"));
      *value = *std::move(bytes);
    } else {
      *value = cell;
    }
    // Decoded once here, so that a picture that is none, or a class that is unknown, names its row.
    return Annotate(
        port.codec->Check(*value),
        absl::StrCat("column '", port.name, "'", port.is_file ? absl::StrCat(" = ", cell) : ""));
  }

  // Not keyed by the problem's name: two problems that split by the same species hold out the same ones.
  // Without a group, rows of equal inputs share a split, and a picture is what is in its file.
  std::string SplitOf(const TableRow& row, size_t group, const Example& example) const {
    RandomKey key = RandomKey(0).With("folder split");
    if (group < row.cells.size()) {
      key = key.With(row.cells[group]);
    } else {
      const ProblemSpec& spec = manifest_.spec;
      for (const Port& port : spec.inputs.empty() ? spec.targets : spec.inputs) {
        key = key.With(example.ports.at(port.name).bytes());
      }
    }
    const double place = Philox(key).Uniform();
    if (place < manifest_.valid_share) return "valid";
    return place < manifest_.valid_share + manifest_.test_share ? "test" : "train";
  }

  std::string folder_;
  FolderManifest manifest_;
  std::map<std::string, std::string> hashes_;  // of the tables; empty for a run's copy
};

}  // namespace

bool IsProblemFolder(const std::string& folder) {
  std::error_code error;
  return std::filesystem::is_regular_file(folder + kManifest, error);
}

absl::StatusOr<std::unique_ptr<Problem>> MakeFolderProblem(const std::string& folder,
                                                           const Registry<Modality>& modalities) {
  T2T_ASSIGN_OR_RETURN(FolderManifest manifest, ReadFolderManifest(folder + kManifest, modalities));
  std::string all = kMethod + manifest.text;
  std::map<std::string, std::string> hashes;
  for (const auto& [split, table] : manifest.tables) {
    const std::string path = (std::filesystem::path(folder) / table).string();
    const absl::StatusOr<std::string> hash = Sha256HexOfFile(path);
    if (!hash.ok()) return Annotate(hash.status(), folder + kManifest);
    hashes[table] = *hash;
    absl::StrAppend(&all, "\n", *hash);
  }
  uint64_t number = 0;
  for (const char digit : Sha256Hex(all).substr(0, 15)) {
    number = number * 16 + static_cast<uint64_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
  }
  const int64_t revision = 1 + static_cast<int64_t>(number % kRevisions);
  return std::make_unique<FolderProblem>(folder, std::move(manifest), revision, std::move(hashes));
}

absl::Status KeepFolderProblem(const std::string& folder, const Registry<Modality>& modalities,
                               const std::string& kept_folder) {
  T2T_ASSIGN_OR_RETURN(const auto problem, MakeFolderProblem(folder, modalities));
  T2T_ASSIGN_OR_RETURN(const std::string manifest, ReadFile(folder + kManifest));
  T2T_RETURN_IF_ERROR(MakeFolders(kept_folder));
  T2T_RETURN_IF_ERROR(
      WriteFileAtomically(kept_folder + kRevision, absl::StrCat(problem->Spec().revision, "\n")));
  return WriteFileAtomically(kept_folder + kManifest, manifest);
}

absl::StatusOr<std::unique_ptr<Problem>> MakeKeptFolderProblem(
    const std::string& kept_folder, const Registry<Modality>& modalities) {
  T2T_ASSIGN_OR_RETURN(FolderManifest manifest,
                       ReadFolderManifest(kept_folder + kManifest, modalities));
  T2T_ASSIGN_OR_RETURN(const std::string text, ReadFile(kept_folder + kRevision));
  int64_t revision = 0;
  if (!absl::SimpleAtoi(absl::StripAsciiWhitespace(text), &revision)) {
    return absl::DataLossError(absl::StrCat(kept_folder, kRevision, ": must hold a number"));
  }
  return std::make_unique<FolderProblem>(kept_folder, std::move(manifest), revision,
                                         std::map<std::string, std::string>());
}

}  // namespace t2t
