#include "problems/views.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace t2t {
namespace {

class View : public Problem {
 public:
  View(std::unique_ptr<Problem> whole, ProblemSpec spec)
      : whole_(std::move(whole)), spec_(std::move(spec)) {}
  ProblemSpec Spec() const override { return spec_; }
  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    return whole_->Generate(options, sink);
  }
  const Problem& dataset() const override { return whole_->dataset(); }

 private:
  std::unique_ptr<Problem> whole_;
  ProblemSpec spec_;
};

// The other problem's, with `suffix` in its name and neither ports nor a published number.
ProblemSpec ViewSpec(const ProblemSpec& whole, absl::string_view suffix) {
  ProblemSpec spec = whole;
  spec.dataset = whole.dataset_name();
  spec.name.insert(std::min(spec.name.find(':'), spec.name.size()), std::string(suffix));
  spec.provenance.published.clear();
  spec.inputs.clear();
  spec.targets.clear();
  return spec;
}

Port AsInput(Port port) {
  port.scheme = port.aligned_with = port.along = "";
  port.metrics.clear();
  return port;
}

// A port that was an input, and with which the one target was aligned, is aligned with that one.
Port AsTarget(const ProblemSpec& whole, Port port) {
  if (whole.targets.size() == 1 && whole.targets[0].aligned_with == port.name)
    port.aligned_with = whole.targets[0].name;
  return port;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> Reversed(std::unique_ptr<Problem> problem) {
  const ProblemSpec whole = problem->Spec();
  if (whole.inputs.empty()) {
    return absl::InvalidArgumentError("has no inputs, so that there is no other way round");
  }
  ProblemSpec spec = ViewSpec(whole, kReversed);
  spec.summary = absl::StrCat("the other way round: ", whole.summary);
  for (const Port& port : whole.targets) spec.inputs.push_back(AsInput(port));
  for (const Port& port : whole.inputs) spec.targets.push_back(AsTarget(whole, port));
  return std::make_unique<View>(std::move(problem), std::move(spec));
}

namespace {

// FromTo, with `suffix` in the view's name.
absl::StatusOr<std::unique_ptr<Problem>> OneToOne(std::unique_ptr<Problem> problem,
                                                  absl::string_view from, absl::string_view to,
                                                  absl::string_view suffix) {
  const ProblemSpec whole = problem->Spec();
  const Port *input = whole.FindPort(from), *target = whole.FindPort(to);
  if (input == nullptr || target == nullptr) {
    return absl::NotFoundError(absl::StrCat("has no port '", input == nullptr ? from : to, "'"));
  }
  ProblemSpec spec = ViewSpec(whole, suffix);
  spec.summary = absl::StrCat(from, " to ", to, ": ", whole.summary);
  spec.inputs = {AsInput(*input)};
  spec.targets = {AsTarget(whole, *target)};
  Port& made = spec.targets[0];
  if (!made.aligned_with.empty() && made.aligned_with != from) {
    made.aligned_with = "";
    made.scheme = "";  // which may need it
  }
  if (made.along != from) made.along = "";
  if (from == to) {
    absl::StrAppend(&made.name, kAgain);
    const auto known = whole.aliases.find(std::string(from));
    spec.aliases[made.name] = known == whole.aliases.end() ? std::string(from) : known->second;
  }
  return std::make_unique<View>(std::move(problem), std::move(spec));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> FromTo(std::unique_ptr<Problem> problem,
                                                absl::string_view from, absl::string_view to) {
  return OneToOne(std::move(problem), from, to, absl::StrCat("_", from, kTo, to));
}

absl::StatusOr<std::unique_ptr<Problem>> Copied(std::unique_ptr<Problem> problem) {
  const ProblemSpec whole = problem->Spec();
  if (whole.inputs.size() != 1) {
    return absl::InvalidArgumentError(absl::StrCat(
        "has ", whole.inputs.size(), " inputs, so that it does not say which one is to be copied"));
  }
  const std::string input = whole.inputs[0].name;
  return OneToOne(std::move(problem), input, input, kCopy);
}

std::unique_ptr<Problem> Sampled(std::unique_ptr<Problem> problem, int64_t sample) {
  ProblemSpec spec = problem->Spec();
  spec.dataset = spec.dataset_name();
  spec.sample = sample;
  absl::StrAppend(&spec.name, spec.name.find(':') == std::string::npos ? ":" : ",", kLimit, "=",
                  sample);
  return std::make_unique<View>(std::move(problem), std::move(spec));
}

}  // namespace t2t
