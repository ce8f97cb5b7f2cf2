#include "tensor2tensor/models/masked_scheme.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "random/philox.h"

namespace t2t {
namespace {

constexpr double kQuarterTurn = 1.57079632679489661923;

// The numbers below `count` in an order drawn at random.
std::vector<int64_t> DrawnOrder(int64_t count, Philox& random) {
  std::vector<int64_t> order(static_cast<size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  random.Shuffle(order);
  return order;
}

int64_t HiddenCount(int64_t units, Philox& random) {
  const double share = std::cos(kQuarterTurn * random.Uniform());
  return std::clamp<int64_t>(std::llround(std::ceil(share * static_cast<double>(units))), 1, units);
}

Philox HidingOf(uint64_t row_key) { return Philox(RandomKey(row_key).With("hidden")); }

// Hidden states [batch, units, width]: known units as the body reads them again, unknown ones as the tag that asks for them, all at
// their places and each seeing all. known: [batch, units] bool.
at::Tensor StatesOfAll(const SchemeParts& parts, const Memory& memory, UnitsBatch units,
                       const at::Tensor& known, ForwardContext& context) {
  const int64_t count = known.size(1);
  units.positions =
      parts.units.Positions(0, count, at::TensorOptions(at::kLong).device(known.device()));
  units.lengths.assign(static_cast<size_t>(known.size(0)), count);
  Stream stream;
  const at::Tensor values = parts.feedback->Forward(units).values;
  stream.values =
      at::where(known.unsqueeze(2), values, parts.tag.to(values.scalar_type()).view({1, 1, -1}));
  stream.positions = units.positions;
  stream.lengths = units.lengths;
  return parts.body->Run(stream, memory, Visibility::Full(), nullptr, context);
}

class MaskedProduction : public Production {
 public:
  MaskedProduction(const SchemeParts& parts, Memory memory)
      : parts_(parts), memory_(std::move(memory)) {}

  int64_t rows() const override { return memory_.stream.batch(); }
  std::optional<int64_t> stop() const override { return std::nullopt; }
  int64_t max_decisions() const override { return parts_.units.fixed_length; }
  at::Tensor Next() override { return {}; }
  void Advance(const std::vector<int64_t>&, const std::vector<int64_t>&) override {}

  std::vector<FrameRow> Frames(const FrameDraw& draw) override {
    // Behind the rows with their inputs come those without, as many, where the draw is guided by both.
    const bool guided = draw.guidance != 1;
    const int64_t seen = guided ? rows() / 2 : rows(), units = parts_.units.fixed_length;
    std::vector<std::vector<int64_t>> orders;
    for (int64_t row = 0; row < seen; ++row) {
      Philox random(
          RandomKey(draw.keys.empty() ? 0 : draw.keys[static_cast<size_t>(row)]).With("order"));
      orders.push_back(DrawnOrder(units, random));
    }
    const at::TensorOptions options = memory_.stream.values.options();
    at::Tensor frames = at::zeros({seen * units, parts_.units.frame_width}, options);
    at::Tensor known = at::zeros({seen * units}, options.dtype(at::kBool));
    int64_t decided = 0;
    const int64_t passes = draw.passes > 0 ? draw.passes : kUsualPasses;
    for (const int64_t unknown : UnknownAfterPasses(units, passes)) {
      const int64_t now = units - unknown - decided;
      std::vector<int64_t> places;  // flat, of this pass's decisions
      FrameDraw here = draw;
      here.keys.clear();
      for (int64_t row = 0; row < seen; ++row) {
        for (int64_t i = decided; i < decided + now; ++i) {
          const int64_t place = orders[static_cast<size_t>(row)][static_cast<size_t>(i)];
          places.push_back(row * units + place);
          if (!draw.keys.empty())
            here.keys.push_back(DecisionKey(draw.keys[static_cast<size_t>(row)], place));
        }
      }
      UnitsBatch before;
      before.frames = frames.view({seen, units, -1});
      at::Tensor there = known.view({seen, units});
      if (guided) {
        before.frames = before.frames.repeat({2, 1, 1});
        there = there.repeat({2, 1});
      }
      ForwardContext context;
      const at::Tensor states = StatesOfAll(parts_, memory_, before, there, context).flatten(0, 1);
      const at::Tensor index = at::tensor(places, at::kLong).to(states.device());
      const at::Tensor drawn = parts_.head->Frames(
          states.index_select(0, guided ? at::cat({index, index + seen * units}) : index), here);
      frames.index_copy_(0, index, drawn);
      known.index_fill_(0, index, true);
      decided += now;
    }
    std::vector<FrameRow> rows;
    for (const at::Tensor& row : frames.view({seen, units, -1}).unbind(0)) rows.push_back({row});
    return rows;
  }

 private:
  SchemeParts parts_;
  Memory memory_;
};

class MaskedScheme : public Scheme {
 public:
  absl::Status FitsBody(const Body&) const override { return absl::OkStatus(); }
  absl::Status FitsCodec(const Codec& codec) const override {
    if (codec.gives_frames() && codec.fixed_length() > 0) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("the masked scheme decides frames of a known number, but ", codec.Describe(),
                     " has ", codec.gives_frames() ? "as many as a value is long" : "ids"));
  }
  int64_t extra_classes(const TargetUnits&) const override { return 0; }
  bool feeds_back() const override { return true; }
  bool in_order() const override { return false; }
  bool in_passes() const override { return true; }
  bool gives_keys() const override { return true; }
  int64_t Decisions(const TargetUnits&, const std::vector<int64_t>& lengths,
                    const std::vector<uint64_t>& keys) const override {
    int64_t sum = 0;
    for (size_t row = 0; row < lengths.size(); ++row) {
      Philox random = HidingOf(keys.at(row));
      sum += HiddenCount(lengths[row], random);
    }
    return sum;
  }

  Head::Sum Loss(const SchemeParts& parts, const Memory& memory, const UnitsBatch& target,
                 double smoothing, ForwardContext& context) const override {
    const int64_t batch = target.batch(), units = parts.units.fixed_length;
    UnitsBatch whole = target;
    whole.frames = target.frames.narrow(1, 0, units);  // what stands behind is padding
    std::vector<int64_t> places;                       // flat
    std::vector<uint64_t> keys;                        // of the head's decisions
    for (int64_t row = 0; row < batch; ++row) {
      const uint64_t key = context.row_keys.at(static_cast<size_t>(row));
      for (const int64_t place : HiddenPlaces(units, key)) {
        places.push_back(row * units + place);
        if (parts.head->draws()) keys.push_back(DecisionKey(key, place));
      }
    }
    const at::Tensor index = at::tensor(places, at::kLong).to(whole.frames.device());
    const at::Tensor known = at::ones({batch * units}, whole.frames.options().dtype(at::kBool))
                                 .index_fill_(0, index, false);
    const at::Tensor states =
        StatesOfAll(parts, memory, whole, known.view({batch, units}), context);
    return parts.head->Loss(states.flatten(0, 1).index_select(0, index),
                            whole.frames.flatten(0, 1).index_select(0, index), smoothing, keys);
  }

  std::unique_ptr<Production> Start(const SchemeParts& parts, Memory memory,
                                    int64_t) const override {
    return std::make_unique<MaskedProduction>(parts, std::move(memory));
  }
};

}  // namespace

std::vector<int64_t> UnknownAfterPasses(int64_t units, int64_t passes) {
  passes = std::min(passes, units);
  std::vector<int64_t> unknown;
  int64_t before = units;
  for (int64_t pass = 1; pass <= passes; ++pass) {
    const double share =
        std::cos(kQuarterTurn * static_cast<double>(pass) / static_cast<double>(passes));
    const auto left = static_cast<int64_t>(share * static_cast<double>(units));
    // At least one in this pass, and in each that follows.
    before = std::clamp(left, passes - pass, before - 1);
    unknown.push_back(before);
  }
  return unknown;
}

std::vector<int64_t> HiddenPlaces(int64_t units, uint64_t row_key) {
  Philox random = HidingOf(row_key);
  const int64_t count = HiddenCount(units, random);
  std::vector<int64_t> places = DrawnOrder(units, random);
  places.resize(static_cast<size_t>(count));
  return places;
}

std::unique_ptr<Scheme> MakeMaskedScheme() { return std::make_unique<MaskedScheme>(); }

}  // namespace t2t
