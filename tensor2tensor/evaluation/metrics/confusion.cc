#include "tensor2tensor/evaluation/metrics/confusion.h"

#include <utf8proc.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tensor2tensor/evaluation/metrics/text_units.h"

namespace t2t {
namespace {

constexpr int64_t kMostColumns = 20;  // of a terminal, for one label
constexpr size_t kMostConfusions = 20;

double Ratio(int64_t numerator, int64_t denominator) {
  return denominator == 0 ? 0 : static_cast<double>(numerator) / static_cast<double>(denominator);
}

// Text with its width on a terminal.
struct Cell {
  std::string text;
  int64_t width = 0;
};

Cell PlainCell(std::string text) {
  const int64_t width = static_cast<int64_t>(text.size());
  return {std::move(text), width};
}

// A label as a terminal may show it: at most kMostColumns columns, '?' for what is no printable
// character (labels come from data, and an escape sequence must not reach the terminal).
Cell LabelCell(absl::string_view label) {
  Cell cell;
  if (label.empty()) return PlainCell("\"\"");
  while (!label.empty()) {
    const absl::string_view here = label;
    const char32_t code_point = TakeCodePoint(&label);
    const auto known = static_cast<utf8proc_int32_t>(code_point);
    const utf8proc_category_t category =
        code_point < 0x110000 ? utf8proc_category(known) : UTF8PROC_CATEGORY_CC;
    const bool printable = category != UTF8PROC_CATEGORY_CC && category != UTF8PROC_CATEGORY_CF &&
                           category != UTF8PROC_CATEGORY_CN && category != UTF8PROC_CATEGORY_ZL &&
                           category != UTF8PROC_CATEGORY_ZP;
    const int64_t width = printable ? utf8proc_charwidth(known) : 1;
    if (cell.width + width > kMostColumns - (label.empty() ? 0 : 1)) {
      cell.text += "…";
      cell.width += 1;
      break;
    }
    cell.text += printable ? std::string(here.substr(0, here.size() - label.size())) : "?";
    cell.width += width;
  }
  return cell;
}

std::string Pad(const Cell& cell, int64_t width, bool right) {
  const std::string blanks(static_cast<size_t>(std::max<int64_t>(0, width - cell.width)), ' ');
  return right ? blanks + cell.text : cell.text + blanks;
}

// Columns as wide as their widest cell, two spaces between; the first is flush left, the others
// right.
std::string RenderTable(const std::vector<std::vector<Cell>>& rows) {
  std::vector<int64_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].width);
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      if (i > 0) line += "  ";
      line += Pad(row[i], widths[i], /*right=*/i > 0);
    }
    line.resize(line.find_last_not_of(' ') + 1);
    absl::StrAppend(&text, line, "\n");
  }
  return text;
}

int64_t WidthOfTable(const std::string& table) {
  int64_t widest = 0;
  for (size_t begin = 0; begin < table.size();) {
    const size_t end = table.find('\n', begin);
    int64_t width = 0;
    for (absl::string_view rest(table.data() + begin, end - begin); !rest.empty();) {
      width += utf8proc_charwidth(static_cast<utf8proc_int32_t>(TakeCodePoint(&rest)));
    }
    widest = std::max(widest, width);
    begin = end + 1;
  }
  return widest;
}

Cell RateCell(double rate) { return PlainCell(absl::StrFormat("%.1f%%", 100 * rate)); }

}  // namespace

void ConfusionMatrix::Add(absl::string_view predicted, absl::string_view reference, int64_t count) {
  counts_[{std::string(reference), std::string(predicted)}] += count;
  classes_[std::string(reference)].support += count;
  ClassScores& said = classes_[std::string(predicted)];
  said.predicted += count;
  if (predicted == reference) said.correct += count;
  total_ += count;
}

std::vector<std::string> ConfusionMatrix::Labels() const {
  std::vector<std::string> labels;
  for (const auto& [label, scores] : classes_) labels.push_back(label);
  return labels;
}

