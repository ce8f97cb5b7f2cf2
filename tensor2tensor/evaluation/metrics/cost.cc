#include "tensor2tensor/evaluation/metrics/cost.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "registry/check.h"
#include "tensor2tensor/evaluation/metrics/text_units.h"

namespace t2t {
namespace {

// {cost, units}
std::pair<double, double> ReadCost(const std::string& cost) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(cost, ' ');
  double value = 0, units = 0;
  T2T_CHECK(absl::SimpleAtod(parts.first, &value) && absl::SimpleAtod(parts.second, &units))
      << "a cost with its units: '" << cost << "'";
  return {value, units};
}

double Ratio(absl::Span<const double> summed) { return summed[1] == 0 ? 0 : summed[0] / summed[1]; }

}  // namespace

std::string CostText(double cost, int64_t units) {
  return absl::StrFormat("%.17g %d", cost, units);
}

std::vector<double> BitsPerCharacter::Statistics(const std::string& prediction,
                                                 const std::vector<std::string>& references) const {
  return {ReadCost(prediction).first, static_cast<double>(CodePoints(references[0]).size())};
}

double BitsPerCharacter::Score(absl::Span<const double> summed) const { return Ratio(summed); }

std::vector<double> CostPerUnit::Statistics(const std::string& prediction,
                                            const std::vector<std::string>&) const {
  const auto [cost, units] = ReadCost(prediction);
  return {cost, units};
}

double CostPerUnit::Score(absl::Span<const double> summed) const { return Ratio(summed); }

}  // namespace t2t
