// The subcommands of t2t. Each adds itself to the parser and returns what runs when it was chosen.
#ifndef T2T_TENSOR2TENSOR_CLI_COMMANDS_H_
#define T2T_TENSOR2TENSOR_CLI_COMMANDS_H_

#include <CLI/CLI.hpp>
#include <functional>

#include "absl/status/status.h"
#include "tensor2tensor/library/library.h"

namespace t2t {

using Action = std::function<absl::Status()>;

// The library outlives the actions.
Action AddListCommand(CLI::App& app, const Library& library);
Action AddDescribeCommand(CLI::App& app, const Library& library);
Action AddNewCommand(CLI::App& app, const Library& library);
Action AddDatagenCommand(CLI::App& app, const Library& library);
Action AddTrainCommand(CLI::App& app, const Library& library);
Action AddEvalCommand(CLI::App& app, const Library& library);
Action AddDecodeCommand(CLI::App& app, const Library& library);
Action AddInspectCommand(CLI::App& app, const Library& library);
Action AddAverageCommand(CLI::App& app, const Library& library);
Action AddReportCommand(CLI::App& app, const Library& library);
Action AddMatrixCommand(CLI::App& app, const Library& library);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_CLI_COMMANDS_H_
