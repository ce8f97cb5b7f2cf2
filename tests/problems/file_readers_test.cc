// Readers of single formats: markup, SWORD's texts, chess games, Java's properties, files in archives.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "problems/readers/archive_files.h"
#include "problems/readers/markup.h"
#include "problems/readers/pgn.h"
#include "problems/readers/properties.h"
#include "problems/readers/sword_text.h"
#include "random/philox.h"
#include "tests/problems/rows/rows_kit.h"
#include "tests/problems/scratch_folder.h"
#include "tests/problems/sword_writer.h"

namespace t2t {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

// "<name a=b>", "</name>", "<name/>" and texts.
std::vector<std::string> MarkupPieces(const std::string& markup) {
  std::vector<std::string> pieces;
  MarkupReader reader(markup);
  MarkupPiece piece;
  while (reader.Next(&piece)) {
    if (piece.name.empty()) {
      pieces.push_back(piece.text);
      continue;
    }
    std::string tag = absl::StrCat(piece.opens ? "<" : "</", piece.name);
    for (const auto& [name, value] : piece.attributes) absl::StrAppend(&tag, " ", name, "=", value);
    pieces.push_back(tag + (piece.opens && piece.closes ? "/>" : ">"));
  }
  return pieces;
}

TEST(Markup, TagsAndTexts) {
  EXPECT_THAT(
      MarkupPieces("<?xml version=\"1.0\"?><!-- <no> --><sound name=\"A &amp; B\"\n file='x.ogg' "
                   "/>In the <w lemma=\"H1\">be&lt;</w>\n<a b>"),
      ElementsAre("<sound file=x.ogg name=A & B/>", "In the ", "<w lemma=H1>", "be<", "</w>", "\n",
                  "<a>"));
  EXPECT_THAT(MarkupPieces("a<b c=\"open"), ElementsAre("a", "<b c=open>"));
  EXPECT_THAT(MarkupPieces("<!-- open"), ElementsAre());
}

TEST(SwordText, VersesOfChaptersWithoutNotes) {
  const ScratchFolder folder;
  WriteSwordText(folder, "ot",
                 {{"Gen.1",
                   {"In <w lemma=\"H1\">the</w> <note>or: <b>a</b> note</note>beginning. "
                    "<chapter eID=\"Gen.1\"/>",
                    "\u00b6 And  <title>No</title>God", ""}},
                  {"Gen.2", {"Thus"}}});
  const auto verses = ReadSwordText(folder.path(), "ot");
  ASSERT_TRUE(verses.ok()) << verses.status();
  std::vector<std::string> texts;
  for (const SwordVerse& verse : *verses)
    texts.push_back(absl::StrCat(verse.chapter, ":", verse.number, " ", verse.text));
  EXPECT_THAT(texts, ElementsAre("Gen.1:1 In the beginning.", "Gen.1:2 And God", "Gen.1:3 ",
                                 "Gen.2:1 Thus"));
}

TEST(SwordText, DamageIsToldWithTheFile) {
  const ScratchFolder folder;
  const auto error = [&] {
    return std::string(ReadSwordText(folder.path(), "nt").status().message());
  };
  EXPECT_THAT(error(), HasSubstr("nt.bzv"));
  WriteSwordText(folder, "nt", {{"Matt.1", {"The book"}}});
  EXPECT_EQ(error(), "");
  const std::string slots = *ReadFile(folder / "nt.bzv"), blocks = *ReadFile(folder / "nt.bzs"),
                    content = *ReadFile(folder / "nt.bzz");
  folder.Write("nt.bzv", slots.substr(0, slots.size() - 1));
  EXPECT_THAT(error(), HasSubstr("nt.bzv: the file ends within a slot"));
  std::string far = slots;
  far[far.size() - 2] = '\x7f';
  folder.Write("nt.bzv", far);
  EXPECT_THAT(error(), HasSubstr("but a slot is at"));
  folder.Write("nt.bzv", slots);
  folder.Write("nt.bzz", content.substr(0, content.size() - 3));
  EXPECT_THAT(error(), HasSubstr("nt.bzz: block 0 lies outside the file"));
  std::string flipped = content;
  flipped[content.size() / 2] = static_cast<char>(flipped[content.size() / 2] ^ 0x55);
  folder.Write("nt.bzz", flipped);
  EXPECT_THAT(error(), HasSubstr("nt.bzz: block 0 is damaged"));
  folder.Write("nt.bzz", content);
  folder.Write("nt.bzs", blocks.substr(0, 5));
  EXPECT_THAT(error(), HasSubstr("there is no block 0"));
}

constexpr char kGames[] = R"(% an escape
[White "Paul Morphy"]
[Black "?"]
[FEN "8/8/8/8/8/8/8/K1k5 w - - 0 1"]

1. Qb8+! {a comment
[of two lines]} Nxb8 (1... Ke7 (1... Kd7 2. Qc8+) 2. Qe8) 2.Rd8# $1 1-0

[White "A"]

1... e4 ; to the end 2. e5
2. exd5 e8=Q *
)";

