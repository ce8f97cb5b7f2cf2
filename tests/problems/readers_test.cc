#include <bit>
#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "problems/readers/cmudict.h"
#include "problems/readers/compressed.h"
#include "problems/readers/debian_control.h"
#include "problems/readers/genbank.h"
#include "problems/readers/lua_dialogue.h"
#include "problems/readers/r_data.h"
#include "problems/readers/stockholm.h"
#include "random/philox.h"
#include "tests/problems/r_writer.h"
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

// Every beginning of the text, and thousands of copies with a few bytes at random: `parse`, which checks what it reads,
// refuses a copy with the name of its file, "f", or reads it.
void ExpectReadOrRefused(const std::string& whole, absl::string_view name,
                         const std::function<absl::Status(const std::string& bytes)>& parse) {
  Philox random(RandomKey(6).With(name));
  int refused = 0;
  for (size_t i = 0; i < 5000 + whole.size(); ++i) {
    std::string bytes = whole.substr(0, i);
    if (i >= whole.size()) {
      for (uint64_t k = 1 + random.Below(3); k > 0; --k)
        bytes[random.Below(bytes.size())] = static_cast<char>(random.Below(256));
    }
    const absl::Status status = parse(bytes);
    if (status.ok()) continue;
    ++refused;
    EXPECT_THAT(std::string(status.message()), testing::StartsWith("f:"));
  }
  EXPECT_GT(refused, 500);
}

constexpr char kControl[] =
    "\nPackage: 0ad\nDescription-md5: d943\nDescription-it: gioco di guerra\n Un gioco\n libero: "
    "s\xC3\xAC.\n .\n Elenco:\n  * uno\n  * due\n\n \nPackage: b\nDescription-it:\n";

TEST(DebianControl, ReadsStanzasAndDescriptions) {
  const auto stanzas = ParseDebianControl(kControl, "Translation-it");
  ASSERT_TRUE(stanzas.ok()) << stanzas.status();
  ASSERT_EQ(stanzas->size(), 2u);
  EXPECT_EQ((*stanzas)[0].line, 2);
  EXPECT_EQ((*stanzas)[1].line, 13);
  EXPECT_EQ(*(*stanzas)[0].Find("Package"), "0ad");
  EXPECT_EQ((*stanzas)[0].Find("Homepage"), nullptr);
  EXPECT_EQ(*(*stanzas)[1].Find("Description-it"), "");
  const Description description = ParseDescription(*(*stanzas)[0].Find("Description-it"));
  EXPECT_EQ(description.summary, "gioco di guerra");
  EXPECT_THAT(description.paragraphs,
              ElementsAre("Un gioco libero: s\xC3\xAC.", "Elenco:\n* uno\n* due"));
  EXPECT_THAT(ParseDescription("only").paragraphs, testing::IsEmpty());
}

TEST(DebianControl, ErrorsNameTheLine) {
  const auto error = [](const std::string& text) {
    return std::string(ParseDebianControl(text, "f").status().message());
  };
  EXPECT_EQ(error("a: b\nno field\n"), "f:2: 'no field' is not 'Field: value'");
  EXPECT_EQ(error("a: b\n\n c\n"), "f:3: continues a field, but there is none above it");
  EXPECT_EQ(error("a: b\na: c\n"), "f:2: the field 'a' is there twice");
  EXPECT_EQ(error("a: b\nc: \xC3(\n"), "f:2: is not UTF-8 text");
  EXPECT_EQ(error("\n \n"), "f:3: no stanza of 'Field: value' lines");
}

TEST(DebianControl, TruncatedAndRandomBytesAreReadOrRefused) {
  ExpectReadOrRefused(kControl, "control", [](const std::string& bytes) {
    const auto stanzas = ParseDebianControl(bytes, "f");
    if (!stanzas.ok()) return stanzas.status();
    for (const ControlStanza& stanza : *stanzas) {
      EXPECT_FALSE(stanza.fields.empty());
      for (const auto& [field, value] : stanza.fields) ParseDescription(value);
    }
    return absl::OkStatus();
  });
}

