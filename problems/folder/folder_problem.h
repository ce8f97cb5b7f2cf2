// A problem without code: a folder with manifest.yaml (see folder_manifest.h) and the tables and files it names.
//
//   absl::StatusOr<std::unique_ptr<Problem>> birds = MakeFolderProblem("bird_captions", modalities);
//
// The split (split_rule.h) is a hash of the group's key alone, unless the manifest says otherwise: it does not depend on the
// other rows, on their order or on the seed, and more rows leave those that are there where they are. The revision is a hash
// of the manifest and the tables: a changed file makes the data set anew. Of files that cells name, or that a folder holds,
// only the names are part of it (`t2t datagen --again`).
//
// Memory does not grow with the tables, whatever they are, but for `stratify` (some 30 bytes a group), the names in a folder of files and formats that are
// read whole (.json).
//
// A run keeps a copy of the manifest with the revision, so that it needs the folder no more.
#ifndef T2T_PROBLEMS_FOLDER_FOLDER_PROBLEM_H_
#define T2T_PROBLEMS_FOLDER_FOLDER_PROBLEM_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modalities/codecs/codec.h"
#include "problems/problem.h"
#include "registry/registry.h"

namespace t2t {

// Whether the folder holds a manifest.yaml.
bool IsProblemFolder(const std::string& folder);

// Makes another problem by its name.
using FindOtherProblem =
    std::function<absl::StatusOr<std::unique_ptr<Problem>>(const std::string& name)>;

struct FolderProblemOptions {
  ProblemParameters parameters = {};  // fold=N, where the manifest splits into folds
  FindOtherProblem find = nullptr;    // for data.problem; null: there is none
};

// Errors: a manifest that is missing or wrong; a table that cannot be read or lacks a column; an unknown parameter.
absl::StatusOr<std::unique_ptr<Problem>> MakeFolderProblem(
    const std::string& folder, const Registry<Modality>& modalities,
    const FolderProblemOptions& options = {});

// Copies the manifest of a folder's problem to kept_folder, which is made, and notes the revision there.
absl::Status KeepFolderProblem(const std::string& folder, const Registry<Modality>& modalities,
                               const std::string& kept_folder,
                               const FindOtherProblem& find = nullptr);

// The problem of what KeepFolderProblem left. It has no tables: its Generate is an error that says so.
absl::StatusOr<std::unique_ptr<Problem>> MakeKeptFolderProblem(
    const std::string& kept_folder, const Registry<Modality>& modalities,
    const FolderProblemOptions& options = {});

}  // namespace t2t

#endif  // T2T_PROBLEMS_FOLDER_FOLDER_PROBLEM_H_
