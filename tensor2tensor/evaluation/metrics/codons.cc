#include "tensor2tensor/evaluation/metrics/codons.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "absl/strings/string_view.h"
#include "modalities/codecs/genetic_code.h"
#include "registry/check.h"

namespace t2t {
namespace {

constexpr size_t kCodons = 64;

// Share of G and C, from 0 to 1; 0 for nothing.
double GcShare(absl::string_view bases) {
  const auto gc = std::count_if(bases.begin(), bases.end(),
                                [](char base) { return base == 'G' || base == 'C'; });
  return bases.empty() ? 0 : static_cast<double>(gc) / static_cast<double>(bases.size());
}

}  // namespace

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
  const std::string protein = TranslateGene(prediction), literally = Translate(prediction);
  const bool same =
      std::any_of(references.begin(), references.end(), [&](const std::string& reference) {
        return TranslateGene(reference) == protein || Translate(reference) == literally;
      });
  return {same ? 1.0 : 0.0, 1};
}

std::vector<double> CodonUsage::Statistics(const std::string& prediction,
                                           const std::vector<std::string>& references) const {
  T2T_CHECK(!references.empty()) << "a comparison needs a reference";
  std::vector<double> counts(2 * (kCodons + 1), 0.0);
  double* of = counts.data();
  for (const absl::string_view bases :
       {absl::string_view(prediction), absl::string_view(references[0])}) {
    for (size_t i = 0; i < bases.size(); i += 3) {
      const int codon = CodonNumber(bases.substr(i, 3));
      ++of[codon < 0 ? kCodons : static_cast<size_t>(codon)];
    }
    of += kCodons + 1;
  }
  return counts;
}

double CodonUsage::Score(absl::Span<const double> summed) const {
  const auto half = summed.size() / 2;
  const auto predicted = summed.first(half), wanted = summed.subspan(half);
  const double of_predicted = std::accumulate(predicted.begin(), predicted.end(), 0.0);
  const double of_wanted = std::accumulate(wanted.begin(), wanted.end(), 0.0);
  if (of_predicted == 0 || of_wanted == 0) return of_predicted == of_wanted ? 100 : 0;
  double common = 0;
  for (size_t i = 0; i < half; ++i)
    common += std::min(predicted[i] / of_predicted, wanted[i] / of_wanted);
  return 100 * common;
}

std::vector<double> GcDistance::Statistics(const std::string& prediction,
                                           const std::vector<std::string>& references) const {
  T2T_CHECK(!references.empty()) << "a comparison needs a reference";
  double least = 1;
  for (const std::string& reference : references)
    least = std::min(least, std::abs(GcShare(prediction) - GcShare(reference)));
  return {least, 1};
}

}  // namespace t2t
