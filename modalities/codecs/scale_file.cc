#include "modalities/codecs/scale_file.h"

#include <cmath>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "modalities/codecs/vocabulary_file.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr char kScaleFile[] = "scale.txt";

}  // namespace

void Moments::Add(double number) {
  count_ += 1;
  const double before = number - mean_;
  mean_ += before / count_;
  squares_ += before * (number - mean_);
}

absl::StatusOr<Scale> Moments::scale() const {
  const double deviation = count_ > 0 ? std::sqrt(squares_ / count_) : 0;
  if (!std::isfinite(mean_) || !std::isfinite(deviation))
    return absl::InvalidArgumentError("the training values are too large to be scaled");
  const double least = 1e-12 * std::abs(mean_);
  return Scale{mean_, deviation > least ? deviation : 1};
}

absl::StatusOr<std::vector<Scale>> ScalesOf(const std::vector<Moments>& moments) {
  std::vector<Scale> scales;
  for (const Moments& component : moments) {
    T2T_ASSIGN_OR_RETURN(const Scale scale, component.scale());
    scales.push_back(scale);
  }
  return scales;
}

CodecFiles WriteScales(const std::vector<Scale>& scales) {
  if (scales.empty()) return {};
  std::vector<std::string> lines;
  for (const Scale& scale : scales)
    lines.push_back(absl::StrFormat("%d %.17g %.17g", lines.size(), scale.mean, scale.deviation));
  return {{kScaleFile, WriteVocabulary("scale", lines)}};
}

absl::StatusOr<std::vector<Scale>> ReadScales(const CodecFiles& files, int64_t count) {
  T2T_ASSIGN_OR_RETURN(const std::string bytes, OnlyFile(files, kScaleFile));
  T2T_ASSIGN_OR_RETURN(const std::vector<std::string> lines,
                       ReadVocabulary("scale", bytes, kScaleFile));
  std::vector<Scale> scales;
  for (const std::string& line : lines) {
    const std::vector<absl::string_view> fields = absl::StrSplit(line, ' ');
    Scale scale;
    if (fields.size() != 3 || fields[0] != absl::StrCat(scales.size()) ||
        !absl::SimpleAtod(fields[1], &scale.mean) ||
        !absl::SimpleAtod(fields[2], &scale.deviation) || !std::isfinite(scale.mean) ||
        !std::isfinite(scale.deviation) || scale.deviation <= 0) {
      return absl::InvalidArgumentError(
          absl::StrCat(kScaleFile, ": component ", scales.size(),
                       " is not its number, a mean and a standard deviation above 0"));
    }
    scales.push_back(scale);
  }
  const auto there = static_cast<int64_t>(scales.size());
  if (there == 0 || (count > 0 && there != count)) {
    return absl::InvalidArgumentError(absl::StrCat(kScaleFile, ": has ", there, " components, not ",
                                                   count > 0 ? count : 1,
                                                   count > 0 ? "" : " or more"));
  }
  return scales;
}

}  // namespace t2t
