// 16S ribosomal RNA genes of bacteria and archaea to their phylum.
//
// The "gold" reference of the Microbiome Utilities: 5,181 nearly full-length genes of type strains and genomes, with the
// lineage of the Ribosomal Database Project behind the last tab of the header, its second name the phylum. 8 of 10 genes,
// drawn by their keys, train, one is valid, one is test.
#ifndef T2T_PROBLEMS_CATALOGUE_RNA16S_PHYLUM_H_
#define T2T_PROBLEMS_CATALOGUE_RNA16S_PHYLUM_H_

#include <memory>

#include "absl/status/statusor.h"
#include "problems/problem.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Problem>> MakeRna16sPhylum(const ProblemParameters& parameters);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_RNA16S_PHYLUM_H_
