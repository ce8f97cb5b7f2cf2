#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "modalities/codecs/sentencepiece_wrapper.h"
#include "modalities/codecs/text_codec.h"
#include "modalities/codecs/unigram_words.h"
#include "random/philox.h"
#include "tests/modalities/codecs/codec_testing.h"

namespace t2t {
namespace {

using ::testing::HasSubstr;

// A small language: 40 syllables, words of one to three of them.
std::vector<std::string> Corpus(int sentences) {
  Philox random(RandomKey(1).With("corpus"));
  std::vector<std::string> texts;
  for (int i = 0; i < sentences; ++i) {
    std::string text;
    for (int word = 0; word < 8; ++word) {
      if (word > 0) text += ' ';
      for (uint64_t syllables = 1 + random.Below(3); syllables > 0; --syllables) {
        const uint64_t which = random.Below(40);
        text += "bdfgklmn"[which % 8];
        text += "aeiou"[which / 8];
      }
    }
    texts.push_back(text);
  }
  return texts;
}

absl::StatusOr<std::unique_ptr<Codec>> Learn(const std::string& yaml,
                                             const std::vector<std::string>& texts) {
  T2T_ASSIGN_OR_RETURN(std::unique_ptr<Codec> codec, CodecFromYaml(MakeTextCodec, yaml));
  T2T_RETURN_IF_ERROR(codec->Learn(StreamOf(ValuesOf(texts))));
  return codec;
}

// The pieces that the ids of a text stand for, joined by '|'.
std::string Pieces(const Codec& codec, const std::string& text) {
  std::string error, line;
  const auto model = SentencePieceModel::Parse(codec.Files().at("sentencepiece.model"), &error);
  const auto units = codec.Encode(Value(text), {});
  for (int64_t id : units->ids) absl::StrAppend(&line, model->text(id), "|");
  return line;
}

std::string RoundTrip(const Codec& codec, const std::string& text) {
  auto units = codec.Encode(Value(text), {});
  if (!units.ok()) return units.status().ToString();
  for (int64_t id : units->ids) {
    if (id < 0 || id >= codec.vocabulary_size()) return absl::StrCat("id ", id);
  }
  return codec.Decode(*units)->bytes();
}

// Bytes, characters of all lengths, and whatever SentencePiece treats as special.
std::string RandomText(Philox* random) {
  static const char* const kSpecial[] = {" ",   "  ",     "\u2581", "<0x41>", "<unk>",
                                         "<s>", "\u2047", "\u2585", "\uFFFD", "\t",
                                         "\n",  "<0x",    "ba",     "\u00e9"};
  std::string text;
  for (uint64_t parts = random->Below(12); parts > 0; --parts) {
    switch (random->Below(3)) {
      case 0:
        text += kSpecial[random->Below(std::size(kSpecial))];
        break;
      case 1:
        text += static_cast<char>(random->Below(256));
        break;
      default:
        text += "bakemo"[random->Below(6)];
    }
  }
  return text;
}

class SubwordCodecTest : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Models, SubwordCodecTest, ::testing::Values("unigram", "bpe"));

TEST_P(SubwordCodecTest, AnyBytesComeBack) {
  const auto codec =
      Learn(absl::StrCat("vocab: {size: 400, model: ", GetParam(), "}"), Corpus(300));
  ASSERT_TRUE(codec.ok()) << codec.status();
  EXPECT_EQ((*codec)->vocabulary_size(), 400);
  EXPECT_TRUE((*codec)->reversible());
  Philox random(RandomKey(2).With(GetParam()));
  for (int i = 0; i < 5000; ++i) {
    const std::string text = RandomText(&random);
    ASSERT_EQ(RoundTrip(**codec, text), text) << testing::PrintToString(text);
  }
  // Every ill-formed or cut character, between others.
  for (int first = 0x7F; first < 256; ++first) {
    for (int second : {0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0}) {
      const std::string text = {'b', static_cast<char>(first), static_cast<char>(second), 'a'};
      ASSERT_EQ(RoundTrip(**codec, text), text) << first << ' ' << second;
    }
  }
}

TEST(SubwordCodecTest, EveryCharacterOfTheBasicPlaneComesBack) {
  const auto codec = Learn("vocab: {size: 300}", Corpus(100));
  ASSERT_TRUE(codec.ok()) << codec.status();
  for (uint32_t begin = 0x80; begin < 0x10000; begin += 0x400) {
    std::string text;
    for (uint32_t code = begin; code < begin + 0x400; ++code) {
      if (code >= 0x800) text += static_cast<char>(0xE0 | (code >> 12));
      text += static_cast<char>(code >= 0x800 ? 0x80 | ((code >> 6) & 63) : 0xC0 | (code >> 6));
      text += static_cast<char>(0x80 | (code & 63));
    }
    ASSERT_EQ(RoundTrip(**codec, text), text) << begin;
  }
}

TEST_P(SubwordCodecTest, PiecesAreWordsWithTheirSpace) {
  std::vector<std::string> texts;
  for (int i = 0; i < 50; ++i) {
    for (const char* text :
         {"the cat sat", "the dogs sat", "a cat ran", "then cats sat", "these dogs"})
      texts.push_back(text);
  }
  const auto codec = Learn(absl::StrCat("vocab: {model: ", GetParam(), ", size: 400}"), texts);
  ASSERT_TRUE(codec.ok()) << codec.status();
  EXPECT_EQ(Pieces(**codec, "the cat"), " the| cat|");
  EXPECT_EQ(Pieces(**codec, "cat the"), " cat| the|");
  // Characters that were never seen are spelt.
  EXPECT_THAT(Pieces(**codec, "the \u00e9"), HasSubstr("\xC3|\xA9|"));
  EXPECT_THAT(Pieces(**codec, "the\u2581cat"), HasSubstr("\xE2|\x96|\x81|"));
  EXPECT_THAT((*codec)->Describe(), HasSubstr("(400 asked; the training text has no more)"));
}

TEST_P(SubwordCodecTest, SmallOrStrangeTextLowersTheSize) {
  const std::vector<std::vector<std::string>> corpora = {{"a"},
                                                         {" "},
                                                         {std::string(39, 'a')},
                                                         {std::string(10'000, 'x')},
                                                         {"\t\n", std::string("\0", 1)},
                                                         {"\u2581\xFF"},
                                                         {"abcdefghijklmnop"},
                                                         {"<unk> <0x41> <unk> <0x41>", "<unk>"},
                                                         {"\u4e2d\u6587"}};
  for (const auto& corpus : corpora) {
    const auto codec = Learn(absl::StrCat("vocab: {model: ", GetParam(), "}"), corpus);
    ASSERT_TRUE(codec.ok()) << codec.status() << ' ' << testing::PrintToString(corpus);
    EXPECT_GE((*codec)->vocabulary_size(), 257);
    EXPECT_LT((*codec)->vocabulary_size(), 400);
    for (const std::string& text : corpus) EXPECT_EQ(RoundTrip(**codec, text), text);
  }
}

TEST_P(SubwordCodecTest, MoreCharactersThanPiecesAreSpelt) {
  std::string text;
  for (int i = 0; i < 2000; ++i) {
    text += {static_cast<char>(0xE4 + i / 1024), static_cast<char>(0x80 | ((i / 16) & 63)),
             static_cast<char>(0x80 | (i & 63))};
  }
  const auto codec =
      Learn(absl::StrCat("vocab: {size: 300, model: ", GetParam(), "}"), {text, text});
  ASSERT_TRUE(codec.ok()) << codec.status();
  EXPECT_LE((*codec)->vocabulary_size(), 300);
  EXPECT_EQ(RoundTrip(**codec, text), text);
  const std::vector<int64_t> ids = (*codec)->Encode(Value(text), {})->ids;
  EXPECT_GT(
      std::count_if(ids.begin(), ids.end(), [&](int64_t id) { return (*codec)->is_fallback(id); }),
      2000);
}

TEST(SubwordCodecTest, NothingToLearnFromIsAnError) {
  for (const auto& corpus : std::vector<std::vector<std::string>>{{}, {"", ""}}) {
    EXPECT_THAT(std::string(Learn("{}", corpus).status().message()), HasSubstr("no text to learn"));
  }
}

TEST(SubwordCodecTest, DamagedModelsAreRefused) {
  const auto codec = Learn("vocab: {size: 300}", Corpus(50));
  ASSERT_TRUE(codec.ok()) << codec.status();
  const std::string whole = (*codec)->Files().at("sentencepiece.model");
  EXPECT_FALSE((*codec)->Load({{"sentencepiece.model", "a text file"}}).ok());
  EXPECT_FALSE((*codec)->Load({{"sentencepiece.model", ""}}).ok());
  EXPECT_FALSE((*codec)->Load({{"vocabulary.txt", whole}}).ok());
  // What was loaded before a failed Load stays.
  EXPECT_EQ((*codec)->Files().at("sentencepiece.model"), whole);
}

TEST(SubwordCodecTest, ForeignModelTellsWhetherItTurnsBack) {
  const auto own = Learn("vocab: {size: 320}", Corpus(50));
  ASSERT_TRUE(own.ok()) << own.status();
  const std::string model = (*own)->Files().at("sentencepiece.model");
  const std::string path = ::testing::TempDir() + "/foreign.model";
  const std::string yaml = "vocab: {file: '" + path + "'}";
  std::ofstream(path, std::ios::binary) << model;
  const auto imported = Learn(yaml, {});
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_TRUE((*imported)->reversible());
  EXPECT_EQ((*imported)->Encode(Value("ba ke"), {})->ids, (*own)->Encode(Value("ba ke"), {})->ids);
  // normalizer_spec.add_dummy_prefix = false: no space in front, and a space of the text stays.
  std::ofstream(path, std::ios::binary) << model << std::string("\x1A\x02\x18\x00", 4);
  const auto plain = Learn(yaml, {});
  ASSERT_TRUE(plain.ok()) << plain.status();
  EXPECT_NE(Pieces(**plain, "ba")[0], ' ');
  EXPECT_EQ(RoundTrip(**plain, " ba "), " ba ");
  std::ofstream(path, std::ios::binary) << "no model";
  EXPECT_THAT(std::string(Learn(yaml, {}).status().message()),
              HasSubstr("foreign.model: not a Sentence"));
  std::remove(path.c_str());
}

// Words are cut once and kept; that must not be told from SentencePiece's own cut of the whole text.
TEST(SubwordCodec, CutsWordByWordAsSentencePieceCutsTheText) {
  const auto codec = Learn("{vocab: {kind: sentencepiece, size: 500}}", Corpus(300));
  ASSERT_TRUE(codec.ok()) << codec.status();
  std::string error;
  const auto model = SentencePieceModel::Parse((*codec)->Files().at("sentencepiece.model"), &error);
  ASSERT_TRUE(model->cuts_words_apart());
  std::vector<UnigramWords::Piece> pieces;
  for (const int64_t id : model->plain_ids())
    pieces.push_back({model->text(id), id, model->score(id)});
  const UnigramWords words(pieces, model->byte_ids());
  Philox random(RandomKey(1).With("texts"));
  int64_t certain = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (uint64_t length = 1 + random.Below(60); length > 0; --length) {
      // Pieces of the vocabulary, characters that are none, and spaces.
      switch (random.Below(8)) {
        case 0:
          text += "  ";
          break;
        case 1:
          text += "q\xC3\xA9Z";
          break;
        default:
          text += model->text(model->plain_ids()[random.Below(model->plain_ids().size())]);
      }
    }
    std::vector<int64_t> ids = {7};
    if (!words.Encode(text, &ids)) {
      ASSERT_EQ(ids, std::vector<int64_t>({7}));
      continue;
    }
    ++certain;
    ids.erase(ids.begin());
    ASSERT_EQ(ids, model->Encode(text)) << text;
  }
  EXPECT_GT(certain, 1000);
}

}  // namespace
}  // namespace t2t
