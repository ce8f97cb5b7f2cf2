#include <iostream>
#include <memory>

#include "registry/status_macros.h"
#include "tensor2tensor/cli/commands.h"
#include "tensor2tensor/cli/console.h"
#include "tensor2tensor/library/find_problem.h"

namespace t2t {

Action AddDatagenCommand(CLI::App& app, const Library& library) {
  struct Options {
    std::vector<std::string> problems;
    DataOptions data;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("datagen", "fetch and generate data sets (train does it by itself)");
  command
      ->add_option("problem", options->problems,
                   "problems, such as g2p_cmudict, or folders with manifest.yaml")
      ->required();
  options->data.AddTo(*command, DataOptions::Use::kMakes);
  command->add_flag("--again", options->data.again,
                    "generate although a complete data set is there");
  return [options, &library]() -> absl::Status {
    std::vector<std::unique_ptr<Problem>> problems;
    std::vector<ProblemSpec> specs;
    for (const std::string& name : options->problems) {
      T2T_ASSIGN_OR_RETURN(problems.emplace_back(), FindProblem(library, name));
      specs.push_back(problems.back()->Spec());
    }
    T2T_RETURN_IF_ERROR(options->data.CheckSources(specs));
    for (const auto& problem : problems) {
      T2T_ASSIGN_OR_RETURN(const DatasetManifest manifest,
                           PrepareProblem(*problem, options->data, /*any_complete=*/false));
      std::cout << ManifestToJson(manifest) << std::endl;
    }
    return absl::OkStatus();
  };
}

}  // namespace t2t
