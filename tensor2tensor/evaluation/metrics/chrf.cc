#include "tensor2tensor/evaluation/metrics/chrf.h"

#include <algorithm>

#include "registry/check.h"
#include "tensor2tensor/evaluation/metrics/ngrams.h"

namespace t2t {
namespace {

constexpr int64_t kChrfOrders = 6;
constexpr double kBetaSquared = 4;

double CountOf(const UnitText& text, int64_t order) {
  return static_cast<double>(
      std::max<int64_t>(0, static_cast<int64_t>(text.units.size()) - order + 1));
}

}  // namespace

std::vector<double> Chrf::Statistics(const std::string& prediction,
                                     const std::vector<std::string>& references) const {
  T2T_CHECK(!references.empty()) << name() << ": no reference";
  const UnitText characters = JoinCharacters(prediction);
  std::vector<NgramCounts> counts;
  for (int64_t order = 1; order <= kChrfOrders; ++order) {
    counts.push_back(CountNgrams(characters, order));
  }
  std::vector<double> best;
  double best_score = -1;
  for (const std::string& reference : references) {
    const UnitText wanted = JoinCharacters(reference);
    std::vector<double> statistics;
    for (int64_t order = 1; order <= kChrfOrders; ++order) {
      const double available = CountOf(wanted, order);
      // sacreBLEU: an order that the reference is too short for does not count against the
      // prediction.
      statistics.push_back(available > 0 ? CountOf(characters, order) : 0);
      statistics.push_back(available);
      statistics.push_back(
          static_cast<double>(CountShared(counts[order - 1], CountNgrams(wanted, order))));
    }
    if (const double score = Score(statistics); score > best_score) {
      best_score = score;
      best = std::move(statistics);
    }
  }
  return best;
}

double Chrf::Score(absl::Span<const double> summed) const {
  double precision = 0, recall = 0;
  int64_t orders = 0;
  for (int64_t i = 0; i < kChrfOrders; ++i) {
    const double predicted = summed[3 * i], wanted = summed[3 * i + 1], shared = summed[3 * i + 2];
    if (predicted == 0 || wanted == 0) continue;
    precision += shared / predicted;
    recall += shared / wanted;
    ++orders;
  }
  if (precision + recall == 0) return 0;
  precision /= static_cast<double>(orders);
  recall /= static_cast<double>(orders);
  return 100 * (1 + kBetaSquared) * precision * recall / (kBetaSquared * precision + recall);
}

}  // namespace t2t
