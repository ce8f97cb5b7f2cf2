// FakeProduction: a Production whose log-probabilities are any function of (source, prefix): a model small enough to
// be enumerated.
#ifndef T2T_TESTS_TENSOR2TENSOR_DECODING_FAKE_PRODUCTION_H_
#define T2T_TESTS_TENSOR2TENSOR_DECODING_FAKE_PRODUCTION_H_

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <vector>

#include "random/philox.h"
#include "tensor2tensor/models/production.h"

namespace t2t {

using Sequence = std::vector<int64_t>;
// Log-probabilities of what follows `prefix`.
using FakeModel = std::function<std::vector<float>(int64_t source, const Sequence& prefix)>;

class FakeProduction : public Production {
 public:
  FakeProduction(FakeModel model, std::vector<int64_t> sources, std::optional<int64_t> stop,
                 int64_t most)
      : model_(std::move(model)),
        sources_(std::move(sources)),
        prefixes_(sources_.size()),
        stop_(stop),
        most_(most) {}

  int64_t rows() const override { return static_cast<int64_t>(sources_.size()); }
  at::Tensor Next() override {
    rows_computed.push_back(rows());
    std::vector<at::Tensor> rows;
    for (size_t i = 0; i < sources_.size(); ++i)
      rows.push_back(at::tensor(model_(sources_[i], prefixes_[i])));
    return at::stack(rows);
  }
  void Advance(const std::vector<int64_t>& parents, const std::vector<int64_t>& ids) override {
    std::vector<int64_t> sources;
    std::vector<Sequence> prefixes;
    for (size_t i = 0; i < parents.size(); ++i) {
      sources.push_back(sources_[static_cast<size_t>(parents[i])]);
      prefixes.push_back(prefixes_[static_cast<size_t>(parents[i])]);
      prefixes.back().push_back(ids[i]);
    }
    sources_ = std::move(sources);
    prefixes_ = std::move(prefixes);
  }
  std::optional<int64_t> stop() const override { return stop_; }
  int64_t max_decisions() const override { return most_; }

  std::vector<int64_t> rows_computed;  // of each decision

 private:
  FakeModel model_;
  std::vector<int64_t> sources_;
  std::vector<Sequence> prefixes_;
  std::optional<int64_t> stop_;
  int64_t most_;
};

// Normalised log-probabilities that depend on everything, `sharpness` large = far apart.
inline FakeModel RandomModel(uint64_t seed, int64_t classes, double sharpness = 1.5) {
  return [=](int64_t source, const Sequence& prefix) {
    RandomKey key = RandomKey(seed).With(static_cast<uint64_t>(source));
    for (int64_t id : prefix) key = key.With(static_cast<uint64_t>(id));
    Philox random(key);
    std::vector<double> logits;
    double total = 0;
    for (int64_t i = 0; i < classes; ++i) {
      logits.push_back(sharpness * random.Normal());
      total += std::exp(logits.back());
    }
    std::vector<float> out;
    for (double logit : logits) out.push_back(static_cast<float>(logit - std::log(total)));
    return out;
  };
}

// The same probabilities at every place.
inline FakeModel ConstantModel(const std::vector<double>& probabilities) {
  std::vector<float> out;
  for (double p : probabilities) out.push_back(static_cast<float>(std::log(p)));
  return [out](int64_t, const Sequence&) { return out; };
}

}  // namespace t2t

#endif  // T2T_TESTS_TENSOR2TENSOR_DECODING_FAKE_PRODUCTION_H_
