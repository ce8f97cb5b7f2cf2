#include "tensor2tensor/report/confusion_table.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tensor2tensor/report/html.h"
#include "tensor2tensor/report/json_access.h"

namespace t2t {
namespace {

using nlohmann::json;

constexpr size_t kListedConfusions = 5;

struct Confusion {
  std::vector<std::string> labels;
  std::vector<std::vector<int64_t>> counts;
};

// Empty where the shape is wrong or a count is none.
Confusion Read(const json& object) {
  Confusion confusion;
  for (const json& label : ArrayAt(object, "labels")) {
    if (!label.is_string()) return {};
    confusion.labels.push_back(label.get<std::string>());
  }
  for (const json& row : ArrayAt(object, "counts")) {
    if (!row.is_array() || row.size() != confusion.labels.size()) return {};
    confusion.counts.emplace_back();
    for (const json& count : row) {
      const auto number = NumberOf(count);
      if (!number || *number < 0 || *number > 1e15) return {};
      confusion.counts.back().push_back(static_cast<int64_t>(*number));
    }
  }
  if (confusion.counts.size() != confusion.labels.size()) return {};
  return confusion;
}

// The most frequent mistakes, in words.
std::string Mistakes(const Confusion& confusion) {
  std::vector<std::tuple<int64_t, size_t, size_t>> mistakes;  // (-count, reference, prediction)
  for (size_t i = 0; i < confusion.labels.size(); ++i) {
    for (size_t j = 0; j < confusion.labels.size(); ++j) {
      if (i != j && confusion.counts[i][j] > 0)
        mistakes.emplace_back(-confusion.counts[i][j], i, j);
    }
  }
  std::sort(mistakes.begin(), mistakes.end());
  std::vector<std::string> words;
  for (size_t i = 0; i < std::min(mistakes.size(), kListedConfusions); ++i) {
    const auto& [count, reference, prediction] = mistakes[i];
    words.push_back(absl::StrCat(Isolated(confusion.labels[reference]), " taken for ",
                                 Isolated(confusion.labels[prediction]), " (", WithCommas(-count),
                                 ")"));
  }
  if (words.empty()) return "";
  return absl::StrCat("<p class=\"quiet\"><b>Most frequent mistakes:</b> ",
                      absl::StrJoin(words, ", "), ".</p>\n");
}

}  // namespace

std::string ConfusionTable(const json& object) {
  const Confusion confusion = Read(object);
  if (confusion.labels.size() < 2) return "";
  std::string html = "<h4>What was taken for what</h4>\n";
  if (static_cast<int64_t>(confusion.labels.size()) > kMostLabels)
    return html + Mistakes(confusion);
  html +=
      "<div class=\"scroll\"><table class=\"confusion\"><caption>Rows: the right label. Columns: "
      "what the "
      "model said. Shade: share of the row.</caption><thead><tr><td></td>";
  for (const std::string& label : confusion.labels) {
    absl::StrAppend(&html, "<th scope=\"col\"><span>", EscapeHtml(label), "</span></th>");
  }
  html += "</tr></thead><tbody>";
  for (size_t i = 0; i < confusion.labels.size(); ++i) {
    absl::StrAppend(&html, "<tr><th scope=\"row\">", EscapeHtml(confusion.labels[i]), "</th>");
    int64_t sum = 0;
    for (int64_t count : confusion.counts[i]) sum += count;
    for (size_t j = 0; j < confusion.labels.size(); ++j) {
      const int64_t count = confusion.counts[i][j];
      const double share = sum > 0 ? static_cast<double>(count) / static_cast<double>(sum) : 0;
      // The root lets a mistake of 2 % be seen beside a hit of 90 %.
      absl::StrAppend(&html, "<td class=\"",
                      i == j      ? "hit"
                      : count > 0 ? "miss"
                                  : "none",
                      share > 0.5 ? " deep" : "",
                      "\" style=\"--heat:", Fixed(100 * std::sqrt(share), 0), "%\">",
                      count > 0 ? WithCommas(count) : "·", "</td>");
    }
    html += "</tr>";
  }
  return absl::StrCat(html, "</tbody></table></div>\n", Mistakes(confusion));
}

}  // namespace t2t
