// Run: a trained run, ready to decode and to be measured. It needs nothing but its folder, which can be moved.
//
//   Library library;
//   T2T_RETURN_IF_ERROR(RegisterAll(library));
//   T2T_ASSIGN_OR_RETURN(Run run, OpenRun(library, "runs/words", {}));
//   Example example;
//   example.ports["word"] = "tensor";
//   T2T_ASSIGN_OR_RETURN(const DecodeChoices decode, run.Decoding({}));
//   PredictOptions options;
//   options.decode = decode.Of("g2p_cmudict", "phones");
//   T2T_ASSIGN_OR_RETURN(auto predictions, Predict(*run.model, run.tasks[0], "phones", {example}, options));
//   std::cout << predictions[0].candidates[0].text;
#ifndef T2T_TENSOR2TENSOR_LIBRARY_RUN_H_
#define T2T_TENSOR2TENSOR_LIBRARY_RUN_H_

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tensor2tensor/library/library.h"
#include "tensor2tensor/library/run_config.h"

namespace t2t {

struct Run {
  std::string folder;
  Config config;
  RunOptions options;
  Registry<ProblemFactory> problems{
      "problem"};  // the library's, and those of the run's own manifests
  std::vector<Task> tasks;
  std::shared_ptr<Model> model;
  nlohmann::json state;    // of the checkpoint that was loaded
  std::string checkpoint;  // "best", "last" or the step that was asked for

  // The task of a problem by name, whose parameters may be left out where only one fits; the only task where `name` is
  // empty. Error: NotFound with the nearest name.
  absl::StatusOr<const Task*> FindTask(const std::string& name) const;

  // How a call decodes: as the run's configuration says, with the options in `sets` ("temperature=0.5"); a method among
  // them ("method=beam") begins anew, for every target, but for the constraint. Errors: an option that no target's method
  // reads, a utility that is no metric.
  absl::StatusOr<DecodeChoices> Decoding(const std::vector<std::string>& sets) const;
};

struct OpenOptions {
  std::string checkpoint;  // best, last or a step; "" = best where there is one, else last
  std::string device = "auto";
  int64_t threads = 0;
};

// Errors: a folder that is not a run, a checkpoint that does not fit (with the strict load report).
absl::StatusOr<Run> OpenRun(const Library& library, const std::string& folder,
                            const OpenOptions& options);

// The configuration a run folder holds, bound again.
absl::StatusOr<Config> ReadRunConfig(const std::string& folder);

// Copies all that OpenRun reads beside the checkpoints: configuration, vocabularies, manifests of
// folder problems. `to` is made where it is missing.
absl::Status CopyRunFiles(const std::string& from, const std::string& to);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_LIBRARY_RUN_H_
