#include "trainer/moving_average.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "registry/check.h"

namespace t2t {

MovingAverage::MovingAverage(double decay,
                             const torch::OrderedDict<std::string, at::Tensor>& named_parameters)
    : decay_(decay), updates_(at::zeros({}, at::kLong)) {
  T2T_CHECK(decay >= 0 && decay < 1) << decay;
  state_["updates"] = updates_;
  for (const auto& item : named_parameters) {
    parameters_.push_back(item.value());
    averages_.push_back(item.value().detach().clone());
    state_[absl::StrCat("average.", item.key())] = averages_.back();
  }
}

void MovingAverage::Update() {
  T2T_CHECK(!swapped_);
  const at::NoGradGuard no_grad;
  const auto n = static_cast<double>(updates_.item<int64_t>());
  const double decay = std::min(decay_, (1.0 + n) / (10.0 + n));
  at::_foreach_lerp_(averages_, parameters_, 1.0 - decay);
  updates_.add_(1);
}

const NamedTensors& MovingAverage::State() const {
  T2T_CHECK(!swapped_);
  return state_;
}

absl::Status MovingAverage::LoadState(const NamedTensors& state) {
  T2T_CHECK(!swapped_);
  return LoadNamedTensors(state, state_, "moving average of weights");
}

// Contents and not storages: whoever holds a view of a parameter sees the averages too.
void MovingAverage::Exchange() {
  const at::NoGradGuard no_grad;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const at::Tensor kept = parameters_[i].clone();
    parameters_[i].copy_(averages_[i]);
    averages_[i].copy_(kept);
  }
}

MovingAverage::Swapped::Swapped(MovingAverage& average) : average_(average) {
  T2T_CHECK(!average_.swapped_);
  average_.Exchange();
  average_.swapped_ = true;
}

MovingAverage::Swapped::~Swapped() {
  average_.Exchange();
  average_.swapped_ = false;
}

}  // namespace t2t
