#include "tensor2tensor/evaluation/metrics/numbers.h"

#include <cmath>
#include <cstddef>

#include "absl/status/statusor.h"
#include "modalities/codecs/vector_codec.h"
#include "registry/check.h"

namespace t2t {
namespace {

struct Pair {
  double predicted, wanted;
};

// The numbers beside those of the nearest reference.
std::vector<Pair> Paired(const std::string& prediction,
                         const std::vector<std::string>& references) {
  T2T_CHECK(!references.empty()) << "a comparison needs a reference";
  const std::vector<double> predicted =
      NumbersOf(Value(prediction)).value_or(std::vector<double>());
  std::vector<Pair> nearest;
  double least = 0;
  for (size_t reference = 0; reference < references.size(); ++reference) {
    const std::vector<double> wanted =
        NumbersOf(Value(references[reference])).value_or(std::vector<double>());
    std::vector<Pair> pairs;
    double sum = 0;
    for (size_t i = 0; i < wanted.size(); ++i) {
      if (std::isnan(wanted[i])) continue;
      const bool there = i < predicted.size() && !std::isnan(predicted[i]);
      pairs.push_back({there ? predicted[i] : 0, wanted[i]});
      sum += (pairs.back().predicted - wanted[i]) * (pairs.back().predicted - wanted[i]);
    }
    if (reference == 0 || sum < least) {
      least = sum;
      nearest = std::move(pairs);
    }
  }
  return nearest;
}

}  // namespace

std::vector<double> RootMeanSquareError::Statistics(
    const std::string& prediction, const std::vector<std::string>& references) const {
  std::vector<double> sums = {0, 0};
  for (const Pair& pair : Paired(prediction, references)) {
    sums[0] += 1;
    sums[1] += (pair.predicted - pair.wanted) * (pair.predicted - pair.wanted);
  }
  return sums;
}

double RootMeanSquareError::Score(absl::Span<const double> summed) const {
  return summed[0] == 0 ? 0 : std::sqrt(summed[1] / summed[0]);
}

std::vector<double> PearsonCorrelation::Statistics(
    const std::string& prediction, const std::vector<std::string>& references) const {
  std::vector<double> sums(6, 0.0);
  for (const auto& [x, y] : Paired(prediction, references)) {
    const double terms[] = {1, x, y, x * x, y * y, x * y};
    for (size_t i = 0; i < sums.size(); ++i) sums[i] += terms[i];
  }
  return sums;
}

double PearsonCorrelation::Score(absl::Span<const double> summed) const {
  const double n = summed[0];
  if (n == 0) return 0;
  const double x = summed[3] - summed[1] * summed[1] / n;
  const double y = summed[4] - summed[2] * summed[2] / n;
  // What rounding leaves of numbers that do not change.
  if (x <= 1e-12 * summed[3] || y <= 1e-12 * summed[4]) return 0;
  return (summed[5] - summed[1] * summed[2] / n) / std::sqrt(x * y);
}

}  // namespace t2t
