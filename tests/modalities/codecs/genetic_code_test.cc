#include "modalities/codecs/genetic_code.h"

#include <gtest/gtest.h>

#include <map>

namespace t2t {
namespace {

// NCBI's genetic codes, table 11 ("Bacterial, Archaeal and Plant Plastid").
TEST(GeneticCode, HasTheDegeneracyAndTheStartsOfTable11) {
  std::map<char, int> codons;
  std::string starts;
  for (const char a : std::string("ACGT")) {
    for (const char b : std::string("ACGT")) {
      for (const char c : std::string("ACGT")) {
        const std::string codon = {a, b, c};
        ++codons[AminoAcid(codon)];
        if (IsBacterialStart(codon)) starts += codon + " ";
      }
    }
  }
  EXPECT_EQ(codons, (std::map<char, int>{{'*', 3}, {'A', 4}, {'C', 2}, {'D', 2}, {'E', 2}, {'F', 2},
                                         {'G', 4}, {'H', 2}, {'I', 3}, {'K', 2}, {'L', 6}, {'M', 1},
                                         {'N', 2}, {'P', 4}, {'Q', 2}, {'R', 6}, {'S', 6}, {'T', 4},
                                         {'V', 4}, {'W', 1}, {'Y', 2}}));
  EXPECT_EQ(starts, "ATA ATC ATG ATT CTG GTG TTG ");
}

TEST(GeneticCode, TranslatesDnaAndRna) {
  // Human insulin's first residues (INS, NM_000207: ATG GCC CTG TGG ATG CGC CTC).
  EXPECT_EQ(Translate("ATGGCCCTGTGGATGCGCCTC"), "MALWMRL");
  EXPECT_EQ(Translate("AUGGCCCUGUGGAUGCGCCUCUAA"), "MALWMRL*");
  EXPECT_EQ(Translate("ATGNNNAC"), "MXX");
  EXPECT_EQ(Translate(""), "");
  EXPECT_EQ(AminoAcid("AT"), 'X');
  EXPECT_FALSE(IsBacterialStart(""));
}

}  // namespace
}  // namespace t2t
