// The problems of the catalogue whose values are verses, poems, moves, strokes, icons and single words.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "modalities/codecs/pixels.h"
#include "modalities/codecs/sound.h"
#include "problems/catalogue/outline_picture.h"
#include "tests/problems/catalogue_kit.h"
#include "tests/problems/rows/rows_kit.h"
#include "tests/problems/scratch_folder.h"
#include "tests/problems/sword_writer.h"

namespace t2t {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// The examples of all splits by their keys.
std::map<std::string, Example> ByKey(const KeepingSink& sink) {
  std::map<std::string, Example> examples;
  for (const auto& [split, members] : sink.examples) {
    for (const Example& example : members)
      EXPECT_TRUE(examples.emplace(example.key, example).second) << example.key << " twice";
  }
  return examples;
}

std::string SignsError(const std::string& instance, const GenerateOptions& options) {
  KeepingSink sink;
  return std::string(MakeRegistered(instance)->Generate(options, sink).message());
}

// 60 chapters of two verses in each testament; every fourth one repeats a long verse.
GenerateOptions Bibles(const ScratchFolder& english, const ScratchFolder& spanish) {
  const std::string repeated = "again " + std::string(120, 'r');
  for (const auto& [testament, book] : {std::pair("ot", "Gen"), std::pair("nt", "Matt")}) {
    std::vector<SwordChapter> ours, theirs;
    for (int i = 1; i <= 60; ++i) {
      const std::string name = absl::StrCat(book, ".", i);
      ours.push_back({name, {absl::StrCat("verse ", name), i % 4 == 0 ? repeated : "short"}});
      theirs.push_back({name, {absl::StrCat("verso ", name), i == 1 ? "" : "otro"}});
    }
    WriteSwordText(english, testament, ours);
    WriteSwordText(spanish, testament, theirs);
  }
  GenerateOptions options;
  options.source_paths = {{"bible_en", english.path()}, {"bible_es", spanish.path()}};
  return options;
}

TEST(BibleTexts, ChaptersStayTogetherAndHeldOutVersesAreNew) {
  const ScratchFolder english, spanish;
  GenerateOptions options = Bibles(english, spanish);
  const KeepingSink sink = Generate("translate_bible", options);
  const auto examples = ByKey(sink);
  EXPECT_EQ(examples.at("Gen.2.1").ports.at("english").bytes(), "verse Gen.2");
  EXPECT_EQ(examples.at("Matt.60.1").ports.at("spanish").bytes(), "verso Matt.60");
  EXPECT_EQ(examples.count("Gen.1.2"), 0u);
  EXPECT_EQ(sink.left_out.at("verses that one of the two counts otherwise"), 2);
  EXPECT_GT(sink.left_out.at("verses to hold out whose English is in training"), 5);
  const auto splits = SplitsOf(sink);
  EXPECT_EQ(sink.examples.size(), 3u);
  for (const auto& [key, split] : splits) {
    const std::string chapter = key.substr(0, key.rfind('.'));
    EXPECT_EQ(splits.at(chapter + ".1"), split);
  }
  options.source_paths.erase("bible_es");
  const KeepingSink lm = Generate("lm_bible", options);
  EXPECT_GT(lm.left_out.at("chapters to hold out of which a verse is in training"), 2);
  EXPECT_EQ(ByKey(lm).at("Gen.2").ports.at("text").bytes(), "verse Gen.2\nshort");
  for (const auto& [chapter, split] : SplitsOf(lm))
    EXPECT_EQ(splits.at(chapter + ".1"), split) << "as in the translation";
  options.source_paths = {{"bible_es", spanish.path()}};
  EXPECT_EQ(ByKey(Generate("lm_bible:lang=es", options)).at("Gen.1").ports.at("text").bytes(),
            "verso Gen.1");
  WriteSwordText(spanish, "nt", {{"Matt.1", {"uno"}}});
  options.source_paths = {{"bible_en", english.path()}, {"bible_es", spanish.path()}};
  EXPECT_THAT(SignsError("translate_bible", options), HasSubstr("do not belong side by side"));
}

TEST(ChessMates, MovesOfPositionsAndGamesInOneSplit) {
  const ScratchFolder folder;
  for (const char* mate : {"2", "3", "4"}) {
    std::string games;
    for (int i = 0; i < 60; ++i) {
      absl::StrAppend(&games, "[White \"A", i,
                      "\"]\n[Black \"NN\"]\n[Date \"1900.??.??\"]\n[FEN \"", i, "k/8/", mate,
                      "K w - - ", i, " 7\"]\n\n1. Nf6+ gxf6 2. Bxf7# *\n\n");
    }
    folder.Write(absl::StrCat("mate_in_", mate, ".pgn"), games);
  }
  folder.Write("mate_in_4.pgn",
               "[FEN \"short\"]\n\n1. e4 *\n\n[FEN \"a w - -\"]\n\n*\n\n"
               "[FEN \"b w KQ e3 1 1\"]\n\n1. e4 *\n\n"
               "[FEN \"b w KQ e3 5 9\"]\n\n1. e4 *\n");
  GenerateOptions options;
  options.source_paths = {{"pychess", folder.path()}};
  const KeepingSink sink = Generate("chess_mates", options);
  const auto examples = ByKey(sink);
  EXPECT_EQ(examples.size(), 121u);
  EXPECT_EQ(examples.at("mate_in_2.pgn:8").ports.at("position").bytes(), "1k/8/2K w - -");
  EXPECT_EQ(examples.at("mate_in_2.pgn:8").ports.at("moves").bytes(), "Nf6+ gxf6 Bxf7#");
  EXPECT_THAT(sink.broken, ElementsAre(HasSubstr("mate_in_4.pgn:1: the FEN 'short' has no four"),
                                       HasSubstr("mate_in_4.pgn:5: the position has no moves")));
  EXPECT_EQ(sink.left_out.at("positions equal to one before"), 1);
  const auto splits = SplitsOf(sink);
  EXPECT_EQ(sink.examples.size(), 3u);
  for (int i = 0; i < 60; ++i) {
    EXPECT_EQ(splits.at(absl::StrCat("mate_in_2.pgn:", 1 + 7 * i)),
              splits.at(absl::StrCat("mate_in_3.pgn:", 1 + 7 * i)));
  }
  EXPECT_EQ(ByKey(Generate("chess_mates:mate=3", options)).size(), 60u);
}

TEST(LmChinesePoetry, PoetsStayTogetherAndLinesOfTrainingAreNotHeldOut) {
  const ScratchFolder folder;
  const std::string common =
      "\u79e6\u5ddd\u96c4\u5e1d\u5b85\uff0c\u51fd\u8c37\u58ef\u7687\u5c45\u3002";
  std::string poems;
  for (int i = 0; i < 120; ++i) {
    absl::StrAppend(&poems, i == 0 ? "" : ",", R"({"author": "poet )", i % 60, R"(", "title": "t)",
                    i, R"(", "paragraphs": ["a line that is surely long enough )", i, "\"",
                    i % 60 < 30 ? absl::StrCat(", \"", common, "\"") : "", "]}");
  }
  folder.Write("quantangshi/poet.tang.0.json", "[" + poems + "]");
  folder.Write("quantangshi/poet.song.0.json",
               R"([{"author": "x", "title": "lost", "paragraphs": ["\u7a7a\u3002"]}, {"author": "y",
                 "title": "none", "paragraphs": []}])");
  folder.Write(
      "songci/ci.song.0.json",
      R"([{"author": "poet 59", "rhythmic": "tune", "paragraphs": ["words to a tune, very many of them"]},
                   {"author": "z", "rhythmic": "other", "paragraphs": ["words to a tune, very many of them"]}])");
  folder.Write("yuanqu/yuanqu.json", "[]");
  GenerateOptions options;
  options.source_paths = {{"chinese_poetry", folder.path()}};
  const KeepingSink sink = Generate("lm_chinese_poetry", options);
  EXPECT_EQ(sink.left_out.at("texts of fewer than ten characters"), 2);
  EXPECT_EQ(sink.left_out.at("poems equal to one before"), 1);
  EXPECT_GT(sink.left_out.at("poems to hold out of which a line is in training"), 2);
  EXPECT_EQ(sink.examples.size(), 3u);
  const auto splits = SplitsOf(sink);
  for (int i = 30; i < 60; ++i) {
    EXPECT_EQ(splits.at(absl::StrCat("quantangshi/poet.tang.0.json: item ", i)),
              splits.at(absl::StrCat("quantangshi/poet.tang.0.json: item ", i + 60)));
  }
  EXPECT_EQ(ByKey(sink).at("quantangshi/poet.tang.0.json: item 40").ports.at("text").bytes(),
            "t40\na line that is surely long enough 40");
  EXPECT_EQ(SplitsOf(Generate("lm_chinese_poetry:part=tang", options))
                .count("songci/ci.song.0.json: item 0"),
            0u);
}

