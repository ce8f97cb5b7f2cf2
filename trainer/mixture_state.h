// MixtureState: what a mixture remembers: what was drawn of each problem. Kept with each checkpoint.
#ifndef T2T_TRAINER_MIXTURE_STATE_H_
#define T2T_TRAINER_MIXTURE_STATE_H_

#include <cstdint>
#include <map>
#include <string>

#include "trainer/learning_progress.h"

namespace t2t {

struct MixtureState {
  struct Problem {
    int64_t batches = 0;  // micro-batches drawn
    double drawn = 0;     // in the mixture's unit
    double due = 0;       // what its shares came to, up to changed_at
    double share = 0;     // since then
    LearningProgress progress;
    // Not to be drawn any more. Not kept: it follows from the problem's place in its data.
    bool over = false;
    bool operator==(const Problem&) const = default;
  };
  std::map<std::string, Problem> problems;
  double changed_at = 0;  // total() when a share changed last
  double largest = 1;     // amount of a draw
  bool operator==(const MixtureState&) const = default;

  double total() const {
    double sum = 0;
    for (const auto& [name, problem] : problems) sum += problem.drawn;
    return sum;
  }
  // What was drawn of a problem, of all that was.
  double Realised(const Problem& problem) const {
    const double all = total();
    return all > 0 ? problem.drawn / all : 0;
  }
};

}  // namespace t2t

#endif  // T2T_TRAINER_MIXTURE_STATE_H_
