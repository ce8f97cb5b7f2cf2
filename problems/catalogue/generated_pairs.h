// Every pair of modalities: one drawn sequence of bases, told in two of nine ways by known rules.
//
// A sequence has 5 to 8 of the bases A, C, G and T; one of them, drawn, stands at each place with probability 0.7, the others with
// 0.1 each. No sequence is drawn twice, in any split. PairRules says how each modality tells it.
#ifndef T2T_PROBLEMS_CATALOGUE_GENERATED_PAIRS_H_
#define T2T_PROBLEMS_CATALOGUE_GENERATED_PAIRS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "problems/problem.h"

namespace t2t {

struct PairRule {
  std::string modality;
  std::string rule;  // in words
};
// In the order in which tables show them.
const std::vector<PairRule>& PairRules();

// Parameters: from, to (modalities), count.
absl::StatusOr<std::unique_ptr<Problem>> MakePairs(const ProblemParameters& parameters);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_GENERATED_PAIRS_H_
