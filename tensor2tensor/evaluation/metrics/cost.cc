#include "tensor2tensor/evaluation/metrics/cost.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "registry/check.h"
#include "tensor2tensor/evaluation/metrics/text_units.h"

namespace t2t {
namespace {

// {bits, raw units}
std::pair<double, double> ReadCost(const std::string& cost) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(cost, ' ');
  double bits = 0, raw_units = 0;
  T2T_CHECK(absl::SimpleAtod(parts.first, &bits) && absl::SimpleAtod(parts.second, &raw_units))
      << "a cost in bits with its raw units: '" << cost << "'";
  return {bits, raw_units};
}

double Ratio(absl::Span<const double> summed) { return summed[1] == 0 ? 0 : summed[0] / summed[1]; }

}  // namespace

std::string CostText(double bits, int64_t raw_units) {
  return absl::StrFormat("%.17g %d", bits, raw_units);
}

std::vector<double> BitsPerCharacter::Statistics(const std::string& prediction,
                                                 const std::vector<std::string>& references) const {
  return {ReadCost(prediction).first, static_cast<double>(CodePoints(references[0]).size())};
}

double BitsPerCharacter::Score(absl::Span<const double> summed) const { return Ratio(summed); }

std::vector<double> BitsPerDimension::Statistics(const std::string& prediction,
                                                 const std::vector<std::string>&) const {
  const auto [bits, raw_units] = ReadCost(prediction);
  return {bits, raw_units};
}

double BitsPerDimension::Score(absl::Span<const double> summed) const { return Ratio(summed); }

}  // namespace t2t
