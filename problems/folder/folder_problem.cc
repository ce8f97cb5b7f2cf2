#include "problems/folder/folder_problem.h"

#include <filesystem>
#include <map>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "files/atomic_file.h"
#include "files/checksum.h"
#include "files/folder.h"
#include "problems/folder/folder_manifest.h"
#include "problems/folder/folder_reading.h"
#include "problems/folder/table_files.h"
#include "problems/parameters.h"
#include "registry/status_macros.h"
#include "registry/suggest.h"

namespace t2t {
namespace {

namespace fs = std::filesystem;

constexpr char kManifest[] = "/manifest.yaml";
constexpr char kRevision[] = "/revision";
constexpr uint64_t kRevisions =
    1'000'000'000;  // short enough to be read out, long enough to differ
// Part of the revision: raised when equal manifests and tables give other examples or splits.
constexpr char kMethod[] = "folder problem 4\n";

class FolderProblem : public Problem {
 public:
  // `other`: of data.problem.
  FolderProblem(std::string folder, FolderManifest manifest, std::vector<RowFile> files,
                std::map<std::string, std::string> hashes, std::unique_ptr<Problem> other)
      : folder_(std::move(folder)),
        manifest_(std::move(manifest)),
        files_(std::move(files)),
        hashes_(std::move(hashes)),
        other_(std::move(other)) {}

  ProblemSpec Spec() const override { return manifest_.spec; }
  const Problem& dataset() const override { return other_ != nullptr ? other_->dataset() : *this; }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override;

 private:
  std::string folder_;
  FolderManifest manifest_;
  std::vector<RowFile> files_;                 // none for a run's copy
  std::map<std::string, std::string> hashes_;  // by path
  std::unique_ptr<Problem> other_;
};

absl::Status FolderProblem::Generate(const GenerateOptions& options, ExampleSink& sink) const {
  if (other_ != nullptr) return other_->Generate(options, sink);
  if (files_.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        folder_, ": a run keeps the manifest only, and there is no data set of revision ",
        manifest_.spec.revision,
        ", which it was trained on; `t2t datagen FOLDER` makes one from the problem's own "
        "folder"));
  }
  for (const auto& [path, hash] : hashes_) {
    absl::string_view name = path;
    if (absl::ConsumePrefix(&name, folder_)) absl::ConsumePrefix(&name, "/");
    if (options.source_used) {
      options.source_used(
          {.name = std::string(name), .origin = absl::StrCat("given: ", path), .sha256 = hash});
    }
  }
  T2T_ASSIGN_OR_RETURN(const auto counts, ReadFolder(folder_, manifest_, files_, options, sink));
  for (const std::string& split : manifest_.spec.splits) {
    const auto count = counts.find(split);
    if (count != counts.end() && count->second > 0) continue;
    const bool given = !manifest_.tables[0].split.empty();
    return absl::FailedPreconditionError(
        absl::StrCat(folder_, ": split '", split, "' has no example",
                     given ? ""
                     : !manifest_.split.column.empty()
                         ? "; say in split.values what the column says of each"
                         : absl::StrCat("; raise split.", split,
                                        ", give more rows, or name a table for each split")));
  }
  return absl::OkStatus();
}

// Takes the parameters behind the problem's name.
absl::Status TakeParameters(const ProblemParameters& parameters, FolderManifest* manifest) {
  ParameterReader reader(parameters);
  SplitOptions& split = manifest->split;
  if (split.folds > 0) reader.Integer("fold", &split.fold, 0, split.folds - 1);
  T2T_RETURN_IF_ERROR(reader.Finish());
  manifest->spec.parameters = reader.Describe();
  manifest->spec.name = InstanceName(manifest->spec.name, parameters);
  return absl::OkStatus();
}

