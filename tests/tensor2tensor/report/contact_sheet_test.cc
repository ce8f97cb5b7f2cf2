#include "tensor2tensor/report/contact_sheet.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "modalities/codecs/pixels.h"

namespace t2t {
namespace {

using ::testing::HasSubstr;

std::string Grey(int64_t height, int64_t width, float value) {
  return *EncodePng(
      {height, width, 1, std::vector<float>(static_cast<size_t>(height * width), value)});
}

// Pictures of 16 and less are drawn four times as large, with two white pixels around each field.
TEST(ContactSheet, HasARowForEachExample) {
  const auto png = ContactSheetPng({{Grey(16, 16, 0), Grey(8, 16, 0)}, {Grey(16, 16, 0)}});
  ASSERT_TRUE(png.ok()) << png.status();
  const auto sheet = DecodePixels(*png, 1);
  ASSERT_TRUE(sheet.ok()) << sheet.status();
  EXPECT_EQ(sheet->height, 2 + 2 * 66);
  EXPECT_EQ(sheet->width, 2 + 2 * 66);
  const auto at = [&](int64_t row, int64_t column) { return sheet->at(row, column, 0); };
  EXPECT_EQ(at(1, 1), 1);
  EXPECT_EQ(at(2, 2), 0);
  EXPECT_EQ(at(65, 65), 0);
  EXPECT_EQ(at(66, 66), 1);
  // The flat one is in the middle of its field.
  EXPECT_EQ(at(2 + 15, 68), 1);
  EXPECT_EQ(at(2 + 16, 68), 0);
  EXPECT_EQ(at(2 + 47, 68), 0);
  EXPECT_EQ(at(2 + 48, 68), 1);
  EXPECT_EQ(at(68, 2), 0);
  EXPECT_EQ(at(68, 68), 1);  // no second picture
}

TEST(ContactSheet, ALargePictureKeepsItsSize) {
  const auto png = ContactSheetPng({{Grey(50, 100, 0.5f)}});
  ASSERT_TRUE(png.ok()) << png.status();
  EXPECT_EQ(DecodePixels(*png, 1)->width, 104);
  EXPECT_EQ(DecodePixels(*png, 1)->height, 54);
}

TEST(ContactSheet, NamesWhatIsNoPicture) {
  EXPECT_THAT(std::string(ContactSheetPng({}).status().message()), HasSubstr("needs a picture"));
  EXPECT_THAT(std::string(ContactSheetPng({{}, {}}).status().message()),
              HasSubstr("needs a picture"));
  EXPECT_THAT(std::string(ContactSheetPng({{}, {Grey(2, 2, 0), "a text"}}).status().message()),
              HasSubstr("picture 2 of row 2"));
}

}  // namespace
}  // namespace t2t
