// RankTurns: which micro-batches of a step are those of rank r of n: they are dealt in turn.
//
// What a run sees does not depend on how many ranks it has: every rank walks the same sequence of micro-batches, makes those that
// are its own and passes over the others, so that mixture, positions and what a checkpoint keeps are equal on all ranks, and a run
// may go on with another number of them. Training on several ranks will draw so; the tests hold every problem to it.
//
//   const RankTurns turns = {.rank = 1, .ranks = 2};
//   for (int64_t i = 0; i < micro_batches; ++i) {
//     if (turns.Has(i)) batches.push_back(*stream.Next());    // else stream.Skip()
//   }
#ifndef T2T_TRAINER_RANK_TURNS_H_
#define T2T_TRAINER_RANK_TURNS_H_

#include <cstdint>

namespace t2t {

struct RankTurns {
  int64_t rank = 0, ranks = 1;  // 0 <= rank < ranks
  // Of the step's micro-batch of this number, from 0. Where a step has fewer than there are ranks, some have none in it.
  bool Has(int64_t micro_batch) const { return micro_batch % ranks == rank; }
};

}  // namespace t2t

#endif  // T2T_TRAINER_RANK_TURNS_H_
