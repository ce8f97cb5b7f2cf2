// The learning rate as a pure function of the step: nothing is stored, so a resumed run cannot
// differ. Time does not enter (with --max-time too), because a resumed run's clock does.
//
//   ScheduleOptions schedule{.kind = "cosine", .learning_rate = 1e-3, .warmup_steps = 400};
//   schedule.steps = 10000;
//   optimizer->Step(LearningRate(schedule, step));
//
// Warm-up is linear to learning_rate at warmup_steps; then
//   inverse_sqrt  learning_rate sqrt(warmup_steps / step) (Vaswani et al., arXiv 1706.03762, 5.3)
//   cosine        from 1 to final_fraction by half a cosine (Loshchilov, Hutter, arXiv 1608.03983)
//   linear        from 1 to final_fraction by a line
//   constant      learning_rate
// Cosine and linear reach final_fraction at `steps` and stay there.
#ifndef T2T_TRAINER_SCHEDULE_H_
#define T2T_TRAINER_SCHEDULE_H_

#include <cstdint>
#include <string>

#include "registry/config.h"

namespace t2t {

struct ScheduleOptions {
  std::string kind = "inverse_sqrt";
  double learning_rate = 1e-3;  // the highest one, at the end of the warm-up
  int64_t warmup_steps = 400;
  int64_t steps = 0;            // cosine, linear: where they end; 0 = with the run
  double final_fraction = 0.0;  // cosine, linear: of learning_rate at the end

  void Bind(Binder& binder);
  // The same with `steps` put in where it is 0.
  ScheduleOptions WithRunSteps(int64_t run_steps) const;
};

// Of a step, counted from 1. Cosine and linear need steps > 0 (see WithRunSteps).
double LearningRate(const ScheduleOptions& options, int64_t step);

}  // namespace t2t

#endif  // T2T_TRAINER_SCHEDULE_H_