constexpr char kDialogues[] =
    "-- intro\ndialogId(\"kni-v\", \"font_big\",\n  \"The \\\"bright\\\" side.\")\n"
    "dialogStr(\"T\xC3\xA9 lep\xC5\xA1\xC3\xAD.\")\n\n"
    "dialogId(\"a\", \"\", \"only English\")\n-- x(\ndialogId(\"laser\", \"\", \"\")\n"
    "local i\nfor i = 0, 29 do dialogId(\"key\"..i, \"\", \"\") end\n";

TEST(LuaDialogues, ReadsPairsAndEnglishAlone) {
  const auto dialogues = ParseLuaDialogues(kDialogues, "f.lua");
  ASSERT_TRUE(dialogues.ok()) << dialogues.status();
  ASSERT_EQ(dialogues->size(), 2u);
  const LuaDialogue& first = (*dialogues)[0];
  EXPECT_EQ(first.id, "kni-v");
  EXPECT_EQ(first.font, "font_big");
  EXPECT_EQ(first.english, "The \"bright\" side.");
  EXPECT_EQ(first.text, "T\xC3\xA9 lep\xC5\xA1\xC3\xAD.");
  EXPECT_EQ(first.line, 2);
  EXPECT_EQ((*dialogues)[1].text, "only English");
  EXPECT_EQ((*dialogues)[1].line, 6);
  EXPECT_EQ(ParseLuaDialogues("", "f")->size(), 0u);
}

TEST(LuaDialogues, ErrorsNameTheLine) {
  const auto error = [](const std::string& text) {
    return std::string(ParseLuaDialogues("\n" + text, "f").status().message());
  };
  EXPECT_EQ(error("dialogStr(\"x\")"), "f:2: dialogId(id, font, text) is expected");
  EXPECT_EQ(error("dialogId(\"x\")"), "f:2: dialogId(id, font, text) is expected");
  EXPECT_EQ(error("dialogId(\"x\", \"\", \"y\")\nother(\"x\")"),
            "f:3: dialogId(id, font, text) or dialogStr(text) is expected");
  EXPECT_EQ(error("dialogId(\"x\", \"y"), "f:2: a string does not end in its line");
  EXPECT_EQ(error("dialogId(\"x\\q\")"), "f:2: an unknown escape in a string");
  EXPECT_EQ(error("dialogId(\"\xC3\")"), "f:2: a string is not UTF-8");
  EXPECT_EQ(error("dialogId(\"x\"\n 5"), "f:3: ')' is missing before '5'");
  EXPECT_EQ(error("= 3"), "f:2: '= 3' is no call of a function");
}

TEST(LuaDialogues, TruncatedAndRandomBytesAreReadOrRefused) {
  ExpectReadOrRefused(kDialogues, "lua", [](const std::string& bytes) {
    const auto dialogues = ParseLuaDialogues(bytes, "f");
    if (!dialogues.ok()) return dialogues.status();
    for (const LuaDialogue& dialogue : *dialogues) EXPECT_FALSE(dialogue.text.empty());
    return absl::OkStatus();
  });
}

constexpr char kStockholm[] =
    "# STOCKHOLM 1.0\n#=GF AU Koala\n\nDA1  ..GG\n#=GR DA1 SS ..<<\nDA2  A-CC\n#=GC SS_cons "
    "..<<\n\n"
    "DA1  CC.\n#=GR DA1 SS >>.\nDA2  GG~\n#=GC SS_cons >>.\n//\n"
    "# STOCKHOLM 1.0\nx a\n//\n";

TEST(Stockholm, JoinsBlocks) {
  const auto alignments = ParseStockholm(kStockholm, "f.sto");
  ASSERT_TRUE(alignments.ok()) << alignments.status();
  ASSERT_EQ(alignments->size(), 2u);
  const StockholmAlignment& first = (*alignments)[0];
  ASSERT_EQ(first.sequences.size(), 2u);
  EXPECT_EQ(first.sequences[0].letters, "..GGCC.");
  EXPECT_EQ(first.sequences[0].marks.at("SS"), "..<<>>.");
  EXPECT_EQ(first.sequences[0].line, 4);
  EXPECT_EQ(first.sequences[1].letters, "A-CCGG~");
  EXPECT_EQ(first.columns.at("SS_cons"), "..<<>>.");
  EXPECT_TRUE(IsGap('~') && IsGap('.') && IsGap('-') && IsGap('_') && !IsGap('A'));
}

