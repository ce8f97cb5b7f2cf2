#include "tensor2tensor/report/matrix_page.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "modalities/codecs/utf8.h"
#include "registry/status_macros.h"
#include "tensor2tensor/evaluation/metrics/metric.h"
#include "tensor2tensor/report/contact_sheet.h"
#include "tensor2tensor/report/spectrogram.h"

namespace t2t {
namespace {

const MatrixCell* Find(const std::vector<MatrixCell>& cells, const std::string& from,
                       const std::string& to) {
  const auto found = std::find_if(cells.begin(), cells.end(), [&](const MatrixCell& cell) {
    return cell.from == from && cell.to == to;
  });
  return found == cells.end() ? nullptr : &*found;
}

// In a table's cell.
std::string Quoted(const std::string& text) {
  constexpr int64_t kMostShown = 60;
  return absl::StrCat(
      "`",
      absl::StrReplaceAll(Utf8Shortened(text, kMostShown), {{"|", "\\|"}, {"`", "'"}, {"\n", " "}}),
      "`");
}

std::string Percent(const MatrixCell& cell) {
  if (cell.blind <= 0) return "?";
  return absl::StrFormat("%+.0f %%", 100 * (cell.own - cell.blind) / cell.blind);
}

// Losses and metric of a row, between its columns.
std::string Figures(const MatrixCell& cell) {
  const int digits = MetricDigits(cell.metric);
  return absl::StrCat(absl::StrFormat("%.3f %s | %.3f | %.3f [%.3f, %.3f]", cell.own, cell.unit,
                                      cell.blind, cell.less, cell.low, cell.high),
                      " | ", cell.metric, " | ",
                      cell.metric.empty() ? " | "
                                          : absl::StrFormat("%.*f | %.*f", digits, cell.value,
                                                            digits, cell.blind_value));
}

// What was made beside what was wanted, as a picture, and of a sound the sound itself.
absl::StatusOr<std::string> Shown(const MatrixCell& cell, const std::string& folder,
                                  std::map<std::string, std::string>* files) {
  if (cell.answer_file.empty() && cell.answer_text.empty()) return std::string();
  if (cell.answer_file.empty())
    return absl::StrCat(Quoted(cell.answer_text), " for ", Quoted(cell.wanted_text));
  std::string name = absl::StrCat(cell.from, "-", cell.to);
  if (!cell.problem.empty()) {
    name = absl::StrReplaceAll(absl::StrCat(cell.run, "-", cell.problem, "-", cell.target),
                               {{"/", "-"}, {":", "-"}, {" ", "-"}, {"(", "-"}, {")", "-"}});
  }
  name = absl::StrCat(folder, "/", name);
  std::string wanted = cell.wanted_file, made = cell.answer_file, sound;
  if (cell.to == "audio") {
    (*files)[name + ".wav"] = made;
    sound = absl::StrCat(" [sound](", name, ".wav)");
    T2T_ASSIGN_OR_RETURN(wanted, SpectrogramPng(wanted));
    T2T_ASSIGN_OR_RETURN(made, SpectrogramPng(made));
  }
  T2T_ASSIGN_OR_RETURN((*files)[name + ".png"], ContactSheetPng({{wanted}, {made}}));
  return absl::StrCat("![wanted above, made below](", name, ".png)", sound);
}

}  // namespace

absl::StatusOr<MatrixPageFiles> MatrixPage(
    const std::vector<std::pair<std::string, std::string>>& rules,
    const std::vector<MatrixCell>& cells, const std::vector<MatrixCell>& real,
    const std::string& how, const std::string& folder) {
  MatrixPageFiles page;
  const auto passed = std::count_if(cells.begin(), cells.end(),
                                    [](const MatrixCell& cell) { return cell.passes(); });
  std::string& text = page.markdown;
  absl::StrAppend(
      &text, "# Every modality to every other\n\n", passed, " of ", cells.size(),
      " pairs pass. A model of each pair is measured on held-out examples beside itself given the "
      "input of another example (blind): it passes where its loss is at least ",
      static_cast<int>(100 * kLeastGain),
      " % below the blind one and the paired 95 % interval of the difference excludes 0.\n\n", how,
      "\n\nThe data are drawn bases, told by these rules:\n\n| modality | how it tells them "
      "|\n|---|---|\n");
  for (const auto& [modality, rule] : rules)
    absl::StrAppend(&text, "| ", modality, " | ", rule, " |\n");
  absl::StrAppend(&text,
                  "\n## Loss beside the blind one\n\nRows are inputs, columns are targets; ✓ "
                  "passes.\n\n| from \\ to |");
  for (const auto& [to, rule] : rules) absl::StrAppend(&text, " ", to, " |");
  absl::StrAppend(&text, "\n|---|");
  for (size_t i = 0; i < rules.size(); ++i) absl::StrAppend(&text, "---|");
  for (const auto& [from, rule] : rules) {
    absl::StrAppend(&text, "\n| **", from, "** |");
    for (const auto& [to, other] : rules) {
      const MatrixCell* cell = Find(cells, from, to);
      absl::StrAppend(
          &text, " ",
          cell == nullptr ? "" : absl::StrCat(cell->passes() ? "✓ " : "✗ ", Percent(*cell)), " |");
    }
  }
  absl::StrAppend(&text,
                  "\n\n## Each pair\n\n| from | to | loss | blind | less by [95 %] | metric | "
                  "value | blind | an example |\n|---|---|---|---|---|---|---|---|---|\n");
  for (const auto& [to, other] : rules) {
    for (const auto& [from, rule] : rules) {
      const MatrixCell* cell = Find(cells, from, to);
      if (cell == nullptr) continue;
      T2T_ASSIGN_OR_RETURN(const std::string shown, Shown(*cell, folder, &page.files));
      absl::StrAppend(&text, "| ", from, " | ", to, " | ", Figures(*cell), " | ", shown, " |\n");
    }
  }
  if (real.empty()) return page;
  absl::StrAppend(
      &text,
      "\n## On real data\n\nRuns by the same rule, on their test splits.\n\n| run | problem and "
      "target | from | to | | loss | blind | less by [95 %] | metric | value | blind | an example "
      "|\n|---|---|---|---|---|---|---|---|---|---|---|---|\n");
  for (const MatrixCell& cell : real) {
    T2T_ASSIGN_OR_RETURN(const std::string shown, Shown(cell, folder, &page.files));
    absl::StrAppend(&text, "| ", cell.run, " | ", cell.problem, ".", cell.target, " | ", cell.from,
                    " | ", cell.to, " | ", cell.passes() ? "✓ " : "✗ ", Percent(cell), " | ",
                    Figures(cell), " | ", shown, " |\n");
  }
  return page;
}

}  // namespace t2t