TEST(OutlinePicture, FillsByTheNonzeroRule) {
  // A square of 8 with a hole of 4, wound the other way, in a window of 16 whose y grows upwards.
  const auto picture = DrawOutlines({"M 0 16 L 8 16 L 8 8 L 0 8 Z M 2 14 L 2 10 L 6 10 L 6 14 Z"},
                                    {.left = 0, .top = 16, .size = 16}, 16);
  ASSERT_TRUE(picture.ok()) << picture.status();
  for (int64_t row = 0; row < 16; ++row) {
    for (int64_t column = 0; column < 16; ++column) {
      const bool square = row < 8 && column < 8;
      const bool hole = row >= 2 && row < 6 && column >= 2 && column < 6;
      EXPECT_EQ(picture->at(row, column, 0), square && !hole ? 0.0f : 1.0f) << row << " " << column;
    }
  }
  // A quarter of a pixel, and what lies outside.
  const auto small =
      DrawOutlines({"M -9 -9 L 0.5 -9 L 0.5 0.5 L -9 0.5"}, {.left = 0, .top = 1, .size = 1}, 1);
  EXPECT_EQ(small->at(0, 0, 0), 0.75f);
  // A circle of four cubic curves, and half of a parabola's area: two thirds of its box.
  const auto circle = DrawOutlines({"M 0 5 C 0 7.76 2.24 10 5 10 C 7.76 10 10 7.76 10 5 C 10 2.24 "
                                    "7.76 0 5 0 C 2.24 0 0 2.24 0 5 Z"},
                                   {.left = 0, .top = 10, .size = 10}, 10);
  const auto parabola =
      DrawOutlines({"M 0 0 Q 5 20 10 0 Z"}, {.left = 0, .top = 10, .size = 10}, 10);
  const auto black = [](const Pixels& pixels) {
    double sum = 0;
    for (const float value : pixels.values) sum += 1 - static_cast<double>(value);
    return sum;
  };
  EXPECT_NEAR(black(*circle), 78.5, 1.5);
  EXPECT_NEAR(black(*parabola), 66.7, 1.5);
  EXPECT_THAT(std::string(DrawOutlines({"M 0 0 A 1"}, {}, 4).status().message()),
              HasSubstr("'A' is none of MLQCZ"));
  EXPECT_THAT(std::string(DrawOutlines({"M 0 0 L 1"}, {}, 4).status().message()),
              HasSubstr("'L' lacks a number"));
}

