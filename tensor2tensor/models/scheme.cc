#include "tensor2tensor/models/scheme.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "random/philox.h"

namespace t2t {

TargetUnits::TargetUnits(const Codec& codec)
    : vocabulary_size(codec.vocabulary_size()),
      extent(codec.extent()),
      fixed_length(codec.fixed_length()),
      frame_width(codec.frame_width()),
      frame_parts(codec.frame_parts()) {}

at::Tensor TargetUnits::Positions(int64_t begin, int64_t count,
                                  const at::TensorOptions& options) const {
  at::Tensor rest = at::arange(begin, begin + count, options);
  if (extent.empty()) return rest.view({1, count, 1});
  std::vector<at::Tensor> axes;  // the last one first
  for (auto size = extent.rbegin(); size != extent.rend(); ++size) {
    axes.push_back(rest.remainder(*size));
    rest = rest.floor_divide(*size);
  }
  std::reverse(axes.begin(), axes.end());
  return at::stack(axes, 1).unsqueeze(0);
}

at::Tensor GuideStates(const SchemeParts& parts, const Memory& memory, ForwardContext& context) {
  return parts.body->InputStates(memory, context)
      .narrow(1, memory.guide_begin, memory.guide.time());
}

uint64_t DecisionKey(uint64_t row_key, int64_t decision) {
  return RandomKey(row_key).With("decision").With(static_cast<uint64_t>(decision)).value();
}

absl::Status Scheme::FitsCodec(const Codec& codec) const {
  if (!codec.gives_frames()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("ids are decided, but ", codec.Describe(), " has frames"));
}

}  // namespace t2t
