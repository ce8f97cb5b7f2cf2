#include "tensor2tensor/report/problem_card.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "tensor2tensor/evaluation/metrics/metric.h"
#include "tensor2tensor/report/confusion_table.h"
#include "tensor2tensor/report/curve.h"
#include "tensor2tensor/report/example_cards.h"
#include "tensor2tensor/report/html.h"
#include "tensor2tensor/report/json_access.h"
#include "tensor2tensor/report/judge_table.h"

namespace t2t {
namespace {

using nlohmann::json;

std::string BaselineTitle(absl::string_view name) {
  if (name == "most_frequent") return "Most frequent answer";
  if (name == "mean") return "The mean of training";
  if (name == "most_frequent_aligned") return "Most frequent at each unit";
  if (name == "nearest_neighbour") return "Nearest neighbour";
  if (name == "copy") return "The input, copied";
  if (name == "xz") return "xz -9 after the training texts";
  if (name == "independent") return "Each place by itself";
  if (name == "png") return "PNG, the whole file";
  if (name == "blind") return "The input of another example";
  if (name == "against") return "Another run";
  return absl::StrReplaceAll(name, {{"_", " "}});
}

std::string WithUnit(double value, const MetricStyle& style) {
  return absl::StrCat(Fixed(value, style.digits), style.unit);
}

std::string IntervalText(const MetricReading& reading, const MetricStyle& style) {
  if (!reading.low || !reading.high) return "";
  return absl::StrCat(Fixed(*reading.low, style.digits), " to ",
                      Fixed(*reading.high, style.digits));
}

struct BaselineReading {
  std::string title;
  bool is_rival = false;  // another run, and no baseline
  MetricReading reading;
  std::optional<double> examples;
  std::optional<MetricReading> lead;  // of the model, on those examples
};

std::vector<BaselineReading> ReadBaselines(const json& target, const std::string& metric) {
  std::vector<BaselineReading> readings;
  for (const auto& [name, baseline] : ObjectAt(target, "baselines").items()) {
    const auto reading = ReadMetric(At(ObjectAt(baseline, "metrics"), metric));
    if (reading) {
      readings.push_back({BaselineTitle(name), name == "against", *reading,
                          NumberAt(baseline, "examples"),
                          ReadMetric(At(ObjectAt(baseline, "lead"), metric))});
    }
  }
  return readings;
}

std::string Bar(const std::string& title, const std::string& note, const MetricReading& reading,
                const MetricStyle& style, double scale, bool model) {
  const auto percent = [&](double value) {
    return Fixed(std::clamp(100 * value / scale, 0.0, 100.0), 2);
  };
  std::string whisker;
  if (reading.low && reading.high) {
    whisker =
        absl::StrCat("<i class=\"whisker\" style=\"left:", percent(*reading.low),
                     "%;width:", percent(std::max(0.0, *reading.high - *reading.low)), "%\"></i>");
  }
  const std::string interval = IntervalText(reading, style);
  return absl::StrCat(
      "<div class=\"bar", model ? " model" : "", "\"><span class=\"who\">", EscapeHtml(title),
      note.empty() ? "" : absl::StrCat(" <small>", note, "</small>"),
      "</span><span class=\"track\" aria-hidden=\"true\"><i class=\"fill\" style=\"width:",
      percent(reading.value), "%\"></i>", whisker, "</span><span class=\"value\">",
      WithUnit(reading.value, style),
      interval.empty() ? "" : absl::StrCat(" <small>", interval, "</small>"), "</span></div>\n");
}

// The model and its baselines on one scale from 0 on.
std::string Bars(const json& target, const std::string& metric, const MetricReading& model,
                 double examples) {
  const MetricStyle style = StyleOf(metric);
  const std::vector<BaselineReading> baselines = ReadBaselines(target, metric);
  double scale = std::max(model.value, model.high.value_or(model.value));
  for (const BaselineReading& baseline : baselines) {
    scale = std::max({scale, baseline.reading.value, baseline.reading.high.value_or(0)});
  }
  // A percentage is judged against the whole where it comes near it.
  if (scale > 50 && scale < 100) scale = 100;
  if (scale <= 0) scale = 1;
  std::string html = "<div class=\"bars\">";
  html += Bar("This model", "", model, style, scale, true);
  for (const BaselineReading& baseline : baselines) {
    const bool part = baseline.examples && *baseline.examples != examples;
    html += Bar(baseline.title,
                part ? absl::StrCat("on ", InWords(*baseline.examples), " examples") : "",
                baseline.reading, style, scale, false);
  }
  return html + "</div>\n";
}

std::string Headline(const json& target, const std::string& metric, const MetricReading& reading,
                     double examples, const std::string& split) {
  const MetricStyle style = StyleOf(metric);
  const std::string interval = IntervalText(reading, style);
  const Verdict verdict = CompareWithBaselines(target, metric);
  std::string html = absl::StrCat(
      "<div class=\"headline\"><div class=\"figure\"><p class=\"metric-name\">",
      EscapeHtml(style.title), "</p><p class=\"big\">", Fixed(reading.value, style.digits),
      "<span>", style.unit, "</span></p><p class=\"quiet\">",
      interval.empty() ? "" : absl::StrCat("95&nbsp;% interval ", interval, "<br>"),
      "<span class=\"direction\">",
      reading.higher_is_better ? "↑ higher is better" : "↓ lower is better", "</span>",
      examples > 0 ? absl::StrCat("<br>", InWords(examples), " ", EscapeHtml(split), " examples")
                   : "",
      "</p></div><div class=\"comparison\">", Bars(target, metric, reading, examples));
  if (!verdict.words.empty()) {
    absl::StrAppend(&html, "<p class=\"verdict ", verdict.style(), "\"><b>",
                    verdict.below    ? "✗ Worse than a baseline. "
                    : verdict.unsure ? "≈ "
                                     : "✓ ",
                    "</b>", EscapeHtml(verdict.words), "</p>");
  }
  return html + "</div></div>\n";
}

std::string MetricCell(const json& metrics, const std::string& name) {
  const auto reading = ReadMetric(At(metrics, name));
  if (!reading) return "<td>–</td>";
  const MetricStyle style = StyleOf(name);
  const std::string interval = IntervalText(*reading, style);
  return absl::StrCat("<td>", Fixed(reading->value, style.digits), style.unit,
                      interval.empty() ? "" : absl::StrCat("<br><small>", interval, "</small>"),
                      "</td>");
}

std::string MetricsTable(const json& target, const std::string& target_name,
                         const std::string& split, const std::vector<OtherSplit>& others) {
  const json& metrics = ObjectAt(target, "metrics");
  if (metrics.empty()) return "";
  std::string html = absl::StrCat(
      "<h4>All metrics</h4><div class=\"scroll\"><table class=\"metrics\"><thead><tr><th "
      "scope=\"col\">Metric</th>"
      "<th scope=\"col\">Better</th><th scope=\"col\">This model<br><small>",
      EscapeHtml(split), "</small></th>");
  std::vector<const json*> columns = {&metrics};
  for (const OtherSplit& other : others) {
    const json& same = ObjectAt(ObjectAt(*other.problem, "targets"), target_name);
    const json& theirs = ObjectAt(same, "metrics");
    // What was decoded in another way cannot be compared.
    if (theirs.empty() || ObjectAt(same, "decode") != ObjectAt(target, "decode")) continue;
    columns.push_back(&theirs);
    absl::StrAppend(&html, "<th scope=\"col\">This model<br><small>", EscapeHtml(other.split),
                    "</small></th>");
  }
  for (const auto& [name, baseline] : ObjectAt(target, "baselines").items()) {
    columns.push_back(&ObjectAt(baseline, "metrics"));
    absl::StrAppend(&html, "<th scope=\"col\">", EscapeHtml(BaselineTitle(name)), "</th>");
  }
  html += "</tr></thead><tbody>";
  for (const auto& [name, metric] : metrics.items()) {
    const auto reading = ReadMetric(metric);
    if (!reading) continue;
    const MetricStyle style = StyleOf(name);
    absl::StrAppend(&html, "<tr><th scope=\"row\">", EscapeHtml(style.title),
                    style.explanation.empty()
                        ? ""
                        : absl::StrCat("<br><small>", EscapeHtml(style.explanation), "</small>"),
                    "</th><td>", reading->higher_is_better ? "higher" : "lower", "</td>");
    for (const json* column : columns) html += MetricCell(*column, name);
    html += "</tr>";
  }
  html += "</tbody></table></div>\n";
  return html;
}

// Of a score that is no likelihood the record says so; older records know likelihoods alone.
std::string LossUnit(const json& target) {
  const std::string unit = TextAt(target, "loss_unit");
  return unit.empty() ? "nats a decision" : unit;
}

std::string LossLine(const json& target) {
  std::vector<std::string> parts;
  if (const auto loss = NumberAt(target, "tf_loss")) {
    parts.push_back(absl::StrCat("Teacher-forced loss <b>", Fixed(*loss, 3), "</b> ",
                                 EscapeHtml(LossUnit(target))));
  }
  for (const auto& [name, value] : target.items()) {
    const auto bits = NumberOf(value);
    if (!bits || !absl::StartsWith(name, "bits_per_")) continue;
    parts.push_back(absl::StrCat("<b>", Fixed(*bits, 3), "</b> bits per ",
                                 EscapeHtml(absl::StrReplaceAll(name.substr(9), {{"_", " "}}))));
  }
  if (parts.empty()) return "";
  return absl::StrCat("<p class=\"quiet\">", absl::StrJoin(parts, "; "),
                      ". Teacher-forced: each decision given the right ones before it.</p>\n");
}

// "Decoded by sample: candidates 32, max_length 256, ..."
std::string DecodingLine(const json& target) {
  const json& decode = ObjectAt(target, "decode");
  const std::string method = TextAt(decode, "method");
  if (method.empty()) return "";
  std::vector<std::string> options;
  for (const auto& [name, value] : decode.items()) {
    if (name == "method" || !value.is_string() || value.get<std::string>().empty()) continue;
    options.push_back(EscapeHtml(absl::StrCat(name, " ", value.get<std::string>())));
  }
  return absl::StrCat("<p class=\"quiet\">Decoded by <b>", EscapeHtml(method), "</b>",
                      options.empty() ? "" : ": ", absl::StrJoin(options, ", "), ".</p>\n");
}

std::string Curves(const std::string& task, const std::string& metric, const std::string& unit,
                   const std::vector<json>& log) {
  CurveSeries train{.name = "training"},
      valid{.name = "validation, teacher-forced", .marked = true};
  const std::string how = IsOfCost(metric) ? "validation, teacher-forced" : "validation, decoded";
  CurveSeries decoded{.name = how, .marked = true, .band = true};
  // A run that was resumed may have recorded a step twice: only rising steps are drawn.
  const auto add = [](CurveSeries& series, double step, double y, double low, double high) {
    if (!series.points.empty() && step <= series.points.back().x) return;
    series.points.push_back({step, y, low, high});
  };
  for (const json& record : log) {
    const auto step = NumberAt(record, "step");
    if (!step) continue;
    if (TextAt(record, "kind") == "train") {
      if (const auto loss = NumberAt(ObjectAt(record, "loss"), task))
        add(train, *step, *loss, *loss, *loss);
    } else if (TextAt(record, "kind") == "valid") {
      const json& target = ObjectAt(ObjectAt(record, "targets"), task);
      if (const auto loss = NumberAt(target, "tf_loss")) add(valid, *step, *loss, *loss, *loss);
      if (const auto reading = ReadMetric(At(ObjectAt(target, "metrics"), metric))) {
        add(decoded, *step, reading->value, reading->low.value_or(reading->value),
            reading->high.value_or(reading->value));
      }
    }
  }
  const std::string loss = CurveSvg(
      {.title = "Loss", .y_label = unit + "; lower is better", .from_zero = true}, {train, valid});
  const MetricStyle style = StyleOf(metric);
  std::string direction;
  if (!decoded.points.empty()) {
    direction = absl::StrCat(style.unit.empty() ? "" : "%, ", how, ", with its 95 % interval");
  }
  const std::string measured =
      CurveSvg({.title = style.title, .y_label = direction, .from_zero = true}, {decoded});
  if (loss.empty() && measured.empty()) return "";
  return absl::StrCat("<h4>How it learned</h4><div class=\"curves\">", loss, measured, "</div>\n");
}

std::string TargetSection(const std::string& problem_name, const json& problem,
                          const std::string& target_name, const json& target,
                          const std::string& split, const std::vector<OtherSplit>& others,
                          const std::vector<json>& log, bool named) {
  const std::string metric = PrimaryMetric(target);
  const auto reading = ReadMetric(At(ObjectAt(target, "metrics"), metric));
  const double examples = NumberAt(problem, "examples").value_or(0);
  std::string html;
  if (named) html += absl::StrCat("<h3>Target <code>", EscapeHtml(target_name), "</code></h3>\n");
  if (reading) html += Headline(target, metric, *reading, examples, split);
  html += ExampleCards(ArrayAt(target, "examples"), split);
  html += Curves(absl::StrCat(problem_name, ".", target_name), metric, LossUnit(target), log);
  html += ConfusionTable(ObjectAt(target, "confusion"));
  html += JudgeTable(ObjectAt(target, "judge"));
  html += MetricsTable(target, target_name, split, others);
  html += DecodingLine(target);
  html += LossLine(target);
  return html;
}

}  // namespace

MetricStyle StyleOf(absl::string_view metric) {
  for (const MetricInfo& info : AllMetrics()) {
    if (info.name != metric) continue;
    return {info.title, info.unit, info.summary, info.digits, info.digits == 1 ? " points" : ""};
  }
  return {.title = absl::StrReplaceAll(metric, {{"_", " "}}),
          .unit = "",
          .explanation = ""};  // of another version
}

std::optional<MetricReading> ReadMetric(const json& metric) {
  const auto value = NumberAt(metric, "value");
  if (!value) return std::nullopt;
  MetricReading reading{*value, NumberAt(metric, "low"), NumberAt(metric, "high"), true};
  if (!reading.low || !reading.high || *reading.low > *reading.high)
    reading.low = reading.high = std::nullopt;
  const json& direction = At(metric, "higher_is_better");
  if (direction.is_boolean()) reading.higher_is_better = direction.get<bool>();
  return reading;
}

std::string PrimaryMetric(const json& target) {
  const json& metrics = ObjectAt(target, "metrics");
  const std::string primary = TextAt(target, "primary");
  if (ReadMetric(At(metrics, primary))) return primary;
  for (const auto& [name, metric] : metrics.items()) {
    if (ReadMetric(metric)) return name;
  }
  return "";
}

Verdict CompareWithBaselines(const json& target, const std::string& metric) {
  const auto model = ReadMetric(At(ObjectAt(target, "metrics"), metric));
  std::vector<BaselineReading> baselines = ReadBaselines(target, metric);
  baselines.erase(std::remove_if(baselines.begin(), baselines.end(),
                                 [](const BaselineReading& other) { return other.is_rival; }),
                  baselines.end());
  if (!model || baselines.empty()) return {};
  // Where both answered the same questions, these decide.
  const auto lead_over = [&](const BaselineReading& baseline) {
    if (baseline.lead) return baseline.lead->value;
    return (model->higher_is_better ? 1 : -1) * (model->value - baseline.reading.value);
  };
  const MetricStyle style = StyleOf(metric);
  const BaselineReading* best = &baselines.front();
  for (const BaselineReading& baseline : baselines) {
    if (lead_over(baseline) < lead_over(*best)) best = &baseline;
  }
  const double lead = lead_over(*best);
  std::string title = best->title;
  if (!title.empty()) title[0] = absl::ascii_tolower(static_cast<unsigned char>(title[0]));
  const std::string baseline = absl::StrCat("the ", title, " baseline");
  std::string where;
  if (best->lead)
    where = absl::StrCat(" on the same ", InWords(best->examples.value_or(0)), " examples");
  if (lead == 0) {
    return {.words = absl::StrCat("No better than ", baseline, where, "."),
            .below = false,
            .unsure = true,
            .tied = true};
  }
  std::string words;
  if (lead < 0) {
    words = absl::StrCat(Fixed(-lead, style.digits), style.points, " worse than ", baseline, where);
  } else {
    words = absl::StrCat(baselines.size() == 1   ? "Better than its baseline"
                         : baselines.size() == 2 ? "Better than both baselines"
                                                 : "Better than every baseline",
                         ": ", Fixed(lead, style.digits), style.points, " ",
                         model->higher_is_better ? "above" : "below", " ", baseline, where);
  }
  bool chance = false;
  if (best->lead && best->lead->low) {
    chance = *best->lead->low <= 0 && *best->lead->high >= 0;
    absl::StrAppend(&words, " (95 % interval of the lead ", IntervalText(*best->lead, style),
                    chance ? ", so this may be chance)" : ")");
  }
  const bool below = lead < 0;
  return {.words = words + ".", .below = below, .unsure = !below && chance, .tied = false};
}

std::string PortsHtml(const json& problem) {
  const auto chip = [](const std::string& name, const std::string& modality) {
    return absl::StrCat("<span class=\"port\"><b>", EscapeHtml(name), "</b> ", EscapeHtml(modality),
                        "</span>");
  };
  std::string html = "<p class=\"ports\">";
  for (const auto& [name, modality] : ObjectAt(problem, "inputs").items()) {
    html += chip(name, modality.is_string() ? modality.get<std::string>() : "");
  }
  html += "<span class=\"arrow\" role=\"img\" aria-label=\"maps to\">→</span>";
  for (const auto& [name, target] : ObjectAt(problem, "targets").items()) {
    html += chip(name, TextAt(target, "modality"));
  }
  return html + "</p>\n";
}

std::string ProblemCard(const std::string& name, const json& problem, const std::string& split,
                        const std::vector<OtherSplit>& others, const std::vector<json>& log) {
  std::string html = absl::StrCat("<h2>", EscapeHtml(name), "</h2>\n", PortsHtml(problem));
  const std::string summary = TextAt(problem, "summary");
  if (!summary.empty()) absl::StrAppend(&html, "<p class=\"lead\">", Isolated(summary), "</p>\n");
  const json& targets = ObjectAt(problem, "targets");
  for (const auto& [target_name, target] : targets.items()) {
    html +=
        TargetSection(name, problem, target_name, target, split, others, log, targets.size() > 1);
  }
  if (const auto left_out = NumberAt(problem, "left_out"); left_out && *left_out > 0) {
    absl::StrAppend(
        &html, "<p class=\"quiet\">", InWords(*left_out),
        " examples were too long for the model and are not among those measured.</p>\n");
  }
  if (const auto pieces = NumberAt(problem, "in_pieces"); pieces && *pieces > 0) {
    absl::StrAppend(&html, "<p class=\"quiet\">", InWords(*pieces),
                    " of the examples are longer than what the model was trained on: they were "
                    "decoded in pieces and have no loss.</p>\n");
  }
  if (const auto broken = NumberAt(problem, "broken"); broken && *broken > 0) {
    absl::StrAppend(&html, "<p class=\"quiet\">", InWords(*broken),
                    " examples are broken and not among those measured.</p>\n");
  }
  for (const auto& [remark, count] : ObjectAt(problem, "remarks").items()) {
    if (const auto number = NumberOf(count)) {
      absl::StrAppend(&html, "<p class=\"quiet\">Of ", InWords(*number), " of the examples the ",
                      EscapeHtml(remark), ".</p>\n");
    }
  }
  if (const auto unseen = NumberAt(problem, "without_loss"); unseen && *unseen > 0) {
    absl::StrAppend(&html, "<p class=\"quiet\">", InWords(*unseen),
                    " of the examples have a target that training has not seen: they count as "
                    "wrong and have no loss.</p>\n");
  }
  if (const auto far = NumberAt(problem, "out_of_reach"); far && *far > 0) {
    absl::StrAppend(&html, "<p class=\"quiet\">", InWords(*far),
                    " of the examples have a target that cannot lie along its input: they count by "
                    "what is decoded and have no loss, nor a share in the bits.</p>\n");
  }
  const std::string published = TextAt(problem, "published");
  if (!published.empty()) {
    absl::StrAppend(&html, "<p class=\"quiet\"><b>Published elsewhere:</b> ", Isolated(published),
                    "</p>\n");
  }
  return html;
}

std::string ProblemId(size_t place) { return absl::StrCat("problem-", place + 1); }

}  // namespace t2t
