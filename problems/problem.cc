#include "problems/problem.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "problems/parameters.h"
#include "problems/views.h"
#include "registry/status_macros.h"
#include "registry/suggest.h"

namespace t2t {
namespace {

absl::StatusOr<ProblemParameters> ParseParameters(absl::string_view text) {
  ProblemParameters parameters;
  for (const absl::string_view piece : absl::StrSplit(text, ',')) {
    const size_t equals = piece.find('=');
    if (equals == absl::string_view::npos || equals == 0 || equals + 1 == piece.size()) {
      return absl::InvalidArgumentError(
          absl::StrCat("'", piece, "' is not key=value (as in 'translate:lang=it,limit=5')"));
    }
    const std::string key(piece.substr(0, equals));
    if (!parameters.emplace(key, piece.substr(equals + 1)).second) {
      return absl::InvalidArgumentError(absl::StrCat("parameter '", key, "' is given twice"));
    }
  }
  return parameters;
}

}  // namespace

const Port* ProblemSpec::FindPort(absl::string_view port) const {
  for (const std::vector<Port>* ports : {&inputs, &targets}) {
    for (const Port& candidate : *ports) {
      if (candidate.name == port) return &candidate;
    }
  }
  return nullptr;
}

absl::Status CheckSourceNames(const std::map<std::string, std::string>& source_paths,
                              const std::vector<std::string>& known) {
  for (const auto& [name, path] : source_paths) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "--source ", name, "=", path, ": ",
        known.empty() ? std::string("the problem has no source that can be given")
                      : absl::StrCat("no source is called '", name, "'", Suggestion(name, known))));
  }
  return absl::OkStatus();
}

namespace {

// A registered problem whose name, with "_" behind it, the name begins with, and of whose ports two are the rest: "a_to_b"; null
// where there is none.
absl::StatusOr<std::unique_ptr<Problem>> MakeFromTo(const Registry<ProblemFactory>& registry,
                                                    absl::string_view name,
                                                    const ProblemParameters& parameters) {
  if (!absl::StrContains(name, kTo)) return nullptr;
  std::vector<std::string> views;  // of the problems whose names it begins with
  for (const auto& [base, entry] : registry.entries()) {
    absl::string_view rest = name;
    if (!absl::ConsumePrefix(&rest, base) || !absl::ConsumePrefix(&rest, "_")) continue;
    absl::StatusOr<std::unique_ptr<Problem>> problem = entry.value(parameters);
    if (!problem.ok()) return problem.status();
    const ProblemSpec spec = (*problem)->Spec();
    std::vector<std::string> ports;
    for (const auto* side : {&spec.inputs, &spec.targets}) {
      for (const Port& port : *side) ports.push_back(port.name);
    }
    for (const std::string& from : ports) {
      for (const std::string& to : ports) {
        if (rest == absl::StrCat(from, kTo, to)) return FromTo(*std::move(problem), from, to);
        views.push_back(absl::StrCat(base, "_", from, kTo, to));
      }
    }
  }
  if (views.empty()) return nullptr;
  return absl::NotFoundError(
      absl::StrCat("no two ports are those of '", name, "'", Suggestion(name, views)));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> MakeInstance(
    absl::string_view instance,
    const std::function<absl::StatusOr<std::unique_ptr<Problem>>(
        absl::string_view name, const ProblemParameters& parameters)>& make) {
  const size_t colon = instance.find(':');
  ProblemParameters parameters;
  if (colon != absl::string_view::npos) {
    absl::StatusOr<ProblemParameters> parsed = ParseParameters(instance.substr(colon + 1));
    if (!parsed.ok()) return parsed.status();
    parameters = *std::move(parsed);
  }
  ProblemParameters common;
  if (auto limit = parameters.extract(kLimit); !limit.empty()) common.insert(std::move(limit));
  int64_t limit = 0;
  ParameterReader reader(common);
  reader.Integer(kLimit, &limit, 1, std::numeric_limits<int64_t>::max());
  T2T_RETURN_IF_ERROR(reader.Finish());
  absl::StatusOr<std::unique_ptr<Problem>> problem = make(instance.substr(0, colon), parameters);
  if (!problem.ok()) return problem.status();
  return limit > 0 ? Sampled(*std::move(problem), limit) : std::move(problem);
}

absl::StatusOr<std::unique_ptr<Problem>> MakeProblem(const Registry<ProblemFactory>& registry,
                                                     absl::string_view instance) {
  absl::StatusOr<std::unique_ptr<Problem>> made = MakeInstance(
      instance,
      [&](absl::string_view name,
          const ProblemParameters& parameters) -> absl::StatusOr<std::unique_ptr<Problem>> {
        const auto found = registry.Find(name);
        if (found.ok()) return (*found)->value(parameters);
        using Make = absl::StatusOr<std::unique_ptr<Problem>> (*)(std::unique_ptr<Problem>);
        for (const auto& [suffix, view] : {std::pair<const char*, Make>(kReversed, Reversed),
                                           std::pair<const char*, Make>(kCopy, Copied)}) {
          absl::string_view base = name;
          if (!absl::ConsumeSuffix(&base, suffix) || !registry.Find(base).ok()) continue;
          T2T_ASSIGN_OR_RETURN(auto problem, (*registry.Find(base))->value(parameters));
          return view(std::move(problem));
        }
        T2T_ASSIGN_OR_RETURN(auto view, MakeFromTo(registry, name, parameters));
        if (view != nullptr) return view;
        return found.status();
      });
  if (made.ok() || absl::IsNotFound(made.status())) return made;
  return Annotate(made.status(), absl::StrCat("problem '", instance, "'"));
}

}  // namespace t2t
