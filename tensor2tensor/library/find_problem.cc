#include "tensor2tensor/library/find_problem.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "files/folder.h"
#include "problems/folder/folder_manifest.h"
#include "problems/folder/folder_problem.h"
#include "problems/views.h"
#include "registry/status_macros.h"
#include "tensor2tensor/evaluation/metrics/metric.h"

namespace t2t {
namespace {

bool MeansFolder(const std::string& name) {
  const std::string before = name.substr(0, name.find(':'));
  return absl::StrContains(before, "/") || IsProblemFolder(before);
}

// "birds/" -> "birds", for messages.
std::string WithoutSlash(std::string folder) {
  while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
  return folder;
}

FindOtherProblem FindRegistered(const Library& library) {
  return [problems = &library.problems](const std::string& name) {
    return MakeProblem(*problems, name);
  };
}

// "birds/_rev:fold=2" in its parts.
struct FolderInstance {
  std::string folder;      // birds
  std::string view;        // _rev
  std::string parameters;  // :fold=2
};

FolderInstance ParseFolderInstance(const std::string& written) {
  const size_t colon = std::min(written.find(':'), written.size());
  FolderInstance parts = {WithoutSlash(written.substr(0, colon)), "", written.substr(colon)};
  const size_t slash = parts.folder.rfind('/');
  if (slash == std::string::npos || IsProblemFolder(parts.folder) ||
      parts.folder.compare(slash + 1, 1, "_") != 0) {
    return parts;
  }
  const std::string above = WithoutSlash(parts.folder.substr(0, slash + 1));
  if (!IsProblemFolder(above)) return parts;  // which says that it is none
  parts.view = parts.folder.substr(slash + 1);
  parts.folder = above;
  return parts;
}

// The folder's problem as its manifest says it. The tables are neither looked for nor read: where the problem is made they are, whole.
absl::StatusOr<ProblemSpec> FolderSpec(const Library& library, const std::string& folder) {
  T2T_ASSIGN_OR_RETURN(const FolderManifest manifest,
                       ReadFolderManifest(folder + "/manifest.yaml", library.modalities));
  ProblemSpec spec = manifest.spec;
  const std::string& name = spec.name;
  for (const Port& target : spec.targets) {
    for (const std::string& metric : target.metrics) {
      T2T_RETURN_IF_ERROR(
          Annotate(MakeMetric(metric).status(),
                   absl::StrCat(folder, "/manifest.yaml: targets.", target.name, ".metrics")));
    }
  }
  if (MakeProblem(library.problems, name).ok()) {
    return absl::InvalidArgumentError(absl::StrCat(folder, "/manifest.yaml: name: '", name,
                                                   "' is a registered problem; choose another"));
  }
  return spec;
}

std::string KeptFolder(const std::string& run_folder, const std::string& name) {
  return absl::StrCat(run_folder, "/problems/", name);
}

using MakeFolder = absl::StatusOr<std::unique_ptr<Problem>> (*)(const std::string&,
                                                                const Registry<Modality>&,
                                                                const FolderProblemOptions&);

Registry<ProblemFactory>::Entry FolderEntry(const Library& library, const std::string& folder,
                                            std::string summary, MakeFolder make) {
  const auto factory = [folder, make, modalities = &library.modalities,
                        find = FindRegistered(library)](const ProblemParameters& parameters) {
    return make(folder, *modalities, {.parameters = parameters, .find = find});
  };
  return {.summary = std::move(summary), .tags = {}, .value = factory};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> FindProblem(const Library& library,
                                                     const std::string& name_or_folder) {
  if (!MeansFolder(name_or_folder)) return MakeProblem(library.problems, name_or_folder);
  const std::string view = ParseFolderInstance(name_or_folder).view;
  if (!view.empty() && view != kReversed && view != kCopy && !absl::StrContains(view, kTo)) {
    return absl::InvalidArgumentError(
        absl::StrCat(name_or_folder, ": no such view of the folder's problem; there are ",
                     kReversed, ", ", kCopy, " and, of two of its ports, _A", kTo, "B"));
  }
  RunProblems problems(library);
  T2T_ASSIGN_OR_RETURN(const std::string name, problems.Add(name_or_folder));
  auto problem = MakeProblem(problems.registry(), name);
  if (view.empty() || !absl::IsNotFound(problem.status())) return problem;
  return absl::InvalidArgumentError(  // the folder is there, and its ports or tables are others
      absl::StrCat(name_or_folder, ": ", problem.status().message()));
}

absl::StatusOr<std::string> RunProblems::Add(const std::string& name_or_folder) {
  if (!MeansFolder(name_or_folder)) return name_or_folder;
  const auto [folder, view, parameters] = ParseFolderInstance(name_or_folder);
  T2T_ASSIGN_OR_RETURN(const ProblemSpec spec, FolderSpec(*library_, folder));
  const absl::Status added =
      registry_.Add(spec.name, FolderEntry(*library_, folder, spec.summary, MakeFolderProblem));
  // A second instance of the same folder, with other parameters, is none of a second folder.
  if (!added.ok() && folders_[spec.name] != folder)
    return Annotate(added, folder + "/manifest.yaml");
  folders_[spec.name] = folder;
  return absl::StrCat(spec.name, view, parameters);
}

absl::Status RunProblems::AddKept(const std::string& run_folder) {
  T2T_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(run_folder + "/problems"));
  for (const std::string& name : names) {
    const std::string kept = KeptFolder(run_folder, name);
    if (!IsProblemFolder(kept) || registry_.Find(name).ok()) continue;
    T2T_RETURN_IF_ERROR(
        registry_.Add(name, FolderEntry(*library_, kept, "", MakeKeptFolderProblem)));
  }
  return absl::OkStatus();
}

absl::Status RunProblems::Keep(const std::string& run_folder) const {
  for (const auto& [name, folder] : folders_) {
    T2T_RETURN_IF_ERROR(KeepFolderProblem(folder, library_->modalities,
                                          KeptFolder(run_folder, name), FindRegistered(*library_)));
  }
  return absl::OkStatus();
}

}  // namespace t2t
