#include "tensor2tensor/decoding/beam_search.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "tensor2tensor/decoding/candidates.h"

namespace t2t {
namespace {

double Penalty(int64_t decisions, double alpha) {
  return std::pow((5.0 + static_cast<double>(decisions)) / 6.0, alpha);
}

// The best `limit` hypotheses of one source, best first; of equal scores the earlier comes first.
class Best {
 public:
  explicit Best(int64_t limit) : limit_(static_cast<size_t>(limit)) {}
  void Add(std::vector<int64_t> units, double log_probability, double penalty, bool finished) {
    const double score = log_probability / penalty;
    const auto place =
        std::upper_bound(list_.begin(), list_.end(), score,
                         [](double s, const Hypothesis& other) { return s > other.score; });
    list_.insert(place, {std::move(units), log_probability, score, finished});
    if (list_.size() > limit_) list_.pop_back();
  }
  bool full() const { return list_.size() >= limit_; }
  double worst() const { return list_.back().score; }
  std::vector<Hypothesis>& list() { return list_; }

 private:
  size_t limit_;
  std::vector<Hypothesis> list_;
};

struct Source {
  Best finished, cut_off;
  int64_t ended = 0;  // finished so far, kept or not
};

struct Extension {
  double log_probability;
  size_t row;
  int64_t id;
};

// Of the rows [begin, end), likeliest first; of equally likely ones that of the earlier row, of the lower id.
std::vector<Extension> Extensions(const std::vector<LiveRow>& rows, size_t begin, size_t end,
                                  const Candidates& next) {
  std::vector<Extension> list;
  for (size_t row = begin; row < end; ++row) {
    const auto values = next.row_log_probabilities(row);
    const auto ids = next.row_ids(row);
    for (size_t j = 0; j < values.size() && values[j] != kImpossible; ++j) {
      list.push_back({rows[row].log_probability + values[j], row, ids[j]});
    }
  }
  std::stable_sort(list.begin(), list.end(), [](const Extension& a, const Extension& b) {
    return a.log_probability != b.log_probability ? a.log_probability > b.log_probability
           : a.row != b.row                       ? a.row < b.row
                                                  : a.id < b.id;
  });
  return list;
}

}  // namespace

std::vector<std::vector<Hypothesis>> BeamSearch(Production& production,
                                                const DecodeOptions& options,
                                                const Constraint* constraint) {
  const auto stop = production.stop();
  const int64_t most = production.max_decisions();
  const size_t beam = static_cast<size_t>(options.beam);
  const double largest_penalty = Penalty(most + 1, options.length_penalty);
  std::vector<LiveRow> rows = FirstRows(production);
  std::vector<Source> sources(rows.size(), Source{Best(options.n_best), Best(options.n_best)});
  for (int64_t step = 0; !rows.empty(); ++step) {
    // A row has at most one extension that stops, so that with beam + 1 of each row the live places can be filled.
    const Candidates next = NextCandidates(production, rows, constraint, options.beam + 1);
    const bool only_stop = stop.has_value() && step == most;  // as many units as may be
    const bool last = !stop.has_value() && step + 1 == most;
    const double penalty = Penalty(step + 1, options.length_penalty);
    std::vector<int64_t> parents, ids;
    std::vector<LiveRow> live;
    for (size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
      while (end < rows.size() && rows[end].source == rows[begin].source) ++end;
      Source& source = sources[static_cast<size_t>(rows[begin].source)];
      for (size_t row = begin; row < end; ++row) {
        if (only_stop || next.row_log_probabilities(row)[0] == kImpossible) {
          source.cut_off.Add(rows[row].units, rows[row].log_probability,
                             Penalty(std::max<int64_t>(step, 1), options.length_penalty), false);
        }
      }
      const std::vector<Extension> extensions = Extensions(rows, begin, end, next);
      std::vector<Extension> going_on;
      for (size_t rank = 0; rank < extensions.size() && going_on.size() < beam; ++rank) {
        const Extension& extension = extensions[rank];
        const bool stopped = stop.has_value() && extension.id == *stop;
        if (!stopped && !last) {
          if (!only_stop) going_on.push_back(extension);
          continue;
        }
        if (rank >= beam) continue;
        std::vector<int64_t> units = rows[extension.row].units;
        if (!stopped) units.push_back(extension.id);
        source.finished.Add(std::move(units), extension.log_probability, penalty, true);
        ++source.ended;
      }
      // A live row only loses probability, and at best ends under the largest penalty.
      if (going_on.empty() || source.ended >= options.beam ||
          (source.finished.full() &&
           going_on[0].log_probability / largest_penalty <= source.finished.worst())) {
        continue;
      }
      for (const Extension& extension : going_on) {
        LiveRow row = rows[extension.row];
        row.units.push_back(extension.id);
        row.log_probability = extension.log_probability;
        parents.push_back(static_cast<int64_t>(extension.row));
        ids.push_back(extension.id);
        live.push_back(std::move(row));
      }
    }
    rows = std::move(live);
    if (!rows.empty()) production.Advance(parents, ids);
  }
  std::vector<std::vector<Hypothesis>> found;
  for (Source& source : sources) {  // what was cut off stands behind what finished
    found.push_back(std::move(source.finished.list()));
    for (Hypothesis& hypothesis : source.cut_off.list()) {
      if (found.back().size() < static_cast<size_t>(options.n_best))
        found.back().push_back(std::move(hypothesis));
    }
  }
  return found;
}

}  // namespace t2t
