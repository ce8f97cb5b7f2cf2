#include "trainer/freeze.h"

#include <fnmatch.h>
#include <torch/nn/module.h>

#include "absl/strings/str_cat.h"
#include "registry/suggest.h"

namespace t2t {

absl::StatusOr<int64_t> Freeze(const torch::nn::Module& module,
                               const std::vector<std::string>& patterns) {
  int64_t numbers = 0, left = 0;
  std::vector<bool> fits(patterns.size(), false);
  std::vector<std::string> names;
  for (const auto& item : module.named_parameters()) {
    names.push_back(item.key());
    bool frozen = false;
    for (size_t i = 0; i < patterns.size(); ++i) {
      if (fnmatch(patterns[i].c_str(), item.key().c_str(), 0) != 0) continue;
      frozen = fits[i] = true;
    }
    if (frozen) item.value().set_requires_grad(false);
    (frozen ? numbers : left) += item.value().numel();
  }
  for (size_t i = 0; i < patterns.size(); ++i) {
    if (fits[i]) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "trainer.freeze: '", patterns[i], "' fits no parameter", Suggestion(patterns[i], names)));
  }
  if (left == 0) return absl::InvalidArgumentError("trainer.freeze leaves nothing to be trained");
  return numbers;
}

}  // namespace t2t
