// Problems by name or by folder: "g2p_cmudict", "reverse:length=12", or "birds/", a folder that holds manifest.yaml; with the views of
// any problem (problems/views.h), such as "birds/_rev" and "birds/:limit=100".
//
//   T2T_ASSIGN_OR_RETURN(const auto problem, FindProblem(library, "birds/"));
//
// A run knows a folder's problem by the name in its manifest, and keeps a copy of the manifest, so that it can be
// moved and needs the folder no more:
//
//   RunProblems problems(library);
//   T2T_ASSIGN_OR_RETURN(const std::string name, problems.Add("birds/"));    // "bird_captions"
//   T2T_ASSIGN_OR_RETURN(auto tasks, BindRun(library, problems.registry(), config, &options));
//   T2T_RETURN_IF_ERROR(problems.Keep("runs/birds"));    // runs/birds/problems/bird_captions/manifest.yaml
#ifndef T2T_TENSOR2TENSOR_LIBRARY_FIND_PROBLEM_H_
#define T2T_TENSOR2TENSOR_LIBRARY_FIND_PROBLEM_H_

#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "problems/problem.h"
#include "registry/registry.h"
#include "tensor2tensor/library/library.h"

namespace t2t {

// A folder is meant by a '/' before any ':', or by a manifest.yaml in it. Errors: an unknown name, with the nearest
// one; a wrong manifest; one that has the name of a registered problem, since both would have one data set.
absl::StatusOr<std::unique_ptr<Problem>> FindProblem(const Library& library,
                                                     const std::string& name_or_folder);

// The problems that a run may name: the library's and those of folders. The library must outlive it.
class RunProblems {
 public:
  explicit RunProblems(const Library& library) : library_(&library), registry_(library.problems) {}

  // Takes a folder's problem in, and gives the name to be used in the configuration; any other name is given back as
  // it is. Errors: as FindProblem; two folders of one name.
  absl::StatusOr<std::string> Add(const std::string& name_or_folder);
  // Takes in what Keep left in a run's folder, where Add has not brought a problem of that name.
  absl::Status AddKept(const std::string& run_folder);
  // Copies the manifests of the added folders into a run's folder.
  absl::Status Keep(const std::string& run_folder) const;

  const Registry<ProblemFactory>& registry() const { return registry_; }

 private:
  const Library* library_;
  Registry<ProblemFactory> registry_;
  std::map<std::string, std::string> folders_;  // by the problem's name
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_LIBRARY_FIND_PROBLEM_H_
