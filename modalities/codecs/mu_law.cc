#include "modalities/codecs/mu_law.h"

#include <algorithm>
#include <cmath>

#include "registry/check.h"

namespace t2t {
namespace {

constexpr double kMu = kMuLawSteps - 1;

}  // namespace

int64_t MuLawOf(float sample) {
  const double x = std::isnan(sample) ? 0 : std::clamp(static_cast<double>(sample), -1.0, 1.0);
  const double companded = std::copysign(std::log1p(kMu * std::abs(x)) / std::log1p(kMu), x);
  return std::llround(std::floor((companded + 1) / 2 * kMu + 0.5));
}

float SampleOf(int64_t step) {
  T2T_CHECK(step >= 0 && step < kMuLawSteps) << step;
  const double companded = static_cast<double>(step) / kMu * 2 - 1;
  return static_cast<float>(
      std::copysign(std::expm1(std::abs(companded) * std::log1p(kMu)) / kMu, companded));
}

}  // namespace t2t
