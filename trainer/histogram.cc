#include "trainer/histogram.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "registry/check.h"

namespace t2t {
namespace {

constexpr int64_t kWidestBar = 3;  // columns

// One place of a bar that is filled by so many eighths of it, from 0 to 8.
std::string Cell(int64_t eighths, bool unicode) {
  if (eighths == 0) return " ";
  if (!unicode) return eighths < 5 ? "." : "#";
  // U+2581 to U+2588: one eighth to a full block.
  return std::string("\xE2\x96") + static_cast<char>(0x80 + eighths);
}

std::string Spaces(int64_t count) {
  return std::string(static_cast<size_t>(std::max<int64_t>(count, 0)), ' ');
}

// The smallest number below the left end of the axis, the largest below the right one.
std::string Ends(int64_t smallest, int64_t largest, int64_t width) {
  const std::string left = absl::StrCat(smallest), right = absl::StrCat(largest);
  const int64_t between = width - static_cast<int64_t>(left.size() + right.size());
  if (between < 1) return absl::StrCat(left, " to ", right);
  return absl::StrCat(left, Spaces(between), right);
}

}  // namespace

int64_t Quantile(const std::vector<int64_t>& sorted, double share) {
  T2T_CHECK(!sorted.empty() && share >= 0 && share <= 1) << sorted.size() << " " << share;
  const double place = std::ceil(share * static_cast<double>(sorted.size())) - 1;
  return sorted[static_cast<size_t>(std::max(place, 0.0))];
}

double Mean(const std::vector<int64_t>& numbers) {
  T2T_CHECK(!numbers.empty());
  const double sum = std::accumulate(numbers.begin(), numbers.end(), 0.0);
  return sum / static_cast<double>(numbers.size());
}

std::vector<std::string> Histogram(const std::vector<int64_t>& sorted,
                                   const HistogramOptions& options) {
  if (sorted.empty() || sorted.front() == sorted.back()) return {};
  T2T_CHECK(options.columns >= 30 && options.rows > 0) << options.columns << " " << options.rows;
  const int64_t smallest = sorted.front(), range = sorted.back() - smallest + 1;
  // Of the axis on the left: no number of examples has more digits than there are examples.
  const auto margin = static_cast<int64_t>(absl::StrCat(sorted.size()).size());
  const int64_t room = options.columns - margin - 3;
  const int64_t step = (range + room - 1) / room;
  const int64_t bars = (range + step - 1) / step;
  const int64_t bar_width = std::min(room / bars, kWidestBar);
  std::vector<int64_t> counts(static_cast<size_t>(bars));
  for (const int64_t number : sorted) ++counts[static_cast<size_t>((number - smallest) / step)];
  const int64_t most = *std::max_element(counts.begin(), counts.end());
  const char* const upright = options.unicode ? " \xE2\x94\x82 " : " | ";
  std::vector<std::string> lines = {absl::StrCat(
      "examples by ", options.axis, step > 1 ? absl::StrCat(", ", step, " a bar") : "")};
  for (int64_t row = options.rows - 1; row >= 0; --row) {
    const std::string label = row == options.rows - 1 ? absl::StrCat(most) : "";
    std::string line =
        absl::StrCat(Spaces(margin - static_cast<int64_t>(label.size())), label, upright);
    for (const int64_t count : counts) {
      // Rounded up: one example in many can be seen.
      const int64_t height = (count * options.rows * 8 + most - 1) / most;
      const std::string cell = Cell(std::clamp<int64_t>(height - row * 8, 0, 8), options.unicode);
      for (int64_t i = 0; i < bar_width; ++i) line += cell;
    }
    lines.push_back(line.substr(0, line.find_last_not_of(' ') + 1));
  }
  std::string axis =
      absl::StrCat(Spaces(margin - 1), "0", options.unicode ? " \xE2\x94\x94" : " +");
  for (int64_t i = 0; i < bars * bar_width + 1; ++i) axis += options.unicode ? "\xE2\x94\x80" : "-";
  lines.push_back(std::move(axis));
  lines.push_back(Spaces(margin + 3) + Ends(smallest, sorted.back(), bars * bar_width));
  return lines;
}

}  // namespace t2t