TEST(Pgn, MainLineAlone) {
  const auto games = ParsePgn(kGames, "a.pgn");
  ASSERT_TRUE(games.ok()) << games.status();
  ASSERT_EQ(games->size(), 2u);
  EXPECT_THAT((*games)[0].moves, ElementsAre("Qb8+", "Nxb8", "Rd8#"));
  EXPECT_EQ((*games)[0].Tag("White"), "Paul Morphy");
  EXPECT_EQ((*games)[0].Tag("Black"), "");
  EXPECT_EQ((*games)[0].line, 2);
  EXPECT_THAT((*games)[1].moves, ElementsAre("e4", "exd5", "e8=Q"));
  EXPECT_EQ((*games)[1].line, 9);
}

TEST(Pgn, ErrorsNameTheLine) {
  const auto error = [](absl::string_view text) {
    return std::string(ParsePgn(text, "a.pgn").status().message());
  };
  EXPECT_EQ(error("1. e4"), "a.pgn:1: moves before the first tag");
  EXPECT_EQ(error("[White \"A\"]\n[Black]\n"),
            "a.pgn:2: is not a tag of the form [Name \"value\"]");
  EXPECT_EQ(error("[White \"A\"]\n\n1. e4 {never\nending"), "a.pgn:3: a comment does not end");
  EXPECT_EQ(error("[White \"A\"]\n\n1. e4 (e5"), "a.pgn:3: a variation does not end");
  EXPECT_EQ(error("[White \"A\"]\n\n1. e4 )"), "a.pgn:3: a variation ends that did not begin");
}

TEST(Properties, EscapesAndLongLines) {
  EXPECT_THAT(ParseProperties("# comment\n! too\nname#1=Bill 10\\u20ac\r\nb : caf\xE9\n"
                              "long = one\\\n   two\nkey\\ x=a=b\nface=\\uD83D\\uDE00\n"
                              "half=\\uD83Dx\nempty=\nc\\"),
              ElementsAre(Pair("b", "caf\u00e9"), Pair("empty", ""), Pair("face", "\U0001F600"),
                          Pair("half", "\uFFFDx"), Pair("key x", "a=b"), Pair("long", "onetwo"),
                          Pair("name#1", "Bill 10\u20ac")));
}

TEST(ArchiveFiles, ThoseThatAreWanted) {
  const ScratchFolder folder;
  const auto all = [](absl::string_view) { return true; };
  const std::string bytes = Archived("gzip", {{"a/b.txt", "one"}, {"c.png", "two"}});
  const std::string path = folder.Write("x.tgz", bytes);
  EXPECT_THAT(*ReadArchiveFiles(path, all),
              ElementsAre(Pair("a/b.txt", "one"), Pair("c.png", "two")));
  EXPECT_THAT(*ReadArchiveFiles(path, [](absl::string_view name) { return name == "c.png"; }),
              ElementsAre(Pair("c.png", "two")));
  EXPECT_THAT(
      std::string(
          ReadArchiveFiles(folder.Write("cut", bytes.substr(0, 40)), all).status().message()),
      HasSubstr("cut: "));
  EXPECT_FALSE(ReadArchiveFiles(folder / "absent", all).ok());
}

// Whatever the bytes are, reading ends.
TEST(FileReaders, AnyBytesAreReadToTheEnd) {
  const std::string letters = "<>/=\"'& a!-?[]{}();1.\n\\u#:\xC3\xA9";
  for (uint64_t seed = 0; seed < 300; ++seed) {
    Philox random(RandomKey(seed).With("file readers"));
    std::string bytes;
    for (uint64_t i = random.Below(80); i > 0; --i) bytes += letters[random.Below(letters.size())];
    MarkupPieces(bytes);
    OsisText(bytes);
    ParsePgn("[A \"b\"]\n" + bytes, "x").status().IgnoreError();
    ParseProperties(bytes);
  }
}

}  // namespace
}  // namespace t2t
