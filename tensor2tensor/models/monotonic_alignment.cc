#include "tensor2tensor/models/monotonic_alignment.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

#include "registry/check.h"

namespace t2t {

at::Tensor DiagonalPrior(int64_t frames, int64_t units) {
  T2T_CHECK(frames > 0 && units > 0);
  std::vector<double> log_factorial(static_cast<size_t>(frames + units + 1), 0);
  for (size_t i = 2; i < log_factorial.size(); ++i)
    log_factorial[i] = log_factorial[i - 1] + std::log(static_cast<double>(i));
  const auto log_of = [&](int64_t i) { return log_factorial[static_cast<size_t>(i)]; };
  // Of whole numbers a and b.
  const auto log_beta = [&](int64_t a, int64_t b) {
    return log_of(a - 1) + log_of(b - 1) - log_of(a + b - 1);
  };
  at::Tensor prior = at::empty({frames, units});
  float* out = prior.mutable_data_ptr<float>();
  const int64_t last = units - 1;
  std::vector<double> log_choose;
  for (int64_t n = 0; n < units; ++n)
    log_choose.push_back(log_of(last) - log_of(n) - log_of(last - n));
  for (int64_t t = 0; t < frames; ++t) {
    const int64_t a = t + 1, b = frames - t;
    const double scale = log_beta(a, b);
    for (int64_t n = 0; n < units; ++n) {
      *out++ = static_cast<float>(log_choose[static_cast<size_t>(n)] +
                                  log_beta(n + a, last - n + b) - scale);
    }
  }
  return prior;
}

std::vector<int64_t> BestDurations(const at::Tensor& scores) {
  const at::Tensor dense = scores.contiguous();
  const int64_t frames = dense.size(0), units = dense.size(1);
  T2T_CHECK(units >= 1 && units <= frames) << units << " units, " << frames << " frames";
  const float* score = dense.const_data_ptr<float>();
  constexpr double kNever = -std::numeric_limits<double>::infinity();
  const auto width = static_cast<size_t>(units);
  // best[n]: of the frames so far, the last of which is unit n's. moved: whether the frame before was the unit before's.
  std::vector<double> best(width, kNever);
  std::vector<bool> moved(static_cast<size_t>(frames) * width);
  best[0] = score[0];
  for (int64_t t = 1; t < frames; ++t) {
    const float* here = score + t * units;
    for (size_t n = width; n-- > 0;) {
      const bool moves = n > 0 && best[n - 1] > best[n];
      moved[static_cast<size_t>(t) * width + n] = moves;
      best[n] = (moves ? best[n - 1] : best[n]) + static_cast<double>(here[n]);
    }
  }
  std::vector<int64_t> durations(width, 0);
  size_t n = width - 1;
  for (int64_t t = frames; t-- > 0;) {
    ++durations[n];
    n -= moved[static_cast<size_t>(t) * width + n];
  }
  return durations;
}

}  // namespace t2t
