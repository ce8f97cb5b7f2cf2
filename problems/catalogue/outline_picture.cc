#include "problems/catalogue/outline_picture.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr int64_t kSamples = 4;      // of a pixel, each way
constexpr int64_t kCurvePieces = 8;  // lines that a curve becomes

struct OutlinePoint {
  double x = 0, y = 0;
};

OutlinePoint Between(const OutlinePoint& a, const OutlinePoint& b, double t) {
  return {a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t};
}

// By de Casteljau's algorithm.
OutlinePoint OnCurve(std::vector<OutlinePoint> points, double t) {
  while (points.size() > 1) {
    for (size_t i = 0; i + 1 < points.size(); ++i) points[i] = Between(points[i], points[i + 1], t);
    points.pop_back();
  }
  return points[0];
}

using OutlineLine = std::pair<OutlinePoint, OutlinePoint>;

absl::StatusOr<std::vector<OutlineLine>> LinesOf(const std::string& path) {
  std::vector<OutlineLine> lines;
  OutlinePoint begin, at;
  const std::vector<absl::string_view> words =
      absl::StrSplit(path, absl::ByAnyChar(" ,\t\r\n"), absl::SkipEmpty());
  for (size_t i = 0; i < words.size();) {
    const absl::string_view command = words[i++];
    const size_t count = command == "M" || command == "L" ? 1
                         : command == "Q"                 ? 2
                         : command == "C"                 ? 3
                                                          : 0;
    if (count == 0 && command != "Z")
      return absl::DataLossError(
          absl::StrCat("the path's command '", command, "' is none of MLQCZ"));
    std::vector<OutlinePoint> points = {at};
    for (size_t k = 0; k < count; ++k, i += 2) {
      OutlinePoint point;
      if (i + 1 >= words.size() || !absl::SimpleAtod(words[i], &point.x) ||
          !absl::SimpleAtod(words[i + 1], &point.y) || !std::isfinite(point.x) ||
          !std::isfinite(point.y)) {
        return absl::DataLossError(
            absl::StrCat("the path's command '", command, "' lacks a number"));
      }
      points.push_back(point);
    }
    const auto to = [&](const OutlinePoint& point) {
      lines.emplace_back(at, point);
      at = point;
    };
    if (command == "M" || command == "Z") {
      if (at.x != begin.x || at.y != begin.y) to(begin);
      if (command == "M") begin = at = points[1];
    } else if (command == "L") {
      to(points[1]);
    } else {
      for (int64_t k = 1; k <= kCurvePieces; ++k)
        to(OnCurve(points, static_cast<double>(k) / kCurvePieces));
    }
  }
  if (at.x != begin.x || at.y != begin.y) lines.emplace_back(at, begin);
  return lines;
}

// Marks the samples inside the lines, whose coordinates are those of the samples.
void FillLines(const std::vector<OutlineLine>& lines, int64_t samples, std::vector<char>* inside) {
  // Where each row of samples crosses a line, and in which direction.
  std::vector<std::vector<std::pair<double, int>>> crossings(static_cast<size_t>(samples));
  const auto limit = [&](double value) {
    return static_cast<int64_t>(std::clamp(value, 0.0, static_cast<double>(samples)));
  };
  for (const auto& [a, b] : lines) {
    const OutlinePoint &low = a.y < b.y ? a : b, &high = a.y < b.y ? b : a;
    // A sample lies in the middle of its row.
    for (int64_t row = limit(std::ceil(low.y - 0.5)); row < limit(std::ceil(high.y - 0.5)); ++row) {
      const double t = (static_cast<double>(row) + 0.5 - low.y) / (high.y - low.y);
      crossings[static_cast<size_t>(row)].emplace_back(Between(low, high, t).x, a.y < b.y ? 1 : -1);
    }
  }
  for (int64_t row = 0; row < samples; ++row) {
    auto& across = crossings[static_cast<size_t>(row)];
    std::sort(across.begin(), across.end());
    int winding = 0;
    for (size_t i = 0; i + 1 < across.size(); ++i) {
      winding += across[i].second;
      if (winding == 0) continue;
      const auto begin = inside->begin() + row * samples;
      const int64_t from = limit(std::ceil(across[i].first - 0.5));
      std::fill(begin + from, begin + std::max(from, limit(std::ceil(across[i + 1].first - 0.5))),
                1);
    }
  }
}

}  // namespace

absl::StatusOr<Pixels> DrawOutlines(const std::vector<std::string>& paths,
                                    const OutlineWindow& window, int64_t side) {
  const int64_t samples = side * kSamples;
  std::vector<char> inside(static_cast<size_t>(samples * samples), 0);
  const double scale = static_cast<double>(samples) / window.size;
  for (const std::string& path : paths) {
    T2T_ASSIGN_OR_RETURN(std::vector<OutlineLine> lines, LinesOf(path));
    for (auto& [a, b] : lines) {
      for (OutlinePoint* point : {&a, &b})
        *point = {(point->x - window.left) * scale, (window.top - point->y) * scale};
    }
    FillLines(lines, samples, &inside);
  }
  Pixels picture{side, side, 1, std::vector<float>(static_cast<size_t>(side * side))};
  for (int64_t row = 0; row < side; ++row) {
    for (int64_t column = 0; column < side; ++column) {
      int64_t black = 0;
      for (int64_t i = 0; i < kSamples * kSamples; ++i) {
        black += inside[static_cast<size_t>((row * kSamples + i / kSamples) * samples +
                                            column * kSamples + i % kSamples)];
      }
      picture.at(row, column, 0) =
          1.0f - static_cast<float>(black) / static_cast<float>(kSamples * kSamples);
    }
  }
  return picture;
}

}  // namespace t2t
