// Transfer RNA to its secondary structure, a mark for each base: '<' and '>' are paired, '.' is not. The alignment of 1,415
// sequences that Infernal's tests bring (Eddy and Durbin, 1994), each with a structure of its own, without its gaps;
// equal sequences once. Sequences that share half of the 8-mers of the shorter one, in chains, are in one split.
#ifndef T2T_PROBLEMS_CATALOGUE_TRNA_STRUCTURE_H_
#define T2T_PROBLEMS_CATALOGUE_TRNA_STRUCTURE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "problems/problem.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Problem>> MakeTrnaStructure(const ProblemParameters& parameters);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_TRNA_STRUCTURE_H_
