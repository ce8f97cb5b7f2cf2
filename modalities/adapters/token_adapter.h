// TokenAdapter: ids -> rows of a learned table, times sqrt(width).
// Vaswani et al., arXiv 1706.03762, section 3.4.
#ifndef T2T_MODALITIES_ADAPTERS_TOKEN_ADAPTER_H_
#define T2T_MODALITIES_ADAPTERS_TOKEN_ADAPTER_H_

#include "modalities/adapters/input_adapter.h"

namespace t2t {

class TokenAdapter : public InputAdapter {
 public:
  // One row more than the vocabulary has: the stop unit of an autoregressive target that shares the table.
  TokenAdapter(int64_t vocabulary_size, int64_t width);
  Stream Forward(const UnitsBatch& units) const override;
  at::Tensor table() const override { return table_; }

 private:
  at::Tensor table_;  // [vocabulary_size + 1, width]
};

absl::StatusOr<std::shared_ptr<InputAdapter>> MakeTokenAdapter(const Codec& codec, Binder& options,
                                                               int64_t width);

}  // namespace t2t

#endif  // T2T_MODALITIES_ADAPTERS_TOKEN_ADAPTER_H_
