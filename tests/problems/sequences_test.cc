// The problems of sequences and speech in the catalogue.
#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "modalities/codecs/sound.h"
#include "problems/catalogue/similarity_clusters.h"
#include "problems/catalogue/spoken_text.h"
#include "random/philox.h"
#include "tests/problems/catalogue_kit.h"
#include "tests/problems/r_writer.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

// A WAV of so many samples.
std::string Recording(size_t samples) {
  const auto bytes = EncodeWav({.rate = 8000, .samples = std::vector<float>(samples, 0.25f)});
  EXPECT_TRUE(bytes.ok()) << bytes.status();
  return bytes.value_or("");
}

// `rows` windows, all of A, C, G and T in turn, of the class "ie"; the indicators of the first base of `broken` are 1 1 0.
std::string SpliceRda(uint32_t rows, uint32_t broken) {
  constexpr uint32_t kFactor = 13 | kAttributes;
  RWriter r;
  r.Word(2).Word(0x20a01).Word(0x20300);
  r.Word(kTaggedPair).Symbol("DNA").Word(19 | kAttributes).Word(181);
  std::vector<std::string> names;
  for (uint32_t column = 0; column < 180; ++column) {
    names.push_back(absl::StrCat("V", column + 1));
    r.Word(kFactor).Word(rows);
    for (uint32_t row = 0; row < rows; ++row) {
      const bool set = column / 3 % 4 == column % 3 || (row == broken && column == 1);
      r.Word(set ? 2 : 1);
    }
    r.Word(kTaggedPair).Symbol("levels").Strings({"0", "1"}).Word(254);
  }
  names.push_back("Class");
  r.Word(kFactor).Word(rows);
  for (uint32_t row = 0; row < rows; ++row) r.Word(2);
  r.Word(kTaggedPair).Symbol("levels").Strings({"ei", "ie", "n"}).Word(254);
  r.Word(kTaggedPair).Symbol("names").Strings(names).Word(254);
  return r.Word(254).bytes;
}

TEST(SpliceDna, BasesFromIndicatorsAndTheSplitsOfStatLog) {
  const ScratchFolder folder;
  folder.Write("DNA.rda", SpliceRda(2100, 2050));
  GenerateOptions options;
  options.source_paths = {{"mlbench", folder.path()}};
  KeepingSink sink = Generate("splice_dna", options);
  EXPECT_EQ(sink.examples["train"].size() + sink.examples["valid"].size(), 2000u);
  EXPECT_GT(sink.examples["valid"].size(), 150u);
  EXPECT_LT(sink.examples["valid"].size(), 250u);
  EXPECT_EQ(sink.examples["test"].size(), 99u);
  std::string bases;
  for (int i = 0; i < 15; ++i) bases += "ACGT";
  EXPECT_EQ(sink.examples["test"][0].ports["site"].bytes(), bases);
  EXPECT_EQ(sink.examples["test"][0].ports["kind"].bytes(), "ie");
  EXPECT_THAT(sink.broken, ElementsAre(absl::StrCat(folder.path(),
                                                    "/DNA.rda: row 2051: base 1 has "
                                                    "the indicators '110'")));
}

TEST(Rna16sPhylum, TakesTheSecondNameOfTheLineage) {
  const ScratchFolder folder;
  std::string fasta;
  for (int i = 0; i < 200; ++i) {
    absl::StrAppend(&fasta, ">g", i, " Some species\tBacteria; ",
                    i % 2 == 0 ? "Firmicutes" : "Chlorobi", "; Bacilli\nACGTAC\nGT\n");
  }
  absl::StrAppend(&fasta, ">odd Some species\tBacteria\nACGT\n",
                  ">protein Some species\tBacteria; Chlorobi\nACGLT\n");
  folder.Write("rRNA16S.gold.fasta", fasta);
  GenerateOptions options;
  options.source_paths = {{"microbiomeutil", folder.path()}};
  KeepingSink sink = Generate("rna16s_phylum", options);
  const auto splits = SplitsOf(sink);
  EXPECT_EQ(splits.size(), 200u);
  EXPECT_GT(sink.examples["train"].size(), 130u);
  EXPECT_GT(sink.examples["valid"].size(), 8u);
  EXPECT_GT(sink.examples["test"].size(), 8u);
  const Example& first = sink.examples["train"][0];
  EXPECT_EQ(first.ports.at("gene").bytes(), "ACGTACGT");
  EXPECT_EQ(first.ports.at("phylum").bytes(),
            std::stoi(first.key.substr(1)) % 2 == 0 ? "Firmicutes" : "Chlorobi");
  EXPECT_THAT(sink.broken, ElementsAre(absl::StrCat(folder.path(),
                                                    "/rRNA16S.gold.fasta:601: 'Bacteria' is not a "
                                                    "lineage with a phylum"),
                                       HasSubstr("/rRNA16S.gold.fasta:603: 'L', letter 4 of 5, is "
                                                 "not of RNA's alphabet")));
}

