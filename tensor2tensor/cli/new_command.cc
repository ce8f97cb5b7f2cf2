#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "files/atomic_file.h"
#include "files/folder.h"
#include "modalities/codecs/utf8.h"
#include "problems/folder/folder_problem.h"
#include "problems/folder/guess_manifest.h"
#include "registry/status_macros.h"
#include "tensor2tensor/cli/commands.h"
#include "tensor2tensor/cli/console.h"
#include "tensor2tensor/library/find_problem.h"

namespace t2t {

Action AddNewCommand(CLI::App& app, const Library& library) {
  struct Options {
    std::string folder;
    std::vector<std::string> targets, as;
    bool print = false;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "new", "look at a folder of data and write its manifest.yaml, which makes it a problem");
  command
      ->add_option("folder", options->folder,
                   "tables, texts, pictures, sounds, ...: `t2t list formats`")
      ->required();
  command
      ->add_option("--target", options->targets, "columns that are to be targets; default: a guess")
      ->delimiter(',')
      ->allow_extra_args(false);
  command
      ->add_option("--as", options->as,
                   "COLUMN=MODALITY, where it is not to be guessed; may be repeated")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_flag("--print", options->print, "show the manifest and write nothing");
  return [options, &library]() -> absl::Status {
    std::string folder = options->folder;
    while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
    if (!Exists(folder)) return absl::NotFoundError(absl::StrCat("there is no folder ", folder));
    const std::string path = folder + "/manifest.yaml";
    if (IsProblemFolder(folder) && !options->print) {
      return absl::AlreadyExistsError(absl::StrCat(
          path, " is there already; --print shows what would be written in its place"));
    }
    ManifestWishes wishes = {
        .targets = options->targets, .modalities = {}, .taken = library.problems.Names()};
    for (const std::string& as : options->as) {
      const size_t equals = as.rfind('=');
      if (equals == std::string::npos)
        return absl::InvalidArgumentError(absl::StrCat("--as ", as, ": must read COLUMN=MODALITY"));
      wishes.modalities[as.substr(0, equals)] = as.substr(equals + 1);
    }
    T2T_ASSIGN_OR_RETURN(const ManifestGuess guess,
                         GuessManifest(folder, library.modalities, wishes));
    std::cout << guess.yaml << std::flush;
    for (const auto& [port, value] : guess.example)
      Say(absl::StrCat("first row: ", port, " = ", Utf8Shortened(value, 100)));
    if (options->print) return absl::OkStatus();
    T2T_RETURN_IF_ERROR(WriteFileAtomically(path, guess.yaml));
    if (const absl::Status status = FindProblem(library, folder + "/").status(); !status.ok()) {
      T2T_RETURN_IF_ERROR(RemoveAll(path));
      return status;
    }
    Say(absl::StrCat("wrote ", path, "\nnow: t2t train --problem ", folder,
                     "/ --model transformer_tiny --out runs/NAME"));
    return absl::OkStatus();
  };
}

}  // namespace t2t
