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

}  // namespace t2t
