#include "modalities/codecs/text_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "modalities/codecs/text_sample.h"
#include "modalities/codecs/utf8.h"
#include "modalities/codecs/vocabulary_file.h"
#include "random/philox.h"
#include "tests/modalities/codecs/codec_testing.h"

namespace t2t {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::unique_ptr<Codec> Learned(const std::string& yaml, const std::vector<std::string>& texts) {
  auto codec = CodecFromYaml(MakeTextCodec, yaml);
  EXPECT_TRUE(codec.ok()) << codec.status();
  const absl::Status learned = (*codec)->Learn(StreamOf(ValuesOf(texts)));
  EXPECT_TRUE(learned.ok()) << learned;
  return std::move(*codec);
}

std::vector<int64_t> Ids(const Codec& codec, const std::string& text) {
  return codec.Encode(Value(text), {})->ids;
}

std::string Text(const Codec& codec, std::vector<int64_t> ids) {
  Units units;
  units.ids = std::move(ids);
  return codec.Decode(units)->bytes();
}

TEST(TextCodecTest, ByteIsItsOwnId) {
  auto codec = CodecFromYaml(MakeTextCodec, "vocab: {kind: byte}");
  ASSERT_TRUE(codec.ok()) << codec.status();
  EXPECT_FALSE((*codec)->needs_learning());
  EXPECT_EQ((*codec)->vocabulary_size(), 256);
  EXPECT_THAT(Ids(**codec, std::string("A\0\xFF", 3)), ElementsAre(65, 0, 255));
  EXPECT_EQ(Text(**codec, {65, 0, 255}), std::string("A\0\xFF", 3));
  EXPECT_EQ((*codec)->Encode(Value("A\xC3\xA9"), {})->raw_units, 3);
  EXPECT_TRUE((*codec)->Load({}).ok());
  EXPECT_FALSE((*codec)->Load({{"vocabulary.txt", ""}}).ok());
}

// Whatever bytes come, well-formed or not, they come back.
TEST(TextCodecTest, BytesAndCharactersComeBackFromRandomText) {
  const auto bytes = Learned("vocab: {kind: byte}", {"a"});
  const auto characters =
      Learned("vocab: {kind: char}", {"\u00e9\u00fc\u4e2d\U0001F600 and ASCII"});
  const std::vector<std::string> pieces = {"\u00e9", "\u4e2d", "\U0001F600", "\u00f6", "a", " "};
  Philox random(RandomKey(7).With("random text"));
  for (int i = 0; i < 2000; ++i) {
    std::string raw, text;
    for (uint64_t left = random.Below(20); left > 0; --left) {
      raw += static_cast<char>(random.Below(256));
      text += random.Below(3) == 0 ? raw.substr(raw.size() - 1) : pieces[random.Below(6)];
    }
    for (const std::string& value : {raw, text}) {
      EXPECT_EQ(Text(*bytes, Ids(*bytes, value)), value);
      EXPECT_EQ(Text(*characters, Ids(*characters, value)), value);
    }
  }
}

TEST(TextCodecTest, CharactersByFrequencyThenByBytes) {
  const auto codec =
      Learned("vocab: {kind: char}", {"b\u00e9\u00e9\u00fc", "\u00e4\u00fc\u00e9\u4e2d"});
  EXPECT_EQ(codec->vocabulary_size(), 260);
  EXPECT_THAT(Ids(*codec, "b\u00e9\u00fc\u00e4\u4e2d"), ElementsAre('b', 256, 257, 258, 259));
  // Not learned: spelt.
  EXPECT_THAT(Ids(*codec, "\u00f6"), ElementsAre(0xC3, 0xB6));
  EXPECT_EQ(codec->Describe(), "characters: 256 bytes and 4 beyond ASCII");
  const auto small = Learned("vocab: {kind: char, size: 257}", {"\u00e9\u00e9\u00fc"});
  EXPECT_EQ(small->vocabulary_size(), 257);
  const auto often = Learned("vocab: {kind: char, min_count: 2}", {"\u00e9\u00e9\u00fc"});
  EXPECT_THAT(Ids(*often, "\u00e9\u00fc"), ElementsAre(256, 0xC3, 0xBC));
}

TEST(TextCodecTest, WordsAreCutAtEverySpace) {
  const auto codec = Learned("vocab: {kind: word}", {"K AE T", "K  T", ""});
  // K and T twice; then the empty word and AE.
  EXPECT_EQ(codec->vocabulary_size(), 5);
  EXPECT_THAT(Ids(*codec, "K AE T"), ElementsAre(1, 4, 2));
  EXPECT_EQ(Text(*codec, {1, 4, 2}), "K AE T");
  EXPECT_EQ(Text(*codec, Ids(*codec, "  K  T ")), "  K  T ");
  EXPECT_EQ(Text(*codec, Ids(*codec, "K ZZ <unk>")), "K <unk> <unk>");
  EXPECT_THAT(Ids(*codec, ""), ElementsAre());
  EXPECT_FALSE(codec->reversible());
  const auto small = Learned("vocab: {kind: word, size: 2}", {"a b b"});
  EXPECT_EQ(Text(*small, Ids(*small, "a b")), "<unk> b");
}

TEST(TextCodecTest, FallbacksStandForWhatHasNoIdOfItsOwn) {
  const auto fallbacks = [](const Codec& codec, const std::string& text) {
    std::vector<bool> found;
    for (const int64_t id : Ids(codec, text)) found.push_back(codec.is_fallback(id));
    return found;
  };
  const auto words = Learned("vocab: {kind: word}", {"K AE T"});
  EXPECT_THAT(fallbacks(*words, "K ZZ"), ElementsAre(false, true));
  const auto characters = Learned("vocab: {kind: char}", {"\xC3\xA9"});
  EXPECT_THAT(fallbacks(*characters, "a\xC3\xA9\xC3\xBC"), ElementsAre(false, false, true, true));
  const auto bytes = CodecFromYaml(MakeTextCodec, "vocab: {kind: byte}");
  EXPECT_THAT(fallbacks(**bytes, "\xC3"), ElementsAre(false));  // of which all are
}

TEST(TextCodecTest, LoadOfFilesIsTheSameCodec) {
  const std::vector<std::string> texts = {"a\\b \u00e9\n c\r d", "the the \u4e2d \xFF\xFE x"};
  for (const char* kind : {"char", "word", "sentencepiece"}) {
    const std::string yaml = std::string("vocab: {kind: ") + kind + "}";
    const auto learned = Learned(yaml, texts);
    auto loaded = CodecFromYaml(MakeTextCodec, yaml);
    ASSERT_TRUE(loaded.ok());
    EXPECT_EQ((*loaded)->Encode(Value("a"), {}).status().code(),
              absl::StatusCode::kFailedPrecondition);
    ASSERT_TRUE((*loaded)->Load(learned->Files()).ok()) << (*loaded)->Load(learned->Files());
    EXPECT_EQ((*loaded)->Files(), learned->Files());
    EXPECT_EQ((*loaded)->vocabulary_size(), learned->vocabulary_size());
    EXPECT_EQ((*loaded)->Describe(), learned->Describe());
    for (const std::string& text : texts)
      EXPECT_EQ(Ids(**loaded, text), Ids(*learned, text)) << kind;
    // Learning again gives the same bytes.
    EXPECT_EQ(Learned(yaml, texts)->Files(), learned->Files()) << kind;
  }
}

TEST(TextCodecTest, EveryCutOfAVocabularyFileIsAnError) {
  const auto codec = Learned("vocab: {kind: word}", {"one two three\nfour\\five"});
  const std::string whole = codec->Files().at("vocabulary.txt");
  EXPECT_EQ(whole, "# t2t-vocabulary 1 word 3\none\nthree\\nfour\\\\five\ntwo\n");
  for (size_t size = sizeof("# t2t-vocabulary"); size < whole.size(); ++size) {
    EXPECT_FALSE(codec->Load({{"vocabulary.txt", whole.substr(0, size)}}).ok()) << size;
  }
  EXPECT_TRUE(codec->Load({{"vocabulary.txt", whole}}).ok());
  EXPECT_EQ(codec->Load({}).message(), "the file 'vocabulary.txt' is missing");
  EXPECT_THAT(std::string(ReadVocabulary("char", whole, "v.txt").status().message()),
              HasSubstr("v.txt:1: holds a vocabulary of kind 'word', version 1; needed is 'char'"));
  EXPECT_THAT(
      std::string(
          ReadVocabulary("word", "# t2t-vocabulary 1 word 1\na\\q\n", "v").status().message()),
      HasSubstr("v:2: 'a\\q' has an escape other than"));
  EXPECT_EQ(ReadVocabulary("word", "a\nb\na\n", "v").status().message(), "v:3: 'a' is there twice");
}

TEST(TextCodecTest, ForeignWordListIsImportedAndTravelsWithTheFiles) {
  const std::string path = ::testing::TempDir() + "/foreign_words.txt";
  std::ofstream(path) << "<unk>\nAA\nAE\\n\n";
  const std::string yaml = "vocab: {kind: word, file: '" + path + "'}";
  const auto codec = Learned(yaml, {"not read"});
  EXPECT_THAT(Ids(*codec, "AE\\n AA not"), ElementsAre(2, 1, 0));
  std::remove(path.c_str());
  auto moved = CodecFromYaml(MakeTextCodec, yaml);
  ASSERT_TRUE(moved.ok());
  EXPECT_EQ((*moved)->Learn(StreamOf({})).code(), absl::StatusCode::kNotFound);
  ASSERT_TRUE((*moved)->Load(codec->Files()).ok());
  EXPECT_THAT(Ids(**moved, "AE\\n AA not"), ElementsAre(2, 1, 0));
}

TEST(TextCodecTest, OptionsAreStrict) {
  EXPECT_THAT(OptionsError(MakeTextCodec, "vocab: {kind: sentencepeice}"),
              HasSubstr("sentencepiece"));
  EXPECT_THAT(OptionsError(MakeTextCodec, "vocab: {kind: char, szie: 300}"), HasSubstr("size"));
  EXPECT_THAT(OptionsError(MakeTextCodec, "vocab: {kind: byte, size: 300}"), HasSubstr("size"));
  EXPECT_THAT(OptionsError(MakeTextCodec, "vocab: {kind: word, model: bpe}"), HasSubstr("model"));
  EXPECT_THAT(OptionsError(MakeTextCodec, "vocab: {kind: word, file: x, size: 9}"),
              HasSubstr("size"));
  EXPECT_THAT(OptionsError(MakeTextCodec, "vocab: {size: 256}"), HasSubstr("from 300"));
  EXPECT_THAT(OptionsError(MakeTextCodec, "vocab: {kind: char, size: 255}"), HasSubstr("from 256"));
  EXPECT_THAT(OptionsError(MakeTextCodec, "vocab: {kind: char, min_count: 0}"),
              HasSubstr("1 or more"));
  EXPECT_THAT(OptionsError(MakeTextCodec, "vocab: {character_coverage: 0}"), HasSubstr("above 0"));
  EXPECT_THAT(OptionsError(MakeTextCodec, "vocab: {sample_bytes: 1}"), HasSubstr("from 1000"));
  EXPECT_EQ(OptionsError(MakeTextCodec, "{}"), "");
}

TEST(TextCodecTest, WrongValuesAndIdsAreErrors) {
  const auto codec = Learned("vocab: {kind: word}", {"a"});
  EXPECT_FALSE(codec->Encode(Value(std::vector<float>{1}), {}).ok());
  EXPECT_FALSE(codec->Learn(StreamOf({Value(std::vector<int64_t>{1})})).ok());
  Units units;
  units.ids = {2};
  EXPECT_EQ(codec->Decode(units).status().message(), "id 2 is outside of the vocabulary of 2");
  units.ids = {-1};
  EXPECT_FALSE(codec->Decode(units).ok());
  units.ids = {};
  units.frame_width = 3;
  EXPECT_FALSE(codec->Decode(units).ok());
  EXPECT_EQ(codec->Show(Value("a\xFF\u00e9")), "a\uFFFD\u00e9");
  const absl::Status broken = codec->Learn(
      []() -> absl::StatusOr<std::optional<Value>> { return absl::DataLossError("disk"); });
  EXPECT_EQ(broken.message(), "disk");
}

TEST(Utf8Test, OnlyWellFormedCharactersHaveALength) {
  EXPECT_EQ(Utf8Length(""), 0);
  EXPECT_EQ(Utf8Length("a"), 1);
  EXPECT_EQ(Utf8Length("\u00e9x"), 2);
  EXPECT_EQ(Utf8Length("\u4e2d"), 3);
  EXPECT_EQ(Utf8Length("\U0010FFFF"), 4);
  for (const char* bad :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE4\xB8", "\xFF"}) {
    EXPECT_EQ(Utf8Length(bad), 0) << testing::PrintToString(bad);
  }
}

TEST(Utf8Test, CodePointsAreThoseOfTheCompiler) {
  const std::pair<const char*, uint32_t> characters[] = {
      {"a", U'a'}, {"\u00e9", 0xE9}, {"\u4e2d", 0x4E2D}, {"\U0001F385", 0x1F385}};
  for (const auto& [text, point] : characters) EXPECT_EQ(Utf8CodePoint(text), point) << text;
}

// It threw an exception.
TEST(TextCodecTest, AVocabularyFileThatIsAFolderIsAnError) {
  for (const char* kind : {"char", "word", "sentencepiece"}) {
    const auto codec = CodecFromYaml(
        MakeTextCodec, absl::StrCat("vocab: {kind: ", kind, ", file: ", testing::TempDir(), "}"));
    ASSERT_TRUE(codec.ok()) << codec.status();
    EXPECT_THAT(std::string((*codec)->Learn(StreamOf({})).message()), HasSubstr("Is a directory"))
        << kind;
  }
}

TEST(TextSampleTest, KeepsAllOfALittleAndAnEvenShareOfMuch) {
  TextSample little(1000);
  for (int i = 0; i < 10; ++i) little.Add(std::to_string(i));
  EXPECT_THAT(little.Take(), ElementsAre("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"));
  TextSample much(4000);
  for (int i = 10'000; i < 50'000; ++i) much.Add(std::to_string(i));
  EXPECT_EQ(much.added(), 40'000);
  const std::vector<std::string> kept = much.Take();
  EXPECT_EQ(kept.size(), 800);
  // A uniform sample of 800 has its mean within 5 standard errors (11547 / sqrt(800)).
  double mean = 0;
  for (const std::string& text : kept) mean += std::stod(text) / 800;
  EXPECT_NEAR(mean, 30'000, 5 * 408);
  EXPECT_TRUE(std::is_sorted(kept.begin(), kept.end()));
}

TEST(Utf8Test, ShortensAtCharacters) {
  EXPECT_EQ(Utf8Shortened("abc", 3), "abc");
  EXPECT_EQ(Utf8Shortened("abcd", 3), "abc\xE2\x80\xA6");
  EXPECT_EQ(Utf8Shortened("\xC3\xA9\xC3\xA9\xC3\xA9", 2), "\xC3\xA9\xC3\xA9\xE2\x80\xA6");
  EXPECT_EQ(Utf8Shortened("\xFFxy", 2), "\xEF\xBF\xBDx\xE2\x80\xA6");
  EXPECT_EQ(Utf8Shortened("", 0), "");
}

}  // namespace
}  // namespace t2t