TEST(HanziStrokes, PictureToStrokes) {
  const ScratchFolder folder;
  const std::string one =
      R"({"strokes": ["M 0 900 L 512 900 L 512 388 L 0 388 Z", "M 0 0 L 1 1 Z"],
          "medians": [[[0, 900], [1, 899], [512, 388]], [[1023, -123]]]})";
  folder.Write("\u4e00.json", one);
  folder.Write("\u4e8c.json", R"({"strokes": ["M 0 0"], "medians": []})");
  folder.Write("package.json", "{}");
  folder.Write("a.json", "{}");
  GenerateOptions options;
  options.source_paths = {{"hanzi_writer", folder.path()}};
  const KeepingSink sink = Generate("hanzi_strokes", options);
  EXPECT_THAT(sink.broken, ElementsAre(HasSubstr("it is not lists of 'strokes'")));
  const auto examples = ByKey(sink);
  ASSERT_EQ(examples.size(), 1u);
  const Example& example = examples.at("\u4e00");
  EXPECT_EQ(example.ports.at("strokes").bytes(), "00gg vv");
  const auto picture = DecodePixels(example.ports.at("picture").bytes(), 1);
  ASSERT_TRUE(picture.ok()) << picture.status();
  EXPECT_EQ(picture->height, 64);
  EXPECT_EQ(picture->at(31, 31, 0), 0.0f);
  EXPECT_EQ(picture->at(31, 32, 0), 1.0f);
  const auto series = ByKey(Generate("hanzi_strokes:form=series", options));
  EXPECT_THAT(series.at("\u4e00").ports.at("strokes").floats(),
              ElementsAre(0, 0, 0, 1.0f / 1024, 1.0f / 1024, 0, 0.5f, 0.5f, 1, 1023.0f / 1024,
                          1023.0f / 1024, 1));
}

