// A bacterial protein and its genus to the codons of its gene.
//
// Coding sequences of the capsule and lipooligosaccharide loci of Klebsiella and Acinetobacter baumannii, from Kaptive's
// reference databases. Kept is a gene whose codons say its protein, residue by residue (table 11; the first may be read as
// methionine); a stop codon is left out, so that the mRNA has one codon a residue. Equal genes are there once.
// Splits are by similarity: proteins that share a fifth of their 5-mers, in chains, are in one split (8 of 10 clusters
// train, one is valid, one is test, drawn by their first member): a random split leaks relatives.
#ifndef T2T_PROBLEMS_CATALOGUE_PROTEIN_TO_MRNA_KAPTIVE_H_
#define T2T_PROBLEMS_CATALOGUE_PROTEIN_TO_MRNA_KAPTIVE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "problems/problem.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Problem>> MakeProteinToMrnaKaptive(
    const ProblemParameters& parameters);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_PROTEIN_TO_MRNA_KAPTIVE_H_
