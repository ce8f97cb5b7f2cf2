// CategoricalHead: softmax(W h + b) over the vocabulary and the scheme's extra classes.
#ifndef T2T_MODALITIES_HEADS_CATEGORICAL_HEAD_H_
#define T2T_MODALITIES_HEADS_CATEGORICAL_HEAD_H_

#include "modalities/heads/head.h"

namespace t2t {

class CategoricalHead : public Head {
 public:
  // With a defined `table` its first `classes` rows are the weights, and only the bias is the head's own.
  CategoricalHead(int64_t classes, int64_t width, const at::Tensor& table);
  Measure measure() const override { return Measure::kLikelihood; }
  Sum Loss(const at::Tensor& hidden, const at::Tensor& targets, double smoothing,
           const std::vector<uint64_t>& keys) const override;
  at::Tensor LogProbabilities(const at::Tensor& hidden) const override;

 private:
  at::Tensor Weight() const;
  int64_t classes_;
  at::Tensor weight_;  // [classes, width]; undefined where the table is shared
  at::Tensor table_;   // not this head's parameter
  at::Tensor bias_;    // [classes]
};

absl::StatusOr<std::shared_ptr<Head>> MakeCategoricalHead(const Codec& codec,
                                                          const HeadOptions& options);

}  // namespace t2t

#endif  // T2T_MODALITIES_HEADS_CATEGORICAL_HEAD_H_
