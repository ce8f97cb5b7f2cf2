// Trainer: the loop. Draws micro-batches, steps, logs, evaluates, saves; resumes where a run was left.
//
// A run that is stopped at any point and started again gives, on the same machine with the same number of
// threads, the same weights bit by bit as one that was not.
#ifndef T2T_TRAINER_TRAINER_H_
#define T2T_TRAINER_TRAINER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tensor2tensor/evaluation/evaluate.h"
#include "tensor2tensor/models/model.h"
#include "tensor2tensor/runs/checkpoint.h"
#include "trainer/batch_stream.h"
#include "trainer/mixture.h"
#include "trainer/moving_average.h"
#include "trainer/optimizer.h"
#include "trainer/progress.h"
#include "trainer/run_log.h"
#include "trainer/schedule.h"
#include "trainer/stop_signal.h"
#include "trainer/train_state.h"
#include "trainer/trainer_options.h"

namespace t2t {

struct TrainSetup {
  std::string run_folder, data_folder;
  const std::vector<Task>* tasks = nullptr;  // borrowed; codecs ready
  std::map<std::string, double> rates;       // by problem
  MixtureOptions mixture;                    // resolved
  std::shared_ptr<Model> model;              // on its device
  TrainerOptions trainer;
  ValidationOptions validation;
  StreamOptions data;
  OptimizerOptions optimizer;
  ScheduleOptions schedule;
  std::string configuration;  // every bound value as YAML, kept with each checkpoint
  // Go on although a data set is not the one that the checkpoint was trained on.
  bool data_may_differ = false;
};

class Trainer {
 public:
  // Whether validation.best, trainer.loss_weights and validation.decode name what there is: to be asked before data are
  // fetched. Errors: InvalidArgument; NotFound for an unknown utility.
  static absl::Status CheckNames(const std::vector<Task>& tasks, const TrainerOptions& trainer,
                                 const ValidationOptions& validation);
  // Checks the names and the reach of positions, opens the data and, where the run has a checkpoint, continues from
  // it. FailedPrecondition where a data set is not the one it was trained on.
  static absl::StatusOr<std::unique_ptr<Trainer>> Make(TrainSetup setup);
  // Trains to the end. Cancelled where a signal stopped it, after saving.
  absl::Status Run();
  int64_t step() const { return step_; }

 private:
  struct Problem {
    const Task* task = nullptr;
    std::shared_ptr<const SplitReader> train,
        valid;  // valid null where the problem has no such split
    std::unique_ptr<BatchStream> stream;
    // After the steps that are done; the stream itself may have been asked for the next one.
    StreamPosition position;
    int64_t examples_seen = 0, tokens_seen = 0;  // tokens: positions without padding
    double epochs_seen() const {
      return static_cast<double>(examples_seen) / static_cast<double>(train->size());
    }
  };

  explicit Trainer(TrainSetup setup);
  absl::Status OpenProblems(const TrainState& state);
  absl::Status Restore(const Checkpoint& checkpoint, const TrainState& state);
  absl::Status StartMixture(const TrainState& state);
  // Takes a problem that has had its epochs out of the mixture.
  absl::Status CheckEpochs(const std::string& name, Problem* problem);
  absl::Status CountDrawn(const std::string& name, const Batch& batch, Problem* problem);
  void ObserveLosses(const StepLosses& losses);
  absl::Status LogShares(nlohmann::json* record);
  // The worst batches forward and backward, so that a lack of memory shows now and not in an hour.
  absl::Status Probe();
  absl::Status Step();
  // What a step is computed of. OutOfRange where a loss is not finite.
  absl::Status Compute(std::vector<Batch>* micro_batches, StepLosses* losses);
  // The error of a step that changed nothing yet, after saving the steps before it.
  absl::Status SaveBefore(const absl::Status& error);
  absl::Status Log();
  // Validate where the present step asks for it. A signal leaves it for later: not done, and no error.
  absl::Status ValidateIfDue();
  absl::Status Validate();
  absl::Status Save();
  // Points the link `best` at the best checkpoint that there is.
  absl::Status MarkBest() const;
  // A line for people, once for each `topic`.
  void SayOnce(const std::string& topic, const std::string& line);
  std::string ProgressText() const;
  // "mixture in tokens: a 66.7% (3.1 epochs, 1200 examples), b ..."; "" for one problem.
  std::string MixtureText() const;
  double Fraction() const;
  std::vector<at::Tensor> Parameters() const;
  double Elapsed() const;  // seconds of Run(), of earlier parts of the run too
  bool ShouldStop() const;

  TrainSetup setup_;
  std::map<std::string, Problem> problems_;
  std::unique_ptr<Optimizer> optimizer_;
  std::unique_ptr<MovingAverage> average_;
  std::optional<Mixture> mixture_;  // of the sizes of the data
  CheckpointFolder checkpoints_;
  std::unique_ptr<RunLog> log_;
  std::unique_ptr<Progress> progress_;
  StopSignal stop_;
  int64_t step_ = 0;
  int64_t saved_step_ = -1, validated_step_ = -1;
  int64_t saved_validated_ = -1;  // validated_step_ when it was saved
  double elapsed_before_ = 0, started_ = 0;
  std::optional<double> trained_;  // Elapsed, once the last step is done
  MixtureState drawn_;             // of the mixture, after the steps that are done
  TrainState::Interval interval_;
  std::string last_text_;
  std::vector<TrainState::Best> best_;  // the best evaluations, best first
  int64_t since_better_ = 0;            // evaluations since the best one
  bool early_ = false;                  // patience has run out
  std::set<std::string> said_;          // topics of SayOnce
};

}  // namespace t2t

#endif  // T2T_TRAINER_TRAINER_H_
