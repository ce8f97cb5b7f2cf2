// A run's configuration: from presets, files and --set to bound options and tasks.
#ifndef T2T_TENSOR2TENSOR_LIBRARY_RUN_CONFIG_H_
#define T2T_TENSOR2TENSOR_LIBRARY_RUN_CONFIG_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "registry/config.h"
#include "tensor2tensor/library/library.h"
#include "tensor2tensor/models/task.h"
#include "trainer/batch_stream.h"
#include "trainer/mixture_options.h"
#include "trainer/optimizer.h"
#include "trainer/schedule.h"
#include "trainer/trainer_options.h"

namespace t2t {

struct RunOptions {
  std::map<std::string, double> problems;  // instance -> rate
  MixtureOptions mixture;
  TrainerOptions trainer;
  ValidationOptions validation;
  StreamOptions data;
  OptimizerOptions optimizer;
  ScheduleOptions schedule;
};

// Merges a registered preset, or a YAML file by its path; first what it extends. A name that is neither is an
// error with the nearest preset.
absl::Status MergeConfiguration(const Library& library, const std::string& name_or_path,
                                Origin origin, Config& config);

// The configurations that one extends itself, by its own text.
absl::StatusOr<std::vector<std::string>> BasesOf(const Library& library,
                                                 const std::string& name_or_path);

// Binds everything but what a model needs ready codecs for, and makes the tasks.
// The problems are the library's, and those of folders that the run may name (RunProblems).
absl::StatusOr<std::vector<Task>> BindRun(const Library& library,
                                          const Registry<ProblemFactory>& problems, Config& config,
                                          RunOptions* options);

// Binds the model's options without making it: to check or print a configuration before there are data. Options of input
// ports whose codecs still have to learn are passed over; a scheme that does not fit the body is refused.
absl::Status BindModel(const Library& library, const std::vector<Task>& tasks, Config& config);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_LIBRARY_RUN_CONFIG_H_
