#include "problems/reversed.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace t2t {
namespace {

class ReversedProblem : public Problem {
 public:
  explicit ReversedProblem(std::unique_ptr<Problem> forward) : forward_(std::move(forward)) {}

  ProblemSpec Spec() const override {
    const ProblemSpec forward = forward_->Spec();
    ProblemSpec spec = forward;
    spec.dataset = forward.dataset_name();
    spec.name.insert(std::min(spec.name.find(':'), spec.name.size()), kReversed);
    spec.summary = absl::StrCat("the other way round: ", forward.summary);
    spec.provenance.published.clear();
    std::swap(spec.inputs, spec.targets);
    for (Port& input : spec.inputs) input.scheme = input.aligned_with = input.along = "";
    for (Port& input : spec.inputs) input.metrics.clear();
    if (forward.targets.size() != 1) return spec;
    for (Port& target : spec.targets) {
      if (target.name == forward.targets[0].aligned_with)
        target.aligned_with = forward.targets[0].name;
    }
    return spec;
  }
  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    return forward_->Generate(options, sink);
  }
  const Problem& dataset() const override { return forward_->dataset(); }

 private:
  std::unique_ptr<Problem> forward_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> Reversed(std::unique_ptr<Problem> problem) {
  if (problem->Spec().inputs.empty()) {
    return absl::InvalidArgumentError("has no inputs, so that there is no other way round");
  }
  return std::make_unique<ReversedProblem>(std::move(problem));
}

}  // namespace t2t
