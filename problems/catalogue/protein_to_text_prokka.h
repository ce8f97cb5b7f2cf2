// A bacterial protein to the name of what it does.
//
// Prokka's databases of three genera: FASTA whose header ends in "EC~~~gene~~~product". Splits are by similarity, as those of
// protein_to_mrna_kaptive.
#ifndef T2T_PROBLEMS_CATALOGUE_PROTEIN_TO_TEXT_PROKKA_H_
#define T2T_PROBLEMS_CATALOGUE_PROTEIN_TO_TEXT_PROKKA_H_

#include <memory>

#include "absl/status/statusor.h"
#include "problems/problem.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Problem>> MakeProteinToTextProkka(
    const ProblemParameters& parameters);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_PROTEIN_TO_TEXT_PROKKA_H_
