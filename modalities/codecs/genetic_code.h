// The genetic code: codons to amino acids.
//
// Tables 1 (standard) and 11 (bacteria, archaea, plastids) of NCBI's list translate alike and differ in what may begin a
// protein only; a codon that begins one is read as methionine whatever it says elsewhere.
#ifndef T2T_MODALITIES_CODECS_GENETIC_CODE_H_
#define T2T_MODALITIES_CODECS_GENETIC_CODE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace t2t {

// The number of a codon of DNA or RNA in upper case, below 64: 16 a + 4 b + c over T, C, A, G. -1 where it has a rare letter
// or is not three long.
int CodonNumber(absl::string_view codon);

// The amino acid of a codon of DNA or RNA in upper case, '*' for a stop, 'X' where it has a rare letter or is not three
// long.
char AminoAcid(absl::string_view codon);

// Codon by codon; one or two bases that are left over are an 'X'.
std::string Translate(absl::string_view bases);

// Whether the codon may begin a protein in table 11: ATG, GTG, TTG, CTG, ATT, ATC, ATA.
bool IsBacterialStart(absl::string_view codon);

// As Translate, with the methionine that a first codon stands for which may begin a protein.
std::string TranslateGene(absl::string_view bases);

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_GENETIC_CODE_H_
