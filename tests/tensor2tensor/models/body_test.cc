// The Transformer body over streams of random values, without a model around it.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "tensor2tensor/layers/positions.h"
#include "tensor2tensor/models/transformer_body.h"
#include "tests/tensor2tensor/layers/expect_close.h"

namespace t2t {
namespace {

Stream RandomStream(const std::vector<int64_t>& lengths, int64_t time, int64_t first_position = 0) {
  Stream stream;
  stream.values = at::randn({static_cast<int64_t>(lengths.size()), time, 16});
  stream.positions =
      at::arange(first_position, first_position + time, at::kLong).view({1, time, 1});
  stream.lengths = lengths;
  stream.valid = ValidFromLengths(lengths, time, at::kCPU);
  return stream;
}

Stream Part(const Stream& stream, int64_t begin, int64_t count) {
  Stream part = stream;
  part.values = stream.values.narrow(1, begin, count);
  part.positions = stream.positions.narrow(1, begin, count);
  part.lengths.assign(stream.lengths.size(), count);
  part.valid = at::Tensor();
  return part;
}

class BodyTest : public ::testing::TestWithParam<std::tuple<const char*, const char*>> {
 protected:
  void SetUp() override {
    at::manual_seed(5);
    at::set_num_threads(1);  // of tensors so small threads would only wait for each other
    TransformerOptions options;
    options.layout = std::get<0>(GetParam());
    options.positions = std::get<1>(GetParam());
    options.d_model = 16;
    options.heads = 2;
    options.ff = 24;
    options.encoder_layers = options.decoder_layers = options.layers = 2;
    options.max_positions = 40;
    body_ = std::make_shared<TransformerBody>(options, 1);
  }
  at::Tensor Whole(const Stream& target, const Memory& memory) {
    return body_->Run(target, memory, Visibility::Causal(), nullptr, context_);
  }
  const at::NoGradGuard no_grad_;
  std::shared_ptr<TransformerBody> body_;
  ForwardContext context_;
};

TEST_P(BodyTest, AChunkedCacheEqualsTheWhole) {
  const Memory memory = body_->Encode({RandomStream({4, 2, 3}, 5)}, context_);
  const Stream target = RandomStream({7, 7, 7}, 7);
  const at::Tensor whole = Whole(target, memory);
  for (const std::vector<int64_t>& chunks :
       {std::vector<int64_t>{7}, {1, 1, 1, 1, 1, 1, 1}, {2, 3, 1, 1}, {1, 6}}) {
    const auto cache = body_->NewCache(memory, 7);
    std::vector<at::Tensor> parts;
    int64_t begin = 0;
    for (int64_t count : chunks) {
      parts.push_back(body_->Run(Part(target, begin, count), begin == 0 ? memory : Memory(),
                                 Visibility::Causal(), cache.get(), context_));
      begin += count;
    }
    ExpectClose(at::cat(parts, 1), whole, 1e-4);
  }
}

TEST_P(BodyTest, TruncatingTakesStepsBack) {
  const Memory memory = body_->Encode({RandomStream({4, 2}, 4)}, context_);
  const Stream first = RandomStream({5, 5}, 5), second = RandomStream({5, 5}, 5);
  const auto cache = body_->NewCache(memory, 5);
  body_->Run(Part(first, 0, 2), memory, Visibility::Causal(), cache.get(), context_);
  const int64_t kept = cache->length();
  body_->Run(Part(first, 2, 3), {}, Visibility::Causal(), cache.get(), context_);
  cache->Truncate(kept);
  const at::Tensor again =
      body_->Run(Part(second, 2, 3), {}, Visibility::Causal(), cache.get(), context_);
  Stream joined = first;
  joined.values = at::cat({first.values.narrow(1, 0, 2), second.values.narrow(1, 2, 3)}, 1);
  ExpectClose(again, Whole(joined, memory).narrow(1, 2, 3), 1e-4);
}

TEST_P(BodyTest, TheFutureIsNotSeen) {
  const Memory memory = body_->Encode({RandomStream({4, 2}, 4)}, context_);
  const Stream target = RandomStream({6, 6}, 6);
  Stream changed = target;
  changed.values = target.values.clone();
  changed.values.narrow(1, 4, 2).normal_();
  const at::Tensor before = Whole(target, memory), after = Whole(changed, memory);
  ExpectClose(after.narrow(1, 0, 4), before.narrow(1, 0, 4));
  EXPECT_GT((after - before).narrow(1, 4, 2).abs().max().item<double>(), 1e-3);
}

TEST_P(BodyTest, OrderMatters) {
  const Stream inputs = RandomStream({4}, 4);
  Stream swapped = inputs;
  swapped.values = inputs.values.flip(1);
  const Stream target = RandomStream({2}, 2);
  EXPECT_GT((Whole(target, body_->Encode({inputs}, context_)) -
             Whole(target, body_->Encode({swapped}, context_)))
                .abs()
                .max()
                .item<double>(),
            1e-3);
}

TEST(LearnedPositionsTest, BeginAsLargeAsSinusoids) {
  for (const int64_t axes : {1, 2}) {
    TransformerOptions options;
    options.positions = "learned";
    options.d_model = 64;
    options.encoder_layers = options.decoder_layers = 0;
    options.max_positions = 128;
    const TransformerBody body(options, axes);
    double power = 0;
    for (const auto& item : body.named_parameters()) {
      if (item.key().rfind("positions_axis", 0) == 0)
        power += item.value().square().mean().item<double>();
    }
    const at::Tensor places = at::arange(128, at::kLong).view({1, 128, 1});
    EXPECT_NEAR(power, Sinusoids(places, 64).square().mean().item<double>(), 0.03) << axes;
  }
}

INSTANTIATE_TEST_SUITE_P(All, BodyTest,
                         ::testing::Combine(::testing::Values("encoder_decoder", "decoder_only"),
                                            ::testing::Values("rotary", "sinusoidal", "learned")));

}  // namespace
}  // namespace t2t