TEST(Stockholm, ErrorsNameTheLine) {
  const auto error = [](const std::string& text) {
    return std::string(ParseStockholm("# STOCKHOLM 1.0\n" + text, "f").status().message());
  };
  EXPECT_EQ(std::string(ParseStockholm("ACGT", "f").status().message()),
            "f:1: not Stockholm: it does not begin with '# STOCKHOLM 1.0'");
  EXPECT_EQ(std::string(ParseStockholm("\n", "f").status().message()), "f:2: no alignment");
  EXPECT_EQ(error("a AC GU\n//"), "f:2: 'a AC GU' is not 'name letters'");
  EXPECT_EQ(error("#=GR b SS <\n//"), "f:2: marks of 'b', a sequence that does not stand above");
  EXPECT_EQ(error("#=GC x\n//"), "f:2: '#=GC x' lacks a name or its marks");
  EXPECT_EQ(error("a AC\nb A\n//"), "f:4: row 'b' has 1 columns, the first sequence 2");
  EXPECT_EQ(error("a AC\n#=GR a SS <\n//"), "f:4: row 'a SS' has 1 columns, the first sequence 2");
  EXPECT_EQ(error("a A\xC3\n//"), "f:2: a row is not one word of visible ASCII characters");
  EXPECT_EQ(error("//"), "f:2: the alignment has no sequence");
  EXPECT_EQ(error("a AC\n"), "f:3: the file ends within an alignment: '//' is missing");
  EXPECT_EQ(error("a AC\n# STOCKHOLM 1.0\n"),
            "f:3: an alignment begins before the last one ended with '//'");
}

TEST(Stockholm, TruncatedAndRandomBytesAreReadOrRefused) {
  ExpectReadOrRefused(kStockholm, "stockholm", [](const std::string& bytes) {
    const auto alignments = ParseStockholm(bytes, "f");
    if (!alignments.ok()) return alignments.status();
    for (const StockholmAlignment& alignment : *alignments) {
      for (const StockholmSequence& sequence : alignment.sequences) {
        EXPECT_EQ(sequence.letters.size(), alignment.sequences[0].letters.size());
        for (const auto& [name, marks] : sequence.marks)
          EXPECT_EQ(marks.size(), sequence.letters.size());
      }
    }
    return absl::OkStatus();
  });
}

TEST(ReadMaybeCompressed, ReadsBothAndNoticesDamage) {
  // printf 'hello hello hello' | gzip -n
  const unsigned char bytes[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03,
                                 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x57, 0xc8, 0x40, 0x90, 0x00,
                                 0x80, 0x88, 0xf9, 0xe5, 0x11, 0x00, 0x00, 0x00};
  const std::string zipped(bytes, bytes + sizeof(bytes));
  const ScratchFolder folder;
  EXPECT_EQ(*ReadMaybeCompressed(folder.Write("plain", "abc"), 100), "abc");
  EXPECT_EQ(*ReadMaybeCompressed(folder.Write("whole.gz", zipped), 100), "hello hello hello");
  EXPECT_THAT(ReadMaybeCompressed(folder.Write("whole.gz", zipped), 5).status().message(),
              HasSubstr("more than 5 bytes"));
  for (size_t size = 3; size < zipped.size() - 8; ++size) {
    const auto read = ReadMaybeCompressed(folder.Write("cut.gz", zipped.substr(0, size)), 100);
    if (read.ok()) {
      EXPECT_NE(*read, "hello hello hello") << size;
    } else {
      EXPECT_THAT(read.status().message(), HasSubstr("cut.gz: damaged gzip stream")) << size;
    }
  }
}

