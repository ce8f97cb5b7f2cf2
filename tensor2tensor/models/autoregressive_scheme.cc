#include "tensor2tensor/models/autoregressive_scheme.h"

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "random/philox.h"
#include "registry/check.h"

namespace t2t {
namespace {

// Whether the units end by their number, without a stop.
bool Fixed(const TargetUnits& units) { return units.fixed_length > 0; }

bool IsFrames(const TargetUnits& units) { return units.vocabulary_size == 0; }

class AutoregressiveProduction : public Production {
 public:
  AutoregressiveProduction(const SchemeParts& parts, Memory memory, int64_t max_length,
                           std::optional<Plan> plan)
      : parts_(parts),
        plan_(std::move(plan)),
        memory_(std::move(memory)),
        max_length_(Fixed(parts.units) ? parts.units.fixed_length : max_length),
        cache_(parts.body->NewCache(memory_, max_length_ + 1)),
        rows_(memory_.stream.batch()) {
    for (int64_t row = 0; row < rows_; ++row) sources_.push_back(row);
    values_ =
        parts.tag.view({1, 1, -1}).expand({rows_, 1, -1}).to(memory_.stream.values.scalar_type());
  }

  int64_t rows() const override { return rows_; }
  std::optional<int64_t> stop() const override {
    if (Fixed(parts_.units) || IsFrames(parts_.units)) return std::nullopt;
    return parts_.units.vocabulary_size;
  }
  int64_t max_decisions() const override { return max_length_; }

  at::Tensor Next() override { return parts_.head->LogProbabilities(Decide()); }

  std::vector<FrameRow> Frames(const FrameDraw& draw) override {
    if (!IsFrames(parts_.units)) return {};
    // Behind the rows with their inputs come those without, as many, where the draw is guided by both.
    const bool guided = draw.guidance != 1;
    const int64_t seen = guided ? rows_ / 2 : rows_;
    std::vector<std::vector<at::Tensor>> decided(static_cast<size_t>(seen));
    const bool ends = parts_.stop != nullptr || plan_.has_value();  // else by their number
    std::vector<bool> finished(decided.size(), !ends);
    // The row of the result that each row is.
    std::vector<int64_t> live(sources_.begin(), sources_.begin() + seen);
    at::Tensor frames;  // of the rows, in the last step
    for (int64_t step = 0; step < max_length_; ++step) {
      if (step > 0) FeedBackFrames(guided ? frames.repeat({2, 1}) : frames);
      at::Tensor hidden = Decide();
      if (ends && step > 0) {
        const std::vector<bool> ended = Ended(hidden, live);
        std::vector<int64_t> parents, rows;
        for (size_t i = 0; i < live.size(); ++i) {
          if (ended[i]) {
            finished[static_cast<size_t>(live[i])] = true;
            continue;
          }
          parents.push_back(static_cast<int64_t>(i));
          rows.push_back(live[i]);
        }
        if (parents.empty()) break;
        const bool fewer = parents.size() < live.size();
        const size_t left = parents.size();
        for (size_t i = 0; guided && i < left; ++i)
          parents.push_back(parents[i] + static_cast<int64_t>(live.size()));
        if (fewer)
          hidden = hidden.index_select(0, at::tensor(parents, at::kLong).to(hidden.device()));
        Follow(parents);
        live = std::move(rows);
      }
      FrameDraw here = draw;
      here.keys.clear();
      for (const int64_t row : live) {
        if (!draw.keys.empty())
          here.keys.push_back(DecisionKey(draw.keys[static_cast<size_t>(row)], step));
      }
      frames = parts_.head->Frames(hidden, here);
      for (size_t i = 0; i < live.size(); ++i)
        decided[static_cast<size_t>(live[i])].push_back(frames[static_cast<int64_t>(i)]);
    }
    // What has as many frames as may be is whole if the end is what would follow.
    if (ends && !live.empty() &&
        decided[static_cast<size_t>(live[0])].size() == static_cast<size_t>(max_length_)) {
      at::Tensor hidden;
      if (parts_.stop != nullptr) {
        FeedBackFrames(guided ? frames.repeat({2, 1}) : frames);
        hidden = Decide();
      } else {
        ++step_;
      }
      const std::vector<bool> ended = Ended(hidden, live);
      for (size_t i = 0; i < live.size(); ++i) finished[static_cast<size_t>(live[i])] = ended[i];
    }
    std::vector<FrameRow> rows;
    for (size_t row = 0; row < decided.size(); ++row)
      rows.push_back({at::stack(decided[row]), finished[row]});
    return rows;
  }

  void Advance(const std::vector<int64_t>& parents, const std::vector<int64_t>& ids) override {
    T2T_CHECK(parents.size() == ids.size());
    Follow(parents);
    UnitsBatch decided;
    decided.ids = at::tensor(ids, at::kLong).view({-1, 1}).to(values_.device());
    FeedBack(std::move(decided));
  }

