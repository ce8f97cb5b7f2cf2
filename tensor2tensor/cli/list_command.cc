#include <algorithm>
#include <cstdio>
#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "problems/rows/open_rows.h"
#include "registry/status_macros.h"
#include "registry/suggest.h"
#include "tensor2tensor/cli/commands.h"
#include "tensor2tensor/cli/problem_table.h"
#include "tensor2tensor/evaluation/metrics/metric.h"

namespace t2t {
namespace {

void Print(const std::string& name, const std::string& summary) {
  printf("  %-24s %s\n", name.c_str(), summary.c_str());
}

template <typename T>
void PrintFamily(const char* title, const Registry<T>& registry) {
  printf("%s\n", title);
  for (const auto& [name, entry] : registry.entries()) Print(name, entry.summary);
}

void PrintViews() {
  printf("\n");
  Print("NAME_rev", "any of these with inputs, the other way round: image_fashion_mnist_rev");
  Print("NAME_copy", "of one input, that to itself: g2p_cmudict_copy");
  Print("NAME:limit=N", "of training N examples: g2p_cmudict:limit=1000");
  Print("NAME_A_to_B",
        "of its ports one to another one, or to itself: caption_emoji_caption_to_picture");
}

// Of the files that a manifest's data may name.
void PrintFormats() {
  printf("formats\n");
  for (const RowFormat& format : RowFormats()) {
    Print(format.name, absl::StrCat(format.summary, format.endings.empty() ? "" : "; ",
                                    absl::StrJoin(format.endings, " ")));
  }
}

}  // namespace

Action AddListCommand(CLI::App& app, const Library& library) {
  auto family = std::make_shared<std::string>();
  auto query = std::make_shared<ProblemQuery>();
  CLI::App* command = app.add_subcommand(
      "list", "list problems, formats, presets, modalities, bodies, schemes, heads, metrics");
  command->add_option("family", *family, "only this family");
  query->AddTo(*command);
  return [family, query, &library]() -> absl::Status {
    const std::vector<std::string> families = {"problems",   "formats", "presets",
                                               "modalities", "bodies",  "schemes",
                                               "adapters",   "heads",   "metrics"};
    if (!family->empty() &&
        std::find(families.begin(), families.end(), *family) == families.end()) {
      return absl::NotFoundError(
          absl::StrCat("unknown family '", *family, "'", Suggestion(*family, families)));
    }
    if (query->filters() && !family->empty() && *family != "problems") {
      return absl::InvalidArgumentError(absl::StrCat(
          "--from, --to, --language, --licence and --max-size choose problems, not ", *family));
    }
    const bool all = family->empty() && !query->filters();
    const auto wanted = [&](const char* name) { return all || *family == name; };
    if (wanted("problems") || query->filters()) {
      T2T_RETURN_IF_ERROR(PrintProblems(library, *query));
      if (!query->filters()) PrintViews();
    }
    if (wanted("formats")) PrintFormats();
    if (wanted("presets")) PrintFamily("presets", library.presets);
    if (wanted("modalities")) PrintFamily("modalities", library.modalities);
    if (wanted("bodies")) PrintFamily("bodies", library.bodies);
    if (wanted("schemes")) PrintFamily("schemes", library.schemes);
    if (wanted("adapters")) PrintFamily("adapters", library.adapters);
    if (wanted("heads")) PrintFamily("heads", library.heads);
    if (wanted("metrics")) {
      printf("metrics\n");
      for (const MetricInfo& metric : AllMetrics()) Print(metric.name, metric.summary);
    }
    return absl::OkStatus();
  };
}

}  // namespace t2t