TEST(ReadMaybeCompressed, KnowsTheOtherCompressionsToo) {
  // printf 'hello hello hello' | xz; and bzip2, and zstd
  const std::vector<std::pair<std::string, std::vector<unsigned char>>> files = {
      {"xz",
       {0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00, 0x04, 0xe6, 0xd6, 0xb4, 0x46, 0x02, 0x00, 0x21,
        0x01, 0x16, 0x00, 0x00, 0x00, 0x74, 0x2f, 0xe5, 0xa3, 0xe0, 0x00, 0x10, 0x00, 0x0b, 0x5d,
        0x00, 0x34, 0x19, 0x49, 0xee, 0x8d, 0xe9, 0x4f, 0x7e, 0x15, 0xe0, 0x00, 0x00, 0x00, 0x4b,
        0x88, 0xe6, 0xda, 0x44, 0x80, 0x07, 0x76, 0x00, 0x01, 0x27, 0x11, 0xbc, 0x27, 0xf3, 0x90,
        0x1f, 0xb6, 0xf3, 0x7d, 0x01, 0x00, 0x00, 0x00, 0x00, 0x04, 0x59, 0x5a}},
      {"bz2",
       {0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, 0x9e, 0x62, 0x5b, 0xfe, 0x00,
        0x00, 0x02, 0x91, 0x00, 0x40, 0x00, 0x02, 0x44, 0xa0, 0x00, 0x21, 0x14, 0x60, 0x66, 0x82,
        0x91, 0xef, 0x23, 0x47, 0x0b, 0xb9, 0x22, 0x9c, 0x28, 0x48, 0x4f, 0x31, 0x2d, 0xff, 0x00}},
      {"zst", {0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58, 0x65, 0x00, 0x00, 0x30, 0x68, 0x65, 0x6c,
               0x6c, 0x6f, 0x20, 0x01, 0x00, 0x31, 0x4a, 0x11, 0xa2, 0xed, 0x1e, 0x0c}},
  };
  const ScratchFolder folder;
  for (const auto& [ending, bytes] : files) {
    const std::string path = folder.Write("whole." + ending, {bytes.begin(), bytes.end()});
    EXPECT_EQ(*ReadMaybeCompressed(path), "hello hello hello") << ending;
    const std::string cut = folder.Write("cut." + ending, {bytes.begin(), bytes.end() - 20});
    EXPECT_THAT(ReadMaybeCompressed(cut).status().message(), HasSubstr("damaged")) << ending;
  }
}

// A data frame of a factor and of integers: kind = ei, n, n; count = 7, NA, 9.
std::string SmallFrame() {
  RWriter r;
  r.Word(2).Word(0x20a01).Word(0x20300);
  r.Word(kTaggedPair).Symbol("frame").Word(19 | kAttributes).Word(2);
  r.Word(13 | kAttributes).Word(3).Word(1).Word(2).Word(2);
  r.Word(kTaggedPair).Symbol("levels").Strings({"ei", "n"});
  r.Word(kTaggedPair).Symbol("class").Strings({"factor"}).Word(254);
  r.Word(13).Word(3).Word(7).Word(0x80000000).Word(9);
  r.Word(kTaggedPair).Symbol("names").Strings({"kind", "count"});
  r.Word(kTaggedPair).Word(255 | 3u << 8).Strings({"data.frame"}).Word(254);  // the third symbol
  return r.Word(254).bytes;
}

TEST(RData, ReadsFactorsAndNumbers) {
  const auto frame = ParseRDataFrame(SmallFrame(), "frame", "x.rda");
  ASSERT_TRUE(frame.ok()) << frame.status();
  EXPECT_THAT(frame->names, ElementsAre("kind", "count"));
  ASSERT_EQ(frame->columns.size(), 2u);
  EXPECT_THAT(frame->columns[0], ElementsAre("ei", "n", "n"));
  EXPECT_THAT(frame->columns[1], ElementsAre("7", "", "9"));
  EXPECT_THAT(std::string(ParseRDataFrame(SmallFrame(), "frme", "x.rda").status().message()),
              HasSubstr("x.rda: no object 'frme'; did you mean 'frame'?"));
  EXPECT_THAT(std::string(ParseRDataFrame("RData", "frame", "x.rda").status().message()),
              HasSubstr("x.rda: offset 0: not what R's save() writes"));
}

TEST(RData, RealsKeepTheirDigits) {
  RWriter r;
  r.Word(2).Word(0x20a01).Word(0x20300);
  r.Word(kTaggedPair).Symbol("frame").Word(19 | kAttributes).Word(1);
  r.Word(14).Word(4);
  for (const uint64_t bits : {std::bit_cast<uint64_t>(1234567.0), std::bit_cast<uint64_t>(0.1),
                              std::bit_cast<uint64_t>(-2.0), uint64_t{0x7FF00000000007A2}}) {  // NA
    r.Word(static_cast<uint32_t>(bits >> 32)).Word(static_cast<uint32_t>(bits));
  }
  r.Word(kTaggedPair).Symbol("names").Strings({"x"}).Word(254);
  const auto frame = ParseRDataFrame(r.Word(254).bytes, "frame", "x.rda");
  ASSERT_TRUE(frame.ok()) << frame.status();
  EXPECT_THAT(frame->columns[0], ElementsAre("1234567", "0.1", "-2", ""));
}

