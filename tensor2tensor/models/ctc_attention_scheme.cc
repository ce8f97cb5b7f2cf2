#include "tensor2tensor/models/ctc_attention_scheme.h"

#include <ATen/ATen.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "tensor2tensor/models/autoregressive_scheme.h"
#include "tensor2tensor/models/ctc_prefixes.h"
#include "tensor2tensor/models/ctc_scheme.h"

namespace t2t {
namespace {

// Log-probabilities [batch, places, units + 1] at the places of the guide, the blank last.
at::Tensor ReadAlong(const SchemeParts& parts, const Memory& memory, ForwardContext& context) {
  return at::log_softmax(parts.along->Forward(GuideStates(parts, memory, context)).to(at::kFloat),
                         -1);
}

class CtcAttentionProduction : public Production {
 public:
  CtcAttentionProduction(double weight, std::unique_ptr<Production> units, CtcPrefixes prefixes)
      : weight_(weight), units_(std::move(units)), prefixes_(std::move(prefixes)) {}

  int64_t rows() const override { return units_->rows(); }
  std::optional<int64_t> stop() const override { return units_->stop(); }
  int64_t max_decisions() const override { return units_->max_decisions(); }

  // The stop is the last class of both.
  at::Tensor Next() override {
    const at::Tensor attention = units_->Next();
    return attention * (1 - weight_) + prefixes_.Next().to(attention.device()) * weight_;
  }
  void Advance(const std::vector<int64_t>& parents, const std::vector<int64_t>& ids) override {
    units_->Advance(parents, ids);
    prefixes_.Advance(parents, ids);
  }

 private:
  double weight_;
  std::unique_ptr<Production> units_;
  CtcPrefixes prefixes_;
};

class CtcAttentionScheme : public Scheme {
 public:
  absl::Status FitsBody(const Body& body) const override {
    return RunsStepByStep(body, "ctc_attention");
  }
  absl::Status FitsCodec(const Codec& codec) const override {
    const absl::Status ids = Scheme::FitsCodec(codec);
    if (ids.ok() && codec.fixed_length() > 0) {
      return absl::InvalidArgumentError(absl::StrCat("ctc_attention has an end to decide, but ",
                                                     codec.Describe(),
                                                     " always has as many units"));
    }
    return ids;
  }
  int64_t extra_classes(const TargetUnits& units) const override {
    return units_->extra_classes(units);
  }
  bool feeds_back() const override { return true; }
  Guide guide() const override { return Guide::kAny; }
  bool reads_along() const override { return true; }
  int64_t LeastLength(const Codec&, int64_t) const override { return 1; }
  bool InReach(const Codec& codec, const Units& target, int64_t guide_length) const override {
    return along_->InReach(codec, target, guide_length);
  }
  int64_t Decisions(const TargetUnits& units, const std::vector<int64_t>& lengths,
                    const std::vector<uint64_t>& keys) const override {
    return units_->Decisions(units, lengths, keys);
  }

  Head::Sum Loss(const SchemeParts& parts, const Memory& memory, const UnitsBatch& target,
                 double smoothing, ForwardContext& context) const override {
    const at::Tensor along = CtcLoss(ReadAlong(parts, memory, context), memory.guide.lengths,
                                     target, parts.units.vocabulary_size, smoothing)
                                 .loss;
    Head::Sum sum = AutoregressiveLoss(parts, memory, target, smoothing, {}, context);
    sum.loss = sum.loss * (1 - parts.along_weight) + along * parts.along_weight;
    return sum;
  }

  std::unique_ptr<Production> Start(const SchemeParts& parts, Memory memory,
                                    int64_t max_length) const override {
    ForwardContext context;
    CtcPrefixes prefixes(ReadAlong(parts, memory, context), memory.guide.lengths);
    return std::make_unique<CtcAttentionProduction>(
        parts.along_weight, StartAutoregressive(parts, std::move(memory), max_length, std::nullopt),
        std::move(prefixes));
  }

 private:
  const std::unique_ptr<Scheme> units_ = MakeAutoregressiveScheme(), along_ = MakeCtcScheme();
};

}  // namespace

std::unique_ptr<Scheme> MakeCtcAttentionScheme() { return std::make_unique<CtcAttentionScheme>(); }

}  // namespace t2t
