// ExpectGradients: the gradients of a scalar function against central differences of its values.
#ifndef T2T_TESTS_MODALITIES_FINITE_DIFFERENCES_H_
#define T2T_TESTS_MODALITIES_FINITE_DIFFERENCES_H_

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace t2t {

struct DifferenceOptions {
  double step = 1e-5;
  double tolerance = 1e-7;  // absolute, and relative to the slope where that is larger than 1
  int64_t elements = 25;    // of each tensor, evenly spread
};

// `tensors` are leaves of double that the function reads; each requires a gradient and must reach the value.
inline void ExpectGradients(const std::function<at::Tensor()>& function,
                            const std::vector<at::Tensor>& tensors,
                            const DifferenceOptions& options = {}) {
  const std::vector<at::Tensor> gradients = torch::autograd::grad({function()}, tensors);
  const at::NoGradGuard no_grad;
  for (size_t i = 0; i < tensors.size(); ++i) {
    at::Tensor flat = tensors[i].view({-1});
    const int64_t size = flat.numel(), every = std::max<int64_t>(size / options.elements, 1);
    for (int64_t at = 0; at < size; at += every) {
      const double before = flat[at].item<double>();
      flat[at] = before + options.step;
      const double above = function().item<double>();
      flat[at] = before - options.step;
      const double below = function().item<double>();
      flat[at] = before;
      const double slope = (above - below) / (2 * options.step);
      EXPECT_NEAR(gradients[i].reshape({-1})[at].item<double>(), slope,
                  options.tolerance * std::max(1.0, std::abs(slope)))
          << "element " << at << " of tensor " << i << ", of shape " << tensors[i].sizes();
    }
  }
}

}  // namespace t2t

#endif  // T2T_TESTS_MODALITIES_FINITE_DIFFERENCES_H_
