// Curves as inline SVG: several series over steps, round numbers on the axes, no script.
//
//   CurveOptions options;
//   options.title = "Loss";
//   options.y_label = "nats a decision";
//   std::string svg = CurveSvg(options, {{.name = "training", .points = {{50, 2.1}, {100, 1.4}}}});
//
// Colours and dashes come from the page's classes s0, s1, ... (style.h), so that a series is told
// by more than its colour.
#ifndef T2T_TENSOR2TENSOR_REPORT_CURVE_H_
#define T2T_TENSOR2TENSOR_REPORT_CURVE_H_

#include <cstdint>
#include <string>
#include <vector>

namespace t2t {

struct CurvePoint {
  double x = 0;
  double y = 0;
  // A band around the point, where both differ from y.
  double low = 0;
  double high = 0;
};

struct CurveSeries {
  std::string name = {};
  std::vector<CurvePoint> points = {};  // x rising, everything finite
  bool marked = false;                  // a dot at every point
  bool band = false;                    // draw low and high
};

struct CurveOptions {
  std::string title = {};  // also what a screen reader says first
  std::string x_label = "step";
  std::string y_label = {};
  bool from_zero = false;  // the y axis starts at 0
};

// Round numbers that cover [low, high]: multiples of 1, 2, 2.5 or 5 times a power of ten, about
// `count` of them, the first <= low and the last >= high. Equal or swapped ends are widened.
std::vector<double> RoundTicks(double low, double high, int64_t count);

// At most `count` points: means of equal parts, the ends of each kept in low and high.
std::vector<CurvePoint> Thinned(const std::vector<CurvePoint>& points, int64_t count);

// A figure with caption, and a legend where there are several series; "" where no series has a
// point.
std::string CurveSvg(const CurveOptions& options, const std::vector<CurveSeries>& series);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_REPORT_CURVE_H_
