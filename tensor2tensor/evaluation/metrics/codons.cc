#include "tensor2tensor/evaluation/metrics/codons.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/string_view.h"
#include "modalities/codecs/genetic_code.h"
#include "registry/check.h"

namespace t2t {
std::vector<double> CodonMatch::Statistics(const std::string& prediction,
                                           const std::vector<std::string>& references) const {
  T2T_CHECK(!references.empty()) << "a comparison needs a reference";
  std::vector<double> best;
  for (const std::string& reference : references) {
    const size_t longer = std::max(prediction.size(), reference.size());
    double equal = 0;
    for (size_t i = 0; i < std::min(prediction.size(), reference.size()); i += 3) {
      equal += prediction.compare(i, 3, reference, i, 3) == 0 ? 1 : 0;
    }
    const double codons = static_cast<double>((longer + 2) / 3);
    // Two empty sequences agree.
    const std::vector<double> one =
        codons == 0 ? std::vector<double>{1, 1} : std::vector<double>{equal, codons};
    if (best.empty() || one[0] * best[1] > best[0] * one[1]) best = one;
  }
  return best;
}

std::vector<double> BackTranslation::Statistics(const std::string& prediction,
                                                const std::vector<std::string>& references) const {
  T2T_CHECK(!references.empty()) << "a comparison needs a reference";
  const std::string protein = TranslateGene(prediction);
  const bool same = std::any_of(
      references.begin(), references.end(),
      [&](const std::string& reference) { return TranslateGene(reference) == protein; });
  return {same ? 1.0 : 0.0, 1};
}

}  // namespace t2t
