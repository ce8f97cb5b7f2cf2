// LearningProgress: how much the training loss of one problem has moved of late, beside what it is as a whole.
//
//   progress.Observe(loss, 200);                       // after each step that the problem has a part in
//   std::optional<double> moved = progress.Of(200);    // 0.04: by about four hundredths within 200 of its steps
//
// The slope of the learning curve as in teacher-student curriculum learning (Matiisen et al., arXiv 1707.00183; beside the
// signals of Graves et al., arXiv 1704.03003): the distance of a mean over the last quarter of the horizon from the mean over
// all of it. Its absolute value: what is being forgotten needs practice too. The largest loss so far is its unit, so that
// nats of text and errors of frames can be compared, also where a likelihood's loss falls below 0.
#ifndef T2T_TRAINER_LEARNING_PROGRESS_H_
#define T2T_TRAINER_LEARNING_PROGRESS_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

namespace t2t {

struct LearningProgress {
  int64_t observed = 0;       // losses
  double fast = 0, slow = 0;  // their means, over a quarter of the horizon and over all of it
  double largest = 0;         // absolute value of `fast`

  void Observe(double loss, int64_t horizon) {
    ++observed;
    // A plain mean at first: a single early loss would weigh for the whole horizon.
    const auto move = [&](double& mean, int64_t over) {
      mean += (loss - mean) / static_cast<double>(std::min(observed, over));
    };
    move(fast, Recent(horizon));
    move(slow, horizon);
    largest = std::max(largest, std::abs(fast));
  }
  // In [0, 2]; none before there are losses enough for the shorter mean.
  std::optional<double> Of(int64_t horizon) const {
    if (observed < Recent(horizon)) return std::nullopt;
    return largest > 0 ? std::abs(slow - fast) / largest : 0.0;
  }
  bool operator==(const LearningProgress&) const = default;

 private:
  static int64_t Recent(int64_t horizon) { return std::max<int64_t>(1, horizon / 4); }
};

}  // namespace t2t

#endif  // T2T_TRAINER_LEARNING_PROGRESS_H_
