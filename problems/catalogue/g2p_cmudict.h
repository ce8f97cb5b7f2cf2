// g2p_cmudict[:stress=no|yes]: an English word to its phonemes. Distinct words in the order of the
// file, number i % 20 == 0 valid, 1 and 2 test, the rest train. A training word gives one example
// for each pronunciation; a held-out word one example, whose further pronunciations are
// alternatives.
#ifndef T2T_PROBLEMS_CATALOGUE_G2P_CMUDICT_H_
#define T2T_PROBLEMS_CATALOGUE_G2P_CMUDICT_H_

#include <memory>

#include "absl/status/statusor.h"
#include "problems/problem.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Problem>> MakeG2pCmudict(const ProblemParameters& parameters);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_G2P_CMUDICT_H_
