#include "trainer/named_tensors.h"

#include <ATen/ATen.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace t2t {
namespace {

std::string ShapeText(const at::Tensor& tensor) {
  return absl::StrCat("[", absl::StrJoin(tensor.sizes(), ", "), "] of ",
                      c10::toString(tensor.scalar_type()));
}

}  // namespace

absl::Status LoadNamedTensors(const NamedTensors& from, const NamedTensors& into,
                              absl::string_view what) {
  constexpr size_t kShown = 10;
  std::vector<std::string> wrong;
  for (const auto& [name, tensor] : into) {
    const auto it = from.find(name);
    if (it == from.end()) {
      wrong.push_back(absl::StrCat("missing '", name, "'"));
    } else if (it->second.sizes() != tensor.sizes() ||
               it->second.scalar_type() != tensor.scalar_type()) {
      wrong.push_back(absl::StrCat("'", name, "' is ", ShapeText(it->second), " instead of ",
                                   ShapeText(tensor)));
    }
  }
  for (const auto& [name, tensor] : from) {
    if (into.count(name) == 0) wrong.push_back(absl::StrCat("unexpected '", name, "'"));
  }
  if (!wrong.empty()) {
    const size_t more = wrong.size() > kShown ? wrong.size() - kShown : 0;
    wrong.resize(wrong.size() - more);
    return absl::InvalidArgumentError(
        absl::StrCat(what, ": ", absl::StrJoin(wrong, ", "),
                     more > 0 ? absl::StrCat(", and ", more, " more") : ""));
  }
  const at::NoGradGuard no_grad;
  for (const auto& [name, tensor] : into) tensor.copy_(from.at(name));
  return absl::OkStatus();
}

}  // namespace t2t