// Makes the problem another view of data.problem's data set.
absl::Status TakeOther(const std::string& place, const Problem& other, FolderManifest* manifest) {
  const ProblemSpec whole = other.Spec();
  ProblemSpec& spec = manifest->spec;
  spec.dataset = whole.dataset_name();
  spec.sample = whole.sample;
  spec.revision = whole.revision;
  spec.splits = whole.splits;
  spec.sources = whole.sources;
  if (spec.provenance.licence.empty()) spec.provenance.licence = whole.provenance.licence;
  if (spec.provenance.source.empty()) spec.provenance.source = whole.provenance.source;
  std::vector<std::string> names;
  for (const auto* ports : {&whole.inputs, &whole.targets}) {
    for (const Port& port : *ports) names.push_back(port.name);
  }
  for (const FolderPort& port : manifest->ports) {
    if (whole.FindPort(port.columns[0]) == nullptr) {
      return absl::InvalidArgumentError(absl::StrCat(place, ": ", port.name, ": '", whole.name,
                                                     "' has no port '", port.columns[0], "'",
                                                     Suggestion(port.columns[0], names)));
    }
    const auto known = whole.aliases.find(port.columns[0]);
    const std::string stored = known == whole.aliases.end() ? port.columns[0] : known->second;
    if (stored != port.name) spec.aliases[port.name] = stored;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Problem>> FindOther(const std::string& place,
                                                   const FolderManifest& manifest,
                                                   const FindOtherProblem& find) {
  if (find == nullptr)
    return absl::InvalidArgumentError(absl::StrCat(place, ": data.problem is not known here"));
  absl::StatusOr<std::unique_ptr<Problem>> other = find(manifest.problem);
  if (!other.ok()) return Annotate(other.status(), absl::StrCat(place, ": data.problem"));
  return other;
}

}  // namespace

bool IsProblemFolder(const std::string& folder) {
  std::error_code error;
  return fs::is_regular_file(folder + kManifest, error);
}

absl::StatusOr<std::unique_ptr<Problem>> MakeFolderProblem(const std::string& folder,
                                                           const Registry<Modality>& modalities,
                                                           const FolderProblemOptions& options) {
  const std::string place = folder + kManifest;
  T2T_ASSIGN_OR_RETURN(FolderManifest manifest, ReadFolderManifest(place, modalities));
  const std::string text = kMethod + manifest.text;
  T2T_RETURN_IF_ERROR(Annotate(TakeParameters(options.parameters, &manifest), place));
  if (!manifest.problem.empty()) {
    T2T_ASSIGN_OR_RETURN(auto other, FindOther(place, manifest, options.find));
    T2T_RETURN_IF_ERROR(TakeOther(place, *other, &manifest));
    return std::make_unique<FolderProblem>(folder, std::move(manifest), std::vector<RowFile>(),
                                           std::map<std::string, std::string>(), std::move(other));
  }
  absl::StatusOr<std::vector<RowFile>> files = ExpandTables(folder, manifest);
  if (!files.ok()) return Annotate(files.status(), place);
  std::string all = text;
  std::map<std::string, std::string> hashes;
  // Which file is whose part, too: a file that was renamed may have gone to another split.
  for (const RowFile& file : *files) {
    for (const auto& [column, path] : file.parts) {
      absl::StrAppend(&all, "\n", file.split, " ", column, " ",
                      fs::path(path).lexically_relative(folder).string());
    }
  }
  for (const std::string& path : PathsOf(folder, manifest, *files)) {
    const absl::StatusOr<std::string> hash = HashOf(path, manifest);
    if (!hash.ok()) return Annotate(hash.status(), place);
    hashes[path] = *hash;
    absl::StrAppend(&all, "\n", *hash);
  }
  uint64_t number = 0;
  for (const char digit : Sha256Hex(all).substr(0, 15)) {
    number = number * 16 + static_cast<uint64_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
  }
  manifest.spec.revision = 1 + static_cast<int64_t>(number % kRevisions);
  return std::make_unique<FolderProblem>(folder, std::move(manifest), *std::move(files),
                                         std::move(hashes), nullptr);
}

absl::Status KeepFolderProblem(const std::string& folder, const Registry<Modality>& modalities,
                               const std::string& kept_folder, const FindOtherProblem& find) {
  T2T_ASSIGN_OR_RETURN(const auto problem,
                       MakeFolderProblem(folder, modalities, {.parameters = {}, .find = find}));
  T2T_ASSIGN_OR_RETURN(const std::string manifest, ReadFile(folder + kManifest));
  T2T_RETURN_IF_ERROR(MakeFolders(kept_folder));
  T2T_RETURN_IF_ERROR(
      WriteFileAtomically(kept_folder + kRevision, absl::StrCat(problem->Spec().revision, "\n")));
  return WriteFileAtomically(kept_folder + kManifest, manifest);
}

absl::StatusOr<std::unique_ptr<Problem>> MakeKeptFolderProblem(
    const std::string& kept_folder, const Registry<Modality>& modalities,
    const FolderProblemOptions& options) {
  const std::string place = kept_folder + kManifest;
  T2T_ASSIGN_OR_RETURN(FolderManifest manifest, ReadFolderManifest(place, modalities));
  T2T_RETURN_IF_ERROR(Annotate(TakeParameters(options.parameters, &manifest), place));
  std::unique_ptr<Problem> other;
  if (!manifest.problem.empty()) {
    T2T_ASSIGN_OR_RETURN(other, FindOther(place, manifest, options.find));
    T2T_RETURN_IF_ERROR(TakeOther(place, *other, &manifest));
  } else {
    T2T_ASSIGN_OR_RETURN(const std::string text, ReadFile(kept_folder + kRevision));
    if (!absl::SimpleAtoi(absl::StripAsciiWhitespace(text), &manifest.spec.revision)) {
      return absl::DataLossError(absl::StrCat(kept_folder, kRevision, ": must hold a number"));
    }
  }
  return std::make_unique<FolderProblem>(kept_folder, std::move(manifest), std::vector<RowFile>(),
                                         std::map<std::string, std::string>(), std::move(other));
}

}  // namespace t2t