TEST(Furniture, NamesAndCategoriesOfIcons) {
  const ScratchFolder folder;
  std::string english = "id=x\n", french;
  std::vector<std::pair<std::string, std::string>> files;
  for (int i = 1; i <= 60; ++i) {
    absl::StrAppend(&english, "name#", i, "=Chair ", std::string(1, static_cast<char>('a' + i / 4)),
                    i, "\ncategory#", i, "=", i % 2 == 0 ? "Office" : "Kitchen", "\nicon#", i,
                    "=/x/", i, ".png\n");
    if (i > 1) absl::StrAppend(&french, "name#", i, "=Chaise \\u00e9 ", i, "\n");
    files.emplace_back(
        absl::StrCat("x/", i, ".png"),
        *EncodePng(PixelsOfGrey(std::string(4, static_cast<char>(std::max(i, 4))), 2, 2)));
  }
  absl::StrAppend(&english, "name#70=Gone\ncategory#70=Office\nicon#70=/x/70.png\n");
  files.emplace_back("PluginFurnitureCatalog.properties", english);
  files.emplace_back("PluginFurnitureCatalog_fr.properties", french);
  folder.Write("Scopia.sh3f", Archived("", files));
  for (const char* empty : {"BlendSwap-CC-0", "BlendSwap-CC-BY", "KatorLegaz", "Reallusion"})
    folder.Write(absl::StrCat(empty, ".sh3f"), Archived("", {{"a.txt", "x"}}));
  GenerateOptions options;
  options.source_paths = {{"sweethome3d_furniture", folder.path()}};
  const KeepingSink sink = Generate("furniture", options);
  const auto examples = ByKey(sink);
  EXPECT_EQ(examples.size(), 57u);
  EXPECT_EQ(sink.left_out.at("icons equal to one before"), 3);
  EXPECT_THAT(sink.broken, ElementsAre(HasSubstr("name#70: its icon 'x/70.png' is not in")));
  EXPECT_EQ(examples.at("Scopia.sh3f#8").ports.at("name").bytes(), "Chair c8");
  EXPECT_EQ(examples.at("Scopia.sh3f#8").ports.at("category").bytes(), "Office");
  const auto splits = SplitsOf(sink);
  for (int i = 8; i <= 56; i += 4) {
    EXPECT_EQ(splits.at(absl::StrCat("Scopia.sh3f#", i)),
              splits.at(absl::StrCat("Scopia.sh3f#", i + 3)));
  }
  const auto translated = ByKey(Generate("furniture:lang=fr", options));
  EXPECT_EQ(translated.at("Scopia.sh3f#8").ports.at("name").bytes(), "Chaise \u00e9 8");
  EXPECT_THAT(SignsError("furniture:lang=fq", options), HasSubstr("no names in language 'fq'"));
}

std::string SignWav(float level) {
  const auto bytes = EncodeWav({.rate = 8000, .samples = std::vector<float>(40, level)});
  EXPECT_TRUE(bytes.ok()) << bytes.status();
  return bytes.value_or("");
}

