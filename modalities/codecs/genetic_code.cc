#include "modalities/codecs/genetic_code.h"

#include <cstddef>

namespace t2t {
namespace {

// By CodonNumber, as NCBI prints table 1.
constexpr absl::string_view kBases = "TCAG";
constexpr absl::string_view kAminoAcids =
    "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG";
constexpr absl::string_view kStarts =
    "---M------**--*----M------------MMMM---------------M------------";

}  // namespace

int CodonNumber(absl::string_view codon) {
  if (codon.size() != 3) return -1;
  int place = 0;
  for (const char base : codon) {
    const size_t digit = kBases.find(base == 'U' ? 'T' : base);
    if (digit == absl::string_view::npos) return -1;
    place = 4 * place + static_cast<int>(digit);
  }
  return place;
}

char AminoAcid(absl::string_view codon) {
  const int place = CodonNumber(codon);
  return place < 0 ? 'X' : kAminoAcids[static_cast<size_t>(place)];
}

std::string Translate(absl::string_view bases) {
  std::string protein;
  for (size_t i = 0; i < bases.size(); i += 3) protein += AminoAcid(bases.substr(i, 3));
  return protein;
}

bool IsBacterialStart(absl::string_view codon) {
  const int place = CodonNumber(codon);
  return place >= 0 && kStarts[static_cast<size_t>(place)] == 'M';
}

std::string TranslateGene(absl::string_view bases) {
  std::string protein = Translate(bases);
  if (IsBacterialStart(bases.substr(0, 3))) protein[0] = 'M';
  return protein;
}

}  // namespace t2t
