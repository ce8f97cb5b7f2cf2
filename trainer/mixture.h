// Mixture: which problem gives the next micro-batch. The one that is furthest behind its share, so that the
// realised shares follow the rates as closely as whole batches can, without chance.
//
//   Mixture mixture(MixtureShares(options, rates, sizes));
//   while (const std::optional<std::string> name = mixture.Next(step)) mixture.Count(*name, amount);
//
// Shares may change with the step, with what is over and with what is learned: each change counts from then on, and no
// problem makes up for a past in which its share was another. All it knows is its state; it is restored bit by bit.
#ifndef T2T_TRAINER_MIXTURE_H_
#define T2T_TRAINER_MIXTURE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "trainer/mixture_shares.h"
#include "trainer/mixture_state.h"

namespace t2t {

class Mixture {
 public:
  explicit Mixture(MixtureShares shares);
  // Constant rates: {a: 2, b: 1} gives a two micro-batches of three. Each must be positive.
  explicit Mixture(const std::map<std::string, double>& rates) : Mixture(MixtureShares(rates)) {}
  // The next problem of a step; ties go to the first by name. None where nothing is left to draw.
  std::optional<std::string> Next(int64_t step);
  bool Over(int64_t step) const { return shares_(step, state_).empty(); }
  // What was drawn, in the unit of the shares; above 0.
  void Count(const std::string& problem, double amount = 1);
  // The problem is drawn no more.
  void SetOver(const std::string& problem) { state_.problems.at(problem).over = true; }
  // The loss of a step in which the problem has a part; moves the shares of an adaptive mixture only.
  void Observe(const std::string& problem, double loss);
  const MixtureState& state() const { return state_; }
  // Takes what is of its problems: those that are new begin at nothing. Which are over is to be said again.
  void Restore(const MixtureState& state);

 private:
  MixtureShares shares_;
  MixtureState state_;
};

}  // namespace t2t

#endif  // T2T_TRAINER_MIXTURE_H_
