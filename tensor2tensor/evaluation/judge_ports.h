// JudgePorts: which of a judge's problems can look at a target, and what it says of it.
#ifndef T2T_TENSOR2TENSOR_EVALUATION_JUDGE_PORTS_H_
#define T2T_TENSOR2TENSOR_EVALUATION_JUDGE_PORTS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tensor2tensor/models/batching.h"
#include "tensor2tensor/models/task.h"

namespace t2t {

// How the judge looks at a target: it has an input of that name and modality, and answers with a target that is an input of the
// judged problem, of one name and modality too.
struct JudgePorts {
  const Task* task = nullptr;  // of the judge; borrowed
  std::string seen;            // what was made, an input of the judge
  std::string answer;  // what the judge says: a target of it, an input of the judged problem
};

// The first task of `judges` that can look at the target: its other inputs are ports of the judged problem too, and its answer has a
// metric of what is decoded. Error: InvalidArgument, with what it would need.
absl::StatusOr<JudgePorts> FindJudge(const std::vector<Task>& judges, const Task& judged,
                                     const std::string& target);

// The judge's inputs of an example; nothing where it cannot see them as a whole: a port is longer than `most_units`, is missing or
// is refused by its codec.
std::optional<EncodedExample> SeenByJudge(const Task& judge, const Example& example,
                                          int64_t most_units);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_JUDGE_PORTS_H_
