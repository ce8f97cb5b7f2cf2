#include "tensor2tensor/report/judge_table.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "tensor2tensor/report/html.h"
#include "tensor2tensor/report/json_access.h"
#include "tensor2tensor/report/problem_card.h"

namespace t2t {
namespace {

using nlohmann::json;

std::string JudgedCell(const json& value, const MetricStyle& style) {
  const auto reading = ReadMetric(value);
  if (!reading) return "<td>–</td>";
  std::string cell = absl::StrCat("<td>", Fixed(reading->value, style.digits), style.unit);
  if (reading->low && reading->high) {
    absl::StrAppend(&cell, "<br><small>", Fixed(*reading->low, style.digits), " to ",
                    Fixed(*reading->high, style.digits), "</small>");
  }
  return cell + "</td>";
}

std::string JudgedRow(const std::string& title, const std::string& note, const json& made,
                      const json& real, const MetricStyle& style) {
  return absl::StrCat("<tr><th scope=\"row\">", EscapeHtml(title), "<br><small>", EscapeHtml(note),
                      "</small></th>", JudgedCell(made, style), JudgedCell(real, style), "</tr>");
}

}  // namespace

std::string JudgeTable(const json& judge) {
  std::string rows;
  const std::string answer = TextAt(judge, "answer");
  for (const auto& [name, made] : ObjectAt(judge, "of_made").items()) {
    const MetricStyle style = StyleOf(name);
    rows += JudgedRow(style.title, absl::StrCat("of its answer, ", answer), made,
                      At(ObjectAt(judge, "of_true"), name), style);
  }
  const json& frechet = ObjectAt(judge, "frechet");
  if (const auto made = NumberAt(frechet, "made")) {
    MetricStyle style;
    style.digits = 2;
    rows +=
        JudgedRow("Fréchet distance",
                  absl::StrCat("to the true ones, in its features of ",
                               InWords(NumberAt(frechet, "features").value_or(0)),
                               " numbers; beside it other true ones, of training; lower is better"),
                  {{"value", *made}}, {{"value", At(frechet, "true")}}, style);
  }
  const json& retrieval = ObjectAt(judge, "retrieval");
  if (!retrieval.empty()) {
    MetricStyle style;
    style.digits = 2;
    rows += JudgedRow("Mean rank",
                      absl::StrCat("of what was made for an example among ",
                                   Short(NumberAt(retrieval, "candidates").value_or(0), 4),
                                   ", itself included, by how likely its ", answer, " is; ",
                                   Fixed(NumberAt(retrieval, "by_chance").value_or(0), 1),
                                   " by chance; lower is better"),
                      At(retrieval, "made"), At(retrieval, "true"), style);
  }
  if (rows.empty()) return "";
  return absl::StrCat(
      "<h4>What another model takes it for</h4><p class=\"quiet\">By ",
      Isolated(TextAt(judge, "run")), ", step ",
      WithCommas(static_cast<int64_t>(NumberAt(judge, "step").value_or(0))),
      ".</p><div class=\"scroll\"><table class=\"plain\"><thead><tr><th scope=\"col\"></th><th "
      "scope=\"col\">What was made</th><th scope=\"col\">What is true</th></tr></thead><tbody>",
      rows, "</tbody></table></div>\n");
}

}  // namespace t2t
