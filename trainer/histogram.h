// Histogram: how numbers are distributed, as a small picture of text; and their quantiles.
//
//   for (const std::string& line : Histogram({4, 5, 5, 5, 6, 6, 9}, {.axis = "tokens", .rows = 3})) ...
//
//   examples by tokens
//   3 |    ###
//     |    ######
//     | #########      ###
//   0 +-------------------
//       4                9
#ifndef T2T_TRAINER_HISTOGRAM_H_
#define T2T_TRAINER_HISTOGRAM_H_

#include <cstdint>
#include <string>
#include <vector>

namespace t2t {

// The smallest of the sorted numbers that a share of them does not exceed; 0.5: the median. There is at least one.
int64_t Quantile(const std::vector<int64_t>& sorted, double share);
double Mean(const std::vector<int64_t>& numbers);

struct HistogramOptions {
  std::string axis = {};  // what the numbers are of: "tokens"
  int64_t columns = 60;   // of the whole picture, at most; at least 30
  int64_t rows = 5;       // of the bars
  bool unicode = false;   // block characters; else ASCII
};

// The lines of the picture, of sorted numbers that are not all equal; none where they are. A bar stands for as many neighbouring
// numbers as are needed for all to find room; whatever is there at all can be seen.
std::vector<std::string> Histogram(const std::vector<int64_t>& sorted,
                                   const HistogramOptions& options);

}  // namespace t2t

#endif  // T2T_TRAINER_HISTOGRAM_H_
