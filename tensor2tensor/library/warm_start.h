// Beginning a run with what another one has learned: `t2t train --from RUN`.
//
// Taken are the model's options where the new run says none, the vocabularies of ports that both runs have and declare
// alike, and every weight of the same name (of the moving average where it keeps one). The body must fit as a
// whole; what ports do not fit begins anew. The optimizer begins anew.
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

// Puts the options of the model of `from` below all that `config` says. Error: `from` is no run.
absl::Status MergeModelOptions(const Library& library, const std::string& from, Config& config);

// Copies into `run` the vocabularies of `from` that fit the tasks, of which `config` is bound; to be
// called before the codecs of a new run learn.
absl::Status CopyVocabularies(const Library& library, const std::string& from,
                              const std::vector<Task>& tasks, const Config& config,
                              const std::string& run);

// Copies the weights; the vocabularies of `run` must be there. Returns a report for people: how many tensors each part of
// the model took, which parts are new, are not used or do not fit, and why. Error: InvalidArgument where the body does not
// fit, with every name that differs; nothing is copied then.
absl::StatusOr<std::string> CopyWeights(const std::string& from, const std::vector<Task>& tasks,
                                        const std::string& run, Model& model);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_LIBRARY_WARM_START_H_
