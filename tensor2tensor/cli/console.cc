#include "tensor2tensor/cli/console.h"

#include <cstdlib>
#include <iostream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "problems/shards/prepare.h"
#include "registry/status_macros.h"

namespace t2t {

void Say(const std::string& line) { std::cerr << line << std::endl; }

bool ShowsUtf8() {
  for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(variable);
    if (value == nullptr || *value == '\0') continue;
    const std::string locale = absl::AsciiStrToLower(value);
    return absl::StrContains(locale, "utf-8") || absl::StrContains(locale, "utf8");
  }
  return false;
}

std::unique_ptr<Progress> NewProgress() {
  return std::make_unique<Progress>(stderr, IsTerminal(stderr), MonotonicSeconds);
}

void DataOptions::AddTo(CLI::App& command, Use use) {
  command.add_option("--data", data, "folder of the data sets")->capture_default_str();
  if (use == Use::kReads) return;
  command.add_option("--cache", cache,
                     "folder of sources: archives in its downloads/, unpacked in its sources/ "
                     "(default: DATA/downloads)");
  command.add_option("--source", sources, "NAME=PATH: your own copy of a source; may be repeated")
      ->allow_extra_args(false);
  command.add_flag("--offline", offline, "fetch nothing");
  if (use == Use::kCompletes) return;
  command.add_flag("--skip-broken", skip_broken,
                   "count broken records instead of stopping at them");
  command.add_option("--limit", limit, "at most so many examples a split; 0 = all")
      ->check(CLI::NonNegativeNumber);
  command.add_option("--data-seed", seed, "seed of generated data")->capture_default_str();
}

absl::StatusOr<GenerateOptions> DataOptions::Generate() const {
  GenerateOptions options;
  options.cache_folder = cache.empty() ? data + "/downloads" : cache;
  for (const std::string& source : sources) {
    const size_t equals = source.find('=');
    if (equals == std::string::npos) {
      return absl::InvalidArgumentError(absl::StrCat("--source ", source, ": must read NAME=PATH"));
    }
    options.source_paths[source.substr(0, equals)] = source.substr(equals + 1);
  }
  options.offline = offline;
  options.seed = static_cast<uint64_t>(seed);
  options.limit = limit;
  options.on_error = skip_broken ? OnError::kSkip : OnError::kStop;
  return options;
}

absl::Status DataOptions::CheckSources(const std::vector<ProblemSpec>& problems) const {
  T2T_ASSIGN_OR_RETURN(const GenerateOptions options, Generate());
  std::vector<std::string> known;
  for (const ProblemSpec& problem : problems)
    known.insert(known.end(), problem.sources.begin(), problem.sources.end());
  return CheckSourceNames(options.source_paths, known);
}

absl::StatusOr<DatasetManifest> PrepareProblem(const Problem& problem, const DataOptions& options,
                                               bool any_complete) {
  T2T_ASSIGN_OR_RETURN(GenerateOptions generate, options.Generate());
  const std::string name = problem.Spec().name;
  const auto progress = NewProgress();
  bool shown = false;
  generate.progress = [&](absl::string_view what, int64_t done, int64_t total) {
    shown = true;
    progress->Update(total > 0 ? static_cast<double>(done) / static_cast<double>(total) : -1.0,
                     absl::StrCat(name, ": ", what));
  };
  PrepareOptions prepare;
  prepare.again = options.again;
  prepare.any_complete = any_complete;
  const auto manifest = PrepareData(problem, generate, options.data, prepare);
  if (manifest.ok() && shown) {
    std::string counts;
    for (const SplitManifest& split : manifest->splits)
      absl::StrAppend(&counts, counts.empty() ? "" : ", ", split.name, " ", split.examples);
    progress->Finish(absl::StrCat(name, ": data ready (", counts, ")"));
    for (const auto& [why, count] : manifest->left_out)
      Say(absl::StrCat(name, ": left out: ", count, " ", why));
    for (const auto& [split, count] : manifest->seen_in_training)
      Say(absl::StrCat(name, ": warning: ", count, " of ", manifest->FindSplit(split)->examples,
                       " examples of ", split, " have the inputs of a training example"));
    if (manifest->broken > 0) {
      Say(absl::StrCat(name, ": ", manifest->broken, " records were skipped, among them ",
                       manifest->broken_records[0]));
    }
  }
  return manifest;
}

}  // namespace t2t