 private:
  // Whether each live row of frames ends before the decision that its hidden state is of.
  std::vector<bool> Ended(const at::Tensor& hidden, const std::vector<int64_t>& live) const {
    std::vector<bool> ended;
    if (plan_.has_value()) {
      for (const int64_t row : live)
        ended.push_back(step_ >= plan_->lengths[static_cast<size_t>(row)]);
      return ended;
    }
    const at::Tensor logits = parts_.stop->Forward(hidden).select(1, 0).to(at::kCPU, at::kFloat);
    for (size_t i = 0; i < live.size(); ++i) ended.push_back(logits.const_data_ptr<float>()[i] > 0);
    return ended;
  }

  // The new row i is the row parents[i].
  void Follow(const std::vector<int64_t>& parents) {
    bool moved = static_cast<int64_t>(parents.size()) != rows_, same_memory = !moved;
    std::vector<int64_t> sources;
    for (size_t i = 0; i < parents.size(); ++i) {
      const size_t parent = static_cast<size_t>(parents[i]);
      moved = moved || parent != i;
      sources.push_back(sources_[parent]);
      same_memory = same_memory && sources.back() == sources_[i];
    }
    if (moved) cache_->Select(at::tensor(parents, at::kLong).to(values_.device()), same_memory);
    if (moved && plan_.has_value()) {
      plan_->values =
          plan_->values.index_select(0, at::tensor(parents, at::kLong).to(plan_->values.device()));
    }
    sources_ = std::move(sources);
    rows_ = static_cast<int64_t>(parents.size());
  }

  // Hidden states [rows, width] of the next decision.
  at::Tensor Decide() {
    Stream stream;
    stream.values = values_;
    if (plan_.has_value()) stream.values = values_ + plan_->values.narrow(1, step_, 1);
    stream.positions =
        parts_.units.Positions(step_, 1, at::TensorOptions(at::kLong).device(values_.device()));
    stream.lengths.assign(static_cast<size_t>(rows_), 1);
    ForwardContext context;
    const at::Tensor hidden =
        parts_.body->Run(stream, memory_, Visibility::Causal(), cache_.get(), context);
    memory_ = {};  // from now on the cache holds what is needed of it
    return hidden.select(1, 0);
  }

  void FeedBackFrames(const at::Tensor& frames) {
    UnitsBatch decided;
    decided.frames = frames.unsqueeze(1);
    FeedBack(std::move(decided));
  }

  // What was decided, a unit of each row, enters next.
  void FeedBack(UnitsBatch units) {
    units.positions = at::zeros({1, 1, 1}, at::TensorOptions(at::kLong).device(values_.device()));
    units.lengths.assign(static_cast<size_t>(rows_), 1);
    values_ = parts_.feedback->Forward(units).values;
    ++step_;
  }

  SchemeParts parts_;
  std::optional<Plan> plan_;
  Memory memory_;
  int64_t max_length_;
  std::unique_ptr<KvCache> cache_;
  int64_t rows_;
  int64_t step_ = 0;
  at::Tensor values_;             // [rows, 1, width]: what enters next
  std::vector<int64_t> sources_;  // the memory's row of each row
};

// Hides, in training, `forget` of what enters again, values [batch, time, width], so that what is decided does not hang on the
// last units alone: word dropout (Bowman et al., arXiv 1511.06349, section 3.1). Each place by its row's key.
void Forget(const SchemeParts& parts, const ForwardContext& context, at::Tensor* values) {
  if (!context.training || parts.forget <= 0) return;
  const int64_t batch = values->size(0), time = values->size(1);
  at::Tensor kept = at::empty({batch, time, 1});
  float* out = kept.mutable_data_ptr<float>();
  for (int64_t row = 0; row < batch; ++row) {
    Philox random(RandomKey(context.row_keys.at(static_cast<size_t>(row))).With("forget").value());
    for (int64_t t = 0; t < time; ++t) *out++ = random.Uniform() < parts.forget ? 0.0f : 1.0f;
  }
  *values = *values * kept.to(values->options());
}

// Cross-entropy in nats of the end at every valid place of rows [batch * time, width]; it is at the places `stops`.
Head::Sum StopLoss(const SchemeParts& parts, const at::Tensor& rows, const at::Tensor& valid,
                   const at::Tensor& stops) {
  const at::Tensor logits = parts.stop->Forward(rows).select(1, 0).to(at::kFloat);
  const at::Tensor ends = at::zeros_like(logits).index_fill_(0, stops, 1);
  at::Tensor nats = at::binary_cross_entropy_with_logits(logits, ends, {}, {}, at::Reduction::None);
  if (valid.defined()) nats = nats * valid.flatten();
  const at::Tensor loss = nats.sum();
  return {loss, loss.detach()};
}

class AutoregressiveScheme : public Scheme {
 public:
  absl::Status FitsBody(const Body& body) const override {
    return RunsStepByStep(body, "autoregressive");
  }
  absl::Status FitsCodec(const Codec&) const override { return absl::OkStatus(); }
  int64_t extra_classes(const TargetUnits& units) const override {
    return Fixed(units) || IsFrames(units) ? 0 : 1;
  }
  bool ends_apart(const TargetUnits& units) const override {
    return IsFrames(units) && !Fixed(units);
  }
  bool feeds_back() const override { return true; }
  bool gives_keys() const override { return true; }
  int64_t Decisions(const TargetUnits& units, const std::vector<int64_t>& lengths,
                    const std::vector<uint64_t>&) const override {
    int64_t sum = 0;
    for (int64_t length : lengths) sum += length + (Fixed(units) ? 0 : 1);
    return sum;
  }

