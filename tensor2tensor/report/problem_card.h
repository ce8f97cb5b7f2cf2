// One problem of the report: what maps to what, the result beside its baselines, examples, curves.
#ifndef T2T_TENSOR2TENSOR_REPORT_PROBLEM_CARD_H_
#define T2T_TENSOR2TENSOR_REPORT_PROBLEM_CARD_H_

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace t2t {

// How a metric is shown.
struct MetricStyle {
  std::string title;        // "Word error rate"
  std::string unit;         // " %" where it is a percentage
  std::string explanation;  // one line, or ""
  int digits = 1;           // behind the point
  // Behind a difference: " points" where the metric counts to 100.
  std::string points = " points";
};
MetricStyle StyleOf(absl::string_view metric);

struct MetricReading {
  double value = 0;
  std::optional<double> low, high;  // 95 % interval
  bool higher_is_better = true;
};
// Of {"value", "low", "high", "higher_is_better"}; nothing without a finite value.
std::optional<MetricReading> ReadMetric(const nlohmann::json& metric);

// The metric that stands for a target: the one that "primary" names, else the first; "" if none.
std::string PrimaryMetric(const nlohmann::json& target);

// Whether the model is above its baselines, in words; "" without a baseline that has the metric.
struct Verdict {
  std::string words;
  bool below = false;   // some baseline is better
  bool unsure = false;  // it is not, but by no more than chance may do
  bool tied = false;    // the best baseline is exactly as good: unsure too
  // The style of all that tells it.
  const char* style() const { return below ? "below" : unsure ? "unsure" : "above"; }
};
Verdict CompareWithBaselines(const nlohmann::json& target, const std::string& metric);

// "word (text) -> phones (text)", as HTML.
std::string PortsHtml(const nlohmann::json& problem);

// `others`: the same problem of other evaluated splits, by the split's name.
struct OtherSplit {
  std::string split;
  const nlohmann::json* problem = nullptr;  // borrowed
};
std::string ProblemCard(const std::string& name, const nlohmann::json& problem,
                        const std::string& split, const std::vector<OtherSplit>& others,
                        const std::vector<nlohmann::json>& log);

// An identifier for links, unique for the place.
std::string ProblemId(size_t place);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_REPORT_PROBLEM_CARD_H_
