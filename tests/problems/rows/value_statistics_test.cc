#include "problems/rows/value_statistics.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "modalities/codecs/pixels.h"
#include "modalities/codecs/sound.h"

namespace t2t {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> LinesOf(const std::vector<Value>& values) {
  ValueStatistics statistics;
  for (const Value& value : values) statistics.Add(value);
  return statistics.Lines();
}

std::string Picture(int64_t height, int64_t width) {
  return *EncodePng(
      PixelsOfGrey(std::string(static_cast<size_t>(height * width), 'x'), height, width));
}

std::string Second() { return *EncodeWav({8000, std::vector<float>(8000, 0.5f)}); }

TEST(ValueStatistics, SayWhatTheValuesAre) {
  EXPECT_THAT(LinesOf({}), ElementsAre("none"));
  EXPECT_THAT(LinesOf({"cat", "dog", "cat", "cat", "tit\n"}),
              ElementsAre("length in bytes: smallest 3, median 3, 95% 3, largest 4"));
  EXPECT_THAT(LinesOf({"cat", "dog", "cat", "cat"}),
              ElementsAre("length in bytes: smallest 3, median 3, 95% 3, largest 3",
                          "2 distinct: cat 3, dog 1"));
  EXPECT_THAT(LinesOf({std::vector<int64_t>{7}, std::vector<int64_t>{-2}, std::vector<int64_t>{7},
                       std::vector<int64_t>{7}}),
              ElementsAre("length in numbers: smallest 1, median 1, 95% 1, largest 1",
                          "numbers from -2 to 7", "2 distinct: 7 3, -2 1"));
  EXPECT_THAT(LinesOf({std::vector<float>{}, std::vector<float>{0.5f, 2}}),
              ElementsAre("length in numbers: smallest 0, median 0, 95% 0, largest 2",
                          "numbers from 0.5 to 2"));
  const auto pictures = LinesOf({Picture(3, 5), Picture(4, 4)});
  ASSERT_EQ(pictures.size(), 3u);
  EXPECT_EQ(pictures[1], "2 pictures; height: smallest 3, median 3, 95% 3, largest 4");
  EXPECT_EQ(pictures[2], "width: smallest 4, median 4, 95% 4, largest 5");
  const auto sounds = LinesOf({Second(), Second()});
  ASSERT_EQ(sounds.size(), 2u);
  EXPECT_EQ(sounds[1],
            "2 sounds, 0.00 hours; seconds: smallest 1.00, median 1.00, 95% 1.00, largest 1.00");
}

TEST(ValueStatistics, OfManyDistinctValuesNoneIsNamed) {
  ValueStatistics statistics;
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 11000; ++i) statistics.Add(Value(absl::StrCat(i)));
  }
  EXPECT_EQ(statistics.Lines().size(), 1u);
}

TEST(ValueText, IsOneLineForPeople) {
  EXPECT_EQ(ValueText("two\nlines"), "two\\nlines");
  EXPECT_EQ(ValueText(""), "");
  EXPECT_EQ(ValueText("\xff\xfe"), "2 bytes");
  EXPECT_EQ(ValueText(std::vector<int64_t>{1, -2}), "1 -2");
  EXPECT_EQ(ValueText(std::vector<float>(20, 0.5f)),
            "0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 \u2026");
  EXPECT_EQ(ValueText(Picture(3, 5)), "3x5 picture, PNG");
  EXPECT_EQ(ValueText(Second()), "1.00 s of sound at 8000 Hz");
  EXPECT_EQ(FileSuffixOf(Picture(3, 5)), ".png");
  EXPECT_EQ(FileSuffixOf(Second()), ".wav");
  for (const char* other : {"", "text", "\x89PNG\r\n\x1a\n"}) EXPECT_EQ(FileSuffixOf(other), "");
}

}  // namespace
}  // namespace t2t
