#include "tensor2tensor/layers/attention.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/nn/module.h>

#include <cmath>
#include <functional>

#include "tests/tensor2tensor/layers/expect_close.h"

namespace t2t {
namespace {

constexpr int64_t kWidth = 12, kHeads = 3, kHeadDim = 4;

// Whether query i of a row may see key j.
using Sees = std::function<bool(int64_t row, int64_t query, int64_t key)>;

// The definition, one head, query and key at a time, in double: q, k, v [batch, time, width].
at::Tensor Naive(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const Sees& sees) {
  at::Tensor out = at::zeros({q.size(0), q.size(1), kWidth}, at::kDouble);
  for (int64_t row = 0; row < q.size(0); ++row) {
    for (int64_t head = 0; head < kHeads; ++head) {
      const auto part = [&](const at::Tensor& x, int64_t t) {
        return x[row][t].narrow(0, head * kHeadDim, kHeadDim).to(at::kDouble);
      };
      for (int64_t i = 0; i < q.size(1); ++i) {
        at::Tensor sum = at::zeros({kHeadDim}, at::kDouble);
        double total = 0;
        for (int64_t j = 0; j < k.size(1); ++j) {
          if (!sees(row, i, j)) continue;
          const double weight = std::exp(part(q, i).dot(part(k, j)).item<double>() /
                                         std::sqrt(static_cast<double>(kHeadDim)));
          total += weight;
          sum = sum + part(v, j) * weight;
        }
        out[row][i].narrow(0, head * kHeadDim, kHeadDim).copy_(sum / total);
      }
    }
  }
  return out;
}

at::Tensor Project(const torch::nn::Module& module, const std::string& name, const at::Tensor& x) {
  const auto parameters = module.named_parameters();
  return at::linear(x, parameters[name + ".weight"], parameters[name + ".bias"]);
}

class AttentionTest : public testing::Test {
 protected:
  AttentionTest() {
    at::manual_seed(6);
    for (auto* module :
         {static_cast<torch::nn::Module*>(&self_), static_cast<torch::nn::Module*>(&cross_)}) {
      for (auto& parameter : module->parameters()) parameter.normal_(0.0, 0.5);
    }
  }
  at::Tensor NaiveSelf(const at::Tensor& x, const Sees& sees) {
    const std::vector<at::Tensor> qkv = Project(self_, "qkv", x).chunk(3, 2);
    return Project(self_, "out", Naive(qkv[0], qkv[1], qkv[2], sees).to(at::kFloat));
  }
  at::Tensor NaiveCross(const at::Tensor& x, const at::Tensor& memory, const Sees& sees) {
    const std::vector<at::Tensor> kv = Project(cross_, "kv", memory).chunk(2, 2);
    return Project(cross_, "out",
                   Naive(Project(cross_, "q", x), kv[0], kv[1], sees).to(at::kFloat));
  }
  const at::NoGradGuard no_grad_;
  SelfAttention self_{kWidth, kHeads};
  CrossAttention cross_{kWidth, kHeads};
  const at::Tensor x_ = at::randn({2, 5, kWidth});
};

TEST_F(AttentionTest, SelfEqualsTheDefinition) {
  ExpectClose(self_.Forward(x_, {}, {}, nullptr, 0),
              NaiveSelf(x_, [](int64_t, int64_t, int64_t) { return true; }), 1e-5);
  AttentionMask causal;
  causal.causal = true;
  ExpectClose(self_.Forward(x_, {}, causal, nullptr, 0),
              NaiveSelf(x_, [](int64_t, int64_t i, int64_t j) { return j <= i; }), 1e-5);
}

TEST_F(AttentionTest, BlocksSeeThemselvesAndTheOneBefore) {
  for (const int64_t time : {5, 7, 8}) {
    const at::Tensor x = at::randn({2, time, kWidth});
    for (const int64_t block : {1, 2, 3}) {
      if (time <= 2 * block) continue;
      AttentionMask mask;
      mask.block = block;
      const Sees sees = [block](int64_t, int64_t i, int64_t j) {
        return j <= i && j / block >= i / block - 1;
      };
      SCOPED_TRACE(std::to_string(time) + " in blocks of " + std::to_string(block));
      ExpectClose(self_.Forward(x, {}, mask, nullptr, 0), NaiveSelf(x, sees), 1e-5);
    }
  }
}

TEST_F(AttentionTest, WhatIsMaskedIsNotSeen) {
  const std::vector<int64_t> lengths = {3, 5};
  AttentionMask mask;
  mask.additive = at::zeros({2, 1, 1, 5});
  mask.additive[0].narrow(2, 3, 2).fill_(-INFINITY);
  const Sees sees = [&](int64_t row, int64_t, int64_t j) {
    return j < lengths[static_cast<size_t>(row)];
  };
  ExpectClose(self_.Forward(x_, {}, mask, nullptr, 0), NaiveSelf(x_, sees), 1e-5);
  const at::Tensor queries = at::randn({2, 3, kWidth});
  ExpectClose(cross_.Forward(queries, x_, mask, nullptr, 0), NaiveCross(queries, x_, sees), 1e-5);
}

TEST_F(AttentionTest, RotaryTurnsQueriesAndKeysOnly) {
  const RotaryTable table =
      MakeRotaryTable(at::tensor({0, 1, 5, 6, 9}, at::kLong).view({1, 5, 1}), kHeadDim);
  const std::vector<at::Tensor> qkv = Project(self_, "qkv", x_).chunk(3, 2);
  // Channel i of a head turns with channel i + 2, by the angle of its position.
  const auto turned = [&](const at::Tensor& x) {
    at::Tensor out = x.clone();
    for (int64_t t = 0; t < 5; ++t) {
      for (int64_t head = 0; head < kHeads; ++head) {
        for (int64_t i = 0; i < 2; ++i) {
          const int64_t a = head * kHeadDim + i, b = a + 2;
          const at::Tensor c = table.cosine[0][0][t][i], s = table.sine[0][0][t][i];
          out.select(1, t).select(1, a).copy_(x.select(1, t).select(1, a) * c -
                                              x.select(1, t).select(1, b) * s);
          out.select(1, t).select(1, b).copy_(x.select(1, t).select(1, b) * c +
                                              x.select(1, t).select(1, a) * s);
        }
      }
    }
    return out;
  };
  const at::Tensor naive =
      Naive(turned(qkv[0]), turned(qkv[1]), qkv[2], [](int64_t, int64_t, int64_t) { return true; });
  ExpectClose(self_.Forward(x_, table, {}, nullptr, 0), Project(self_, "out", naive.to(at::kFloat)),
              1e-5);
}

TEST_F(AttentionTest, TheCacheOfAMemoryIsMadeOnce) {
  const at::Tensor memory = at::randn({2, 4, kWidth});
  KvCache cache(1, 2, kHeads, 5, kHeadDim, x_.options());
  const Sees all = [](int64_t, int64_t, int64_t) { return true; };
  const at::Tensor expected = NaiveCross(x_, memory, all);
  for (int64_t t = 0; t < 5; ++t) {
    const at::Tensor step = x_.narrow(1, t, 1);
    ExpectClose(cross_.Forward(step, t == 0 ? memory : at::Tensor(), {}, &cache, 0),
                expected.narrow(1, t, 1), 1e-5);
  }
}

}  // namespace
}  // namespace t2t
