#include "modalities/heads/categorical_head.h"

#include <ATen/ATen.h>

#include <cmath>

#include "absl/strings/str_cat.h"
#include "registry/check.h"
#include "tensor2tensor/layers/cross_entropy.h"

namespace t2t {

CategoricalHead::CategoricalHead(int64_t classes, int64_t width, const at::Tensor& table)
    : classes_(classes), table_(table) {
  if (table.defined()) {
    T2T_CHECK(table.size(0) >= classes && table.size(1) == width);
  } else {
    const double deviation = 1.0 / std::sqrt(static_cast<double>(width));
    weight_ = AddNormal("weight", {classes, width}, deviation);
  }
  bias_ = register_parameter("bias", at::zeros({classes}));
}

at::Tensor CategoricalHead::Weight() const {
  if (weight_.defined()) return weight_;
  return table_.size(0) == classes_ ? table_ : table_.narrow(0, 0, classes_);
}

Head::Sum CategoricalHead::Loss(const at::Tensor& hidden, const at::Tensor& targets,
                                double smoothing, const std::vector<uint64_t>&) const {
  const CrossEntropySum sum = LinearCrossEntropy(hidden, Weight(), bias_, targets, smoothing);
  return {sum.loss, sum.nll};
}

at::Tensor CategoricalHead::LogProbabilities(const at::Tensor& hidden) const {
  return at::log_softmax(at::linear(hidden, Weight(), bias_).to(at::kFloat), -1);
}

absl::StatusOr<std::shared_ptr<Head>> MakeCategoricalHead(const Codec& codec,
                                                          const HeadOptions& options) {
  if (codec.vocabulary_size() <= 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("a categorical head needs ids, but ", codec.Describe(), " gives frames"));
  }
  return std::make_shared<CategoricalHead>(codec.vocabulary_size() + options.extra_classes,
                                           options.width, options.table);
}

}  // namespace t2t