  Head::Sum Loss(const SchemeParts& parts, const Memory& memory, const UnitsBatch& target,
                 double smoothing, ForwardContext& context) const override {
    return AutoregressiveLoss(parts, memory, target, smoothing, {}, context);
  }

  std::unique_ptr<Production> Start(const SchemeParts& parts, Memory memory,
                                    int64_t max_length) const override {
    return StartAutoregressive(parts, std::move(memory), max_length, std::nullopt);
  }
};

}  // namespace

absl::Status RunsStepByStep(const Body& body, const char* scheme) {
  if (body.causal()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("the scheme '", scheme,
                   "' needs a body that can run step by step; an encoder_only one cannot"));
}

Head::Sum AutoregressiveLoss(const SchemeParts& parts, const Memory& memory,
                             const UnitsBatch& target, double smoothing, const at::Tensor& plan,
                             ForwardContext& context) {
  const int64_t batch = target.batch(), stop = Fixed(parts.units) || plan.defined() ? 0 : 1;
  const int64_t time = target.time() + stop;  // decisions of the longest row
  Stream units = parts.feedback->Forward(target);
  Forget(parts, context, &units.values);
  Stream shifted;  // the tag, then the units: position t decides unit t
  shifted.values = at::cat(
      {parts.tag.view({1, 1, -1}).expand({batch, 1, -1}), units.values.narrow(1, 0, time - 1)}, 1);
  if (plan.defined()) shifted.values = shifted.values + plan;
  shifted.positions = parts.units.Positions(0, time, target.positions.options());
  const bool apart = parts.stop != nullptr;
  std::vector<uint64_t> keys;          // of the head's decisions
  std::vector<int64_t> places, stops;  // flat places of the head's decisions, and of the stops
  for (int64_t row = 0; row < batch; ++row) {
    const int64_t length = target.lengths[static_cast<size_t>(row)];
    shifted.lengths.push_back(length + stop);
    for (int64_t t = 0; t < length + (apart ? 0 : stop); ++t) {
      places.push_back(row * time + t);
      if (parts.head->draws())
        keys.push_back(DecisionKey(context.row_keys.at(static_cast<size_t>(row)), t));
    }
    if (stop > 0) stops.push_back(row * time + length);
  }
  const at::Device device = units.values.device();
  shifted.valid = ValidFromLengths(shifted.lengths, time, device);
  const at::Tensor hidden =
      parts.body->Run(shifted, memory, Visibility::Causal(), nullptr, context);
  at::Tensor wanted = target.ids.defined()
                          ? at::constant_pad_nd(target.ids, {0, stop}).view({-1})
                          : at::constant_pad_nd(target.frames, {0, 0, 0, stop}).flatten(0, 1);
  at::Tensor rows = hidden.reshape({batch * time, -1});
  Head::Sum of_stops;
  if (apart) {
    of_stops = StopLoss(parts, rows, shifted.valid, at::tensor(stops, at::kLong).to(device));
  } else if (stop > 0) {
    wanted.index_fill_(0, at::tensor(stops, at::kLong).to(device), parts.units.vocabulary_size);
  }
  if (static_cast<int64_t>(places.size()) != rows.size(0)) {
    const at::Tensor index = at::tensor(places, at::kLong).to(device);
    rows = rows.index_select(0, index);
    wanted = wanted.index_select(0, index);
  }
  Head::Sum sum = parts.head->Loss(rows, wanted, smoothing, keys);
  if (apart) sum = {sum.loss + of_stops.loss, sum.plain + of_stops.plain};
  return sum;
}

std::unique_ptr<Production> StartAutoregressive(const SchemeParts& parts, Memory memory,
                                                int64_t max_length, std::optional<Plan> plan) {
  return std::make_unique<AutoregressiveProduction>(parts, std::move(memory), max_length,
                                                    std::move(plan));
}

std::unique_ptr<Scheme> MakeAutoregressiveScheme() {
  return std::make_unique<AutoregressiveScheme>();
}

}  // namespace t2t
