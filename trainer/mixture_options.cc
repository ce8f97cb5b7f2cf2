#include "trainer/mixture_options.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "registry/status_macros.h"
#include "registry/suggest.h"
#include "trainer/mixture_shares.h"

namespace t2t {
namespace {

absl::Status WrongMixture(absl::string_view key, absl::string_view message) {
  return absl::InvalidArgumentError(absl::StrCat("mixture.", key, ": ", message));
}

void BindSchedule(Binder& section, const std::string& name, std::map<int64_t, double>* points) {
  std::map<std::string, double> written;
  section.Field(name, &written, "step: what the rate is multiplied by, linear in between");
  for (const auto& [text, factor] : written) {
    int64_t step = 0;
    if (!absl::SimpleAtoi(text, &step) || step < 0) {
      section.Error(name, absl::StrCat("'", text, "' is no step: a whole number from 0 on"));
    } else if (factor < 0) {
      section.Error(name, absl::StrCat("at step ", text, " is ", factor, ": must not be negative"));
    } else if (!points->emplace(step, factor).second) {
      section.Error(name, absl::StrCat("step ", step, " stands there twice"));
    }
  }
  const bool varies = std::any_of(points->begin(), points->end(), [&](const auto& point) {
    return point.second != points->begin()->second;
  });
  if (!varies)
    section.Error(name,
                  "is the same at all steps; a constant rate stands in problems or in groups");
}

}  // namespace

void MixtureOptions::Bind(Binder& b) {
  b.Choice("unit", &unit, {"batches", "examples", "tokens", "bytes", "seconds"},
           "what the shares are shares of");
  b.Choice("rates", &rates, {"given", "proportional"},
           "proportional: the given ones times the size of the data set");
  // What a mode does not read is asked for all the same: where it is written it is told to be unread, not unknown.
  if (rates == "proportional") {
    b.Field("temperature", &temperature, "rates grow with size^(1/temperature)");
    b.Field("cap", &cap, "examples that a size counts for at most; 0 = no limit");
    if (temperature <= 0) b.Error("temperature", "must be positive");
    if (cap < 0) b.Error("cap", "must not be negative");
  } else {
    b.Has("temperature");
    b.Has("cap");
  }
  b.Field("adaptive", &adaptive, "rates follow how much each training loss moves");
  if (adaptive) {
    b.Field("horizon", &horizon, "steps of a problem over which that is measured");
    if (horizon < 4) b.Error("horizon", "must be 4 or more");
  } else {
    b.Has("horizon");
  }
  b.Field("floor", &floor, "smallest share of a problem that has none in floors; 0 = none");
  if (floor < 0 || floor >= 1) b.Error("floor", "must be in [0, 1)");
  b.Field("floors", &floors, "smallest share, by problem");
  for (const auto& [name, least] : floors) {
    if (least < 0 || least >= 1)
      b.Error("floors", absl::StrCat(name, " = ", least, ": must be in [0, 1)"));
  }
  Binder group_section = b.Section("groups");
  for (const std::string& name : group_section.Names()) {
    Group& group = groups[name];
    Binder of_group = group_section.Section(name);
    of_group.Field("rate", &group.rate, "of the group, beside problems and other groups");
    of_group.Field("members", &group.members, "problems and groups that share it");
    if (group.rate <= 0) of_group.Error("rate", "must be positive");
    if (group.members.size() < 2)
      of_group.Error("members", "must be two or more; the rate of one stands in problems");
  }
  Binder schedules = b.Section("schedule");
  for (const std::string& name : schedules.Names()) BindSchedule(schedules, name, &schedule[name]);
  std::map<std::string, double> passes;
  b.Field("epochs", &passes, "epochs after which a problem is drawn no more, by problem");
  for (const auto& [name, count] : passes) {
    if (count < 1 || count != std::floor(count) || count > 1e9)
      b.Error("epochs", absl::StrCat(name, " = ", count, ": must be a whole number from 1 on"));
    epochs[name] = static_cast<int64_t>(std::clamp(count, 1.0, 1e9));
  }
}

double MixtureOptions::FloorOf(const std::string& problem) const {
  const auto own = floors.find(problem);
  return own == floors.end() ? floor : own->second;
}

namespace {

// Puts the names of problems as they are for those that are written; names of groups may stand there too.
template <typename T>
absl::Status ResolveNames(absl::string_view option, const std::map<std::string, std::string>& names,
                          const std::vector<std::string>& groups, std::map<std::string, T>* what) {
  std::map<std::string, T> resolved;
  for (auto& [written, value] : *what) {
    std::string name = written;
    if (const auto it = names.find(written); it != names.end()) {
      name = it->second;
    } else if (std::find(groups.begin(), groups.end(), written) == groups.end()) {
      std::vector<std::string> known = groups;
      for (const auto& [as_written, as_is] : names) known.push_back(as_written);
      return WrongMixture(
          absl::StrCat(option, ".", written),
          absl::StrCat("there is no such problem", groups.empty() ? "" : " or group",
                       " in this run", Suggestion(written, known)));
    }
    if (!resolved.emplace(name, std::move(value)).second)
      return WrongMixture(absl::StrCat(option, ".", written),
                          absl::StrCat("is '", name, "', which stands there too"));
  }
  *what = std::move(resolved);
  return absl::OkStatus();
}

absl::Status ResolveGroups(const std::map<std::string, std::string>& names, size_t problems,
                           std::map<std::string, MixtureOptions::Group>* groups) {
  std::vector<std::string> known;
  for (const auto& [as_written, as_is] : names) known.push_back(as_written);
  for (const auto& [name, group] : *groups) known.push_back(name);
  std::map<std::string, std::string> owner;  // of a member: the group
  for (auto& [name, group] : *groups) {
    const std::string place = absl::StrCat("groups.", name);
    if (names.count(name) > 0)
      return WrongMixture(place, "is the name of a problem; call the group otherwise");
    for (std::string& member : group.members) {
      if (const auto it = names.find(member); it != names.end()) {
        member = it->second;
      } else if (groups->count(member) == 0) {
        return WrongMixture(absl::StrCat(place, ".members"),
                            absl::StrCat("there is no problem or group '", member, "' in this run",
                                         Suggestion(member, known)));
      }
      if (const auto [it, added] = owner.emplace(member, name); !added)
        return WrongMixture(absl::StrCat(place, ".members"),
                            absl::StrCat("'", member, "' is a member of '", it->second,
                                         "' already; it can have one place"));
    }
  }
  for (const auto& [name, group] : *groups) {
    std::string above = name;
    for (size_t i = 0; i <= groups->size() && owner.count(above) > 0; ++i) above = owner[above];
    if (owner.count(above) > 0)
      return WrongMixture(absl::StrCat("groups.", name, ".members"), "the group contains itself");
    if (problems + groups->size() - owner.size() == 1 && owner.count(name) == 0)
      return WrongMixture(absl::StrCat("groups.", name),
                          "does nothing: every problem of the run is in it");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status MixtureOptions::Resolve(const std::map<std::string, std::string>& names,
                                     const std::map<std::string, double>& problems) {
  std::vector<std::string> group_names;
  for (const auto& [name, group] : groups) group_names.push_back(name);
  T2T_RETURN_IF_ERROR(ResolveNames("floors", names, {}, &floors));
  T2T_RETURN_IF_ERROR(ResolveNames("epochs", names, {}, &epochs));
  T2T_RETURN_IF_ERROR(ResolveNames("schedule", names, group_names, &schedule));
  T2T_RETURN_IF_ERROR(ResolveGroups(names, problems.size(), &groups));
  if (problems.size() == 1) {
    const std::map<std::string, bool> said = {{"rates", rates != "given"},
                                              {"adaptive", adaptive},
                                              {"floor", floor > 0},
                                              {"floors", !floors.empty()},
                                              {"schedule", !schedule.empty()}};
    for (const auto& [key, set] : said) {
      if (set)
        return WrongMixture(key, absl::StrCat("does nothing where '", problems.begin()->first,
                                              "' is the only problem"));
    }
  }
  double least = 0;
  for (const auto& [name, rate] : problems) {
    least += FloorOf(name);
    if (adaptive && FloorOf(name) <= 0)
      return WrongMixture(floors.empty() ? "floor" : "floors",
                          absl::StrCat("an adaptive mixture needs one above 0 for '", name,
                                       "', such as mixture.floor = 0.02: what learns nothing for "
                                       "a while must be met again"));
  }
  if (least >= 1)
    return WrongMixture(floors.empty() ? "floor" : "floors",
                        absl::StrCat("the floors of the ", problems.size(), " problems add up to ",
                                     least, ": must be below 1"));
  if (floor > 0 && floors.size() == problems.size())
    return WrongMixture("floor", "does nothing where every problem has its own in floors");
  // Linear in between, the shares can only vanish where a factor has its point.
  std::map<std::string, int64_t> sizes;
  MixtureState fresh;
  for (const auto& [name, rate] : problems) {
    sizes[name] = 1;
    fresh.problems[name] = {};
  }
  const MixtureShares shares(*this, problems, sizes);
  for (const auto& [name, points] : schedule) {
    for (const auto& [step, factor] : points) {
      if (shares.Planned(step, fresh).empty())
        return WrongMixture(absl::StrCat("schedule.", name),
                            absl::StrCat("at step ", step, " no problem has a share above 0"));
    }
  }
  return absl::OkStatus();
}

}  // namespace t2t
