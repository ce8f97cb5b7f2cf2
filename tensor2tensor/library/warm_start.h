// Beginning a run with what another one has learned: `t2t train --from RUN`.
//
//   T2T_ASSIGN_OR_RETURN(WarmStart start, WarmStart::Open(library, "runs/words"));
//   T2T_RETURN_IF_ERROR(start.MergeModelOptions(config));              // then bind `config`
//   T2T_RETURN_IF_ERROR(start.CheckModel(config));
//   T2T_RETURN_IF_ERROR(start.CopyVocabularies(tasks, config, run));   // before the other codecs learn
//   T2T_ASSIGN_OR_RETURN(std::string report, start.CopyWeights(tasks, config, run, *model));
//
// Taken are the model's options where the new run says none, the vocabularies of ports that both runs have and declare
// alike, and every weight of the same name (of the moving average where it keeps one). The body must be the same as a
// whole; ports that differ begin anew. The optimizer begins anew.
#ifndef T2T_TENSOR2TENSOR_LIBRARY_WARM_START_H_
#define T2T_TENSOR2TENSOR_LIBRARY_WARM_START_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "registry/config.h"
#include "tensor2tensor/library/library.h"
#include "tensor2tensor/models/model.h"
#include "tensor2tensor/models/task.h"

namespace t2t {

class WarmStart {
 public:
  // Error: `from` is no run, or has no checkpoint.
  static absl::StatusOr<WarmStart> Open(const Library& library, const std::string& from);

  // Puts the options of its model below all that `config` says.
  absl::Status MergeModelOptions(Config& config) const;
  // Error: InvalidArgument where the bound model is another one, with every option that differs (but for dropout and
  // checkpoint_activations).
  absl::Status CheckModel(const Config& config) const;
  // Copies into the folder `run` the vocabularies that fit the tasks.
  absl::Status CopyVocabularies(const std::vector<Task>& tasks, const Config& config,
                                const std::string& run) const;
  // Copies the weights; the vocabularies of `run` must be there. Returns a report for people: how many tensors each part of
  // the model took, which parts are new, are not used or do not fit, and why. Error: InvalidArgument where the body does not
  // fit, with every name that differs; nothing is copied then.
  absl::StatusOr<std::string> CopyWeights(const std::vector<Task>& tasks, const Config& config,
                                          const std::string& run, Model& model) const;

 private:
  WarmStart() = default;
  // Whether the port is there and its units mean the same.
  bool Alike(const TaskPort& port, const Config& config) const;

  std::string from_, checkpoint_;  // "best" or "last"
  Config config_;                  // bound
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_LIBRARY_WARM_START_H_
