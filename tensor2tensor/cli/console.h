// What commands share of talking to people: the data options, messages on stderr, a progress display.
#ifndef T2T_TENSOR2TENSOR_CLI_CONSOLE_H_
#define T2T_TENSOR2TENSOR_CLI_CONSOLE_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "problems/problem.h"
#include "problems/shards/manifest.h"
#include "trainer/progress.h"

namespace t2t {

// A line for people, on stderr.
void Say(const std::string& line);

// Whether the terminal shows UTF-8, as LC_ALL, LC_CTYPE or LANG say.
bool ShowsUtf8();

// A progress display on stderr, a bar on a terminal.
std::unique_ptr<Progress> NewProgress();

// The options of every command that needs data.
struct DataOptions {
  // What a command does with data sets: reads those that are there, makes those that are missing, or makes them
  // as it is told.
  enum class Use { kReads, kCompletes, kMakes };
  std::string data = "data";         // folder of the data sets
  std::string cache;                 // folder of downloads; "" = data/downloads
  std::vector<std::string> sources;  // NAME=PATH
  bool offline = false, skip_broken = false, again = false;
  int64_t limit = 0, seed = 1;
  void AddTo(CLI::App& command, Use use);
  absl::StatusOr<GenerateOptions> Generate() const;
  // Whether --source names only sources of these problems.
  absl::Status CheckSources(const std::vector<ProblemSpec>& problems) const;
};

// Generates the data set unless a complete one is there. `any_complete`: one of another seed or limit will do.
absl::StatusOr<DatasetManifest> PrepareProblem(const Problem& problem, const DataOptions& options,
                                               bool any_complete);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_CLI_CONSOLE_H_
