// Counter-based random numbers: every random choice is a pure function of a key (where and what for) and
// a counter (which one), never of timing or of what was drawn before.
//
//   uint64_t key = RandomKey(seed).With("shuffle").With(epoch).value();
//   Philox random(key);
//   double u = random.Uniform();              // in [0, 1)
//   uint64_t i = random.Below(10);            // in [0, 10)
//
// Philox4x32-10: Salmon, Moraes, Dror, Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011.
#ifndef T2T_RANDOM_PHILOX_H_
#define T2T_RANDOM_PHILOX_H_

#include <array>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace t2t {

using PhiloxBlock = std::array<uint32_t, 4>;

// One block of 4 x 32 random bits from a 128-bit counter and a 64-bit key.
constexpr PhiloxBlock Philox4x32(PhiloxBlock counter, uint64_t key, int rounds = 10) {
  uint32_t k0 = static_cast<uint32_t>(key), k1 = static_cast<uint32_t>(key >> 32);
  for (int round = 0; round < rounds; ++round) {
    const uint64_t p0 = uint64_t{0xD2511F53} * counter[0];
    const uint64_t p1 = uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<uint32_t>(p1 >> 32) ^ counter[1] ^ k0, static_cast<uint32_t>(p1),
               static_cast<uint32_t>(p0 >> 32) ^ counter[3] ^ k1, static_cast<uint32_t>(p0)};
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return counter;
}

// Names a place: a chain of numbers and strings, mixed into 64 bits by Philox itself.
class RandomKey {
 public:
  constexpr explicit RandomKey(uint64_t seed) : value_(seed) {}
  constexpr RandomKey With(uint64_t part) const {
    const PhiloxBlock mixed = Philox4x32(
        {static_cast<uint32_t>(part), static_cast<uint32_t>(part >> 32), 0x74327421u, 1u}, value_);
    return RandomKey(uint64_t{mixed[0]} | (uint64_t{mixed[1]} << 32));
  }
  constexpr RandomKey With(absl::string_view part) const {
    RandomKey key = With(part.size());
    for (size_t i = 0; i < part.size(); i += 8) {
      uint64_t word = 0;
      for (size_t j = i; j < part.size() && j < i + 8; ++j) {
        word = (word << 8) | static_cast<unsigned char>(part[j]);
      }
      key = key.With(word);
    }
    return key;
  }
  constexpr RandomKey With(const char* part) const { return With(absl::string_view(part)); }
  constexpr uint64_t value() const { return value_; }

 private:
  uint64_t value_;
};

// The sequence of numbers under one key. Copyable; not thread-safe.
class Philox {
 public:
  explicit Philox(uint64_t key) : key_(key) {}
  explicit Philox(RandomKey key) : key_(key.value()) {}

  uint32_t Next32() {
    if (used_ == 4) {
      block_ = Philox4x32(
          {static_cast<uint32_t>(counter_), static_cast<uint32_t>(counter_ >> 32), 0, 0}, key_);
      ++counter_;
      used_ = 0;
    }
    return block_[used_++];
  }
  uint64_t Next64() {
    const uint64_t low = Next32();
    return low | (uint64_t{Next32()} << 32);
  }
  // In [0, 1), 53 bits.
  double Uniform() { return static_cast<double>(Next64() >> 11) * 0x1.0p-53; }
  // In [0, n); n > 0. Exact by rejection.
  uint64_t Below(uint64_t n) {
    const uint64_t limit = ~uint64_t{0} - ~uint64_t{0} % n;
    uint64_t value = Next64();
    while (value >= limit) value = Next64();
    return value % n;
  }
  // Standard normal (Box-Muller).
  double Normal() {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - Uniform()));
    return radius * std::cos(6.283185307179586 * Uniform());
  }
  // Fisher-Yates.
  template <typename T>
  void Shuffle(std::vector<T>& values) {
    for (size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[Below(i)]);
  }

 private:
  uint64_t key_;
  uint64_t counter_ = 0;
  PhiloxBlock block_{};
  int used_ = 4;
};

}  // namespace t2t

#endif  // T2T_RANDOM_PHILOX_H_