TEST(SimilarityClusters, EqualsComparingAllPairs) {
  Philox random(RandomKey(9).With("clusters"));
  std::vector<std::string> sequences;
  for (int family = 0; family < 12; ++family) {
    std::string ancestor;
    for (int i = 0; i < 60; ++i) ancestor += static_cast<char>('A' + random.Below(20));
    for (uint64_t child = random.Below(5); child > 0; --child) {
      std::string mutated = ancestor;
      for (char& letter : mutated) {
        if (random.Below(12) == 0) letter = static_cast<char>('A' + random.Below(20));
      }
      sequences.push_back(mutated.substr(random.Below(20)));
    }
  }
  sequences.insert(sequences.end(), {"AC", "AC", "AD", ""});
  ASSERT_GT(sequences.size(), 15u);
  const auto kmers = [](const std::string& sequence) {
    std::set<std::string> found;
    for (size_t i = 0; i + 3 <= sequence.size(); ++i) found.insert(sequence.substr(i, 3));
    if (found.empty()) found.insert(sequence);
    return found;
  };
  // Joined until nothing changes.
  std::vector<int64_t> expected;
  for (size_t i = 0; i < sequences.size(); ++i) expected.push_back(static_cast<int64_t>(i));
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t i = 0; i < sequences.size(); ++i) {
      for (size_t k = 0; k < i; ++k) {
        const auto a = kmers(sequences[i]), b = kmers(sequences[k]);
        std::vector<std::string> both;
        std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
        if (static_cast<double>(both.size()) <
            0.3 * static_cast<double>(std::min(a.size(), b.size())))
          continue;
        const int64_t least = std::min(expected[i], expected[k]);
        changed = changed || expected[i] != expected[k];
        expected[i] = expected[k] = least;
      }
    }
  }
  EXPECT_EQ(SimilarityClusters(sequences, 3, 0.3), expected);
  EXPECT_GT(std::set<int64_t>(expected.begin(), expected.end()).size(), 5u);
}

TEST(SimilarityClusters, WeightsFallWithTheRootOfTheSizeAndHaveAMeanOfOne) {
  const std::vector<int64_t> clusters = {0, 0, 0, 0, 4, 5, 5};
  const std::vector<const char*> splits = {"train", "train", "train", "train",
                                           "train", "test",  "test"};
  const std::vector<float> weights = WeightsOfClusters(clusters, splits);
  // 4 of 1/2 and one of 1 sum up to 3 over 5; 2 of 1/sqrt(2).
  for (const size_t i : {0, 1, 2, 3}) EXPECT_FLOAT_EQ(weights[i], 0.5f * 5 / 3);
  EXPECT_FLOAT_EQ(weights[4], 5.0f / 3);
  EXPECT_FLOAT_EQ(weights[5], 1);
  EXPECT_FLOAT_EQ(weights[6], 1);
}

