#include "tensor2tensor/report/run_sections.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tensor2tensor/report/curve.h"
#include "tensor2tensor/report/html.h"
#include "tensor2tensor/report/json_access.h"

namespace t2t {
namespace {

using nlohmann::json;

CurveSeries SeriesOf(const std::vector<json>& log, const std::string& key,
                     const std::string& name) {
  CurveSeries series{.name = name};
  for (const json& record : log) {
    const auto step = NumberAt(record, "step"), value = NumberAt(record, key);
    if (TextAt(record, "kind") != "train" || !step || !value) continue;
    if (!series.points.empty() && *step <= series.points.back().x) continue;
    series.points.push_back({*step, *value, *value, *value});
  }
  return series;
}

double Median(const CurveSeries& series) {
  std::vector<double> values;
  for (const CurvePoint& point : series.points) values.push_back(point.y);
  const auto middle = values.begin() + static_cast<int64_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

void AddFact(std::string& html, const std::string& value, const std::string& name) {
  absl::StrAppend(&html, "<div><dt>", name, "</dt><dd>", value, "</dd></div>");
}

// The last record that has the object `key`.
const json& LastObject(const std::vector<json>& log, const std::string& key) {
  for (auto record = log.rbegin(); record != log.rend(); ++record) {
    if (TextAt(*record, "kind") == "train" && !ObjectAt(*record, key).empty())
      return ObjectAt(*record, key);
  }
  return ObjectAt(json(), key);
}

// Each problem's values of `key` over the steps; empty where no problem's ever changes.
std::vector<CurveSeries> VaryingShares(const std::vector<json>& log, const std::string& key) {
  std::vector<CurveSeries> curves;
  bool varies = false;
  for (const auto& [problem, unused] : LastObject(log, key).items()) {
    CurveSeries& curve = curves.emplace_back(CurveSeries{.name = problem});
    for (const json& record : log) {
      const auto step = NumberAt(record, "step"), share = NumberAt(ObjectAt(record, key), problem);
      if (TextAt(record, "kind") != "train" || !step || !share) continue;
      if (!curve.points.empty() && *step <= curve.points.back().x) continue;
      curve.points.push_back({*step, 100 * *share, 100 * *share, 100 * *share});
      varies = varies || curve.points.back().y != curve.points.front().y;
    }
  }
  return varies ? curves : std::vector<CurveSeries>();
}

// What the rates asked for and what was drawn, where the rates moved.
std::string ShareCurves(const std::vector<json>& log) {
  const std::vector<CurveSeries> aimed = VaryingShares(log, "share_aimed");
  if (aimed.empty()) return "";
  return absl::StrCat(
      "<div class=\"curves\">",
      CurveSvg({.title = "Shares asked for", .y_label = "%", .from_zero = true}, aimed),
      CurveSvg({.title = "Shares drawn so far", .y_label = "%", .from_zero = true},
               VaryingShares(log, "share")),
      CurveSvg({.title = "Learning progress",
                .y_label = "% of the largest loss that it moved of late",
                .from_zero = true},
               VaryingShares(log, "learning_progress")),
      "</div>\n");
}

// Of the last record that says it.
std::string ShareUnit(const std::vector<json>& log) {
  for (auto record = log.rbegin(); record != log.rend(); ++record) {
    if (const std::string unit = TextAt(*record, "share_unit"); !unit.empty()) return unit;
  }
  return "";
}

std::string Mixture(const std::vector<json>& log) {
  const json& shares = LastObject(log, "share");
  const json& epochs = LastObject(log, "epochs");
  const json& examples = LastObject(log, "examples");
  const json& tokens = LastObject(log, "tokens");
  std::string rows;
  for (const auto& [problem, value] : shares.items()) {
    const auto share = NumberOf(value);
    if (!share) continue;
    std::string seen;
    if (const auto passes = NumberAt(epochs, problem))
      absl::StrAppend(&seen, " ", Fixed(*passes, 1), " epochs");
    if (const auto count = NumberAt(examples, problem))
      absl::StrAppend(&seen, seen.empty() ? " " : ", ", InWords(*count), " examples");
    if (const auto count = NumberAt(tokens, problem))
      absl::StrAppend(&seen, seen.empty() ? " " : ", ", InWords(*count), " tokens");
    const std::string percent = Fixed(100 * std::clamp(*share, 0.0, 1.0), 1);
    absl::StrAppend(
        &rows, "<div class=\"bar\"><span class=\"who\">", EscapeHtml(problem),
        "</span><span class=\"track\" aria-hidden=\"true\"><i class=\"fill\" style=\"width:",
        percent, "%\"></i></span><span class=\"value\">", percent, " %",
        seen.empty() ? "" : absl::StrCat("<small>", seen, "</small>"), "</span></div>");
  }
  if (rows.empty()) return "";
  const std::string unit = ShareUnit(log);
  return absl::StrCat("<h4>Shares of the mixture",
                      unit.empty() ? "" : absl::StrCat(", in ", EscapeHtml(unit)),
                      "</h4><div class=\"bars\">", rows, "</div>\n", ShareCurves(log));
}

void AddRow(std::string& html, const std::string& name, const std::string& value) {
  if (value.empty()) return;
  absl::StrAppend(&html, "<tr><th scope=\"row\">", EscapeHtml(name), "</th><td>", Isolated(value),
                  "</td></tr>");
}

// Strings and numbers as they are; anything else is not for a table.
std::string PlainText(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (const auto number = NumberOf(value)) return Short(*number, 12);
  return "";
}

}  // namespace

std::string SpeedSection(const std::vector<json>& log) {
  const CurveSeries tokens = SeriesOf(log, "tokens_per_second", "tokens a second");
  const CurveSeries decisions = SeriesOf(log, "decisions_per_second", "decisions a second");
  const CurveSeries padding = SeriesOf(log, "padding", "padding");
  const CurveSeries rate = SeriesOf(log, "learning_rate", "learning rate");
  const CurveSeries norm = SeriesOf(log, "gradient_norm", "gradient norm before clipping");
  std::string facts;
  if (!tokens.points.empty()) AddFact(facts, InWords(Median(tokens)), "tokens a second, median");
  if (!decisions.points.empty())
    AddFact(facts, InWords(Median(decisions)), "decisions a second, median");
  if (!padding.points.empty()) {
    double sum = 0;
    for (const CurvePoint& point : padding.points) sum += point.y;
    AddFact(facts,
            absl::StrCat(Fixed(100 * sum / static_cast<double>(padding.points.size()), 1), " %"),
            "of the positions were padding");
  }
  const std::string mixture = Mixture(log);
  const std::string curves = absl::StrCat(
      CurveSvg({.title = "Speed", .y_label = "tokens a second", .from_zero = true}, {tokens}),
      CurveSvg({.title = "Learning rate", .from_zero = true}, {rate}),
      CurveSvg({.title = "Gradient norm", .y_label = "before clipping", .from_zero = true},
               {norm}));
  if (facts.empty() && mixture.empty() && curves.empty()) return "";
  return absl::StrCat(
      "<section class=\"card\" id=\"speed\"><h2>Speed and mixture</h2>\n",
      facts.empty() ? "" : absl::StrCat("<dl class=\"facts\">", facts, "</dl>\n"), mixture,
      curves.empty() ? "" : absl::StrCat("<div class=\"curves\">", curves, "</div>\n"),
      "</section>\n");
}

std::string ProvenanceSection(const json& evaluation) {
  std::string run;
  AddRow(run, "checkpoint", TextAt(evaluation, "checkpoint"));
  AddRow(run, "step", PlainText(At(evaluation, "step")));
  for (const auto& [name, value] : ObjectAt(evaluation, "run").items()) {
    AddRow(run, absl::StrReplaceAll(name, {{"_", " "}}), PlainText(value));
  }
  std::string data;
  for (const auto& [name, problem] : ObjectAt(evaluation, "problems").items()) {
    const std::string revision = PlainText(At(problem, "revision"));
    absl::StrAppend(&data, "<tr><th scope=\"row\">", EscapeHtml(name), "</th><td>",
                    EscapeHtml(revision), "</td>");
    for (const char* key : {"source", "licence", "published"}) {
      const std::string text = TextAt(problem, key);
      absl::StrAppend(&data, "<td>", text.empty() ? "–" : Isolated(text), "</td>");
    }
    data += "</tr>";
  }
  if (run.empty() && data.empty()) return "";
  std::string html = "<section class=\"card\" id=\"provenance\"><h2>Provenance</h2>\n";
  if (!run.empty()) {
    absl::StrAppend(
        &html, "<div class=\"scroll\"><table class=\"plain\"><caption>The run</caption><tbody>",
        run, "</tbody></table></div>\n");
  }
  if (!data.empty()) {
    absl::StrAppend(
        &html,
        "<div class=\"scroll\"><table class=\"plain\"><caption>The data</caption><thead><tr><th "
        "scope=\"col\">problem</th><th scope=\"col\">revision</th><th scope=\"col\">source</th><th "
        "scope=\"col\">licence</th><th scope=\"col\">published</th></tr></thead><tbody>",
        data, "</tbody></table></div>\n");
  }
  return html + "</section>\n";
}

}  // namespace t2t
