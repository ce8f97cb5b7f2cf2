#include "tensor2tensor/models/ctc_scheme.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "tensor2tensor/models/ctc_prefixes.h"

namespace t2t {
namespace {

// Log-probabilities [batch, places, classes] at the places of the guide, read off the body's states of the inputs.
at::Tensor LogProbabilities(const SchemeParts& parts, const Memory& memory,
                            ForwardContext& context) {
  const at::Tensor states = GuideStates(parts, memory, context);
  return parts.head->LogProbabilities(states.flatten(0, 1))
      .view({states.size(0), states.size(1), -1});
}

class CtcProduction : public Production {
 public:
  CtcProduction(const SchemeParts& parts, Memory memory, int64_t max_length)
      : parts_(parts), memory_(std::move(memory)), rows_(memory_.stream.batch()) {
    const std::vector<int64_t>& lengths = memory_.guide.lengths;
    max_length_ = std::min(max_length, *std::max_element(lengths.begin(), lengths.end()));
  }

  int64_t rows() const override { return prefixes_.has_value() ? prefixes_->rows() : rows_; }
  std::optional<int64_t> stop() const override { return parts_.units.vocabulary_size; }
  int64_t max_decisions() const override { return max_length_; }

  at::Tensor Next() override {
    if (!prefixes_.has_value()) {
      ForwardContext context;
      prefixes_.emplace(LogProbabilities(parts_, memory_, context), memory_.guide.lengths);
      memory_ = {};
    }
    return prefixes_->Next();
  }
  void Advance(const std::vector<int64_t>& parents, const std::vector<int64_t>& ids) override {
    prefixes_->Advance(parents, ids);
  }

 private:
  SchemeParts parts_;
  Memory memory_;
  int64_t rows_;  // of the memory
  int64_t max_length_;
  std::optional<CtcPrefixes> prefixes_;  // from the first step on
};

class CtcScheme : public Scheme {
 public:
  absl::Status FitsBody(const Body&) const override { return absl::OkStatus(); }
  int64_t extra_classes(const TargetUnits&) const override { return 1; }  // the blank
  bool feeds_back() const override { return false; }
  Guide guide() const override { return Guide::kAny; }
  bool reads_inputs() const override { return true; }
  // A place for each unit, and one for the blank between equal ones.
  bool InReach(const Codec&, const Units& target, int64_t guide_length) const override {
    const std::vector<int64_t>& ids = target.ids;
    auto needed = static_cast<int64_t>(ids.size());
    for (size_t i = 1; i < ids.size(); ++i) needed += ids[i] == ids[i - 1];
    return needed <= guide_length;
  }
  int64_t LeastLength(const Codec&, int64_t) const override { return 1; }
  // The units and the end, as for units that come one after the other.
  int64_t Decisions(const TargetUnits&, const std::vector<int64_t>& lengths,
                    const std::vector<uint64_t>&) const override {
    int64_t sum = 0;
    for (const int64_t length : lengths) sum += length + 1;
    return sum;
  }

  Head::Sum Loss(const SchemeParts& parts, const Memory& memory, const UnitsBatch& target,
                 double smoothing, ForwardContext& context) const override {
    return CtcLoss(LogProbabilities(parts, memory, context), memory.guide.lengths, target,
                   parts.units.vocabulary_size, smoothing);
  }

  std::unique_ptr<Production> Start(const SchemeParts& parts, Memory memory,
                                    int64_t max_length) const override {
    return std::make_unique<CtcProduction>(parts, std::move(memory), max_length);
  }
};

}  // namespace

Head::Sum CtcLoss(const at::Tensor& logs, const std::vector<int64_t>& lengths,
                  const UnitsBatch& target, int64_t units, double smoothing) {
  const at::Tensor likelihood = at::ctc_loss(
      logs.transpose(0, 1), at::constant_pad_nd(target.ids, {0, 1}), lengths, target.lengths,
      /*blank=*/units, at::Reduction::Sum, /*zero_infinity=*/false);
  Head::Sum sum{likelihood, likelihood.detach()};
  if (smoothing > 0) {
    at::Tensor uniform = logs.mean(-1).neg();  // [batch, places]
    if (const at::Tensor valid = ValidFromLengths(lengths, logs.size(1), logs.device());
        valid.defined()) {
      uniform = uniform.masked_fill(valid.logical_not(), 0);
    }
    sum.loss = sum.loss * (1 - smoothing) + uniform.sum() * smoothing;
  }
  return sum;
}

std::unique_ptr<Scheme> MakeCtcScheme() { return std::make_unique<CtcScheme>(); }

}  // namespace t2t
