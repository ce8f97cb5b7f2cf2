// Windows of 60 bases of primate DNA: is there a border between exon and intron in the middle?
//
// Molecular Biology (Splice-junction Gene Sequences), UCI; in the numbering of StatLog as R's package mlbench has it: 3,186
// windows, the first 2,000 to train and 1,186 to test (Michie, Spiegelhalter and Taylor, "Machine Learning, Neural and
// Statistical Classification", 1994, section 9.5.3). Classes: "ei" (the exon ends: a donor), "ie" (it begins: an
// acceptor), "n" (neither). The package keeps three indicators a base; 100, 010, 001, 000 are A, C, G, T, which the GT
// behind donors and the AG before acceptors confirm.
// About a tenth of the 2,000, drawn by their numbers, is valid.
#ifndef T2T_PROBLEMS_CATALOGUE_SPLICE_DNA_H_
#define T2T_PROBLEMS_CATALOGUE_SPLICE_DNA_H_

#include <memory>

#include "absl/status/statusor.h"
#include "problems/problem.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Problem>> MakeSpliceDna(const ProblemParameters& parameters);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_SPLICE_DNA_H_