TEST(RData, EveryTruncationIsAnErrorAndDamageDoesNoHarm) {
  const std::string whole = SmallFrame();
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(ParseRDataFrame(whole.substr(0, size), "frame", "f").ok()) << size;
  }
  ExpectReadOrRefused(whole, "r data", [](const std::string& bytes) {
    const auto frame = ParseRDataFrame(bytes, "frame", "f");
    if (frame.ok()) {
      EXPECT_EQ(frame->names.size(), frame->columns.size());
    } else {
      EXPECT_THAT(std::string(frame.status().message()), testing::StartsWith("f: "));
    }
    return frame.status();
  });
}

constexpr char kGenBank[] =
    "LOCUS       KL1                   24 bp    DNA     linear       12-JUL-2018\n"
    "DEFINITION  A locus.\n"
    "SOURCE      Klebsiella pneumoniae\n"
    "  ORGANISM  Klebsiella pneumoniae\n"
    "            Bacteria; Proteobacteria.\n"
    "FEATURES             Location/Qualifiers\n"
    "     source          1..24\n"
    "                     /organism=\"Klebsiella pneumoniae\"\n"
    "     CDS             complement(join(1..6,\n"
    "                     10..12))\n"
    "                     /gene=\"wza\"\n"
    "                     /product=\"a \"\"long\"\" name; of\n"
    "                     /two lines\"\n"
    "                     /pseudo\n"
    "                     /transl_table=11\n"
    "                     /translation=\"MAL\n"
    "                     WMR\"\n"
    "ORIGIN      \n"
    "        1 atggccctgt ggatgcgcct\n"
    "       21 ctaa\n"
    "//\n"
    "LOCUS       second 3 bp\n"
    "ORIGIN\n"
    "        1 acg\n"
    "//\n";

TEST(GenBank, ReadsRecordsFeaturesAndBases) {
  const auto records = ParseGenBank(kGenBank, "x.gbk");
  ASSERT_TRUE(records.ok()) << records.status();
  ASSERT_EQ(records->size(), 2u);
  const GenBankRecord& record = (*records)[0];
  EXPECT_EQ(record.name, "KL1");
  EXPECT_EQ(record.organism, "Klebsiella pneumoniae");
  EXPECT_EQ(record.bases, "ATGGCCCTGTGGATGCGCCTCTAA");
  ASSERT_EQ(record.features.size(), 2u);
  const GenBankFeature& gene = record.features[1];
  EXPECT_EQ(gene.kind, "CDS");
  EXPECT_EQ(gene.location, "complement(join(1..6,10..12))");
  EXPECT_EQ(gene.line, 9);
  EXPECT_EQ(gene.qualifiers.at("gene"), "wza");
  EXPECT_EQ(gene.qualifiers.at("product"), "a \"long\" name; of /two lines");
  EXPECT_EQ(gene.qualifiers.at("pseudo"), "");
  EXPECT_EQ(gene.qualifiers.at("transl_table"), "11");
  EXPECT_EQ(gene.qualifiers.at("translation"), "MALWMR");
  EXPECT_EQ(*record.At(gene.location), "CCAGGCCAT");  // of ATGGCC TGG
  EXPECT_EQ(*record.At("2..4"), "TGG");
  EXPECT_EQ(*record.At("7"), "C");
  EXPECT_EQ(*record.At("join(complement(1..2),3..4)"), "ATGG");
  EXPECT_EQ((*records)[1].bases, "ACG");
}

TEST(GenBank, LocationsThatCannotBeReadAreErrors) {
  const auto records = ParseGenBank(kGenBank, "x.gbk");
  ASSERT_TRUE(records.ok()) << records.status();
  for (const char* location :
       {"", "0..3", "5..25", "4..2", "<1..3", "1..>3", "2^3", "J00194.1:100..202",
        "order(1..2,4..5)", "complement(1..2", "join()", "1..2..3", "99999999999999999999"}) {
    EXPECT_FALSE((*records)[0].At(location).ok()) << location;
  }
  EXPECT_EQ((*records)[0].At("5..25").status().message(), "location '5..25': not within 1 to 24");
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "join(";
  deep += "1" + std::string(1000, ')');
  EXPECT_FALSE((*records)[0].At(deep).ok());
  EXPECT_EQ((*records)[0].At("join(1..24,1..24)")->size(), 48u);
  EXPECT_THAT((*records)[0].At("join(1..24,1..24,1)").status().message(),
              HasSubstr("more than twice the bases"));
}

