#include <algorithm>
#include <filesystem>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "files/atomic_file.h"
#include "files/folder.h"
#include "registry/status_macros.h"
#include "tensor2tensor/cli/commands.h"
#include "tensor2tensor/cli/console.h"
#include "tensor2tensor/library/run.h"
#include "tensor2tensor/runs/checkpoint.h"

namespace t2t {
namespace {

namespace fs = std::filesystem;

absl::Status Average(const std::string& run, const std::string& out, int64_t last,
                     const std::vector<std::string>& named) {
  const CheckpointFolder checkpoints(run);
  std::vector<int64_t> steps;
  for (const std::string& name : named) {
    T2T_ASSIGN_OR_RETURN(const int64_t step, checkpoints.Resolve(name));
    if (std::find(steps.begin(), steps.end(), step) == steps.end()) steps.push_back(step);
  }
  if (steps.empty()) {
    steps = checkpoints.Steps();
    if (last > 0 && static_cast<int64_t>(steps.size()) > last)
      steps.erase(steps.begin(), steps.end() - last);
  }
  if (steps.empty()) return absl::NotFoundError(absl::StrCat(run, ": has no checkpoints"));
  T2T_RETURN_IF_ERROR(ReadRunConfig(run).status());
  fs::path folder = fs::path(out).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();  // "averaged/"
  if (Exists(folder.string()))
    return absl::InvalidArgumentError(absl::StrCat(out, ": is already there"));
  std::vector<NamedTensors> weights;
  Checkpoint averaged;
  for (int64_t step : steps) {
    T2T_ASSIGN_OR_RETURN(Checkpoint checkpoint, checkpoints.Load(step, /*with_optimizer=*/false));
    weights.push_back(std::move(checkpoint.model));
    averaged.state = std::move(checkpoint.state);
  }
  T2T_ASSIGN_OR_RETURN(averaged.model, AverageTensors(weights));
  averaged.state["averaged"] = steps;
  // Made beside its place and then renamed: what an interruption leaves is not taken for a run.
  const std::string partial = folder.string() + ".partial";
  T2T_RETURN_IF_ERROR(RemoveAll(partial));
  const absl::Status status = [&]() -> absl::Status {
    T2T_RETURN_IF_ERROR(CopyRunFiles(run, partial));
    T2T_RETURN_IF_ERROR(CheckpointFolder(partial).Save(steps.back(), averaged));
    return Rename(partial, folder.string());
  }();
  if (!status.ok()) {
    RemoveAll(partial).IgnoreError();  // the first error says more
    return status;
  }
  Say(absl::StrCat("averaged steps ", absl::StrJoin(steps, ", "), " into ", out));
  return absl::OkStatus();
}

}  // namespace

Action AddAverageCommand(CLI::App& app, const Library&) {
  struct Options {
    std::string run, out;
    int64_t last = 0;
    std::vector<std::string> checkpoints;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "average", "average the weights of a run's checkpoints into a new run folder");
  command->add_option("run", options->run, "folder of the run")->required();
  command->add_option("--out", options->out, "the new folder")->required();
  command->add_option("--last", options->last, "only the newest so many; 0 = all")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--checkpoint", options->checkpoints, "last, best or a step; may be repeated")
      ->allow_extra_args(false);
  return [options] {
    return Average(options->run, options->out, options->last, options->checkpoints);
  };
}

}  // namespace t2t
