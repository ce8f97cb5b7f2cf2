// A sweep over bodies and options: what is produced step by step with a cache is what training computes at once, and
// depends on nothing but its own row.
#include "tensor2tensor/models/production.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "absl/strings/str_cat.h"
#include "random/philox.h"
#include "tensor2tensor/decoding/search.h"
#include "tests/tensor2tensor/models/model_kit.h"

namespace t2t {
namespace {

using Shape = std::tuple<const char*, const char*, const char*, const char*, const char*, bool>;

class Sweep : public ::testing::TestWithParam<Shape> {
 protected:
  static std::string Yaml() {
    const auto& [layout, positions, norm, feed_forward, norm_kind, tie] = GetParam();
    return absl::StrCat("{layout: ", layout, ", positions: ", positions, ", norm: ", norm,
                        ", feed_forward: ", feed_forward, ", norm_kind: ", norm_kind,
                        ", tie_embeddings: ", tie ? "true" : "false", "}");
  }
  ModelKit kit_ = MakeKit({"caption"}, Yaml());
};

// The caption's negative log-likelihood by the training path, for the row's inputs and any caption.
double CaptionLoss(const ModelKit& kit, EncodedExample example, const std::vector<int64_t>& ids) {
  example.targets["caption"].ids = ids;
  example.targets.erase("kind");
  return kit.Loss(kit.MakeBatch("caption", {example}));
}

// Rows fork, change places and leave at random; every row must stay what its own prefix says.
TEST_P(Sweep, CachedStepsEqualRecomputation) {
  const std::vector<EncodedExample> examples = kit_.Examples("caption", 4);
  const at::NoGradGuard no_grad;
  const auto production = kit_.model->Start(kit_.MakeBatch("caption", examples, 2), "caption", 6);
  struct Row {
    size_t source;
    std::vector<int64_t> ids;
    double log_probability;
  };
  std::vector<Row> rows;
  for (size_t i = 0; i < examples.size(); ++i) rows.push_back({i, {}, 0.0});
  Philox random(std::hash<std::string>()(Yaml()));
  const int64_t stop = *production->stop();
  for (int64_t step = 0; step <= 6; ++step) {
    ASSERT_EQ(production->rows(), static_cast<int64_t>(rows.size()));
    const at::Tensor next = production->Next().to(at::kDouble);
    ASSERT_EQ(next.sizes(), (std::vector<int64_t>{static_cast<int64_t>(rows.size()), 257}));
    for (size_t i = 0; i < rows.size(); ++i) {
      const double cached =
          -rows[i].log_probability - next[static_cast<int64_t>(i)][stop].item<double>();
      ASSERT_NEAR(cached, CaptionLoss(kit_, examples[rows[i].source], rows[i].ids), 2e-4)
          << "step " << step << " row " << i;
    }
    if (step == 6) break;
    std::vector<int64_t> parents, ids;
    std::vector<Row> following;
    const size_t count =
        step == 2 ? rows.size() : 1 + random.Below(6);  // at step 2 all stay where they are
    for (size_t i = 0; i < count; ++i) {
      const size_t parent = step == 2 ? i : random.Below(rows.size());
      parents.push_back(static_cast<int64_t>(parent));
      ids.push_back(static_cast<int64_t>(random.Below(256)));
      following.push_back(rows[parent]);
      following.back().ids.push_back(ids.back());
      following.back().log_probability += next[parents.back()][ids.back()].item<double>();
    }
    production->Advance(parents, ids);
    rows = std::move(following);
  }
}

TEST_P(Sweep, PaddingAndOtherRowsChangeNoRow) {
  std::vector<EncodedExample> examples = kit_.Examples("caption", 5);
  std::vector<double> alone;
  double sum = 0;
  for (const EncodedExample& example : examples) {
    alone.push_back(kit_.Loss(kit_.MakeBatch("caption", {example})));
    sum += alone.back();
    EXPECT_NEAR(kit_.Loss(kit_.MakeBatch("caption", {example}, 5)), alone.back(), 1e-4);
  }
  EXPECT_NEAR(kit_.Loss(kit_.MakeBatch("caption", examples)), sum, 5e-4);
  EXPECT_NEAR(kit_.Loss(kit_.MakeBatch("caption", examples, 9)), sum, 5e-4);
  std::reverse(examples.begin(), examples.end());
  EXPECT_NEAR(kit_.Loss(kit_.MakeBatch("caption", examples, 1)), sum, 5e-4);
  // What a row's first decision and its label look like.
  const at::NoGradGuard no_grad;
  const Batch batch = kit_.MakeBatch("caption", examples, 3);
  for (const std::string target : {"caption", "kind"}) {
    const at::Tensor together = kit_.model->Start(batch, target, 4)->Next();
    for (int64_t i = 0; i < 5; ++i) {
      const Batch one = kit_.MakeBatch("caption", {examples[static_cast<size_t>(i)]});
      EXPECT_LT(
          (kit_.model->Start(one, target, 4)->Next()[0] - together[i]).abs().max().item<double>(),
          1e-4)
          << target;
    }
  }
}

// The layout without anything to produce: a label at the tag's position.
TEST(EncoderOnly, PaddingAndOtherRowsChangeNoRow) {
  for (const char* positions : {"rotary", "sinusoidal", "learned"}) {
    for (const char* norm : {"pre", "post"}) {
      SCOPED_TRACE(absl::StrCat(positions, ", ", norm));
      const ModelKit kit = MakeKit(
          {"sort"},
          absl::StrCat("{layout: encoder_only, positions: ", positions, ", norm: ", norm, "}"));
      std::vector<EncodedExample> examples = kit.Examples("sort", 5);
      double sum = 0;
      for (const EncodedExample& example : examples) {
        const double alone = kit.Loss(kit.MakeBatch("sort", {example}));
        EXPECT_NEAR(kit.Loss(kit.MakeBatch("sort", {example}, 5)), alone, 1e-4);
        sum += alone;
      }
      EXPECT_NEAR(kit.Loss(kit.MakeBatch("sort", examples, 9)), sum, 5e-4);
      std::reverse(examples.begin(), examples.end());
      EXPECT_NEAR(kit.Loss(kit.MakeBatch("sort", examples, 1)), sum, 5e-4);
    }
  }
}

// A picture has so many pixels: no stop, and each decision sees the pixels before it alone, at its own place.
TEST_P(Sweep, APictureIsDecidedPixelByPixel) {
  const ModelKit kit = MakeKit({"draw"}, Yaml());
  const std::vector<EncodedExample> examples = kit.Examples("draw", 3);
  const Batch batch = kit.MakeBatch("draw", examples);
  const at::NoGradGuard no_grad;
  const auto production = kit.model->Start(batch, "drawn", 2);  // whatever is asked for
  EXPECT_FALSE(production->stop().has_value());
  ASSERT_EQ(production->max_decisions(), 6);
  EXPECT_EQ(kit.model->Decisions(batch).at("drawn"), 18);
  const at::Tensor ids = batch.targets.at("drawn").ids;
  double cached = 0;
  std::vector<at::Tensor> steps;
  for (int64_t step = 0; step < 6; ++step) {
    steps.push_back(production->Next().to(at::kDouble));
    ASSERT_EQ(steps.back().sizes(), (std::vector<int64_t>{3, 256}));
    std::vector<int64_t> chosen;
    for (int64_t row = 0; row < 3; ++row) {
      chosen.push_back(ids[row][step].item<int64_t>());
      cached -= steps.back()[row][chosen.back()].item<double>();
    }
    if (step < 5) production->Advance({0, 1, 2}, chosen);
  }
  EXPECT_NEAR(kit.Loss(batch), cached, 1e-3);
  double alone = 0;
  for (const EncodedExample& example : examples)
    alone += kit.Loss(kit.MakeBatch("draw", {example}));
  EXPECT_NEAR(alone, cached, 1e-3);
  // Another fifth pixel: the four before it pay what they paid, the sixth something else.
  const auto paid = [&](const at::Tensor& of, size_t begin, size_t end) {
    double sum = 0;
    for (size_t step = begin; step < end; ++step) {
      for (int64_t row = 0; row < 3; ++row)
        sum -= steps[step][row][of[row][static_cast<int64_t>(step)].item<int64_t>()].item<double>();
    }
    return sum;
  };
  Batch other = batch;
  at::Tensor& changed = other.targets.at("drawn").ids;
  changed = ids.clone();
  changed.select(1, 4).fill_(77);
  const double sixth = kit.Loss(other) - paid(changed, 0, 5);
  EXPECT_GT(sixth, 0);
  EXPECT_GT(std::abs(sixth - paid(ids, 5, 6)), 1e-5);
}

// Of rows of one length: [rows, time, numbers].
at::Tensor Stacked(const std::vector<FrameRow>& rows) {
  std::vector<at::Tensor> frames;
  for (const FrameRow& row : rows) frames.push_back(row.frames);
  return at::stack(frames);
}

// Frames that are decided one after the other and fed back are those that training has at their places.
TEST_P(Sweep, FramesStepByStepAreThoseOfTraining) {
  const ModelKit kit = MakeKit({"sketch"}, Yaml());
  const std::vector<EncodedExample> examples = kit.Examples("sketch", 3);
  const at::NoGradGuard no_grad;
  Batch batch = kit.MakeBatch("sketch", examples);
  const at::Tensor frames = Stacked(kit.model->Start(batch, "sketched", 1)->Frames({}));
  ASSERT_EQ(frames.sizes(), (std::vector<int64_t>{3, 6, 5}));
  EXPECT_GT(kit.Loss(batch), 1);
  batch.targets.at("sketched").frames = frames;
  EXPECT_NEAR(kit.Loss(batch), 0, 1e-6);
  batch.targets.at("sketched").frames = frames.clone();
  batch.targets.at("sketched").frames[1][5] += 1;  // the last one of a row, which no other one sees
  EXPECT_NEAR(kit.Loss(batch), 5, 1e-3);
  batch.targets.at("sketched").frames[1][2] += 1;
  EXPECT_GT(std::abs(kit.Loss(batch) - 10), 1e-3);
  for (int64_t row = 0; row < 3; ++row) {
    const Batch one = kit.MakeBatch("sketch", {examples[static_cast<size_t>(row)]});
    const at::Tensor alone = Stacked(kit.model->Start(one, "sketched", 1)->Frames({}));
    EXPECT_LT((alone[0] - frames[row]).abs().max().item<double>(), 1e-4);
  }
}

// Frames whose number is not known end where the decision of the end, which has its place in the loss, is more likely than not;
// a row does not depend on those beside it, which may go on.
TEST_P(Sweep, FramesEndWhereTrainingSaysTheyEnd) {
  const ModelKit kit = MakeKit({"film"}, Yaml());
  constexpr int64_t kMost = 8;
  const at::NoGradGuard no_grad;
  at::Tensor weight, bias;
  for (const auto& parameter : kit.model->named_parameters()) {
    if (parameter.key() == "ports.film.filmed.stop.weight") weight = parameter.value();
    if (parameter.key() == "ports.film.filmed.stop.bias") bias = parameter.value();
  }
  ASSERT_TRUE(weight.defined() && bias.defined());
  const std::vector<EncodedExample> examples = kit.Examples("film", 12);
  const Batch batch = kit.MakeBatch("film", examples);
  const auto produce = [&](const Batch& of, double shift) {
    bias.add_(shift);
    const std::vector<FrameRow> rows = kit.model->Start(of, "filmed", kMost)->Frames({});
    bias.sub_(shift);
    return rows;
  };
  // Weights that let some rows end in the middle.
  std::vector<FrameRow> ended;
  int64_t in_the_middle = 0;
  for (uint64_t seed = 0; seed < 50 && in_the_middle == 0; ++seed) {
    at::manual_seed(seed);
    weight.normal_(0, 1);
    ended = produce(batch, 0);
    for (const FrameRow& row : ended)
      in_the_middle += row.finished && row.frames.size(0) > 1 && row.frames.size(0) < kMost;
  }
  ASSERT_GT(in_the_middle, 0);
  const std::vector<FrameRow> endless = produce(batch, -1000);
  for (size_t row = 0; row < examples.size(); ++row) {
    const at::Tensor all = endless[row].frames;
    ASSERT_EQ(all.sizes(), (std::vector<int64_t>{kMost, 5}));
    EXPECT_FALSE(endless[row].finished);
    const int64_t length = ended[row].frames.size(0);
    EXPECT_LT((ended[row].frames - all.narrow(0, 0, length)).abs().max().item<double>(), 1e-4);
    Batch one = kit.MakeBatch("film", {examples[row]});
    const std::vector<FrameRow> alone = produce(one, 0);
    EXPECT_EQ(alone[0].frames.size(0), length);
    EXPECT_EQ(alone[0].finished, ended[row].finished);
    // With its own frames the head costs nothing: the loss is that of the ends. Its slope in the bias is, of k frames,
    // p(end before 1) + ... + p(end before k) - 1 + p(end behind k), which gives every p but the first two.
    const auto slope = [&](int64_t frames) {
      UnitsBatch& target = one.targets.at("filmed");
      target.frames = all.narrow(0, 0, frames).unsqueeze(0);
      target.lengths = {frames};
      target.positions = at::arange(frames).view({1, frames, 1});
      constexpr double kStep = 1e-2;
      bias.add_(kStep);
      const double up = kit.Loss(one);
      bias.sub_(2 * kStep);
      const double down = kit.Loss(one);
      bias.add_(kStep);
      return (up - down) / (2 * kStep);
    };
    for (int64_t frames = 2; frames <= std::min(length, kMost - 1); ++frames) {
      const double end = slope(frames) - slope(frames - 1);  // behind so many frames
      const bool ends = frames == length && ended[row].finished;
      if (std::abs(end - 0.5) < 0.01) continue;
      EXPECT_EQ(end > 0.5, ends) << row << " " << frames;
    }
  }
  for (const FrameRow& row : produce(batch, 1000)) {
    EXPECT_EQ(row.frames.size(0), 1);  // at least one
    EXPECT_TRUE(row.finished);
  }
}

// Loss and frames of a row come from its own key, whatever stands beside it, and other keys give others.
TEST(Flow, ARowIsOfItsOwnKey) {
  const ModelKit kit = MakeKit({"flow"}, "{}");
  {
    const at::NoGradGuard no_grad;  // it begins without a velocity: all would be the noise
    at::manual_seed(4);
    for (const auto& parameter : kit.model->named_parameters()) {
      if (parameter.key().find(".head.") != std::string::npos)
        at::Tensor(parameter.value()).normal_(0, 0.3);
    }
  }
  const at::NoGradGuard no_grad;
  const std::vector<EncodedExample> examples = kit.Examples("flow", 4);
  const auto loss = [&](const std::vector<EncodedExample>& of, uint64_t seed) {
    const Batch batch = kit.MakeBatch("flow", of);
    ForwardContext context;
    for (const uint64_t key : batch.keys)
      context.row_keys.push_back(RandomKey(seed).With(key).value());
    return kit.model->Loss(batch, 0, context)[0].loss.item<double>();
  };
  const auto frames = [&](const std::vector<EncodedExample>& of, uint64_t seed) {
    const Batch batch = kit.MakeBatch("flow", of);
    FrameDraw draw;
    for (const uint64_t key : batch.keys) draw.keys.push_back(RandomKey(seed).With(key).value());
    return Stacked(kit.model->Start(batch, "drawn", 1)->Frames(draw));
  };
  const at::Tensor together = frames(examples, 1);
  ASSERT_EQ(together.sizes(), (std::vector<int64_t>{4, 6, 1}));
  double sum = 0;
  for (size_t row = 0; row < examples.size(); ++row) {
    sum += loss({examples[row]}, 1);
    EXPECT_LT((frames({examples[row]}, 1)[0] - together[static_cast<int64_t>(row)])
                  .abs()
                  .max()
                  .item<double>(),
              1e-4);
  }
  EXPECT_NEAR(loss(examples, 1), sum, 1e-3);
  EXPECT_NEAR(loss({examples.rbegin(), examples.rend()}, 1), sum, 1e-3);
  EXPECT_GT(std::abs(loss(examples, 2) - sum), 1e-2);
  EXPECT_GT((frames(examples, 2) - together).abs().max().item<double>(), 1e-2);
  EncodedExample other = examples[0];  // the same with another key
  other.key = 77;
  EXPECT_GT(std::abs(loss({other}, 1) - loss({examples[0]}, 1)), 1e-3);
  // From no noise, of which there is one.
  const Batch batch = kit.MakeBatch("flow", examples);
  EXPECT_TRUE(at::equal(Stacked(kit.model->Start(batch, "drawn", 1)->Frames({})),
                        Stacked(kit.model->Start(batch, "drawn", 1)->Frames({}))));
  EXPECT_TRUE(kit.model->draws("flow", "drawn"));
  EXPECT_FALSE(kit.model->is_likelihood("flow", "drawn"));
}

// A row that does not see its inputs is what it is whatever they say; guidance draws between both.
TEST(Unseen, InputsDoNotMatter) {
  for (const char* layout : {"encoder_decoder", "decoder_only"}) {
    SCOPED_TRACE(layout);
    const ModelKit kit =
        MakeKit({"flow"}, absl::StrCat("{layout: ", layout, "}"), "{flow: {text: {drop: 0.5}}}");
    EXPECT_TRUE(kit.model->knows_unseen("flow"));
    EXPECT_FALSE(MakeKit({"flow"}, "{}").model->knows_unseen("flow"));
    const at::NoGradGuard no_grad;
    at::manual_seed(4);
    for (const auto& parameter : kit.model->named_parameters()) {
      if (parameter.key().find(".head.") != std::string::npos)
        at::Tensor(parameter.value()).normal_(0, 0.3);
    }
    Batch batch = kit.MakeBatch("flow", kit.Examples("flow", 4)), other = batch;
    other.inputs.at("text").ids = (batch.inputs.at("text").ids + 1).remainder(200);
    const auto loss = [&](const Batch& of, bool training) {
      ForwardContext context;
      context.training = training;
      context.row_keys = of.keys;
      return kit.model->Loss(of, 0, context)[0].loss.item<double>();
    };
    EXPECT_GT(std::abs(loss(batch, false) - loss(other, false)), 1e-4);
    batch.unseen = other.unseen = {{"text", {true, true, true, true}}};
    EXPECT_NEAR(loss(batch, false), loss(other, false), 1e-5);
    const double unseen = loss(batch, false);
    batch.unseen = {};
    const double seen = loss(batch, false);
    // In training about half of the rows, by their keys.
    int some = 0;
    for (uint64_t seed = 0; seed < 8; ++seed) {
      Batch drawn = batch;
      for (uint64_t& key : drawn.keys) key = RandomKey(seed).With(key).value();
      Batch changed = drawn;
      changed.inputs = other.inputs;
      some += std::abs(loss(drawn, true) - loss(changed, true)) > 1e-5;
      EXPECT_EQ(loss(drawn, true), loss(drawn, true));
    }
    EXPECT_GT(some, 3);
    EXPECT_GT(std::abs(seen - unseen), 1e-4);

    FrameDraw draw;
    draw.keys = batch.keys;
    const at::Tensor with = Stacked(kit.model->Start(batch, "drawn", 1)->Frames(draw));
    Batch twice = kit.MakeBatch("flow", [&] {
      std::vector<EncodedExample> examples = kit.Examples("flow", 4), all = examples;
      all.insert(all.end(), examples.begin(), examples.end());
      return all;
    }());
    twice.unseen = {{"text", {false, false, false, false, true, true, true, true}}};
    const auto guided = [&](double strength) {
      FrameDraw led = draw;
      led.guidance = strength;
      return Stacked(kit.model->Start(twice, "drawn", 1)->Frames(led));
    };
    Batch hidden = batch;
    hidden.unseen = {{"text", {true, true, true, true}}};
    const at::Tensor without = Stacked(kit.model->Start(hidden, "drawn", 1)->Frames(draw));
    EXPECT_LT((guided(0) - without).abs().max().item<double>(), 1e-4);
    EXPECT_LT((guided(1 + 1e-6) - with).abs().max().item<double>(), 1e-3);
    EXPECT_GT((guided(3) - with).abs().max().item<double>(), 1e-3);
    EXPECT_GT((with - without).abs().max().item<double>(), 1e-3);
  }
}

// Blocks of one row or of less: what training cuts out is what a step masks, and it is another function than all before.
TEST(LocalAttention, StepsSeeWhatTrainingSees) {
  const ModelKit all = MakeKit({"draw"}, "{}");
  const Batch batch = all.MakeBatch("draw", all.Examples("draw", 3));
  const at::Tensor ids = batch.targets.at("drawn").ids;
  const at::NoGradGuard no_grad;
  for (const int block : {1, 2, 3}) {
    const ModelKit kit = MakeKit({"draw"}, absl::StrCat("{local_attention: ", block, "}"));
    const auto production = kit.model->Start(batch, "drawn", 6);
    double cached = 0;
    for (int64_t step = 0; step < 6; ++step) {
      const at::Tensor next = production->Next();
      std::vector<int64_t> chosen;
      for (int64_t row = 0; row < 3; ++row) {
        chosen.push_back(ids[row][step].item<int64_t>());
        cached -= next[row][chosen.back()].item<double>();
      }
      if (step < 5) production->Advance({0, 1, 2}, chosen);
    }
    EXPECT_NEAR(kit.Loss(batch), cached, 1e-3) << block;
    const double difference = std::abs(kit.Loss(batch) - all.Loss(batch));
    // Two blocks of three are all six.
    EXPECT_EQ(difference > 1e-4, block < 3) << block << ": " << difference;
  }
  const auto refused = ModelKit::Make({"draw"}, "{layout: decoder_only, local_attention: 2}");
  EXPECT_THAT(std::string(refused.status().message()), ::testing::HasSubstr("local_attention"));
}

// Search ends a picture at its last pixel.
TEST_P(Sweep, SearchesDrawWholePictures) {
  const ModelKit kit = MakeKit({"draw"}, Yaml());
  const Batch batch = kit.MakeBatch("draw", kit.Examples("draw", 2));
  for (const char* method : {"greedy", "beam", "sample"}) {
    DecodeOptions options;
    options.method = method;
    const auto found = Search(*kit.model->Start(batch, "drawn", 99), options, nullptr, batch.keys);
    for (const auto& hypotheses : found) {
      EXPECT_EQ(hypotheses[0].units.size(), 6u) << method;
      EXPECT_TRUE(hypotheses[0].finished) << method;
    }
  }
}

// A beam of one takes the likeliest unit at each step, as greedy does, and a row's result is its own whatever the batch.
TEST_P(Sweep, ABeamOfOneIsGreedy) {
  const std::vector<EncodedExample> examples = kit_.Examples("caption", 4);
  const at::NoGradGuard no_grad;
  DecodeOptions greedy, beam;
  greedy.max_length = beam.max_length = 6;
  beam.method = "beam";
  beam.beam = 1;
  const std::vector<uint64_t> keys(examples.size(), 0);
  const auto search = [&](const Batch& batch, const DecodeOptions& options) {
    const auto production = kit_.model->Start(batch, "caption", options.max_length);
    return Search(*production, options, nullptr, {keys.data(), static_cast<size_t>(batch.rows())});
  };
  const Batch batch = kit_.MakeBatch("caption", examples, 2);
  const auto together = search(batch, greedy), beams = search(batch, beam);
  for (size_t i = 0; i < examples.size(); ++i) {
    const auto alone = search(kit_.MakeBatch("caption", {examples[i]}), greedy)[0][0];
    EXPECT_EQ(alone.units, together[i][0].units);
    EXPECT_EQ(beams[i][0].units, together[i][0].units);
    EXPECT_NEAR(beams[i][0].log_probability, together[i][0].log_probability, 1e-4);
  }
}

// A vocabulary small enough to try all of it: the first units of many, and the stop.
class FirstUnits : public Constraint {
 public:
  FirstUnits(int64_t units, int64_t stop) {
    for (int64_t id = 0; id < units; ++id) allowed_.push_back(id);
    allowed_.push_back(stop);
  }
  std::optional<std::vector<int64_t>> Allowed(int64_t, const std::vector<int64_t>&) const override {
    return allowed_;
  }
  const std::vector<int64_t>& allowed() const { return allowed_; }

