// t2t: trains any kind of input to map to any kind of output. Results go to stdout, messages to stderr; exit
// codes: 0 well, 1 the work failed, 2 the command line or the configuration is wrong.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include "registry/suggest.h"
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

// What CLI11 says, or, of a word that nothing takes, the name that was probably meant.
std::string FailureMessage(const CLI::App* app, const CLI::Error& error) {
  const std::vector<CLI::App*> chosen = app->get_subcommands();
  const CLI::App* command = chosen.empty() ? app : chosen[0];
  const std::string name = chosen.empty() ? "t2t" : "t2t " + command->get_name();
  const std::string help = "\nsee `" + name + " --help`\n";
  const std::vector<std::string> extras = command->remaining();
  if (extras.empty()) return name + ": " + error.what() + help;
  const std::string word = extras[0].substr(0, extras[0].find('='));
  const bool is_option = word.starts_with('-');
  std::vector<std::string> known;
  if (is_option) {
    for (const CLI::Option* option : command->get_options()) {
      for (const std::string& option_name : option->get_lnames())
        known.push_back("--" + option_name);
    }
  } else {
    for (const CLI::App* subcommand :
         command->get_subcommands([](const CLI::App*) { return true; }))
      known.push_back(subcommand->get_name());
  }
  const std::string kind = is_option ? "option" : chosen.empty() ? "command" : "argument";
  return name + ": unknown " + kind + " '" + word + "'" + t2t::Suggestion(word, known) + help;
}

// Results that could not be written are none: a full disk must not pass for success.
absl::Status FlushResults() {
  std::cout.flush();
  const bool flushed = std::fflush(stdout) == 0;
  if (flushed && std::cout.good() && std::ferror(stdout) == 0) return absl::OkStatus();
  return absl::DataLossError("stdout could not be written to the end (a full disk?)");
}

}  // namespace

int main(int argc, char** argv) {
  t2t::PrepareProcess(argv);
  t2t::Library library;
  if (const absl::Status status = t2t::RegisterAll(library); !status.ok()) {
    std::cerr << "t2t: " << status.message() << std::endl;
    return 1;
  }
  CLI::App app(
      "Trains any kind of input to map to any kind of output: text, labels, pictures, sound, "
      "proteins, RNA, DNA.");
  app.name("t2t");
  app.require_subcommand(1);
  app.failure_message(FailureMessage);
  app.set_help_all_flag("--help-all", "the options of all commands");
  struct Command {
    CLI::App* app;
    t2t::Action action;
  };
  std::vector<Command> commands;
  std::vector<std::string> plugins;
  AddPluginOption(app, plugins);
  for (const auto add :
       {t2t::AddListCommand, t2t::AddDescribeCommand, t2t::AddNewCommand, t2t::AddDatagenCommand,
        t2t::AddTrainCommand, t2t::AddEvalCommand, t2t::AddDecodeCommand, t2t::AddInspectCommand,
        t2t::AddAverageCommand, t2t::AddReportCommand, t2t::AddMatrixCommand}) {
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
    absl::Status status = t2t::FromTorch(command.action);
    status.Update(FlushResults());
    if (!status.ok())
      std::cerr << "t2t " << command.app->get_name() << ": " << status.message() << std::endl;
    return ExitCode(status);
  }
  return 2;
}