TEST(GenBank, QuotesAreCountedByQualifierAndInOnePass) {
  const std::string head = "LOCUS a\nFEATURES\n     CDS             1..2\n", indent(21, ' ');
  const auto qualifiers = [&](const std::string& lines) {
    const auto records = ParseGenBank(head + lines + "//\n", "f");
    EXPECT_TRUE(records.ok()) << records.status();
    return records.ok() ? (*records)[0].features[0].qualifiers
                        : decltype((*records)[0].features[0].qualifiers)();
  };
  const auto one = qualifiers(indent + "/a=x\"y\n" + indent + "/b=\"z\"\n" + indent + "/c=1\n");
  EXPECT_EQ(one.at("a"), "x\"y");
  EXPECT_EQ(one.at("b"), "z");
  EXPECT_EQ(one.at("c"), "1");
  std::string many = indent + "/a=\"line\n";  // counted anew at each line this would take minutes
  for (int i = 0; i < 300'000; ++i) absl::StrAppend(&many, indent, "line\n");
  EXPECT_EQ(qualifiers(many + indent + "end\"\n").at("a").size(), 4u + 300'000 * 5 + 4);
}

TEST(GenBank, ErrorsNameTheLineAndEveryTruncationIsNoticed) {
  const std::string whole = kGenBank;
  EXPECT_EQ(ParseGenBank("ACGT\n", "f").status().message(),
            "f:1: not GenBank: a record begins with 'LOCUS'");
  EXPECT_THAT(ParseGenBank("", "f").status().message(), HasSubstr("no record"));
  EXPECT_EQ(ParseGenBank("LOCUS a\nLOCUS b\n", "f").status().message(),
            "f:2: a record begins before the last one has ended with '//'");
  EXPECT_EQ(ParseGenBank("LOCUS a\nFEATURES\n     CDS\n", "f").status().message(),
            "f:3: the feature has no location");
  EXPECT_EQ(ParseGenBank("LOCUS a\nORIGIN\n 1 ac?t\n//\n", "f").status().message(),
            "f:3: '?' is no base");
  EXPECT_EQ(ParseGenBank("LOCUS a\nFEATURES\n     CDS             1..2\n"
                         "                     /a=\"b\n//\n",
                         "f")
                .status()
                .message(),
            "f:5: the value of /a does not end");
  // A record that is cut in the middle and closed again.
  EXPECT_EQ(ParseGenBank("LOCUS a 12 bp DNA\nORIGIN\n 1 acgt\n//\n", "f").status().message(),
            "f:4: the record in line 1 ends after 4 bases; its LOCUS says 12");
  for (const char* rest : {"//\n", "ORIGIN\n//\n"})  // features without bases
    EXPECT_TRUE(ParseGenBank(absl::StrCat("LOCUS a 12 bp DNA\n", rest), "f").ok()) << rest;
  EXPECT_TRUE(ParseGenBank("LOCUS a 12 aa\nORIGIN\n 1 acgt\n//\n", "f").ok()) << "no bases";
  const size_t first_end = whole.find("//\n");
  for (size_t size = 0; size < whole.size() - 1; ++size) {
    const bool between = size >= first_end + 2 && size <= first_end + 3;  // one whole record
    EXPECT_EQ(ParseGenBank(whole.substr(0, size), "f").ok(), between) << size;
  }
  ExpectReadOrRefused(whole, "genbank", [](const std::string& bytes) {
    const auto records = ParseGenBank(bytes, "f");
    if (!records.ok()) return records.status();
    for (const GenBankRecord& record : *records) {
      for (const GenBankFeature& feature : record.features) {
        const auto bases = record.At(feature.location);
        EXPECT_TRUE(!bases.ok() || !bases->empty());
      }
    }
    return absl::OkStatus();
  });
}

}  // namespace
}  // namespace t2t
