// Lanes: eight numbers that are worked on at once, in one register where there is AVX2, in two of
// four elsewhere.
//
//   template <typename Width>
//   T2T_LANES_INLINE void AddBy(const Lanes* a, Lanes* sums, int64_t count) {
//     for (int64_t part = 0; part < Width::kParts; ++part) {
//       const Part<Width> from(a, part), to(sums, part);
//       for (int64_t i = 0; i < count; ++i) to[i] += from[i];
//     }
//   }
//   T2T_LANES_AVX2 void AddByEight(const Lanes* a, Lanes* sums, int64_t count) {
//     AddBy<Eight>(a, sums, count);
//   }
//   void Add(const Lanes* a, Lanes* sums, int64_t count) {
//     HasAvx2() ? AddByEight(a, sums, count) : AddBy<Four>(a, sums, count);
//   }
//
// Each lane is what a loop over single floats gives, to the bit on every x86-64: there products are
// not fused with sums.
#ifndef T2T_MODALITIES_CODECS_LANES_H_
#define T2T_MODALITIES_CODECS_LANES_H_

#include <cstdint>

#define T2T_LANES_INLINE inline __attribute__((always_inline))
#ifdef __x86_64__
#define T2T_LANES_AVX2 __attribute__((target("avx2")))
#else
#define T2T_LANES_AVX2
#endif

namespace t2t {

constexpr int64_t kLanes = 8;

struct alignas(4 * kLanes) Lanes {
  float at[kLanes];
};

// How many lanes a register has. Vectors are of GCC and Clang.
struct Four {
  using Register = float __attribute__((vector_size(16), may_alias));
  static constexpr int64_t kWidth = 4, kParts = kLanes / kWidth;
};
struct Eight {
  using Register = float __attribute__((vector_size(32), may_alias));
  static constexpr int64_t kWidth = 8, kParts = kLanes / kWidth;
};

// One register's part of each of many lanes; to be written to only where they are not constant.
template <typename Width>
class Part {
 public:
  using Register = typename Width::Register;
  Part(const Lanes* lanes, int64_t part)
      : first_(reinterpret_cast<Register*>(const_cast<Lanes*>(lanes)) + part) {}

  T2T_LANES_INLINE Register& operator[](int64_t i) const { return first_[i * Width::kParts]; }

 private:
  Register* first_;
};

// Builds with sanitizers go without, so that the other way is tested too.
inline bool HasAvx2() {
#if defined(__x86_64__) && !defined(T2T_SANITIZED)
  static const bool has = __builtin_cpu_supports("avx2") != 0;
  return has;
#else
  return false;
#endif
}

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_LANES_H_
