#include "tensor2tensor/evaluation/metrics/base_pairs.h"

#include <map>

namespace t2t {
namespace {

double F1(double common, double sizes) { return sizes == 0 ? 1 : 2 * common / sizes; }

}  // namespace

std::set<std::pair<int64_t, int64_t>> BasePairs(absl::string_view structure) {
  constexpr absl::string_view kOpen = "<([{", kClose = ">)]}";
  std::set<std::pair<int64_t, int64_t>> pairs;
  std::map<size_t, std::vector<int64_t>> open;  // by the kind of bracket
  for (size_t i = 0; i < structure.size(); ++i) {
    const auto place = static_cast<int64_t>(i);
    if (const size_t kind = kOpen.find(structure[i]); kind != absl::string_view::npos) {
      open[kind].push_back(place);
    } else if (const size_t closed = kClose.find(structure[i]);
               closed != absl::string_view::npos && !open[closed].empty()) {
      pairs.emplace(open[closed].back(), place);
      open[closed].pop_back();
    }
  }
  return pairs;
}

std::vector<double> PairF1::Statistics(const std::string& prediction,
                                       const std::vector<std::string>& references) const {
  const auto said = BasePairs(prediction);
  std::vector<double> best;
  for (const std::string& reference : references) {
    const auto wanted = BasePairs(reference);
    double common = 0;
    for (const auto& pair : said) common += static_cast<double>(wanted.count(pair));
    const auto sizes = static_cast<double>(said.size() + wanted.size());
    if (best.empty() || F1(common, sizes) > F1(best[0], best[1])) best = {common, sizes};
  }
  return best;
}

double PairF1::Score(absl::Span<const double> summed) const {
  return 100 * F1(summed[0], summed[1]);
}

}  // namespace t2t
