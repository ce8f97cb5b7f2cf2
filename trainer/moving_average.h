// Exponential moving average of a model's weights, for evaluation and decoding (Polyak and Juditsky
// 1992).
//
//   MovingAverage average(0.999, model.named_parameters());
//   optimizer->Step(rate);
//   average.Update();
//   {
//     const MovingAverage::Swapped swapped = average.Swap();
//     ... the model has the averages ...
//   }  // and here its own weights again, bit for bit
//
// average <- average + (1 - d) (weight - average), d = min(decay, (1 + n) / (10 + n)) with n
// updates made before: a young average forgets the random start quickly.
#ifndef T2T_TRAINER_MOVING_AVERAGE_H_
#define T2T_TRAINER_MOVING_AVERAGE_H_

#include <ATen/core/Tensor.h>
#include <torch/ordered_dict.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "trainer/named_tensors.h"

namespace t2t {

// Not thread-safe. Keeps the parameters (as handles) and one copy of them.
class MovingAverage {
 public:
  // Gives the model its own weights back when it is destroyed. The average must outlive it.
  class Swapped {
   public:
    explicit Swapped(MovingAverage& average);
    ~Swapped();
    Swapped(const Swapped&) = delete;
    Swapped& operator=(const Swapped&) = delete;

   private:
    MovingAverage& average_;
  };

  // Begins as a copy of the parameters. decay is in [0, 1).
  MovingAverage(double decay, const torch::OrderedDict<std::string, at::Tensor>& named_parameters);
  MovingAverage(const MovingAverage&) = delete;
  MovingAverage& operator=(const MovingAverage&) = delete;

  // After each step of the optimizer; not while swapped.
  void Update();
  // Exchanges the contents of averages and parameters. Not twice at once.
  [[nodiscard]] Swapped Swap() { return Swapped(*this); }

  // "average.<name>" and "updates" (int64), the average's own tensors; not while swapped.
  const NamedTensors& State() const;
  // Strict, see LoadNamedTensors.
  absl::Status LoadState(const NamedTensors& state);

 private:
  void Exchange();

  double decay_;
  std::vector<at::Tensor> parameters_;
  std::vector<at::Tensor> averages_;
  at::Tensor updates_;  // int64, on the CPU
  NamedTensors state_;
  bool swapped_ = false;
};

}  // namespace t2t

#endif  // T2T_TRAINER_MOVING_AVERAGE_H_
