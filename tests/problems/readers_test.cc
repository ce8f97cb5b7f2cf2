#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "problems/readers/cmudict.h"
#include "problems/readers/idx.h"
#include "random/philox.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kDictionary[] =
    "/** @type {{ [word: string]: string }} */\n"
    "export const dictionary = {\n"
    "  \"'bout\": \"B AW1 T\",\n"
    "  \"a\": \"AH0\",\n"
    "  \"a(2)\": \"EY1\",\n"
    "  aalborg: 'AO1 L B AO0 R G # place, danish',\n"
    "  \"a.\": \"EY1\"\n"
    "}\n";

TEST(Cmudict, ReadsWordsVariantsAndComments) {
  const auto words = ParseCmudict(kDictionary, "index.js");
  ASSERT_TRUE(words.ok()) << words.status();
  ASSERT_EQ(words->size(), 4u);
  EXPECT_EQ((*words)[0].word, "'bout");
  EXPECT_EQ((*words)[1].word, "a");
  EXPECT_THAT((*words)[1].pronunciations, ElementsAre("AH0", "EY1"));
  EXPECT_EQ((*words)[2].word, "aalborg");
  EXPECT_THAT((*words)[2].pronunciations, ElementsAre("AO1 L B AO0 R G"));
  EXPECT_EQ(WithoutStress("AO1 L B AO0 R G"), "AO L B AO R G");
}

TEST(Cmudict, ErrorsNameTheLine) {
  const auto error = [](const std::string& line) {
    return std::string(
        ParseCmudict("x = {\n\"a\": \"AH0\",\n" + line + "\n}\n", "index.js").status().message());
  };
  EXPECT_EQ(error("\"b\" \"B\","), "index.js:3: there is no ':' behind the word");
  EXPECT_EQ(error("\"b\": \"\","), "index.js:3: a pronunciation is empty");
  EXPECT_EQ(error("\"b\": \"B1X\","), "index.js:3: 'B1X' is not a phone such as AH0 or K");
  EXPECT_EQ(error("\"b\": \"B"), "index.js:3: a string does not end");
  EXPECT_EQ(error("\"b\": \"B\" junk"), "index.js:3: ' junk' stands behind the pronunciation");
  EXPECT_THAT(std::string(ParseCmudict("", "f").status().message()), HasSubstr("does not begin"));
}

TEST(Cmudict, EveryTruncationIsNoticed) {
  const std::string whole = kDictionary;
  for (size_t size = 0; size + 2 < whole.size(); ++size) {
    EXPECT_FALSE(ParseCmudict(whole.substr(0, size), "index.js").ok()) << size;
  }
}

std::string Idx(const std::vector<uint32_t>& shape, const std::string& bytes) {
  std::string file = {0, 0, 8, static_cast<char>(shape.size())};
  for (const uint32_t size : shape) {
    for (int shift = 24; shift >= 0; shift -= 8) file += static_cast<char>(size >> shift);
  }
  return file + bytes;
}

TEST(IdxReader, ReadsItems) {
  const auto array = ParseIdx(Idx({3, 1, 2}, "abcdef"), "x");
  ASSERT_TRUE(array.ok()) << array.status();
  EXPECT_THAT(array->shape, ElementsAre(3, 1, 2));
  EXPECT_EQ(array->Item(2), "ef");
  EXPECT_TRUE(ParseIdx(Idx({0, 5}, ""), "x").ok());
}

TEST(IdxReader, ErrorsNameFileAndOffset) {
  EXPECT_THAT(ParseIdx("hello", "f").status().message(), HasSubstr("f: offset 0: not an IDX file"));
  EXPECT_THAT(ParseIdx(Idx({3, 2}, "abcde"), "f").status().message(),
              HasSubstr("f: offset 12: 5 bytes follow, but the shape is 3x2"));
  // Sizes whose product overflows 64 bits.
  EXPECT_FALSE(ParseIdx(Idx({0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}, "a"), "f").ok());
  EXPECT_THAT(ReadIdx("/nonexistent/x").status().message(), HasSubstr("/nonexistent/x"));
}

TEST(IdxReader, TruncatedAndRandomBytesAreErrors) {
  const std::string whole = Idx({3, 1, 2}, "abcdef");
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(ParseIdx(whole.substr(0, size), "f").ok());
  Philox random(RandomKey(5).With("idx"));
  for (int i = 0; i < 2000; ++i) {
    std::string bytes = whole.substr(0, 4);
    for (uint64_t k = random.Below(40); k > 0; --k) bytes += static_cast<char>(random.Below(256));
    if (random.Below(2) == 0)
      bytes[random.Below(bytes.size())] = static_cast<char>(random.Below(256));
    const auto array = ParseIdx(bytes, "f");
    if (array.ok()) {
      int64_t product = 1;
      for (const int64_t size : array->shape) product *= size;
      EXPECT_EQ(product, static_cast<int64_t>(array->bytes.size()));
    }
  }
}

TEST(ReadMaybeGzip, ReadsBothAndNoticesDamage) {
  // printf 'hello hello hello' | gzip -n
  const unsigned char bytes[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03,
                                 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x57, 0xc8, 0x40, 0x90, 0x00,
                                 0x80, 0x88, 0xf9, 0xe5, 0x11, 0x00, 0x00, 0x00};
  const std::string zipped(bytes, bytes + sizeof(bytes));
  const ScratchFolder folder;
  EXPECT_EQ(*ReadMaybeGzip(folder.Write("plain", "abc"), 100), "abc");
  EXPECT_EQ(*ReadMaybeGzip(folder.Write("whole.gz", zipped), 100), "hello hello hello");
  EXPECT_THAT(ReadMaybeGzip(folder.Write("whole.gz", zipped), 5).status().message(),
              HasSubstr("more than 5 bytes"));
  for (size_t size = 3; size < zipped.size() - 8; ++size) {
    const auto read = ReadMaybeGzip(folder.Write("cut.gz", zipped.substr(0, size)), 100);
    if (read.ok()) {
      EXPECT_NE(*read, "hello hello hello") << size;
    } else {
      EXPECT_THAT(read.status().message(), HasSubstr("cut.gz: damaged gzip stream")) << size;
    }
  }
}

}  // namespace
}  // namespace t2t
