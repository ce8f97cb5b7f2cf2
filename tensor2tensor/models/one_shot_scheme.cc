#include "tensor2tensor/models/one_shot_scheme.h"

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"

namespace t2t {
namespace {

// Hidden state of the one target position of each row: [batch, width].
at::Tensor Decide(const SchemeParts& parts, const Memory& memory, ForwardContext& context) {
  const int64_t batch = memory.stream.batch();
  Stream query;
  query.values = parts.tag.view({1, 1, -1}).expand({batch, 1, -1});
  query.positions = at::zeros({1, 1, 1}, memory.stream.positions.options());
  query.lengths.assign(static_cast<size_t>(batch), 1);
  return parts.body->Run(query, memory, Visibility::Full(), nullptr, context).select(1, 0);
}

class OneShotProduction : public Production {
 public:
  OneShotProduction(const SchemeParts& parts, Memory memory)
      : parts_(parts), memory_(std::move(memory)) {
    rows_ = memory_.stream.batch();
  }
  int64_t rows() const override { return rows_; }
  std::optional<int64_t> stop() const override { return std::nullopt; }
  int64_t max_decisions() const override { return 1; }
  at::Tensor Next() override {
    ForwardContext context;
    return parts_.head->LogProbabilities(Decide(parts_, memory_, context));
  }
  std::vector<FrameRow> Frames(const FrameDraw& draw) override {
    if (parts_.units.vocabulary_size > 0) return {};
    ForwardContext context;
    std::vector<FrameRow> rows;
    for (const at::Tensor& frame :
         parts_.head->Frames(Decide(parts_, memory_, context), draw).split(1)) {
      rows.push_back({frame});
    }
    return rows;
  }
  void Advance(const std::vector<int64_t>& parents, const std::vector<int64_t>&) override {
    rows_ = static_cast<int64_t>(parents.size());  // decided; nothing follows
  }

 private:
  SchemeParts parts_;
  Memory memory_;
  int64_t rows_;
};

class OneShotScheme : public Scheme {
 public:
  absl::Status FitsBody(const Body&) const override { return absl::OkStatus(); }
  absl::Status FitsCodec(const Codec& codec) const override {
    if (!codec.gives_frames() || codec.extent() == std::vector<int64_t>{1}) {
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError(
        absl::StrCat("the one-shot scheme decides one id or one frame, but ", codec.Describe(),
                     " may have many"));
  }
  int64_t extra_classes(const TargetUnits&) const override { return 0; }
  bool feeds_back() const override { return false; }
  int64_t Decisions(const TargetUnits&, const std::vector<int64_t>& lengths,
                    const std::vector<uint64_t>&) const override {
    return static_cast<int64_t>(lengths.size());
  }
  Head::Sum Loss(const SchemeParts& parts, const Memory& memory, const UnitsBatch& target,
                 double smoothing, ForwardContext& context) const override {
    return parts.head->Loss(Decide(parts, memory, context),
                            (target.ids.defined() ? target.ids : target.frames).select(1, 0),
                            smoothing, {});
  }
  std::unique_ptr<Production> Start(const SchemeParts& parts, Memory memory,
                                    int64_t) const override {
    return std::make_unique<OneShotProduction>(parts, std::move(memory));
  }
};

}  // namespace

std::unique_ptr<Scheme> MakeOneShotScheme() { return std::make_unique<OneShotScheme>(); }

}  // namespace t2t
