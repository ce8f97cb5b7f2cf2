#include "problems/folder/row_filter.h"

#include <re2/re2.h>

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "modalities/codecs/image_header.h"
#include "modalities/codecs/sound.h"
#include "problems/rows/row.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

double LengthOf(const Value& value) {
  if (value.is_floats()) return static_cast<double>(value.floats().size());
  if (value.is_integers()) return static_cast<double>(value.integers().size());
  // Characters of UTF-8: the bytes that do not go on with one.
  return static_cast<double>(std::count_if(value.bytes().begin(), value.bytes().end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string Outside(const std::string& port, const char* what, const Range& range) {
  return absl::StrCat(port, ": ", what, " outside of ", range.text);
}

}  // namespace

absl::StatusOr<Range> ParseRange(absl::string_view text) {
  Range range;
  range.text = std::string(text);
  const size_t dots = text.find("..");
  const auto wrong = [&] {
    return absl::InvalidArgumentError(
        absl::StrCat("'", text, "' is no range such as 3..200, 3.. or ..200"));
  };
  if (dots == absl::string_view::npos || text.size() == 2) return wrong();
  const absl::string_view least = text.substr(0, dots), most = text.substr(dots + 2);
  if (!least.empty() && !absl::SimpleAtod(least, &range.least)) return wrong();
  if (!most.empty() && !absl::SimpleAtod(most, &range.most)) return wrong();
  if (!(range.least <= range.most)) {
    return absl::InvalidArgumentError(absl::StrCat("the range '", text, "' is empty"));
  }
  return range;
}

absl::StatusOr<RowFilter> RowFilter::Make(std::vector<PortFilter> filters) {
  RowFilter made;
  for (const PortFilter& filter : filters) {
    made.patterns_.push_back(nullptr);
    if (filter.pattern.empty()) continue;
    auto pattern = std::make_shared<const RE2>(filter.pattern, RE2::Quiet);
    if (!pattern->ok()) {
      return absl::InvalidArgumentError(absl::StrCat("filter.", filter.port, ".pattern = '",
                                                     filter.pattern, "': ", pattern->error()));
    }
    made.patterns_.back() = std::move(pattern);
  }
  made.filters_ = std::move(filters);
  return made;
}

bool RowFilter::LeavesOutEmpty(const std::string& port) const {
  return std::any_of(filters_.begin(), filters_.end(), [&](const PortFilter& filter) {
    return filter.port == port && filter.length && filter.length->least > 0;
  });
}

absl::StatusOr<std::string> RowFilter::Refusal(const Example& example) const {
  for (size_t i = 0; i < filters_.size(); ++i) {
    const PortFilter& filter = filters_[i];
    const auto found = example.ports.find(filter.port);
    if (found == example.ports.end()) continue;
    const Value& value = found->second;
    const double length = LengthOf(value);
    if (filter.length && !filter.length->Has(length))
      return Outside(filter.port, "length", *filter.length);
    if (patterns_[i] != nullptr && !RE2::PartialMatch(TextOfValue(value), *patterns_[i])) {
      return absl::StrCat(filter.port, ": does not fit the pattern");
    }
    for (const auto& [other, range] : filter.ratio) {
      const auto beside = example.ports.find(other);
      if (beside == example.ports.end()) continue;
      if (!range.Has(length / std::max(LengthOf(beside->second), 1.0)))
        return absl::StrCat(filter.port, ": ratio to ", other, " outside of ", range.text);
    }
    if (filter.seconds) {
      const auto read = ReadSoundHeader(value.bytes());
      if (!read.ok()) return Annotate(read.status(), filter.port);
      const SoundHeader& header = *read;
      const double seconds = static_cast<double>(header.frames) /
                             static_cast<double>(std::max<int64_t>(header.rate, 1));
      if (!filter.seconds->Has(seconds)) return Outside(filter.port, "seconds", *filter.seconds);
    }
    if (filter.side) {
      const auto read = ReadImageHeader(value.bytes());
      if (!read.ok()) return Annotate(read.status(), filter.port);
      const ImageHeader& header = *read;
      if (!filter.side->Has(static_cast<double>(std::min(header.height, header.width))))
        return Outside(filter.port, "shorter side", *filter.side);
    }
  }
  return std::string();
}

}  // namespace t2t
