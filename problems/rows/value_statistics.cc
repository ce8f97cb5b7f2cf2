#include "problems/rows/value_statistics.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "modalities/codecs/image_header.h"
#include "modalities/codecs/shortest_decimal.h"
#include "modalities/codecs/sound.h"
#include "modalities/codecs/utf8.h"

namespace t2t {
namespace {

constexpr size_t kMostDistinct = 10000;  // counted at once
constexpr size_t kMostNamed = 8;
constexpr size_t kLongestCounted = 60;  // bytes of a text that is counted as one of few
constexpr int64_t kMostCharacters = 100;
constexpr size_t kMostNumbers = 12;

template <typename Number, typename Text>
std::string Quantiles(std::vector<Number> values, Text text) {
  std::sort(values.begin(), values.end());
  const auto at = [&](double share) {
    return text(values[static_cast<size_t>(share * static_cast<double>(values.size() - 1))]);
  };
  return absl::StrCat("smallest ", at(0), ", median ", at(0.5), ", 95% ", at(0.95), ", largest ",
                      at(1));
}

std::string Whole(int64_t number) { return absl::StrCat(number); }
std::string Hundredths(double number) { return absl::StrFormat("%.2f", number); }

template <typename Number>
std::string FirstNumbers(const std::vector<Number>& numbers) {
  std::string text;
  for (size_t i = 0; i < numbers.size() && i < kMostNumbers; ++i)
    absl::StrAppend(&text, i == 0 ? "" : " ", ShortestDecimal(numbers[i]));
  if (numbers.size() > kMostNumbers) text += " \xE2\x80\xA6";
  return text;
}

}  // namespace

std::string FileSuffixOf(absl::string_view bytes) {
  const std::string picture = ImageSuffix(bytes);
  if (!picture.empty()) return ReadImageHeader(bytes).ok() ? picture : "";
  return ReadSoundHeader(bytes).ok() ? SoundSuffix(bytes) : "";
}

std::string ValueText(const Value& value) {
  if (value.is_integers()) return FirstNumbers(value.integers());
  if (value.is_floats()) return FirstNumbers(value.floats());
  const std::string& bytes = value.bytes();
  if (!ImageSuffix(bytes).empty()) {
    if (const auto header = ReadImageHeader(bytes); header.ok())
      return absl::StrCat(header->height, "x", header->width, " picture, ",
                          FormatName(header->format));
  }
  if (IsUtf8(bytes)) {
    return Utf8Shortened(absl::StrReplaceAll(bytes, {{"\n", "\\n"}, {"\r", "\\r"}, {"\t", "\\t"}}),
                         kMostCharacters);
  }
  if (const auto header = ReadSoundHeader(bytes); header.ok() && header->rate > 0) {
    return absl::StrFormat("%.2f s of sound at %d Hz",
                           static_cast<double>(header->frames) / static_cast<double>(header->rate),
                           header->rate);
  }
  return absl::StrCat(bytes.size(), " bytes");
}

void ValueStatistics::AddBytes(const std::string& bytes) {
  lengths_.push_back(static_cast<int64_t>(bytes.size()));
  if (!ImageSuffix(bytes).empty()) {
    if (const auto header = ReadImageHeader(bytes); header.ok()) {
      heights_.push_back(header->height);
      widths_.push_back(header->width);
    }
  } else if (!IsUtf8(bytes)) {
    if (const auto header = ReadSoundHeader(bytes); header.ok() && header->rate > 0)
      seconds_.push_back(static_cast<double>(header->frames) / static_cast<double>(header->rate));
  }
  if (bytes.size() > kLongestCounted || !IsUtf8(bytes)) counts_all_ = false;
  if (counts_all_) ++counts_[bytes];
}

template <typename Number>
void ValueStatistics::AddNumbers(const std::vector<Number>& numbers) {
  unit_ = "numbers";
  lengths_.push_back(static_cast<int64_t>(numbers.size()));
  for (const Number number : numbers) {
    const auto real = static_cast<double>(number);
    if (std::isnan(real)) continue;
    least_ = has_numbers_ ? std::min(least_, real) : real;
    most_ = has_numbers_ ? std::max(most_, real) : real;
    has_numbers_ = true;
  }
  if (numbers.size() != 1) counts_all_ = false;
  if (counts_all_) ++counts_[ShortestDecimal(numbers[0])];
}

void ValueStatistics::Add(const Value& value) {
  if (value.is_bytes()) AddBytes(value.bytes());
  if (value.is_integers()) AddNumbers(value.integers());
  if (value.is_floats()) AddNumbers(value.floats());
  if (counts_.size() > kMostDistinct) counts_all_ = false;
  if (!counts_all_) counts_.clear();
}

std::vector<std::string> ValueStatistics::Lines() const {
  if (lengths_.empty()) return {"none"};
  std::vector<std::string> lines = {
      absl::StrCat("length in ", unit_, ": ", Quantiles(lengths_, Whole))};
  if (has_numbers_)
    lines.push_back(
        absl::StrCat("numbers from ", ShortestDecimal(least_), " to ", ShortestDecimal(most_)));
  if (!heights_.empty()) {
    lines.push_back(
        absl::StrCat(heights_.size(), " pictures; height: ", Quantiles(heights_, Whole)));
    lines.push_back(absl::StrCat("width: ", Quantiles(widths_, Whole)));
  }
  if (!seconds_.empty()) {
    double all = 0;
    for (const double seconds : seconds_) all += seconds;
    lines.push_back(absl::StrFormat("%d sounds, %.2f hours; seconds: %s", seconds_.size(),
                                    all / 3600, Quantiles(seconds_, Hundredths)));
  }
  // Where hardly any repeats, which ones are the most frequent says nothing.
  if (counts_all_ && 2 * counts_.size() <= lengths_.size()) {
    std::vector<std::pair<int64_t, std::string>> order;
    for (const auto& [text, count] : counts_) order.emplace_back(-count, text);
    std::sort(order.begin(), order.end());
    std::string line = absl::StrCat(order.size(), " distinct: ");
    for (size_t i = 0; i < order.size() && i < kMostNamed; ++i)
      absl::StrAppend(&line, i == 0 ? "" : ", ", ValueText(order[i].second), " ", -order[i].first);
    if (order.size() > kMostNamed) line += ", \xE2\x80\xA6";
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace t2t