TEST(ProteinToMrnaKaptive, KeepsGenesThatSayTheirProteinAndRelativesTogether) {
  const ScratchFolder folder;
  // 60 families of a gene and a relative with one other codon; a gene whose protein is another; a fragment.
  const std::vector<std::string> codons = {"GCC", "CTG", "TGG", "CGC", "AAA", "GAT", "TTC", "ACC"};
  const std::string residues = "ALWRKDFT";
  const auto record = [](const std::string& name, const std::string& organism,
                         const std::string& bases, const std::string& protein) {
    return absl::StrCat("LOCUS ", name, "\n  ORGANISM  ", organism,
                        "\nFEATURES             Location/Qualifiers\n     CDS             1..",
                        bases.size(), "\n                     /translation=\"", protein,
                        "\"\nORIGIN\n        1 ", bases, "\n//\n");
  };
  std::string klebsiella;
  Philox random(RandomKey(10).With("genes"));
  for (int family = 0; family < 60; ++family) {
    std::string bases = "GTG", protein = "M";
    for (int i = 0; i < 40; ++i) {
      const size_t which = random.Below(codons.size());
      bases += codons[which];
      protein += residues[which];
    }
    std::string relative = bases;
    relative.replace(60, 3, "ATG");
    std::string its_protein = protein;
    its_protein[20] = 'M';
    klebsiella +=
        record(absl::StrCat("a", family), "Klebsiella pneumoniae", bases + "TAA", protein);
    klebsiella +=
        record(absl::StrCat("b", family), "Klebsiella sp. 1", relative + "TGA", its_protein);
  }
  klebsiella += record("equal", "Klebsiella sp. 2", "ATGGCCTAA", "MA");
  klebsiella += record("equal2", "Klebsiella sp. 3", "ATGGCCTAG", "MA");
  klebsiella += record("wrong", "Klebsiella sp. 2", "ATGGCCTAA", "MC");
  klebsiella += record("endless", "Klebsiella sp. 2", "ATGGCC", "MA");
  std::string beyond = record("beyond", "Klebsiella sp. 2", "ATGGCC", "MA");
  beyond.replace(beyond.find("1..6"), 4, "1..9");
  klebsiella += beyond;
  klebsiella += record("rare", "Klebsiella sp. 2", "ATGNNNTAA", "MA");
  std::string fragment = record("fragment", "Klebsiella sp. 2", "ATGGCCTAA", "MA");
  fragment.replace(fragment.find("1..9"), 4, "<1..9");
  std::string untold = record("untold", "Klebsiella sp. 2", "ATGGCCTAA", "MA");
  untold.replace(untold.find("translation"), 11, "note");
  klebsiella += fragment + untold;
  folder.Write("Klebsiella_k_locus_primary_reference.gbk", klebsiella);
  for (const char* other :
       {"Klebsiella_k_locus_variant_reference.gbk", "Klebsiella_o_locus_primary_reference.gbk",
        "Acinetobacter_baumannii_OC_locus_primary_reference.gbk",
        "Acinetobacter_baumannii_k_locus_primary_reference.gbk"}) {
    folder.Write(other, record("acinetobacter", "Acinetobacter baumannii", "ATGGCCTAA", "MA"));
  }
  GenerateOptions options;
  options.source_paths = {{"kaptive", folder.path()}};
  KeepingSink sink = Generate("protein_to_mrna_kaptive", options);
  const auto splits = SplitsOf(sink);
  EXPECT_EQ(splits.size(), 122u);  // with one gene of each genus that is there several times
  std::map<std::string, int> families;
  for (int family = 0; family < 60; ++family) {
    const std::string& split = splits.at(absl::StrCat("a", family, ":1..126"));
    EXPECT_EQ(split, splits.at(absl::StrCat("b", family, ":1..126"))) << family;
    ++families[split];
  }
  EXPECT_EQ(families.size(), 3u);
  EXPECT_GT(families["train"], 35);
  for (const Example& example : sink.examples["train"]) {
    const std::string& mrna = example.ports.at("mrna").bytes();
    EXPECT_EQ(mrna.size(), 3 * example.ports.at("protein").bytes().size());
    EXPECT_EQ(example.ports.at("protein").bytes()[0], 'M');
  }
  EXPECT_THAT(sink.broken,
              ElementsAre(AllOf(HasSubstr("/Klebsiella_k_locus_primary_reference.gbk:"),
                                HasSubstr(": location '1..9': not within 1 to 6"))));
  EXPECT_THAT(sink.left_out,
              UnorderedElementsAre(
                  Pair("coding sequences equal to one before", 5),
                  Pair("coding sequences whose bases do not say their protein", 1),
                  Pair("coding sequences with a codon of rare letters or a stop codon within", 1),
                  Pair("coding sequences that go on beyond their record", 1),
                  Pair("coding sequences without a /translation", 1)));
  double sum = 0;
  for (const Example& example : sink.examples["train"]) sum += static_cast<double>(example.weight);
  EXPECT_NEAR(sum / static_cast<double>(sink.examples["train"].size()), 1, 1e-5);
}

