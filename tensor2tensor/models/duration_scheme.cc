#include "tensor2tensor/models/duration_scheme.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tensor2tensor/models/aligner.h"
#include "tensor2tensor/models/autoregressive_scheme.h"

namespace t2t {
namespace {

class DurationScheme : public Scheme {
 public:
  absl::Status FitsBody(const Body& body) const override {
    return RunsStepByStep(body, "durations");
  }
  absl::Status FitsCodec(const Codec& codec) const override {
    if (codec.gives_frames() && codec.extent().empty()) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("durations need frames in a number that differs, but ", codec.Describe(),
                     codec.gives_frames() ? " always has as many" : " has ids"));
  }
  int64_t extra_classes(const TargetUnits&) const override { return 0; }
  bool feeds_back() const override { return true; }
  bool gives_keys() const override { return true; }
  Guide guide() const override { return Guide::kAny; }
  bool aligns() const override { return true; }
  // A part of a frame for each unit and each edge.
  int64_t LeastLength(const Codec& codec, int64_t guide_length) const override {
    return (guide_length + Aligner::kEdges + codec.frame_parts() - 1) / codec.frame_parts();
  }
  bool InReach(const Codec& codec, const Units& target, int64_t guide_length) const override {
    return target.length() >= LeastLength(codec, guide_length);
  }
  int64_t Decisions(const TargetUnits&, const std::vector<int64_t>& lengths,
                    const std::vector<uint64_t>&) const override {
    return std::accumulate(lengths.begin(), lengths.end(), int64_t{0});
  }

  // What is told as the loss is the head's: alignment and durations are trained beside it.
  Head::Sum Loss(const SchemeParts& parts, const Memory& memory, const UnitsBatch& target,
                 double smoothing, ForwardContext& context) const override {
    const Aligner& aligner = *parts.aligner;
    const at::Tensor states = GuideStates(parts, memory, context);
    const Aligner::Fit fit = aligner.Align(memory.guide, target);
    const at::Tensor plan = aligner.Lay(memory.guide, states, fit.durations, target.time());
    Head::Sum sum = AutoregressiveLoss(parts, memory, target, smoothing, plan, context);
    sum.loss = sum.loss + fit.loss + aligner.DurationLoss(memory.guide, states, fit.durations);
    return sum;
  }

  std::unique_ptr<Production> Start(const SchemeParts& parts, Memory memory,
                                    int64_t max_length) const override {
    ForwardContext context;
    const at::Tensor states = GuideStates(parts, memory, context);
    const Durations durations = parts.aligner->Expected(memory.guide, states);
    Plan plan;
    for (const std::vector<int64_t>& of_row : durations) {
      const int64_t sum = std::accumulate(of_row.begin(), of_row.end(), int64_t{0});
      plan.lengths.push_back((sum + parts.units.frame_parts - 1) / parts.units.frame_parts);
    }
    const int64_t time =
        std::min(max_length, *std::max_element(plan.lengths.begin(), plan.lengths.end()));
    plan.values = parts.aligner->Lay(memory.guide, states, durations, time);
    return StartAutoregressive(parts, std::move(memory), time, std::move(plan));
  }
};

}  // namespace

std::unique_ptr<Scheme> MakeDurationScheme() { return std::make_unique<DurationScheme>(); }

}  // namespace t2t
