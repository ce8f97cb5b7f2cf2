#include "tensor2tensor/models/autoregressive_scheme.h"

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "random/philox.h"
#include "registry/check.h"

namespace t2t {
namespace {

// Of the random numbers of decision `step` of a row.
uint64_t KeyOf(uint64_t row_key, int64_t step) {
  return RandomKey(row_key).With("decision").With(static_cast<uint64_t>(step)).value();
}

// Whether the units end by their number, without a stop.
bool Fixed(const SchemeParts& parts) { return parts.units.fixed_length > 0; }

class AutoregressiveProduction : public Production {
 public:
  AutoregressiveProduction(const SchemeParts& parts, Memory memory, int64_t max_length)
      : parts_(parts),
        memory_(std::move(memory)),
        max_length_(Fixed(parts) ? parts.units.fixed_length : max_length),
        cache_(parts.body->NewCache(memory_, max_length_ + 1)),
        rows_(memory_.stream.batch()) {
    for (int64_t row = 0; row < rows_; ++row) sources_.push_back(row);
    values_ =
        parts.tag.view({1, 1, -1}).expand({rows_, 1, -1}).to(memory_.stream.values.scalar_type());
  }

  int64_t rows() const override { return rows_; }
  std::optional<int64_t> stop() const override {
    if (Fixed(parts_)) return std::nullopt;
    return parts_.units.vocabulary_size;
  }
  int64_t max_decisions() const override { return max_length_; }

  at::Tensor Next() override { return parts_.head->LogProbabilities(Decide()); }

  at::Tensor Frames(const FrameDraw& draw) override {
    if (parts_.units.vocabulary_size > 0) return {};
    std::vector<at::Tensor> frames;
    for (int64_t step = 0; step < max_length_; ++step) {
      if (step > 0) {
        UnitsBatch decided;
        decided.frames = frames.back().unsqueeze(1);
        FeedBack(std::move(decided));
      }
      FrameDraw here = draw;
      for (uint64_t& key : here.keys) key = KeyOf(key, step);
      frames.push_back(parts_.head->Frames(Decide(), here));
    }
    return at::stack(frames, 1);
  }

  void Advance(const std::vector<int64_t>& parents, const std::vector<int64_t>& ids) override {
    T2T_CHECK(parents.size() == ids.size());
    bool moved = static_cast<int64_t>(parents.size()) != rows_, same_memory = !moved;
    std::vector<int64_t> sources;
    for (size_t i = 0; i < parents.size(); ++i) {
      const size_t parent = static_cast<size_t>(parents[i]);
      moved = moved || parent != i;
      sources.push_back(sources_[parent]);
      same_memory = same_memory && sources.back() == sources_[i];
    }
    if (moved) cache_->Select(at::tensor(parents, at::kLong).to(values_.device()), same_memory);
    sources_ = std::move(sources);
    rows_ = static_cast<int64_t>(parents.size());
    UnitsBatch decided;
    decided.ids = at::tensor(ids, at::kLong).view({-1, 1}).to(values_.device());
    FeedBack(std::move(decided));
  }

 private:
  // Hidden states [rows, width] of the next decision.
  at::Tensor Decide() {
    Stream stream;
    stream.values = values_;
    stream.positions =
        parts_.units.Positions(step_, 1, at::TensorOptions(at::kLong).device(values_.device()));
    stream.lengths.assign(static_cast<size_t>(rows_), 1);
    ForwardContext context;
    const at::Tensor hidden =
        parts_.body->Run(stream, memory_, Visibility::Causal(), cache_.get(), context);
    memory_ = {};  // from now on the cache holds what is needed of it
    return hidden.select(1, 0);
  }

  // What was decided, a unit of each row, enters next.
  void FeedBack(UnitsBatch units) {
    units.positions = at::zeros({1, 1, 1}, at::TensorOptions(at::kLong).device(values_.device()));
    units.lengths.assign(static_cast<size_t>(rows_), 1);
    values_ = parts_.feedback->Forward(units).values;
    ++step_;
  }

