#include "tensor2tensor/report/curve.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tensor2tensor/report/html.h"

namespace t2t {
namespace {

// Units of the view box. Small, so that the letters stay readable where a phone shrinks it.
constexpr double kWidth = 480, kHeight = 260;
constexpr double kLeft = 52, kRight = 14, kTop = 12, kBottom = 40;
constexpr int64_t kMostPoints = 240;
constexpr size_t kStyles = 4;  // s0 .. s3 in style.h

class Axis {
 public:
  Axis(std::vector<double> ticks, double begin, double end)
      : ticks_(std::move(ticks)), begin_(begin), end_(end) {}
  double Place(double value) const {
    const double low = ticks_.front(), high = ticks_.back();
    return begin_ + (end_ - begin_) * (value - low) / (high - low);
  }
  const std::vector<double>& ticks() const { return ticks_; }

 private:
  std::vector<double> ticks_;
  double begin_, end_;
};

std::string TickLabel(double value) {
  if (std::abs(value) >= 1e6) return absl::StrCat(Short(value / 1e6, 4), "M");
  if (std::abs(value) >= 1e4) return absl::StrCat(Short(value / 1e3, 4), "k");
  return Short(value, 4);
}

std::string Place(double x, double y) { return absl::StrCat(Fixed(x, 1), ",", Fixed(y, 1)); }

std::string Grid(const CurveOptions& options, const Axis& x, const Axis& y) {
  std::string svg = "<g class=\"grid\" aria-hidden=\"true\">";
  for (double tick : y.ticks()) {
    const std::string place = Fixed(y.Place(tick), 1);
    absl::StrAppend(&svg, "<line x1=\"", kLeft, "\" x2=\"", kWidth - kRight, "\" y1=\"", place,
                    "\" y2=\"", place, "\"/><text x=\"", kLeft - 7, "\" y=\"",
                    Fixed(y.Place(tick) + 4, 1), "\" text-anchor=\"end\">", TickLabel(tick),
                    "</text>");
  }
  for (double tick : x.ticks()) {
    absl::StrAppend(&svg, "<text x=\"", Fixed(x.Place(tick), 1), "\" y=\"", kHeight - kBottom + 17,
                    "\" text-anchor=\"middle\">", TickLabel(tick), "</text>");
  }
  absl::StrAppend(&svg, "<text x=\"", (kLeft + kWidth - kRight) / 2, "\" y=\"", kHeight - 5,
                  "\" text-anchor=\"middle\" class=\"axis\">", EscapeHtml(options.x_label),
                  "</text>");
  return svg + "</g>";
}

std::string Drawn(const CurveSeries& series, size_t style, const Axis& x, const Axis& y) {
  std::string svg = absl::StrCat("<g class=\"s", style % kStyles, "\">");
  if (series.band && series.points.size() > 1) {
    std::string outline;
    for (const CurvePoint& point : series.points) {
      absl::StrAppend(&outline, Place(x.Place(point.x), y.Place(point.high)), " ");
    }
    for (auto point = series.points.rbegin(); point != series.points.rend(); ++point) {
      absl::StrAppend(&outline, Place(x.Place(point->x), y.Place(point->low)), " ");
    }
    absl::StrAppend(&svg, "<polygon class=\"band\" points=\"", outline, "\"/>");
  }
  std::string line;
  for (const CurvePoint& point : series.points) {
    absl::StrAppend(&line, Place(x.Place(point.x), y.Place(point.y)), " ");
  }
  absl::StrAppend(&svg, "<polyline points=\"", line, "\"/>");
  if (series.marked || series.points.size() == 1) {
    for (const CurvePoint& point : series.points) {
      absl::StrAppend(&svg, "<circle cx=\"", Fixed(x.Place(point.x), 1), "\" cy=\"",
                      Fixed(y.Place(point.y), 1), "\" r=\"3\"/>");
    }
  }
  return svg + "</g>";
}

}  // namespace

std::vector<double> RoundTicks(double low, double high, int64_t count) {
  if (low > high) std::swap(low, high);
  if (!(high - low > 1e-9 * std::max(std::abs(low), std::abs(high)))) {
    const double margin = low == 0 ? 1 : std::abs(low) / 2;
    low -= margin;
    high += margin;
  }
  const double rough = (high - low) / static_cast<double>(std::max<int64_t>(count, 1));
  const double power = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (double factor : {5.0, 2.5, 2.0, 1.0}) {
    if (factor * power >= rough * (1 - 1e-9)) step = factor * power;
  }
  std::vector<double> ticks;
  const double first = std::floor(low / step + 1e-9), last = std::ceil(high / step - 1e-9);
  for (double i = first; i <= last; ++i) ticks.push_back(i * step);
  return ticks;
}

std::vector<CurvePoint> Thinned(const std::vector<CurvePoint>& points, int64_t count) {
  const auto size = static_cast<int64_t>(points.size());
  if (size <= count) return points;
  std::vector<CurvePoint> thinned;
  for (int64_t part = 0; part < count; ++part) {
    const int64_t begin = part * size / count, end = (part + 1) * size / count;
    CurvePoint mean;
    mean.low = std::numeric_limits<double>::infinity();
    mean.high = -mean.low;
    for (int64_t i = begin; i < end; ++i) {
      const CurvePoint& point = points[static_cast<size_t>(i)];
      mean.x += point.x / static_cast<double>(end - begin);
      mean.y += point.y / static_cast<double>(end - begin);
      mean.low = std::min(mean.low, std::min(point.y, point.low));
      mean.high = std::max(mean.high, std::max(point.y, point.high));
    }
    thinned.push_back(mean);
  }
  return thinned;
}

std::string CurveSvg(const CurveOptions& options, const std::vector<CurveSeries>& series) {
  std::vector<CurveSeries> drawn;
  for (const CurveSeries& one : series) {
    if (one.points.empty()) continue;
    drawn.push_back(one);
    drawn.back().points = Thinned(one.points, kMostPoints);
  }
  if (drawn.empty()) return "";
  double left = std::numeric_limits<double>::infinity(), right = -left;
  double low = options.from_zero ? 0 : left, high = -left;
  for (const CurveSeries& one : drawn) {
    for (const CurvePoint& point : one.points) {
      left = std::min(left, point.x);
      right = std::max(right, point.x);
      low = std::min({low, point.y, one.band ? point.low : point.y});
      high = std::max({high, point.y, one.band ? point.high : point.y});
    }
  }
  // Training starts at step 0, and a curve that starts elsewhere would look longer than it is.
  const Axis x(RoundTicks(std::min(left, 0.0), right, 5), kLeft, kWidth - kRight);
  const Axis y(RoundTicks(low, high, 4), kHeight - kBottom, kTop);

  std::string lines, legend, spoken;
  for (size_t i = 0; i < drawn.size(); ++i) {
    const CurveSeries& one = drawn[i];
    lines += Drawn(one, i, x, y);
    absl::StrAppend(&legend, "<li class=\"s", i % kStyles,
                    "\"><svg class=\"swatch\" viewBox=\"0 0 28 8\" aria-hidden=\"true\"><polyline "
                    "points=\"1,4 27,4\"/></svg>",
                    EscapeHtml(one.name), "</li>");
    absl::StrAppend(&spoken, one.name, ": ", Short(one.points.front().y, 4), " at ",
                    options.x_label, " ", Short(one.points.front().x, 7), ", ",
                    Short(one.points.back().y, 4), " at ", options.x_label, " ",
                    Short(one.points.back().x, 7), ". ");
  }
  return absl::StrCat(
      "<figure class=\"curve\"><figcaption><b>", EscapeHtml(options.title), "</b> <span>",
      EscapeHtml(options.y_label), "</span></figcaption><svg viewBox=\"0 0 ", kWidth, " ", kHeight,
      "\" role=\"img\" aria-label=\"", EscapeHtml(absl::StrCat(options.title, ". ", spoken)), "\">",
      Grid(options, x, y), lines, "</svg>",
      drawn.size() > 1 ? absl::StrCat("<ul class=\"legend\">", legend, "</ul>") : "",
      "</figure>\n");
}

}  // namespace t2t
