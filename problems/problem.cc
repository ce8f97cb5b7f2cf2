#include "problems/problem.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "problems/reversed.h"
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

absl::StatusOr<std::unique_ptr<Problem>> MakeProblem(const Registry<ProblemFactory>& registry,
                                                     absl::string_view instance) {
  const size_t colon = instance.find(':');
  const absl::string_view name = instance.substr(0, colon);
  auto found = registry.Find(name);
  absl::string_view base = name;
  const bool reversed =
      !found.ok() && absl::ConsumeSuffix(&base, kReversed) && registry.Find(base).ok();
  if (reversed) found = registry.Find(base);
  if (!found.ok()) return found.status();
  ProblemParameters parameters;
  if (colon != absl::string_view::npos) {
    absl::StatusOr<ProblemParameters> parsed = ParseParameters(instance.substr(colon + 1));
    if (!parsed.ok()) return Annotate(parsed.status(), absl::StrCat("problem '", instance, "'"));
    parameters = *std::move(parsed);
  }
  absl::StatusOr<std::unique_ptr<Problem>> problem = (*found)->value(parameters);
  if (problem.ok() && reversed) problem = Reversed(*std::move(problem));
  if (!problem.ok()) return Annotate(problem.status(), absl::StrCat("problem '", instance, "'"));
  return problem;
}

}  // namespace t2t
