#include <iostream>
#include <memory>

#include "registry/status_macros.h"
#include "tensor2tensor/cli/commands.h"
#include "tensor2tensor/report/report.h"

namespace t2t {

Action AddReportCommand(CLI::App& app, const Library&) {
  auto run = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("report", "write RUN/report.html from the run's log and evaluations");
  command->add_option("run", *run, "folder of the run")->required();
  return [run]() -> absl::Status {
    T2T_RETURN_IF_ERROR(WriteReport(*run));
    std::cout << *run << "/report.html" << std::endl;
    return absl::OkStatus();
  };
}

}  // namespace t2t
