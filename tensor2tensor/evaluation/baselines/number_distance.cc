#include "tensor2tensor/evaluation/baselines/number_distance.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "modalities/codecs/vector_codec.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

// Root mean square over the components that both have; missing ones (nan) and those that a shorter list lacks count as one
// spread.
class NumberDistance : public PortDistance {
 public:
  explicit NumberDistance(bool normalised) : normalised_(normalised) {}

  absl::Status Add(const Value* value) override {
    T2T_ASSIGN_OR_RETURN(std::vector<double> numbers, NumbersOrNone(value));
    for (size_t i = 0; i < numbers.size(); ++i) {
      if (i == spreads_.size()) spreads_.emplace_back();
      if (std::isnan(numbers[i])) continue;
      Spread& spread = spreads_[i];
      spread.count += 1;
      const double before = numbers[i] - spread.mean;
      spread.mean += before / spread.count;
      spread.squares += before * (numbers[i] - spread.mean);
    }
    values_.push_back(std::move(numbers));
    return absl::OkStatus();
  }
  absl::Status Ask(const Value* value) override {
    T2T_ASSIGN_OR_RETURN(question_, NumbersOrNone(value));
    return absl::OkStatus();
  }
  double AtLeast(int64_t) const override { return 0; }
  double To(int64_t i, double /*enough*/) override {
    const std::vector<double>& theirs = values_[static_cast<size_t>(i)];
    const size_t longer = std::max(theirs.size(), question_.size());
    const size_t shorter = std::min(theirs.size(), question_.size());
    double sum = static_cast<double>(longer - shorter);
    for (size_t k = 0; k < shorter; ++k) {
      const double difference = (question_[k] - theirs[k]) / DeviationOf(k);
      sum += std::isnan(difference) ? 1 : difference * difference;
    }
    if (longer == 0) return 0;
    const double distance = std::sqrt(sum / static_cast<double>(longer));
    return normalised_ ? BroughtToOne(distance) : distance;
  }

 private:
  struct Spread {
    double count = 0, mean = 0, squares = 0;
  };

  static absl::StatusOr<std::vector<double>> NumbersOrNone(const Value* value) {
    if (value == nullptr) return std::vector<double>();
    return NumbersOf(*value);
  }
  // 1 where the component does not change.
  double DeviationOf(size_t k) const {
    if (k >= spreads_.size() || spreads_[k].squares <= 0) return 1;
    return std::sqrt(spreads_[k].squares / spreads_[k].count);
  }

  const bool normalised_;
  std::vector<Spread> spreads_;
  std::vector<std::vector<double>> values_;
  std::vector<double> question_;
};

}  // namespace

std::unique_ptr<PortDistance> MakeNumberDistance(bool normalised) {
  return std::make_unique<NumberDistance>(normalised);
}

}  // namespace t2t