TEST(SpeechAsteriskEn, TakesThePromptsThatAreSpoken) {
  const ScratchFolder sounds, texts;
  std::string list =
      "; Core sounds\n\nbeep: [this is a beep]\nmissing: Not there.\nodd line\n../away: "
      "Out.\n/abs: Out.\n";
  for (int i = 0; i < 100; ++i) {
    const std::string name = absl::StrCat(i % 2 == 0 ? "" : "digits/", "p", i);
    absl::StrAppend(&list, name, ": Please press ", i, ", Waldo's  prompt... (a tone) [@]\n");
    sounds.Write(name + ".wav", Recording(static_cast<size_t>(100 + i)));
  }
  list += "text: A text.\nempty: Nothing.\n";
  sounds.Write("text.wav", "a text");
  sounds.Write("empty.wav", Recording(0));
  sounds.Write("activated.wav", "");
  sounds.Write("beep.wav", "beep");
  texts.Write("core-sounds-en.txt.gz", list);  // read plain too
  GenerateOptions options;
  options.source_paths = {{"asterisk_sounds_en", sounds.path()},
                          {"asterisk_texts_en", texts.path()}};
  KeepingSink sink = Generate("speech_asterisk_en", options);
  EXPECT_EQ(SplitsOf(sink).size(), 100u);
  EXPECT_GT(sink.examples["train"].size(), 65u);
  EXPECT_GT(sink.examples["test"].size(), 3u);
  for (const Example& example : sink.examples["train"]) {
    const std::string number = example.key.substr(example.key.find('p') + 1);
    EXPECT_EQ(example.ports.at("speech").bytes(), Recording(100 + std::stoul(number)));
    EXPECT_EQ(example.ports.at("words").bytes(), "please press " + number + " waldo's prompt");
  }
  EXPECT_THAT(sink.broken, ElementsAre(HasSubstr("core-sounds-en.txt.gz:5: it is not 'name: text'"),
                                       HasSubstr(".gz:6: it is not"), HasSubstr(".gz:7: it is not"),
                                       HasSubstr("/text.wav: not a sound file that can be read"),
                                       HasSubstr("/empty.wav: the sound has no sample")));
  EXPECT_THAT(sink.left_out, UnorderedElementsAre(Pair("prompts without a recording", 1),
                                                  Pair("prompts without words", 1)));
}

TEST(TrnaStructure, MarksEachBaseAndKeepsRelativesTogether) {
  const ScratchFolder folder;
  Philox random(RandomKey(12).With("trna"));
  std::string text = "# STOCKHOLM 1.0\n";
  for (int i = 0; i < 60; ++i) {
    std::string bases;
    for (int k = 0; k < 40; ++k) bases += "ACGU"[random.Below(4)];
    for (const char* kind : {"a", "b", "equal"}) {
      std::string row = bases;
      if (kind == std::string("b")) row[39] = row[39] == 'A' ? 'C' : 'A';
      absl::StrAppend(&text, kind, i, " ", row.substr(0, 20), ".-", row.substr(20), "\n#=GR ", kind,
                      i, " SS <<", std::string(38, '.'), ">>\n");
    }
  }
  const std::string gaps(42, '.');
  absl::StrAppend(&text, "none ", gaps, "\nbare A", gaps.substr(1), "\nodd AC", gaps.substr(2),
                  "\n#=GR odd SS <", gaps.substr(1), "\n#=GR none SS ", gaps, "\n//\n");
  folder.Write("tRNA1415G.sto", text);
  GenerateOptions options;
  options.source_paths = {{"infernal", folder.path()}};
  const KeepingSink sink = Generate("trna_structure", options);
  const auto splits = SplitsOf(sink);
  EXPECT_EQ(splits.size(), 120u);
  EXPECT_EQ(sink.examples.size(), 3u);
  for (int i = 0; i < 60; ++i)
    EXPECT_EQ(splits.at(absl::StrCat("a", i)), splits.at(absl::StrCat("b", i)));
  for (const Example& example : sink.examples.at("train")) {
    EXPECT_EQ(example.ports.at("rna").bytes().size(), 40u);
    EXPECT_EQ(example.ports.at("structure").bytes(), "<<" + std::string(36, '.') + ">>");
  }
  EXPECT_THAT(sink.broken, ElementsAre(HasSubstr("'bare' has no structure"),
                                       HasSubstr("'odd': a base has no partner")));
}

TEST(SpokenText, IsWhatAListenerCanKnow) {
  EXPECT_EQ(SpokenText("Please press 1, or hang up. (a tone) [x]"), "please press 1 or hang up");
  EXPECT_EQ(SpokenText("\u010cesk\u00e1 L\u00edpa\u2014to\u2019s!\xFF ok"),
            "\u010desk\u00e1 l\u00edpa to's ok");
  EXPECT_EQ(SpokenText(" ...(never closed"), "");
}

