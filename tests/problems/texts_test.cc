// The problems of plain text in the catalogue: descriptions of packages, names of emoji.
#include <map>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/problems/catalogue_kit.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string Stanza(const std::string& package, const std::string& md5, const std::string& language,
                   const std::string& description) {
  return absl::StrCat("Package: ", package, "\nDescription-md5: ", md5, "\nDescription-", language,
                      ": ", description, "\n\n");
}

// 60 families of two packages with descriptions of two paragraphs, and some that are odd.
GenerateOptions Descriptions(const ScratchFolder& folder) {
  std::string english, italian;
  for (int i = 0; i < 60; ++i) {
    for (const char* suffix : {"1.2", "-dev"}) {
      const std::string package =
          absl::StrCat("lib", std::string(1, static_cast<char>('a' + i % 26)),
                       std::string(1, static_cast<char>('a' + i / 26)), suffix);
      const std::string md5 = absl::StrCat(i, suffix);
      english +=
          Stanza(package, md5, "en",
                 absl::StrCat("tool ", md5, "\n First ", md5, "\n line.\n .\n Second ", md5));
      italian += Stanza(package, md5, "it",
                        absl::StrCat("strumento ", md5, "\n Primo ", md5, "\n .\n Secondo ", md5));
    }
  }
  english += Stanza("same", "same", "en", "equal\n one") +
             Stanza("again", "again", "en", "tool 01.2") +
             Stanza("odd", "odd", "en", "odd\n one\n .\n two") + "Package: broken\n\n";
  italian += Stanza("same", "same", "it", "equal\n uno") +
             Stanza("again", "again", "it", "strumento 01.2") +
             Stanza("odd", "odd", "it", "dispari\n uno") + Stanza("gone", "gone", "it", "via");
  folder.Write("Translation-en", english);
  folder.Write("Translation-it", italian);
  GenerateOptions options;
  options.source_paths = {{"debian_descriptions_en", folder.path()},
                          {"debian_descriptions_it", folder.path()}};
  return options;
}

TEST(TranslateDebian, JoinsSummariesAndKeepsFamiliesTogether) {
  const ScratchFolder folder;
  const GenerateOptions options = Descriptions(folder);
  const KeepingSink sink = Generate("translate_debian", options);
  const auto splits = SplitsOf(sink);
  EXPECT_EQ(splits.size(), 121u);  // without what is equal, and once of each pair
  EXPECT_EQ(splits.count("same"), 0u);
  EXPECT_EQ(splits.count("again"), 0u);
  EXPECT_EQ(splits.at("libaa1.2"), splits.at("libaa-dev"));
  EXPECT_EQ(sink.examples.size(), 3u);
  EXPECT_THAT(sink.broken, ElementsAre(HasSubstr("has no 'Description-md5'")));
  for (const Example& example : sink.examples.at("train")) {
    if (example.key != "libba-dev") continue;
    EXPECT_EQ(example.ports.at("english").bytes(), "tool 1-dev");
    EXPECT_EQ(example.ports.at("translation").bytes(), "strumento 1-dev");
  }
  const auto paragraphs = SplitsOf(Generate("translate_debian:part=paragraphs", options));
  EXPECT_EQ(paragraphs.size(), 241u);
  EXPECT_EQ(paragraphs.at("libca1.2:2"), splits.at("libca1.2"));
  EXPECT_EQ(paragraphs.count("odd:1"), 0u) << "one paragraph for two";
  EXPECT_EQ(paragraphs.count("same:1"), 1u);
}

TEST(TranslateDebian, AnUnknownPartOrEnglishIsRefused) {
  Registry<ProblemFactory> problems("problem");
  ASSERT_TRUE(RegisterProblems(problems).ok());
  EXPECT_THAT(std::string(MakeProblem(problems, "translate_debian:lang=en").status().message()),
              HasSubstr("it must be another language"));
  EXPECT_THAT(std::string(MakeProblem(problems, "translate_debian:part=x").status().message()),
              HasSubstr("summary"));
  EXPECT_THAT(std::string(MakeProblem(problems, "emoji_names:lang=en").status().message()),
              HasSubstr("are given in English"));
}

TEST(LmDebian, TextsArePiecesOfWholeDescriptions) {
  const ScratchFolder folder;
  std::string words;
  for (int i = 0; i < 600; ++i) absl::StrAppend(&words, "w", i, " ");
  folder.Write("Translation-en",
               Stanza("a", "1", "en", "short\n One\n line.\n .\n Two.") +
                   Stanza("long", "2", "en", "summary\n " + words + "\n .\n Last.") +
                   Stanza("dense", "3", "en",
                          absl::StrCat("summary\n ", std::string(1499, 'x'), "\u00e9y")));
  GenerateOptions options;
  options.source_paths = {{"debian_descriptions_en", folder.path()}};
  std::map<std::string, std::string> texts;
  for (const auto& [split, examples] : Generate("lm_debian", options).examples) {
    for (const Example& example : examples) {
      texts[example.key] = example.ports.at("text").bytes();
      EXPECT_LE(texts[example.key].size(), 1500u);
      EXPECT_EQ(example.ports.size(), 1u);
    }
  }
  EXPECT_EQ(texts.at("a"), "short\nOne line.\nTwo.");
  EXPECT_EQ(texts.at("long"), "summary");
  EXPECT_EQ(absl::StrCat(texts.at("long:1"), " ", texts.at("long:2")),
            words.substr(0, words.size() - 1) + "\nLast.");
  EXPECT_EQ(texts.at("dense:1"), std::string(1499, 'x'));
  EXPECT_EQ(texts.at("dense:2"), "\u00e9y");
}

