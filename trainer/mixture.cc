#include "trainer/mixture.h"

#include <utility>

#include "registry/check.h"

namespace t2t {

Mixture::Mixture(std::map<std::string, double> rates) : rates_(std::move(rates)) {
  double sum = 0;
  for (const auto& [name, rate] : rates_) {
    T2T_CHECK(rate > 0) << name << " " << rate;
    sum += rate;
    drawn_[name] = 0;
  }
  for (auto& [name, rate] : rates_) rate /= sum;
}

const std::string& Mixture::Next() {
  const auto behind = [&](const std::string& name, double rate) {
    return rate * static_cast<double>(total_ + 1) - static_cast<double>(drawn_.at(name));
  };
  auto best = rates_.begin();
  for (auto it = rates_.begin(); it != rates_.end(); ++it) {
    if (behind(it->first, it->second) > behind(best->first, best->second) + 1e-9) best = it;
  }
  ++drawn_[best->first];
  ++total_;
  return best->first;
}

void Mixture::Restore(const std::map<std::string, int64_t>& drawn) {
  total_ = 0;
  for (auto& [name, count] : drawn_) {
    const auto it = drawn.find(name);
    count = it == drawn.end() ? 0 : it->second;
    total_ += count;
  }
}

}  // namespace t2t
