// chess_mates[:mate=all|2|3|4]: a chess position to the moves of both sides that end in mate, from games that were played.
// Positions of one game (of two players in one year) share a split.
#ifndef T2T_PROBLEMS_CATALOGUE_CHESS_MATES_H_
#define T2T_PROBLEMS_CATALOGUE_CHESS_MATES_H_

#include <memory>

#include "absl/status/statusor.h"
#include "problems/problem.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Problem>> MakeChessMates(const ProblemParameters& parameters);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_CHESS_MATES_H_
