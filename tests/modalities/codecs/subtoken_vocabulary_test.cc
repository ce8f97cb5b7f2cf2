#include "modalities/codecs/subtoken_vocabulary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "files/atomic_file.h"
#include "modalities/codecs/text_codec.h"
#include "random/philox.h"
#include "tests/modalities/codecs/codec_testing.h"

namespace t2t {
namespace {

using ::testing::HasSubstr;

// What the original's build_from_token_counts (tensor2tensor, commit bafdc1b; min_count 2) makes of three sentences. The ids below are those
// that its own encode gives with this file, run on Python 3.11.
constexpr char kSubtokens[] =
    "<pad>_ <EOS>_ _ o s l i e d \\ @ \u00fcber_ u the_ t s_ r_ r qu p ot n_ n ing ie_ h e_ ch "
    "Hunde_ ;@ ._ ' \" @_ \u00fc z y x w v m k j g f c b a T F D 2 0 , ) ( ! q S O H E > < ; 9 8 7 "
    "6 5 4 3 1 .";

std::string TinyFile() {
  std::string file;
  for (const auto subtoken : absl::StrSplit(kSubtokens, ' '))
    absl::StrAppend(&file, "'", absl::StrReplaceAll(subtoken, {{"@", " "}}), "'\n");
  return file;
}

SubtokenVocabulary Tiny() {
  SubtokenVocabulary vocabulary("tiny.subwords");
  const absl::Status status = vocabulary.Load({{"vocabulary.subwords", TinyFile()}});
  EXPECT_TRUE(status.ok()) << status;
  return vocabulary;
}

TEST(SubtokenVocabularyTest, GivesTheIdsOfTheOriginal) {
  const SubtokenVocabulary tiny = Tiny();
  EXPECT_EQ(tiny.size(), 74);
  const std::vector<std::pair<std::string, std::vector<int64_t>>> expected = {
      {"", {}},
      {"the dog", {13, 8, 3, 43, 2}},
      {"The dogs, the fox.", {48, 25, 26, 8, 3, 43, 15, 53, 33, 13, 44, 3, 37, 2, 30}},
      {" two  spaces ", {33, 14, 38, 3, 2, 10, 33, 4, 19, 47, 45, 7, 15, 33}},
      {"snake_case\\path",
       {4, 22, 47, 41, 26, 9, 12, 2, 45, 47, 4, 26, 9, 9, 2, 19, 47, 14, 25, 2}},
      {"F\u00fcchse \u00fcber 20 \u20ac",
       {49, 34, 27, 4, 26, 11, 51, 52, 2, 10, 9, 66, 71, 68, 70, 64, 2}},
      {"\u65e5\u672c\u8a9e \u3068 English",
       {9,  51, 68, 52, 66, 69, 64, 9,  51, 68, 70, 72, 51, 64, 9, 71, 69, 70, 66,
        68, 64, 2,  9,  72, 51, 71, 65, 51, 64, 2,  61, 22, 43, 5, 6,  4,  25, 2}},
      {"a\nb\tc", {47, 2, 9, 72, 52, 64, 2, 46, 2, 9, 65, 64, 2, 45, 2}},
      {"na\u00efve\u2014clich\u00e9", {22, 47, 9, 51, 71, 65, 64, 39, 26, 9,  66, 51, 72,
                                       51, 64, 2, 45, 5,  6,  27, 9,  51, 71, 71, 64, 2}},
      {"\U0001F600 ok", {9, 72, 51, 66, 69, 72, 51, 29, 2, 3, 41, 2}},
      {"don't 'stop'", {8, 3, 21, 31, 2, 14, 2, 10, 31, 2, 4, 14, 3, 19, 2, 31, 2}},
      {" ", {33}},
      {"\u00bdx\u00b2", {9, 72, 66, 65, 64, 37, 9, 72, 67, 66, 64, 2}},
      {"e\u0301 x", {26, 9, 67, 68, 65, 29, 2, 37, 2}},
      {"x\u00a0y", {37, 2, 9, 72, 68, 52, 64, 2, 36, 2}},
  };
  for (const auto& [text, ids] : expected) {
    EXPECT_EQ(tiny.Encode(text), ids) << text;
    EXPECT_EQ(tiny.Decode(ids), text);
  }
}

TEST(SubtokenVocabularyTest, DecodesAnyIdsAsTheOriginalDoes) {
  const SubtokenVocabulary tiny = Tiny();
  EXPECT_EQ(tiny.Decode({2, 2, 2}), "");
  EXPECT_EQ(tiny.Decode({1, 5, 0, 0}), "<EOS>l<pad><pad>");
  // "\99999999;_\u\x\55;": a number of no character, and a backslash that spells nothing.
  EXPECT_EQ(tiny.Decode({9, 65, 65, 65, 65, 65, 65, 65, 65, 64, 2, 9, 12, 9, 37, 9, 69, 69, 64}),
            "\u3013_\\x7");
  EXPECT_EQ(tiny.Decode({2, 2, 9, 72, 51}), "\\12");
}

// Also what the original has no word for: bytes that belong to no character.
TEST(SubtokenVocabularyTest, EveryTextTurnsBack) {
  const SubtokenVocabulary tiny = Tiny();
  const std::vector<std::string> pieces = {
      "a",          " ",  "_",    "\\", "\\u",    ";",      "the ",   "\u00fc", "\u4e2d",
      "\U0001F600", "\n", "\\7;", "  ", "\u2028", "\u0663", "\u0300", "\r",     "<EOS>"};
  Philox random(RandomKey(3).With("subtokens"));
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (uint64_t left = random.Below(12); left > 0; --left) {
      text += random.Below(4) == 0 ? std::string(1, static_cast<char>(random.Below(256)))
                                   : pieces[random.Below(pieces.size())];
    }
    const std::vector<int64_t> ids = tiny.Encode(text);
    for (const int64_t id : ids) EXPECT_TRUE(id >= 2 && id < tiny.size());
    EXPECT_EQ(tiny.Decode(ids), text);
  }
}

TEST(SubtokenVocabularyTest, ReadsFilesAsTheOriginalDoes) {
  const auto load = [](const std::string& text, SubtokenVocabulary* vocabulary) {
    return vocabulary->Load({{"vocabulary.subwords", text}});
  };
  // Without quotation marks, with those of another kind, with the line ends of another system; an older file's reserved names.
  const std::string plain = absl::StrReplaceAll(
      TinyFile(), {{"'<pad>_'", "<pad>"}, {"'<EOS>_'", "\"<EOS>\""}, {"'the_'", "the_ \r"}});
  SubtokenVocabulary other("");
  ASSERT_TRUE(load(plain, &other).ok());
  EXPECT_EQ(other.Encode("the dog"), Tiny().Encode("the dog"));
  EXPECT_EQ(other.Files().at("vocabulary.subwords"), plain);
  EXPECT_EQ(other.Describe(), "subwords of Tensor2Tensor, 74 subtokens");
  // One that is there twice has its last id; "'\n'", a line feed in a subtoken, is two empty ones.
  ASSERT_TRUE(load(TinyFile() + "'the_'\n'\n'\n", &other).ok());
  EXPECT_EQ(other.size(), 77);
  EXPECT_EQ(other.Encode("the"), std::vector<int64_t>{74});
  EXPECT_EQ(other.Decode({75, 13, 76}), "the");
  // A letter that only a longer subtoken has is spelt by its number, where the original stops.
  ASSERT_TRUE(load(TinyFile() + "'Zoo_'\n", &other).ok());
  EXPECT_EQ(other.Encode("Zoo"), std::vector<int64_t>{74});
  EXPECT_EQ(other.Decode(other.Encode("Zo")), "Zo");

  EXPECT_THAT(std::string(load("a\nb\n", &other).message()),
              HasSubstr("subwords:1: is 'a'; Tensor2"));
  EXPECT_THAT(std::string(load("", &other).message()), HasSubstr("has no subtoken"));
  EXPECT_THAT(std::string(load(absl::StrReplaceAll(TinyFile(), {{"';'\n", ""}}), &other).message()),
              HasSubstr("has no subtoken ';'"));
  EXPECT_THAT(std::string(load("<pad>\n<EOS>\n\xff\n", &other).message()),
              HasSubstr("subwords:3: '\uFFFD' is not UTF-8"));
  EXPECT_TRUE(absl::IsNotFound(SubtokenVocabulary("/none/x.subwords").Learn(nullptr)));
}

TEST(SubtokenVocabularyTest, IsAKindOfTextVocabulary) {
  const std::string path = absl::StrCat(testing::TempDir(), "/tiny.subwords");
  ASSERT_TRUE(WriteFileAtomically(path, TinyFile()).ok());
  const auto codec =
      CodecFromYaml(MakeTextCodec, absl::StrCat("vocab: {kind: subwords, file: ", path, "}"));
  ASSERT_TRUE(codec.ok()) << codec.status();
  ASSERT_TRUE((*codec)->Learn(StreamOf({})).ok());
  EXPECT_EQ((*codec)->vocabulary_size(), 74);
  EXPECT_TRUE((*codec)->reversible());
  const auto again = CodecFromYaml(MakeTextCodec, "vocab: {kind: subwords, file: elsewhere}");
  ASSERT_TRUE((*again)->Load((*codec)->Files()).ok());
  const Units units = *(*again)->Encode(Value("the dog"), {});
  EXPECT_EQ(units.ids, (std::vector<int64_t>{13, 8, 3, 43, 2}));
  EXPECT_EQ((*codec)->Decode(units)->bytes(), "the dog");
  EXPECT_THAT(OptionsError(MakeTextCodec, "vocab: {kind: subwords}"),
              HasSubstr("must name a vocabulary of Tensor2Tensor"));
}

}  // namespace
}  // namespace t2t
