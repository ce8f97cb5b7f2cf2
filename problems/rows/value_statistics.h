// ValueStatistics: what all values of one port, or of one feature of a TFRecord, are like, in a few lines for people: their
// lengths, the sizes of pictures, the durations of sounds, the most frequent ones where they repeat.
//
//   ValueStatistics statistics;
//   statistics.Add(value);                      // for each
//   statistics.Lines()      // {"length in bytes: smallest 3, median 4, 95% 6, largest 9", "2 distinct: cat 7, dog 3"}
#ifndef T2T_PROBLEMS_ROWS_VALUE_STATISTICS_H_
#define T2T_PROBLEMS_ROWS_VALUE_STATISTICS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "modalities/codecs/value.h"

namespace t2t {

// The ending of a file of these bytes, where they are a picture or a sound (".png", ".wav"); else "".
std::string FileSuffixOf(absl::string_view bytes);

// A value in one line for people: text itself, shortened; "28x28 picture", "1.25 s of sound at 16000 Hz", "517 bytes"; the
// first numbers.
std::string ValueText(const Value& value);

class ValueStatistics {
 public:
  void Add(const Value& value);
  std::vector<std::string> Lines() const;

 private:
  void AddBytes(const std::string& bytes);
  template <typename Number>
  void AddNumbers(const std::vector<Number>& numbers);

  const char* unit_ = "bytes";
  std::vector<int64_t> lengths_, heights_, widths_;
  std::vector<double> seconds_;
  std::map<std::string, int64_t>
      counts_;  // of short texts and single numbers; given up where they are many
  bool counts_all_ = true;
  double least_ = 0, most_ = 0;  // of the numbers
  bool has_numbers_ = false;
};

}  // namespace t2t

#endif  // T2T_PROBLEMS_ROWS_VALUE_STATISTICS_H_