 private:
  std::vector<int64_t> allowed_;
};

// Two units and the stop, at most four units: 31 sequences, each scored by the training path.
TEST_P(Sweep, AWideBeamEqualsEnumeration) {
  const EncodedExample example = kit_.Examples("caption", 3)[2];
  const at::NoGradGuard no_grad;
  DecodeOptions options;
  options.method = "beam";
  options.max_length = 4;
  options.beam = 64;  // more than all that any step could add
  options.n_best = 31;
  std::vector<Hypothesis> expected;
  for (size_t length = 0; length <= 4; ++length) {
    for (int64_t number = 0; number < int64_t{1} << length; ++number) {
      Hypothesis hypothesis;
      for (size_t i = 0; i < length; ++i) hypothesis.units.push_back(number >> i & 1);
      hypothesis.log_probability = -CaptionLoss(kit_, example, hypothesis.units);
      hypothesis.score =
          hypothesis.log_probability /
          std::pow((5.0 + static_cast<double>(length + 1)) / 6.0, options.length_penalty);
      expected.push_back(std::move(hypothesis));
    }
  }
  std::sort(expected.begin(), expected.end(),
            [](const Hypothesis& a, const Hypothesis& b) { return a.score > b.score; });
  const auto production = kit_.model->Start(kit_.MakeBatch("caption", {example}), "caption", 4);
  const FirstUnits constraint(2, *production->stop());
  const auto found = Search(*production, options, &constraint, {})[0];
  ASSERT_EQ(found.size(), expected.size());
  std::map<std::vector<int64_t>, double> scores;
  for (const Hypothesis& hypothesis : expected) scores[hypothesis.units] = hypothesis.score;
  for (size_t i = 0; i < found.size();
       ++i) {  // those that all but equal each other may change places
    EXPECT_NEAR(found[i].score, expected[i].score, 2e-4) << i;
    ASSERT_EQ(scores.count(found[i].units), 1u) << i;
    EXPECT_NEAR(found[i].score, scores[found[i].units], 2e-4) << i;
    scores.erase(found[i].units);  // each once
  }
}

// Two units and the stop, two decisions: seven outcomes, whose shares among many draws are compared with the
// probabilities of the model at that temperature by Pearson's chi-squared.
TEST_P(Sweep, SampledFrequenciesAreTheModels) {
  constexpr int64_t kDraws = 1000;
  constexpr double kTemperature = 3;
  const Batch batch = kit_.MakeBatch("caption", {kit_.Examples("caption", 3)[2]});
  const at::NoGradGuard no_grad;
  const auto production = kit_.model->Start(batch, "caption", 2);
  const int64_t stop = *production->stop();
  const FirstUnits constraint(2, stop);
  // The shares of the allowed units after one prefix.
  const auto shares = [&](const at::Tensor& log_probabilities) {
    std::map<int64_t, double> share;
    double sum = 0;
    for (const int64_t id : constraint.allowed())
      sum += share[id] = std::exp(log_probabilities[id].item<double>() / kTemperature);
    for (auto& [id, value] : share) value /= sum;
    return share;
  };
  std::map<std::vector<int64_t>, double> expected;
  const std::map<int64_t, double> first = shares(production->Next()[0]);
  production->Advance({0, 0}, {0, 1});
  const at::Tensor next = production->Next();
  expected[{}] = first.at(stop);
  for (const int64_t unit : {0, 1}) {
    for (const auto& [second, share] : shares(next[unit])) {
      std::vector<int64_t> units = {unit};
      if (second != stop) units.push_back(second);
      expected[units] += first.at(unit) * share;
    }
  }
  DecodeOptions options;
  options.method = "sample";
  options.max_length = 2;
  options.temperature = kTemperature;
  options.n_best = kDraws;
  const uint64_t key = 5;
  std::map<std::vector<int64_t>, int64_t> drawn;
  const auto draws =
      Search(*kit_.model->Start(batch, "caption", 2), options, &constraint, {&key, 1});
  for (const Hypothesis& hypothesis : draws[0]) ++drawn[hypothesis.units];
  ASSERT_EQ(expected.size(), 7u);
  double chi_squared = 0, rare = 0;  // outcomes too rare for the statistic are one
  int64_t rare_drawn = 0, cells = 0;
  const auto add = [&](double wanted, int64_t found) {
    const double difference = static_cast<double>(found) - wanted;
    chi_squared += difference * difference / wanted;
    ++cells;
  };
  for (const auto& [units, share] : expected) {
    if (share * kDraws >= 5) {
      add(share * kDraws, drawn[units]);
    } else {
      rare += share * kDraws;
      rare_drawn += drawn[units];
    }
    drawn.erase(units);
  }
  if (rare > 1) add(rare, rare_drawn);
  EXPECT_TRUE(drawn.empty());
  EXPECT_GE(cells, 3) << "too few to compare";
  EXPECT_LT(chi_squared, 30);  // at most six degrees of freedom: 4 in 100,000 are larger
}

INSTANTIATE_TEST_SUITE_P(Bodies, Sweep,
                         ::testing::Combine(::testing::Values("encoder_decoder", "decoder_only"),
                                            ::testing::Values("rotary", "sinusoidal", "learned"),
                                            ::testing::Values("pre", "post"),
                                            ::testing::Values("gelu", "swiglu"),
                                            ::testing::Values("layer", "rms"), ::testing::Bool()));
INSTANTIATE_TEST_SUITE_P(FeedForwards, Sweep,
                         ::testing::Combine(::testing::Values("encoder_decoder"),
                                            ::testing::Values("rotary"), ::testing::Values("pre"),
                                            ::testing::Values("relu", "geglu"),
                                            ::testing::Values("layer"), ::testing::Values(true)));

}  // namespace
}  // namespace t2t
