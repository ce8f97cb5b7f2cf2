#include "tensor2tensor/report/contact_sheet.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "modalities/codecs/pixels.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr int64_t kShownSize = 64;  // what is smaller is drawn larger, up to this
constexpr int64_t kGap = 2;

}  // namespace

absl::StatusOr<std::string> ContactSheetPng(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::vector<Pixels>> pictures;
  int64_t height = 0, width = 0, columns = 0;
  for (const std::vector<std::string>& row : rows) {
    pictures.emplace_back();
    for (const std::string& file : row) {
      auto picture = DecodePixels(file, /*channels=*/3);
      if (!picture.ok()) {
        return Annotate(picture.status(), absl::StrCat("picture ", pictures.back().size() + 1,
                                                       " of row ", pictures.size()));
      }
      height = std::max(height, picture->height);
      width = std::max(width, picture->width);
      pictures.back().push_back(*std::move(picture));
    }
    columns = std::max(columns, static_cast<int64_t>(row.size()));
  }
  if (columns == 0) return absl::InvalidArgumentError("a contact sheet needs a picture");
  const int64_t times = std::max<int64_t>(kShownSize / std::max(height, width), 1);
  const int64_t field_height = height * times + kGap, field_width = width * times + kGap;
  Pixels sheet{
      static_cast<int64_t>(rows.size()) * field_height + kGap, columns * field_width + kGap, 3, {}};
  sheet.values.assign(static_cast<size_t>(sheet.height * sheet.width * sheet.channels), 1.0f);
  for (size_t row = 0; row < pictures.size(); ++row) {
    for (size_t column = 0; column < pictures[row].size(); ++column) {
      const Pixels& picture = pictures[row][column];
      const int64_t top =
          static_cast<int64_t>(row) * field_height + kGap + (height - picture.height) / 2 * times;
      const int64_t left =
          static_cast<int64_t>(column) * field_width + kGap + (width - picture.width) / 2 * times;
      for (int64_t y = 0; y < picture.height * times; ++y) {
        for (int64_t x = 0; x < picture.width * times; ++x) {
          for (int64_t c = 0; c < 3; ++c)
            sheet.at(top + y, left + x, c) = picture.at(y / times, x / times, c);
        }
      }
    }
  }
  return EncodePng(sheet);
}

}  // namespace t2t