int64_t ConfusionMatrix::Count(absl::string_view predicted, absl::string_view reference) const {
  const auto found = counts_.find({std::string(reference), std::string(predicted)});
  return found == counts_.end() ? 0 : found->second;
}

std::vector<ClassScores> ConfusionMatrix::Scores() const {
  std::vector<ClassScores> result;
  for (const auto& [label, kept] : classes_) {
    ClassScores scores = kept;
    scores.label = label;
    scores.precision = Ratio(scores.correct, scores.predicted);
    scores.recall = Ratio(scores.correct, scores.support);
    scores.f1 = Ratio(2 * scores.correct, scores.predicted + scores.support);
    result.push_back(std::move(scores));
  }
  return result;
}

double ConfusionMatrix::Accuracy() const {
  int64_t correct = 0;
  for (const auto& [label, scores] : classes_) correct += scores.correct;
  return Ratio(correct, total_);
}

double ConfusionMatrix::MacroF1() const {
  double sum = 0;
  for (const ClassScores& scores : Scores()) sum += scores.f1;
  return classes_.empty() ? 0 : sum / static_cast<double>(classes_.size());
}

std::string ConfusionMatrix::Render(int64_t width) const {
  const std::vector<ClassScores> scores = Scores();
  std::string text;
  bool fits =
      static_cast<int64_t>(scores.size()) * 3 <= width;  // a column takes three at the least
  if (fits) {
    std::vector<std::vector<Cell>> rows(1);
    rows[0].push_back(PlainCell("is \\ taken for"));
    std::vector<Cell> precisions = {PlainCell("precision")};
    for (const ClassScores& reference : scores) {
      rows[0].push_back(LabelCell(reference.label));
      precisions.push_back(RateCell(reference.precision));
      std::vector<Cell> row = {LabelCell(reference.label)};
      for (const ClassScores& predicted : scores) {
        const int64_t count = Count(predicted.label, reference.label);
        row.push_back(PlainCell(count == 0 ? "." : absl::StrCat(count)));
      }
      row.push_back(RateCell(reference.recall));
      rows.push_back(std::move(row));
    }
    rows[0].push_back(PlainCell("recall"));
    rows.push_back(std::move(precisions));
    text = RenderTable(rows);
    fits = WidthOfTable(text) <= width;
  }
  if (!fits) {
    std::vector<std::vector<Cell>> rows = {{PlainCell("class"), PlainCell("count"),
                                            PlainCell("precision"), PlainCell("recall"),
                                            PlainCell("F1")}};
    for (const ClassScores& one : scores) {
      rows.push_back({LabelCell(one.label), PlainCell(absl::StrCat(one.support)),
                      RateCell(one.precision), RateCell(one.recall), RateCell(one.f1)});
    }
    text = RenderTable(rows);
    std::vector<std::pair<int64_t, const std::pair<std::string, std::string>*>> confusions;
    for (const auto& [pair, count] : counts_) {
      if (pair.first != pair.second && count > 0) confusions.emplace_back(-count, &pair);
    }
    // Stable, over the map's order: equal counts stay sorted by label.
    std::stable_sort(confusions.begin(), confusions.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    if (confusions.size() > kMostConfusions) confusions.resize(kMostConfusions);
    if (!confusions.empty()) text += "most frequent confusions:\n";
    for (const auto& [count, pair] : confusions) {
      absl::StrAppend(&text, "  ", LabelCell(pair->first).text, " taken for ",
                      LabelCell(pair->second).text, ": ", -count, "\n");
    }
  }
  absl::StrAppendFormat(&text, "accuracy %.2f%%, macro F1 %.2f%%, %d examples, %d classes\n",
                        100 * Accuracy(), 100 * MacroF1(), total_, scores.size());
  return text;
}

}  // namespace t2t
