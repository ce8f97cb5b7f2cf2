#include "trainer/mixture_shares.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

#include "registry/check.h"

namespace t2t {
namespace {

// Progress that a problem has for its being there: below about a hundredth of its loss within the horizon, losses tell
// their noise, and the shares go back to the given rates.
constexpr double kStill = 0.01;

double Interpolated(const std::map<int64_t, double>& schedule, int64_t step) {
  const auto after = schedule.upper_bound(step);
  if (after == schedule.begin()) return after->second;
  const auto before = std::prev(after);
  if (after == schedule.end()) return before->second;
  const double part =
      static_cast<double>(step - before->first) / static_cast<double>(after->first - before->first);
  return before->second + part * (after->second - before->second);
}

}  // namespace

MixtureShares::MixtureShares(const MixtureOptions& options,
                             const std::map<std::string, double>& rates,
                             const std::map<std::string, int64_t>& sizes)
    : options_(options) {
  std::set<std::string> top;
  for (const auto& [name, rate] : rates) {
    T2T_CHECK(rate > 0) << name << " " << rate;
    problems_.push_back(name);
    top.insert(name);
  }
  for (const auto& [name, group] : options_.groups) top.insert(name);
  for (const auto& [name, group] : options_.groups) {
    for (const std::string& member : group.members) top.erase(member);
  }
  double unused = 0;
  for (const std::string& name : top)
    root_.members.push_back(MakeNode(name, rates, sizes, &unused));
}

MixtureShares::Node MixtureShares::MakeNode(const std::string& name,
                                            const std::map<std::string, double>& rates,
                                            const std::map<std::string, int64_t>& sizes,
                                            double* size) const {
  Node node;
  node.name = name;
  const bool proportional = options_.rates == "proportional";
  if (const auto group = options_.groups.find(name); group != options_.groups.end()) {
    node.rate = group->second.rate;
    std::vector<std::string> members = group->second.members;
    std::sort(members.begin(), members.end());
    *size = 0;
    for (const std::string& member : members) {
      double of_member = 0;
      node.members.push_back(MakeNode(member, rates, sizes, &of_member));
      *size += of_member;
    }
  } else {
    node.rate = rates.at(name);
    if (!proportional) return node;
    const int64_t examples = sizes.at(name);
    *size = static_cast<double>(options_.cap > 0 ? std::min(examples, options_.cap) : examples);
  }
  if (proportional) node.rate *= std::pow(*size, 1 / options_.temperature);
  return node;
}

double MixtureShares::Weight(const Node& node, int64_t step, const MixtureState& state) const {
  if (node.members.empty() && state.problems.at(node.name).over) return 0;
  const bool alive = node.members.empty() ||
                     std::any_of(node.members.begin(), node.members.end(), [&](const Node& member) {
                       return Weight(member, step, state) > 0;
                     });
  if (!alive) return 0;
  const auto schedule = options_.schedule.find(node.name);
  return schedule == options_.schedule.end() ? node.rate
                                             : node.rate * Interpolated(schedule->second, step);
}

std::optional<double> MixtureShares::Progress(const Node& node, const MixtureState& state) const {
  if (node.members.empty()) {
    const MixtureState::Problem& problem = state.problems.at(node.name);
    return problem.over ? std::nullopt : problem.progress.Of(options_.horizon);
  }
  double sum = 0, known = 0;
  for (const Node& member : node.members) {
    if (const auto progress = Progress(member, state)) {
      sum += *progress;
      ++known;
    }
  }
  return known > 0 ? std::optional<double>(sum / known) : std::nullopt;
}

void MixtureShares::Divide(const Node& group, double share, int64_t step, const MixtureState& state,
                           std::map<std::string, double>* shares) const {
  std::vector<double> weights;
  for (const Node& member : group.members) weights.push_back(Weight(member, step, state));
  if (options_.adaptive) {
    // One that has not been met often enough is taken for as good as those beside it.
    const double usual = Progress(group, state).value_or(0);
    for (size_t i = 0; i < weights.size(); ++i)
      weights[i] *= Progress(group.members[i], state).value_or(usual) + kStill;
  }
  double sum = 0;
  for (const double weight : weights) sum += weight;
  for (size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0) continue;
    const Node& member = group.members[i];
    const double part = share * weights[i] / sum;
    if (member.members.empty()) {
      (*shares)[member.name] = part;
    } else {
      Divide(member, part, step, state, shares);
    }
  }
}

void MixtureShares::RaiseToFloors(const MixtureState& state,
                                  std::map<std::string, double>* shares) const {
  std::set<std::string> raised;
  double taken = 0;  // by those that are raised
  while (true) {
    double others = 0;
    for (const auto& [name, share] : *shares) others += raised.count(name) > 0 ? 0 : share;
    const double scale = others > 0 ? (1 - taken) / others : 0;
    bool changed = false;
    for (const auto& [name, share] : *shares) {
      const double floor = state.problems.at(name).over ? 0 : options_.FloorOf(name);
      if (raised.count(name) > 0 || floor <= 0 || share * scale >= floor) continue;
      raised.insert(name);
      taken += floor;
      changed = true;
    }
    if (changed) continue;
    if (raised.empty()) return;
    for (auto& [name, share] : *shares) {
      if (raised.count(name) == 0) {
        share *= scale;
      } else {
        share = others > 0 ? options_.FloorOf(name) : options_.FloorOf(name) / taken;
      }
    }
    return;
  }
}

std::map<std::string, double> MixtureShares::operator()(int64_t step,
                                                        const MixtureState& state) const {
  std::map<std::string, double> shares = Planned(step, state);
  if (!shares.empty()) return shares;
  // Others are over before a schedule lets these begin: they are all that is left, and share alike.
  int64_t left = 0;
  for (const std::string& name : problems_) left += state.problems.at(name).over ? 0 : 1;
  for (const std::string& name : problems_) {
    if (left > 0) shares[name] = state.problems.at(name).over ? 0 : 1 / static_cast<double>(left);
  }
  return shares;
}

std::map<std::string, double> MixtureShares::Planned(int64_t step,
                                                     const MixtureState& state) const {
  std::map<std::string, double> shares;
  for (const std::string& name : problems_) shares[name] = 0;
  Divide(root_, 1, step, state, &shares);
  RaiseToFloors(state, &shares);
  const bool any =
      std::any_of(shares.begin(), shares.end(), [](const auto& entry) { return entry.second > 0; });
  return any ? shares : std::map<std::string, double>();
}

}  // namespace t2t