TEST(SpeechKlettres, EqualSyllablesShareASplit) {
  const ScratchFolder folder;
  float level = 0;
  for (const char* language : {"de", "en"}) {
    std::string list = "<!-- <sound name='no' file='no'/> --><klettres>";
    for (int i = 0; i < 60; ++i) {
      const std::string syllable = {static_cast<char>('A' + i % 26),
                                    static_cast<char>('A' + i / 26)};
      const std::string file = absl::StrCat(language, "/alpha/", i, ".ogg");
      absl::StrAppend(&list, "<sound name=\"", syllable, "\" file=\"", file, "\" />\n");
      if (i != 3) folder.Write(file, SignWav(level += 0.001f));
    }
    folder.Write(absl::StrCat(language, "/sounds.xml"), list + "<sound name='x' file='../y'/>");
  }
  folder.Write("de.txt", "A");
  GenerateOptions options;
  options.source_paths = {{"klettres", folder.path()}};
  const KeepingSink sink = Generate("speech_klettres", options);
  const auto examples = ByKey(sink);
  EXPECT_EQ(examples.size(), 118u);
  EXPECT_EQ(sink.left_out.at("sounds without a recording"), 2);
  EXPECT_EQ(sink.broken.size(), 2u);
  EXPECT_EQ(examples.at("de/BA:de/alpha/1.ogg").ports.at("words").bytes(), "ba");
  std::map<std::string, std::string> split_of;
  for (const auto& [split, members] : sink.examples) {
    for (const Example& example : members) {
      const std::string& words = example.ports.at("words").bytes();
      EXPECT_EQ(split_of.emplace(words, split).first->second, split) << words;
    }
  }
  const auto german = MakeRegistered("speech_klettres:lang=de");
  EXPECT_EQ(german->Spec().targets[0].language, "de");
  EXPECT_EQ(ByKey(Generate("speech_klettres:lang=de", options)).size(), 59u);
  EXPECT_THAT(SignsError("speech_klettres:lang=dd", options),
              HasSubstr("nothing is spoken in language 'dd'"));
}

TEST(SpeechKtuberling, ThingsByTheirEnglishNames) {
  const ScratchFolder folder;
  folder.Write("de.soundtheme",
               "<language code=\"de\"><sound name=\"egypt_palmtree\" file=\"de/a.ogg\" />"
               "<sound name=\"frier-tux\" file=\"de/b.ogg\" /><sound name=\"xmas_star\" "
               "file=\"de/c.ogg\" /><sound name=\"moon_star\" file=\"de/d.ogg\" /></language>");
  folder.Write("en.soundtheme", "<sound name=\"eye\" file=\"en/a.ogg\"/>");
  folder.Write("de/a.ogg", SignWav(0.1f));
  folder.Write("de/b.ogg", SignWav(0.2f));
  folder.Write("de/c.ogg", SignWav(0.3f));
  folder.Write("de/d.ogg", SignWav(0.4f));
  folder.Write("en/a.ogg", SignWav(0.1f));
  GenerateOptions options;
  options.source_paths = {{"ktuberling", folder.path()}};
  const KeepingSink sink = Generate("speech_ktuberling", options);
  const auto examples = ByKey(sink);
  EXPECT_EQ(examples.size(), 4u);
  EXPECT_EQ(sink.left_out.at("recordings equal to one before"), 1);
  EXPECT_EQ(examples.at("de/egypt_palmtree:de/a.ogg").ports.at("words").bytes(), "palmtree");
  EXPECT_EQ(examples.at("de/frier-tux:de/b.ogg").ports.at("words").bytes(), "frier tux");
  const auto splits = SplitsOf(sink);
  EXPECT_EQ(splits.at("de/xmas_star:de/c.ogg"), splits.at("de/moon_star:de/d.ogg"));
  EXPECT_EQ(MakeRegistered("speech_ktuberling:lang=de")->Spec().targets[0].language, "en");
}

}  // namespace
}  // namespace t2t
