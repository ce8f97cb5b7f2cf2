#include "tensor2tensor/evaluation/metrics/cost.h"

#include "absl/strings/numbers.h"
#include "registry/check.h"
#include "tensor2tensor/evaluation/metrics/text_units.h"

namespace t2t {

std::vector<double> BitsPerCharacter::Statistics(const std::string& prediction,
                                                 const std::vector<std::string>& references) const {
  double bits = 0;
  T2T_CHECK(absl::SimpleAtod(prediction, &bits)) << "a cost in bits: '" << prediction << "'";
  return {bits, static_cast<double>(CodePoints(references[0]).size())};
}

double BitsPerCharacter::Score(absl::Span<const double> summed) const {
  return summed[1] == 0 ? 0 : summed[0] / summed[1];
}

}  // namespace t2t
