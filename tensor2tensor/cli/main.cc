// t2t: trains any kind of input to map to any kind of output. Results go to stdout, messages to
// stderr; exit codes: 0 well, 1 the work failed, 2 the command line or the configuration is wrong.
#include <CLI/CLI.hpp>
#include <iostream>
#include <vector>

#include "tensor2tensor/cli/commands.h"
#include "tensor2tensor/evaluation/from_torch.h"
#include "tensor2tensor/library/device.h"
#include "tensor2tensor/library/library.h"
#include "tensor2tensor/library/plugin.h"

namespace {

int ExitCode(const absl::Status& status) {
  if (status.ok()) return 0;
  const bool asked_wrongly =
      absl::IsInvalidArgument(status) || absl::IsNotFound(status) || absl::IsUnimplemented(status);
  return asked_wrongly ? 2 : 1;
}

// May stand before the subcommand or behind it.
void AddPluginOption(CLI::App& app, std::vector<std::string>& plugins) {
  app.add_option_function<std::vector<std::string>>(
         "--plugin",
         [&plugins](const std::vector<std::string>& paths) {
           plugins.insert(plugins.end(), paths.begin(), paths.end());
         },
         "a shared library that brings problems, modalities or bodies; may be repeated")
      ->type_name("PATH")
      ->allow_extra_args(false);
}

}  // namespace

int main(int argc, char** argv) {
  t2t::PrepareProcess(argv);
  t2t::Library library;
  if (const absl::Status status = t2t::RegisterAll(library); !status.ok()) {
    std::cerr << "t2t: " << status.message() << std::endl;
    return 1;
  }
  CLI::App app("Trains any kind of input to map to any kind of output: text, labels, pictures.");
  app.name("t2t");
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "the options of all commands");
  struct Command {
    CLI::App* app;
    t2t::Action action;
  };
  std::vector<Command> commands;
  std::vector<std::string> plugins;
  AddPluginOption(app, plugins);
  for (const auto add : {t2t::AddListCommand, t2t::AddDescribeCommand, t2t::AddDatagenCommand,
                         t2t::AddTrainCommand, t2t::AddEvalCommand, t2t::AddDecodeCommand,
                         t2t::AddInspectCommand, t2t::AddAverageCommand, t2t::AddReportCommand}) {
    const t2t::Action action = add(app, library);
    commands.push_back({app.get_subcommands([](CLI::App*) { return true; }).back(), action});
    AddPluginOption(*commands.back().app, plugins);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error, std::cout, std::cerr);
    return code == 0 ? 0 : 2;
  }
  for (const std::string& plugin : plugins) {
    if (const absl::Status status = t2t::LoadPlugin(plugin, library); !status.ok()) {
      std::cerr << "t2t: " << status.message() << std::endl;
      return ExitCode(status);
    }
  }
  for (const Command& command : commands) {
    if (!command.app->parsed()) continue;
    const absl::Status status = t2t::FromTorch(command.action);
    if (!status.ok())
      std::cerr << "t2t " << command.app->get_name() << ": " << status.message() << std::endl;
    return ExitCode(status);
  }
  return 2;
}