  SchemeParts parts_;
  Memory memory_;
  int64_t max_length_;
  std::unique_ptr<KvCache> cache_;
  int64_t rows_;
  int64_t step_ = 0;
  at::Tensor values_;             // [rows, 1, width]: what enters next
  std::vector<int64_t> sources_;  // the memory's row of each row
};

class AutoregressiveScheme : public Scheme {
 public:
  absl::Status FitsBody(const Body& body) const override {
    if (body.causal()) return absl::OkStatus();
    return absl::InvalidArgumentError(
        "the autoregressive scheme needs a body that can run step by step; an encoder_only one "
        "cannot");
  }
  absl::Status FitsCodec(const Codec& codec) const override {
    if (!codec.gives_frames() || codec.fixed_length() > 0) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("frames come one after the other where their number is known, but that of ",
                     codec.Describe(), " is not"));
  }
  int64_t extra_classes(const TargetUnits& units) const override {
    return units.fixed_length > 0 ? 0 : 1;
  }
  bool feeds_back() const override { return true; }
  bool gives_keys() const override { return true; }
  int64_t Decisions(const TargetUnits& units, const std::vector<int64_t>& lengths) const override {
    int64_t sum = 0;
    for (int64_t length : lengths) sum += length + extra_classes(units);
    return sum;
  }

  Head::Sum Loss(const SchemeParts& parts, const Memory& memory, const UnitsBatch& target,
                 double smoothing, ForwardContext& context) const override {
    const int64_t batch = target.batch(), stop = extra_classes(parts.units);
    const int64_t time = target.time() + stop;  // decisions of the longest row
    const Stream units = parts.feedback->Forward(target);
    Stream shifted;  // the tag, then the units: position t decides unit t
    shifted.values = at::cat(
        {parts.tag.view({1, 1, -1}).expand({batch, 1, -1}), units.values.narrow(1, 0, time - 1)},
        1);
    shifted.positions = parts.units.Positions(0, time, target.positions.options());
    std::vector<uint64_t> keys;          // of the decisions
    std::vector<int64_t> places, stops;  // flat places of decisions, and of those that are the stop
    for (int64_t row = 0; row < batch; ++row) {
      const int64_t length = target.lengths[static_cast<size_t>(row)];
      shifted.lengths.push_back(length + stop);
      for (int64_t t = 0; t < length + stop; ++t) {
        places.push_back(row * time + t);
        if (parts.head->draws())
          keys.push_back(KeyOf(context.row_keys.at(static_cast<size_t>(row)), t));
      }
      if (stop > 0) stops.push_back(row * time + length);
    }
    const at::Device device = units.values.device();
    shifted.valid = ValidFromLengths(shifted.lengths, time, device);
    const at::Tensor hidden =
        parts.body->Run(shifted, memory, Visibility::Causal(), nullptr, context);
    at::Tensor wanted = target.ids.defined() ? at::constant_pad_nd(target.ids, {0, stop}).view({-1})
                                             : target.frames.flatten(0, 1);
    if (stop > 0)
      wanted.index_fill_(0, at::tensor(stops, at::kLong).to(device), parts.units.vocabulary_size);
    at::Tensor rows = hidden.reshape({batch * time, -1});
    if (static_cast<int64_t>(places.size()) != rows.size(0)) {
      const at::Tensor index = at::tensor(places, at::kLong).to(device);
      rows = rows.index_select(0, index);
      wanted = wanted.index_select(0, index);
    }
    return parts.head->Loss(rows, wanted, smoothing, keys);
  }

  std::unique_ptr<Production> Start(const SchemeParts& parts, Memory memory,
                                    int64_t max_length) const override {
    return std::make_unique<AutoregressiveProduction>(parts, std::move(memory), max_length);
  }
};

}  // namespace

std::unique_ptr<Scheme> MakeAutoregressiveScheme() {
  return std::make_unique<AutoregressiveScheme>();
}

}  // namespace t2t
