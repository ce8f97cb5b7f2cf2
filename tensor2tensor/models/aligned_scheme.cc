#include "tensor2tensor/models/aligned_scheme.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>

#include "registry/check.h"

namespace t2t {
namespace {

// Hidden states [batch, time, width] at the places of the memory's guide, all at once and each seeing all: its units ask
// the body, behind the tag, so that no row is empty.
at::Tensor DecideAlongGuide(const SchemeParts& parts, const Memory& memory,
                            ForwardContext& context) {
  const Stream& guide = memory.guide;
  T2T_CHECK(guide.values.defined());
  Stream tag;
  tag.values = parts.tag.view({1, 1, -1}).expand({guide.batch(), 1, -1});
  tag.positions = at::zeros({1, 1, 1}, guide.positions.options());
  tag.lengths.assign(static_cast<size_t>(guide.batch()), 1);
  const Stream query = Concatenate({tag, guide}, guide.positions.size(2));
  return parts.body->Run(query, memory, Visibility::Full(), nullptr, context)
      .narrow(1, 1, guide.time());
}

// All decisions are made in the first step; then each row gives them out, and its stop where its guide ends.
class AlignedProduction : public Production {
 public:
  AlignedProduction(const SchemeParts& parts, Memory memory)
      : parts_(parts), memory_(std::move(memory)), lengths_(memory_.guide.lengths) {
    longest_ = *std::max_element(lengths_.begin(), lengths_.end());
    for (int64_t row = 0; row < rows(); ++row) sources_.push_back(row);
  }

  int64_t rows() const override { return static_cast<int64_t>(lengths_.size()); }
  std::optional<int64_t> stop() const override { return parts_.units.vocabulary_size; }
  int64_t max_decisions() const override { return longest_; }

  at::Tensor Next() override {
    constexpr double kNever = -std::numeric_limits<double>::infinity();
    if (step_ == 0) {
      ForwardContext context;
      const at::Tensor hidden = DecideAlongGuide(parts_, memory_, context);
      decided_ = at::constant_pad_nd(parts_.head->LogProbabilities(hidden.flatten(0, 1))
                                         .view({hidden.size(0), hidden.size(1), -1}),
                                     {0, 1}, kNever);
      memory_ = {};
    }
    const int64_t time = std::min(step_, decided_.size(1) - 1);  // behind the last all rows stop
    at::Tensor next = decided_.select(1, time).index_select(
        0, at::tensor(sources_, at::kLong).to(decided_.device()));
    for (int64_t row = 0; row < rows(); ++row) {
      if (lengths_[static_cast<size_t>(row)] > step_) continue;
      at::Tensor ended = next.select(0, row);
      ended.fill_(kNever);
      ended.select(0, parts_.units.vocabulary_size).fill_(0);
    }
    return next;
  }

  void Advance(const std::vector<int64_t>& parents, const std::vector<int64_t>&) override {
    std::vector<int64_t> lengths, sources;
    for (const int64_t parent : parents) {
      lengths.push_back(lengths_[static_cast<size_t>(parent)]);
      sources.push_back(sources_[static_cast<size_t>(parent)]);
    }
    lengths_ = std::move(lengths);
    sources_ = std::move(sources);
    ++step_;
  }

 private:
  SchemeParts parts_;
  Memory memory_;
  std::vector<int64_t> lengths_;  // of each row
  std::vector<int64_t> sources_;  // the first row that each row comes from
  int64_t longest_ = 0;           // of the first rows
  int64_t step_ = 0;
  at::Tensor decided_;  // [first rows, time, classes + 1]: log-probabilities, the stop last
};

class AlignedScheme : public Scheme {
 public:
  absl::Status FitsBody(const Body&) const override { return absl::OkStatus(); }
  int64_t extra_classes(const TargetUnits&) const override { return 0; }
  bool feeds_back() const override { return false; }
  Guide guide() const override { return Guide::kAligned; }
  int64_t Decisions(const TargetUnits&, const std::vector<int64_t>& lengths,
                    const std::vector<uint64_t>&) const override {
    int64_t sum = 0;
    for (const int64_t length : lengths) sum += length;
    return sum;
  }

  Head::Sum Loss(const SchemeParts& parts, const Memory& memory, const UnitsBatch& target,
                 double smoothing, ForwardContext& context) const override {
    T2T_CHECK(target.lengths == memory.guide.lengths);
    at::Tensor hidden = DecideAlongGuide(parts, memory, context);
    std::vector<int64_t> of_hidden, of_target;  // flat places of the decisions
    for (int64_t row = 0; row < target.batch(); ++row) {
      for (int64_t t = 0; t < target.lengths[static_cast<size_t>(row)]; ++t) {
        of_hidden.push_back(row * hidden.size(1) + t);
        of_target.push_back(row * target.time() + t);
      }
    }
    const auto chosen = [&](const at::Tensor& flat, const std::vector<int64_t>& places) {
      if (static_cast<int64_t>(places.size()) == flat.size(0)) return flat;
      return flat.index_select(0, at::tensor(places, at::kLong).to(flat.device()));
    };
    return parts.head->Loss(chosen(hidden.flatten(0, 1), of_hidden),
                            chosen(target.ids.flatten(), of_target), smoothing, {});
  }

  std::unique_ptr<Production> Start(const SchemeParts& parts, Memory memory,
                                    int64_t) const override {
    return std::make_unique<AlignedProduction>(parts, std::move(memory));
  }
};

}  // namespace

std::unique_ptr<Scheme> MakeAlignedScheme() { return std::make_unique<AlignedScheme>(); }

}  // namespace t2t