TEST(SpeechFillets, TakesTheLinesOfALevelThatAreRecorded) {
  const ScratchFolder texts, sounds;
  texts.Write("script/init.lua", "x = 1");
  texts.Write("script/alibaba/dialogs_cs.lua", "dialogId(\"q\", \"\", \"Q\")\n");
  sounds.Write("sound/alibaba/cs/other.ogg", "");
  for (int level = 0; level < 60; ++level) {
    const std::string folder = absl::StrCat("script/level", level, "/");
    std::string czech, english;
    for (const char* id : {"a", "b", "a", "silent", "../b"}) {
      absl::StrAppend(&english, "dialogId(\"", id, "\", \"\", \"Ship ", id, "!\")\n");
      absl::StrAppend(&czech, "dialogId(\"", id, "\", \"\", \"Ship ", id,
                      "!\")\ndialogStr(\"Lo\u010f ", id, ".\")\n");
    }
    texts.Write(folder + "dialogs_cs.lua", level == 7 ? "broken" : czech);
    texts.Write(folder + "dialogs_en.lua", english);
    for (const char* id : {"a", "b"})
      sounds.Write(absl::StrCat("sound/level", level, "/cs/", id, ".ogg"), Recording(5));
  }
  sounds.Write("sound/level8/cs/b.ogg", "no sound");
  GenerateOptions options;
  options.source_paths = {{"fillets_dialogues", texts.path()},
                          {"fillets_sounds_cs", sounds.path()}};
  const KeepingSink sink = Generate("speech_fillets", options);
  const auto splits = SplitsOf(sink);
  EXPECT_EQ(splits.size(), 117u);
  EXPECT_EQ(sink.examples.size(), 3u);
  EXPECT_EQ(splits.at("level3/a"), splits.at("level3/b"));
  EXPECT_THAT(sink.broken, ElementsAre(HasSubstr("level7/dialogs_cs.lua:1: '(' is missing"),
                                       HasSubstr("/level8/cs/b.ogg: not a sound file")));
  const Example& example = sink.examples.at("train")[0];
  EXPECT_EQ(example.ports.at("speech").bytes(), Recording(5));
  EXPECT_EQ(example.ports.at("words").bytes(),
            "lo\u010f " + example.key.substr(example.key.size() - 1));
  const auto english = SplitsOf(Generate("speech_fillets:lang=en", options));
  EXPECT_EQ(english.size(), 119u);
  EXPECT_EQ(english.at("level3/a"), splits.at("level3/a"));
  KeepingSink none;
  EXPECT_THAT(
      std::string(MakeRegistered("speech_fillets:lang=dd")->Generate(options, none).message()),
      HasSubstr("no dialogues in language 'dd'"));
}

TEST(ProteinToTextProkka, TakesTheProductOfTheHeaderAndKeepsRelativesTogether) {
  const ScratchFolder folder;
  Philox random(RandomKey(11).With("proteins"));
  std::string fasta;
  for (int i = 0; i < 60; ++i) {
    std::string protein = "M";
    for (int k = 0; k < 40; ++k) protein += "ACDEFGHIKLNPQRSTVWY"[random.Below(19)];
    absl::StrAppend(&fasta, ">a", i, " 1.2.3.4~~~gen~~~ABC transporter, part ", i, "\n", protein,
                    "\n>b", i, " ~~~~~~relative\n", protein.substr(0, 30), "AA\n");
  }
  folder.Write("Enterococcus", fasta);
  folder.Write("Escherichia", ">c ~~~x~~~protein\nMKK\n>odd protein\nMKA\n");
  folder.Write("Staphylococcus", ">c ~~~x~~~protein\nMKK\n");
  GenerateOptions options;
  options.source_paths = {{"prokka", folder.path()}};
  KeepingSink sink = Generate("protein_to_text_prokka", options);
  const auto splits = SplitsOf(sink);
  EXPECT_EQ(splits.size(), 122u);
  std::set<std::string> seen;
  for (int i = 0; i < 60; ++i) {
    const std::string& split = splits.at(absl::StrCat("Enterococcus:a", i));
    EXPECT_EQ(split, splits.at(absl::StrCat("Enterococcus:b", i)));
    seen.insert(split);
  }
  EXPECT_EQ(seen.size(), 3u);
  EXPECT_EQ(splits.at("Escherichia:c"), splits.at("Staphylococcus:c"));
  EXPECT_THAT(sink.broken, ElementsAre(HasSubstr("Escherichia:3: the header does not end in")));
  int found = 0;
  for (const auto& [split, examples] : sink.examples) {
    for (const Example& example : examples) {
      if (example.key != "Enterococcus:a7") continue;
      EXPECT_EQ(example.ports.at("product").bytes(), "ABC transporter, part 7");
      ++found;
    }
  }
  EXPECT_EQ(found, 1);
}

}  // namespace
}  // namespace t2t
