#include "tensor2tensor/decoding/search.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "random/philox.h"
#include "registry/check.h"
#include "tensor2tensor/decoding/beam_search.h"
#include "tensor2tensor/decoding/candidates.h"

namespace t2t {
namespace {

// One unit a step for every row: the candidate (of `width`) that choose(row, step, log-probabilities) names. Each
// source is produced `copies` times; its copies fork at the first decision.
template <typename Choose>
std::vector<std::vector<Hypothesis>> StepByStep(Production& production,
                                                const Constraint* constraint, int64_t width,
                                                int64_t copies, const Choose& choose) {
  const auto stop = production.stop();
  std::vector<LiveRow> rows = FirstRows(production);
  std::vector<std::vector<Hypothesis>> found(rows.size());
  for (int64_t step = 0; !rows.empty(); ++step) {
    const Candidates next = NextCandidates(production, rows, constraint, width);
    const bool only_stop =
        stop.has_value() && step == production.max_decisions();  // as many units as may be
    const bool last = !stop.has_value() && step + 1 == production.max_decisions();
    std::vector<int64_t> parents, ids;
    std::vector<LiveRow> live;
    for (size_t i = 0; i < rows.size(); ++i) {
      const auto log_probabilities = next.row_log_probabilities(i);
      for (int64_t copy = 0; copy < (step == 0 ? copies : 1); ++copy) {
        LiveRow row = rows[i];
        if (step == 0) row.copy = copy;
        const size_t chosen = choose(row, step, log_probabilities);
        const int64_t id = next.row_ids(i)[chosen];
        const bool stopped = stop.has_value() && id == *stop;
        const bool cut_off = log_probabilities[chosen] == kImpossible || (only_stop && !stopped);
        if (!cut_off) {
          row.log_probability += log_probabilities[chosen];
          if (!stopped) row.units.push_back(id);
        }
        if (cut_off || stopped || last) {
          found[static_cast<size_t>(row.source)].push_back(
              {std::move(row.units), row.log_probability, row.log_probability, !cut_off});
          continue;
        }
        parents.push_back(static_cast<int64_t>(i));
        ids.push_back(id);
        live.push_back(std::move(row));
      }
    }
    rows = std::move(live);
    if (!rows.empty()) production.Advance(parents, ids);
  }
  for (auto& list : found) {
    std::stable_sort(list.begin(), list.end(), [](const Hypothesis& a, const Hypothesis& b) {
      return a.finished != b.finished ? a.finished : a.score > b.score;
    });
  }
  return found;
}

// Draws from softmax(log_probabilities / temperature) of the candidates, cut to top_p (nucleus: Holtzman et al.,
// arXiv 1904.09751), by inverting the cumulative sum at u. Candidates are falling and cut to top_k already.
size_t Sample(absl::Span<const double> log_probabilities, const DecodeOptions& options, double u) {
  if (log_probabilities[0] == kImpossible) return 0;
  std::vector<double> weights;
  double total = 0;
  for (double value : log_probabilities) {
    weights.push_back(std::exp((value - log_probabilities[0]) / options.temperature));
    total += weights.back();
  }
  double kept = 0;
  size_t count = 0;
  while (count < weights.size() && weights[count] > 0 &&
         (count == 0 || kept < options.top_p * total)) {
    kept += weights[count++];
  }
  double left = u * kept;
  for (size_t i = 0; i + 1 < count; ++i) {
    if (left < weights[i]) return i;
    left -= weights[i];
  }
  return count - 1;
}

}  // namespace

std::vector<std::vector<Hypothesis>> Search(Production& production, const DecodeOptions& options,
                                            const Constraint* constraint,
                                            absl::Span<const uint64_t> row_keys) {
  const at::NoGradGuard no_grad;
  if (options.method == "beam") return BeamSearch(production, options, constraint);
  if (options.method == "sample") {
    T2T_CHECK(static_cast<int64_t>(row_keys.size()) == production.rows())
        << row_keys.size() << " row keys for " << production.rows() << " rows";
    const int64_t width = options.top_k > 0 ? options.top_k : std::numeric_limits<int64_t>::max();
    const RandomKey seed = RandomKey(options.seed).With("sample");
    return StepByStep(
        production, constraint, width, options.n_best,
        [&](const LiveRow& row, int64_t step, absl::Span<const double> log_probabilities) {
          const RandomKey key = seed.With(row_keys[static_cast<size_t>(row.source)])
                                    .With(static_cast<uint64_t>(row.copy))
                                    .With(static_cast<uint64_t>(step));
          return Sample(log_probabilities, options, Philox(key).Uniform());
        });
  }
  T2T_CHECK(options.method == "greedy") << options.method;
  return StepByStep(production, constraint, /*width=*/1, /*copies=*/1,
                    [](const LiveRow&, int64_t, absl::Span<const double>) { return size_t{0}; });
}

}  // namespace t2t