TEST(DebianDescriptions, WhatIsHeldOutDoesNotRepeatTraining) {
  const ScratchFolder folder;
  const std::string paragraph(120, 'p');
  std::string english, italian;
  for (int i = 0; i < 60; ++i) {
    const std::string package = absl::StrCat("p", std::string(1, static_cast<char>('a' + i % 26)),
                                             std::string(1, static_cast<char>('a' + i / 26)));
    english += Stanza(package, absl::StrCat(i), "en",
                      i % 2 == 0 ? absl::StrCat("shared\n ", paragraph, "\n .\n own ", i)
                                 : absl::StrCat("own ", i, "\n short"));
    italian += Stanza(package, absl::StrCat(i), "it",
                      absl::StrCat("tradotto ", i, "\n ", i, i % 2 == 0 ? "\n .\n suo" : ""));
  }
  english += Stanza("7kaa", "x", "en", "game") + Stanza("7kaa-data", "y", "en", "data of it");
  italian += Stanza("7kaa", "x", "it", "gioco") + Stanza("7kaa-data", "y", "it", "dati suoi");
  folder.Write("Translation-en", english);
  folder.Write("Translation-it", italian);
  GenerateOptions options;
  options.source_paths = {{"debian_descriptions_en", folder.path()},
                          {"debian_descriptions_it", folder.path()}};
  for (const char* problem :
       {"translate_debian", "translate_debian:part=paragraphs", "lm_debian"}) {
    const bool lm = problem == std::string("lm_debian");
    GenerateOptions own = options;
    if (lm) own.source_paths.erase("debian_descriptions_it");
    const KeepingSink sink = Generate(problem, own);
    int trained = 0;
    for (const auto& [split, examples] : sink.examples) {
      for (const Example& example : examples) {
        const std::string& text = example.ports.at(lm ? "text" : "english").bytes();
        const bool shared = absl::StrContains(text, paragraph) || text == "shared";
        if (split == "train") trained += shared;
        EXPECT_FALSE(shared && split != "train") << problem << " " << example.key;
      }
    }
    EXPECT_GT(trained, 15) << problem;
    EXPECT_EQ(sink.examples.size(), 3u) << problem;
  }
  const auto splits = SplitsOf(Generate("translate_debian", options));
  EXPECT_EQ(splits.at("7kaa"), splits.at("7kaa-data"));
}

TEST(EmojiNames, PairsNamesOfOneEmojiInTheSplitsOfItsPictures) {
  const ScratchFolder plain, derived;
  // U+2600 and on: 100 emoji, some with a tone.
  for (const char* language : {"en", "de"}) {
    std::string annotations, tones;
    for (int i = 0; i < 100; ++i) {
      const std::string emoji =
          absl::StrCat("\xE2\x98", std::string(1, static_cast<char>(0x80 + i % 64)),
                       i < 64 ? "" : "\xE2\x99\x82");
      absl::StrAppend(&annotations, i == 0 ? "" : ",", "\"", emoji, "\": {\"tts\": [\"", language,
                      " ", i, "\"]}");
      absl::StrAppend(&tones, i == 0 ? "" : ",", "\"", emoji, "\xF0\x9F\x8F\xBB\": {\"tts\": [\"",
                      language, " light ", i, "\"]}");
    }
    plain.Write(absl::StrCat("annotations/", language, "/annotations.json"),
                "{\"annotations\": {\"annotations\": {" + annotations + "}}}");
    derived.Write(absl::StrCat("annotationsDerived/", language, "/annotations.json"),
                  "{\"annotationsDerived\": {\"annotations\": {" + tones + "}}}");
  }
  GenerateOptions options;
  options.source_paths = {{"cldr_annotations", plain.path()},
                          {"cldr_annotations_derived", derived.path()}};
  const KeepingSink sink = Generate("emoji_names", options);
  const auto splits = SplitsOf(sink);
  EXPECT_EQ(splits.size(), 100u) << "no tones";
  EXPECT_EQ(sink.examples.size(), 3u);
  EXPECT_EQ(splits.at("2601"), splits.at("2601-2642")) << "one family";
  for (const Example& example : sink.examples.at("train")) {
    const std::string& english = example.ports.at("english").bytes();
    EXPECT_EQ(example.ports.at("name").bytes(), "de" + english.substr(2));
  }
}

}  // namespace
}  // namespace t2t
