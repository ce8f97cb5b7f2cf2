// One optimizer step over several micro-batches, with the loss ledger: the loss of each (problem, target port)
// is summed over all micro-batches of the step and divided once by its own number of decisions; the quotients
// are added with their weights. A picture of 784 units so does not drown a label, and a batch cut into
// micro-batches gives the same gradient.
#ifndef T2T_TRAINER_TRAIN_STEP_H_
#define T2T_TRAINER_TRAIN_STEP_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "registry/config.h"
#include "tensor2tensor/models/model.h"

namespace t2t {

struct LossOptions {
  double label_smoothing = 0.0;
  // By "problem.port"; 1 where nothing is said. Read from {problem: {port: weight}}.
  std::map<std::string, double> weights;
  void Bind(Binder& binder);
};

struct StepLosses {
  std::map<std::string, double> plain;  // by "problem.port": nats a decision, without smoothing
  std::map<std::string, int64_t> decisions;   // the same keys: decisions of the step
  int64_t positions = 0, real_positions = 0;  // of all ports, with and without padding
};

// For messages: "a batch of 2 examples of 'copy': numbers 7, 1".
std::string DescribeBatch(const Batch& batch);

// Adds the gradients of the step's loss to the parameters. On the CPU `workers` (at least 1) micro-batches are
// computed at the same time, each on one core: small matrices use two cores better so than one after the other on
// both. The gradients are added in the micro-batches' order, so that the bits are the same every time; with other
// numbers of threads or workers they differ by rounding. Errors: OutOfRange naming step, problem and the batch's
// first examples where a loss is not finite.
absl::StatusOr<StepLosses> AccumulateGradients(const Model& model,
                                               const std::vector<Batch>& micro_batches,
                                               const LossOptions& options, int64_t step,
                                               int64_t workers = 1);

}  // namespace t2t

#endif  // T2T_TRAINER_TRAIN_STEP_H_
