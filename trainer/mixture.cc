#include "trainer/mixture.h"

#include <algorithm>
#include <utility>

#include "registry/check.h"

namespace t2t {

Mixture::Mixture(MixtureShares shares) : shares_(std::move(shares)) {
  for (const std::string& name : shares_.problems()) state_.problems[name] = {};
}

std::optional<std::string> Mixture::Next(int64_t step) {
  const std::map<std::string, double> shares = shares_(step, state_);
  if (shares.empty()) return std::nullopt;
  const double since = state_.total() - state_.changed_at;
  const bool changed =
      std::any_of(state_.problems.begin(), state_.problems.end(),
                  [&](const auto& entry) { return entry.second.share != shares.at(entry.first); });
  if (changed) {
    for (auto& [name, problem] : state_.problems) {
      problem.due += problem.share * since;
      problem.share = shares.at(name);
    }
    state_.changed_at = state_.total();
  }
  // One draw ahead, so that the first ones go to the largest shares.
  const double ahead = (changed ? 0 : since) + state_.largest;
  const std::string* best = nullptr;
  double most = 0;
  for (const auto& [name, problem] : state_.problems) {
    if (problem.share <= 0) continue;
    const double behind = problem.share * ahead - (problem.drawn - problem.due);
    if (best != nullptr && behind <= most + 1e-9) continue;
    best = &name;
    most = behind;
  }
  return *best;
}

void Mixture::Count(const std::string& problem, double amount) {
  T2T_CHECK(amount > 0) << problem << " " << amount;
  MixtureState::Problem& drawn = state_.problems.at(problem);
  ++drawn.batches;
  drawn.drawn += amount;
  state_.largest = std::max(state_.largest, amount);
}

void Mixture::Observe(const std::string& problem, double loss) {
  if (shares_.adaptive()) state_.problems.at(problem).progress.Observe(loss, shares_.horizon());
}

void Mixture::Restore(const MixtureState& state) {
  state_.changed_at = state.changed_at;
  state_.largest = state.largest;
  for (auto& [name, problem] : state_.problems) {
    const auto it = state.problems.find(name);
    problem = it == state.problems.end() ? MixtureState::Problem() : it->second;
    problem.over = false;
  }
}

}  // namespace t2t
