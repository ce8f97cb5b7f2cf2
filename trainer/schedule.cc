#include "trainer/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "registry/check.h"

namespace t2t {
namespace {

bool HasEnd(const ScheduleOptions& options) {
  return options.kind == "cosine" || options.kind == "linear";
}

}  // namespace

void ScheduleOptions::Bind(Binder& binder) {
  binder.Choice("kind", &kind, {"inverse_sqrt", "cosine", "linear", "constant"},
                "how the learning rate goes on after the warm-up");
  binder.Field("learning_rate", &learning_rate, "the highest one, at the end of the warm-up");
  binder.Field("warmup_steps", &warmup_steps, "steps of linear increase at the start; 0 = none");
  if (learning_rate <= 0) binder.Error("learning_rate", "must be positive");
  if (warmup_steps < 0) binder.Error("warmup_steps", "must not be negative");
  if (!HasEnd(*this)) return;
  binder.Field("steps", &steps, "step at which the decay ends; 0 = the run's last");
  binder.Field("final_fraction", &final_fraction, "what is left of learning_rate at the end");
  if (steps < 0) binder.Error("steps", "must not be negative");
  if (final_fraction < 0 || final_fraction > 1) binder.Error("final_fraction", "must be in [0, 1]");
}

ScheduleOptions ScheduleOptions::WithRunSteps(int64_t run_steps) const {
  ScheduleOptions options = *this;
  if (options.steps == 0) options.steps = run_steps;
  return options;
}

double LearningRate(const ScheduleOptions& options, int64_t step) {
  T2T_CHECK(step >= 1) << "step " << step;
  const double peak = options.learning_rate;
  const auto at = static_cast<double>(step);
  const auto warmup = static_cast<double>(options.warmup_steps);
  if (step < options.warmup_steps) return peak * at / warmup;
  if (options.kind == "inverse_sqrt") return peak * std::sqrt(std::max(warmup, 1.0) / at);
  if (options.kind == "constant") return peak;
  T2T_CHECK(HasEnd(options)) << "kind " << options.kind;
  T2T_CHECK(options.steps > 0) << options.kind << " without its number of steps";
  // A run that ends within its warm-up is over when the warm-up is.
  const double span = static_cast<double>(options.steps) - warmup;
  const double progress =
      span > 0 ? std::min((at - warmup) / span, 1.0) : (at > warmup ? 1.0 : 0.0);
  const double left = options.kind == "linear"
                          ? 1.0 - progress
                          : 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
  return peak * (options.final_fraction + (1.0 - options.final_fraction) * left);
}

}  // namespace t2t
