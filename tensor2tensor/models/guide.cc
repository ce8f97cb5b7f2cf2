#include "tensor2tensor/models/guide.h"

#include <ATen/ATen.h>

#include "registry/check.h"

namespace t2t {

at::Tensor DecideAlongGuide(const SchemeParts& parts, const Memory& memory,
                            ForwardContext& context) {
  const Stream& guide = memory.guide;
  T2T_CHECK(guide.values.defined());
  Stream tag;
  tag.values = parts.tag.view({1, 1, -1}).expand({guide.batch(), 1, -1});
  tag.positions = at::zeros({1, 1, 1}, guide.positions.options());
  tag.lengths.assign(static_cast<size_t>(guide.batch()), 1);
  const Stream query = Concatenate({tag, guide}, guide.positions.size(2));
  return parts.body->Run(query, memory, Visibility::Full(), nullptr, context)
      .narrow(1, 1, guide.time());
}

at::Tensor LogProbabilitiesAlongGuide(const SchemeParts& parts, const Memory& memory,
                                      ForwardContext& context) {
  const at::Tensor hidden = DecideAlongGuide(parts, memory, context);
  return parts.head->LogProbabilities(hidden.flatten(0, 1))
      .view({hidden.size(0), hidden.size(1), -1});
}

}  // namespace t2t
