#include "tensor2tensor/report/page.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tensor2tensor/report/html.h"
#include "tensor2tensor/report/json_access.h"
#include "tensor2tensor/report/problem_card.h"
#include "tensor2tensor/report/run_sections.h"
#include "tensor2tensor/report/style.h"

namespace t2t {
namespace {

using nlohmann::json;

struct ShownProblem {
  std::string name;
  const json* problem;  // borrowed from the evaluations
  const json* evaluation;
  std::vector<OtherSplit> others;
};

std::vector<ShownProblem> CollectProblems(const std::vector<const json*>& evaluations) {
  std::vector<ShownProblem> problems;
  for (const json* evaluation : evaluations) {
    for (const auto& [name, problem] : ObjectAt(*evaluation, "problems").items()) {
      if (!problem.is_object()) continue;
      const auto known =
          std::find_if(problems.begin(), problems.end(),
                       [&name = name](const ShownProblem& one) { return one.name == name; });
      if (known == problems.end()) {
        problems.push_back({name, &problem, evaluation, {}});
      } else {
        known->others.push_back({TextAt(*evaluation, "split"), &problem});
      }
    }
  }
  return problems;
}

std::string NumberWord(size_t number) {
  static constexpr const char* kWords[] = {"no",  "one",   "two",   "three", "four", "five",
                                           "six", "seven", "eight", "nine",  "ten"};
  return number < std::size(kWords) ? kWords[number] : absl::StrCat(number);
}

std::string Title(size_t problems) {
  if (problems == 0) return "A training run";
  return absl::StrCat("One model, ", NumberWord(problems),
                      problems == 1 ? " problem" : " problems");
}

// The last value of a number in the log; 0 where there is none.
double LastNumber(const std::vector<json>& log, const std::string& key) {
  for (auto record = log.rbegin(); record != log.rend(); ++record) {
    if (const auto number = NumberAt(*record, key)) return *number;
  }
  return 0;
}

std::string Header(const json& evaluation, const std::vector<json>& log, absl::string_view name,
                   const std::string& title) {
  const double parameters = NumberAt(evaluation, "parameters").value_or(0);
  const double step = NumberAt(evaluation, "step").value_or(LastNumber(log, "step"));
  const double seconds =
      NumberAt(evaluation, "seconds_trained").value_or(LastNumber(log, "seconds"));
  const json& run = ObjectAt(evaluation, "run");
  std::string facts;
  const auto fact = [&facts](const std::string& value, const std::string& label) {
    absl::StrAppend(&facts, "<div><dt>", label, "</dt><dd>", value, "</dd></div>");
  };
  if (parameters > 0) fact(InWords(parameters), "parameters");
  if (step > 0) fact(InWords(step), "training steps");
  if (seconds > 0) fact(Duration(seconds), "training time");
  const std::string processor = TextAt(run, "processor");
  if (!processor.empty()) {
    const auto threads = NumberAt(run, "threads");
    fact(absl::StrCat("<span class=\"small\">", EscapeHtml(processor), "</span>"),
         threads ? absl::StrCat("processor, ", Short(*threads, 4),
                                *threads == 1 ? " thread" : " threads")
                 : "processor");
  }
  const std::string revision = TextAt(run, "revision");
  if (!revision.empty()) fact(absl::StrCat("<code>", EscapeHtml(revision), "</code>"), "revision");
  return absl::StrCat("<header><p class=\"kicker\">tensor2tensor",
                      name.empty() ? "" : absl::StrCat(" · ", EscapeHtml(name)), "</p><h1>",
                      EscapeHtml(title), "</h1>\n",
                      facts.empty() ? "" : absl::StrCat("<dl class=\"facts\">", facts, "</dl>"),
                      "</header>\n");
}

// One line a target: what maps to what, the figure and whether it beats the baselines.
std::string Overview(const std::vector<ShownProblem>& problems) {
  std::string rows;
  for (size_t i = 0; i < problems.size(); ++i) {
    for (const auto& [target_name, target] : ObjectAt(*problems[i].problem, "targets").items()) {
      const std::string metric = PrimaryMetric(target);
      const auto reading = ReadMetric(At(ObjectAt(target, "metrics"), metric));
      if (!reading) continue;
      const MetricStyle style = StyleOf(metric);
      const Verdict verdict = CompareWithBaselines(target, metric);
      absl::StrAppend(&rows, "<li><a href=\"#", ProblemId(i), "\">", EscapeHtml(problems[i].name),
                      "</a>", PortsHtml(*problems[i].problem), "<p class=\"figure\"><b>",
                      Fixed(reading->value, style.digits), style.unit, "</b> <span>",
                      EscapeHtml(style.title), " ", reading->higher_is_better ? "↑" : "↓",
                      "</span></p>");
      if (!verdict.words.empty()) {
        absl::StrAppend(&rows, "<p class=\"verdict ", verdict.style(), "\">",
                        verdict.below    ? "✗ worse than a baseline"
                        : verdict.tied   ? "= no better than a baseline"
                        : verdict.unsure ? "≈ ahead of the baselines, perhaps by chance"
                                         : "✓ better than the baselines",
                        "</p>");
      }
      rows += "</li>\n";
    }
  }
  if (rows.empty()) return "";
  return absl::StrCat("<nav aria-label=\"Problems\"><ul class=\"overview\">", rows,
                      "</ul></nav>\n");
}

// Tasks that the log knows but no evaluation: they get curves and no more.
std::string TrainedOnly(const std::vector<ShownProblem>& problems, const std::vector<json>& log) {
  std::set<std::string> evaluated;
  for (const ShownProblem& shown : problems) {
    for (const auto& [target, unused] : ObjectAt(*shown.problem, "targets").items()) {
      evaluated.insert(absl::StrCat(shown.name, ".", target));
    }
  }
  std::set<std::string> tasks;
  for (const json& record : log) {
    for (const char* key : {"loss", "targets"}) {
      for (const auto& [task, unused] : ObjectAt(record, key).items()) {
        if (evaluated.count(task) == 0) tasks.insert(task);
      }
    }
  }
  std::string html;
  for (const std::string& task : tasks) {
    const size_t dot = task.rfind('.');
    const json problem = {
        {"targets", {{dot == std::string::npos ? "" : task.substr(dot + 1), json::object()}}}};
    absl::StrAppend(&html, "<section class=\"card\">",
                    ProblemCard(task.substr(0, dot), problem, "", {}, log),
                    "<p class=\"quiet\">Not evaluated yet.</p></section>\n");
  }
  return html;
}

}  // namespace

absl::StatusOr<std::string> RenderReport(const json& evaluation, const std::vector<json>& log,
                                         absl::string_view name) {
  std::vector<const json*> evaluations;
  if (evaluation.is_array()) {
    for (const json& one : evaluation) evaluations.push_back(&one);
  } else if (!evaluation.is_null()) {
    evaluations.push_back(&evaluation);
  }
  for (const json* one : evaluations) {
    if (!one->is_object()) {
      return absl::InvalidArgumentError(
          absl::StrCat("an evaluation is a JSON ", one->type_name(), ", not an object"));
    }
  }
  for (size_t i = 0; i < log.size(); ++i) {
    if (!log[i].is_object()) {
      return absl::InvalidArgumentError(absl::StrCat("record ", i + 1, " of the log is a JSON ",
                                                     log[i].type_name(), ", not an object"));
    }
  }
  const std::vector<ShownProblem> problems = CollectProblems(evaluations);
  const json none = json::object();
  const json& main = evaluations.empty() ? none : *evaluations.front();
  const std::string title = Title(problems.size());

  std::string html = absl::StrCat(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
      "http-equiv=\"Content-Security-"
      "Policy\" content=\"default-src 'none'; img-src data:; media-src data:; style-src "
      "'unsafe-inline'\">\n<meta "
      "name=\"viewport\" "
      "content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" "
      "content=\"light dark\">\n<title>",
      name.empty() ? "" : absl::StrCat(EscapeHtml(name), ": "), EscapeHtml(title),
      "</title>\n<style>", kReportStyle, "</style>\n</head>\n<body>\n<main>\n",
      Header(main, log, name, title), Overview(problems));
  for (size_t i = 0; i < problems.size(); ++i) {
    const ShownProblem& shown = problems[i];
    absl::StrAppend(&html, "<section class=\"card\" id=\"", ProblemId(i), "\">\n",
                    ProblemCard(shown.name, *shown.problem, TextAt(*shown.evaluation, "split"),
                                shown.others, log),
                    "</section>\n");
  }
  absl::StrAppend(&html, TrainedOnly(problems, log), SpeedSection(log), ProvenanceSection(main),
                  "</main>\n</body>\n</html>\n");
  return html;
}

}  // namespace t2t
