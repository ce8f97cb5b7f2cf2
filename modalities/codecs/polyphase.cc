#include "modalities/codecs/polyphase.h"

#include <samplerate.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <mutex>
#include <numeric>
#include <utility>

#define T2T_LANES_INLINE inline __attribute__((always_inline))
#ifdef __x86_64__
#define T2T_LANES_AVX2 __attribute__((target("avx2")))
#else
#define T2T_LANES_AVX2
#endif

namespace t2t {
namespace {

// Lanes: eight numbers that are worked on at once, in one register where there is AVX2, in two of four elsewhere. A loop is a
// template of the width, T2T_LANES_INLINE, and a T2T_LANES_AVX2 function that calls it with Eight. Each lane is what a loop over
// single floats gives, to the bit on every x86-64: there products are not fused with sums.
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
bool HasAvx2() {
#if defined(__x86_64__) && !defined(T2T_SANITIZED)
  static const bool has = __builtin_cpu_supports("avx2") != 0;
  return has;
#else
  return false;
#endif
}

// `count` samples of a sound from `begin` on, which may be negative: in their place where all are the sound's,
// else in `copy`, with zeros for those that it does not have.
const float* WithSilenceAround(const std::vector<float>& samples, int64_t begin, int64_t count,
                               std::vector<float>* copy) {
  const auto size = static_cast<int64_t>(samples.size()), end = begin + count;
  if (begin >= 0 && end <= size) return samples.data() + begin;
  copy->assign(static_cast<size_t>(count), 0.0f);
  const int64_t first = std::clamp<int64_t>(begin, 0, size);
  const int64_t last = std::clamp<int64_t>(end, first, size);
  std::copy(samples.begin() + first, samples.begin() + last, copy->begin() + (first - begin));
  return copy->data();
}

// Sums that go on side by side: as many filters on as many periods. Their products need few loads,
// and no sum waits for the one before.
constexpr int64_t kFilters = 4, kPeriods = 2 * kLanes;
// Outputs of a period, at least: neighbours share the inputs between them.
constexpr int64_t kShortestPeriod = 128;
// Inputs on either side of an output that the filter reaches where the rate grows: 22438 steps of a
// 491st (libsamplerate's mid_qual_coeffs.h), and one for rounding.
constexpr double kReach = 22438.0 / 491 + 1;
constexpr std::array<int64_t, 11> kUsualRates = {8000,  11025, 12000, 16000, 22050, 24000,
                                                 32000, 44100, 48000, 88200, 96000};
// The larger number of a ratio, at most: 11025 to 16000 is 640 to 441.
constexpr int64_t kMostFilters = 640;

// Numbers of outputs and inputs of a period, and of the inputs that a group of kFilters
// neighbouring outputs depends on.
struct Shape {
  int64_t up, down, reach;

  int64_t groups() const { return (up + kFilters - 1) / kFilters; }
  // The first input that a group depends on, of those that the period does.
  int64_t place(int64_t group) const { return group * kFilters * down / up; }
  int64_t rows() const { return place(groups() - 1) + reach; }
};

// The outputs [groups * kFilters, kPeriods] of kPeriods periods that follow one another, by filters
// [groups, reach, kFilters]. In rows [rows, 2] the inputs of all periods stand side by side.
template <typename Width>
T2T_LANES_INLINE void ConvolveBy(const Shape& shape, const float* filters, const Lanes* rows,
                                 Lanes* outputs) {
  for (int64_t group = 0; group < shape.groups(); ++group, filters += shape.reach * kFilters) {
    for (int64_t part = 0; part < Width::kParts; ++part) {
      const Part<Width> in(rows + 2 * shape.place(group), part);
      typename Width::Register sums[kFilters][2] = {};
      for (int64_t k = 0; k < shape.reach; ++k) {
        for (int64_t i = 0; i < kFilters; ++i) {
          sums[i][0] += filters[k * kFilters + i] * in[2 * k];
          sums[i][1] += filters[k * kFilters + i] * in[2 * k + 1];
        }
      }
      const Part<Width> out(outputs + 2 * kFilters * group, part);
      for (int64_t i = 0; i < kFilters; ++i) {
        out[2 * i] = sums[i][0];
        out[2 * i + 1] = sums[i][1];
      }
    }
  }
}

T2T_LANES_AVX2 void ConvolveByEight(const Shape& shape, const float* filters, const Lanes* rows,
                                    Lanes* outputs) {
  ConvolveBy<Eight>(shape, filters, rows, outputs);
}

// libsamplerate's filters [up, 2 * half] at a ratio in lowest terms; none where it does not answer.
// Output i lies at input i * down / up and depends on the inputs from floor(that) - half + 1 on.
// One impulse at each remainder by `down` meets every filter at every one of its taps once; they
// stand so far apart that no output sees two.
std::vector<float> ReadFilters(int64_t up, int64_t down, int64_t half) {
  const int64_t taps = 2 * half;
  const int64_t apart = (taps + 2 + down - 1) / down * down + 1;
  const int64_t first = taps;
  std::vector<float> impulses(static_cast<size_t>(first + down * apart + taps), 0.0f);
  for (int64_t i = 0; i < down; ++i) impulses[static_cast<size_t>(first + i * apart)] = 1.0f;
  const double ratio = static_cast<double>(up) / static_cast<double>(down);
  std::vector<float> answers(
      static_cast<size_t>(std::ceil(static_cast<double>(impulses.size()) * ratio)) + 16);
  SRC_DATA data{};
  data.data_in = impulses.data();
  data.input_frames = static_cast<long>(impulses.size());
  data.data_out = answers.data();
  data.output_frames = static_cast<long>(answers.size());
  data.src_ratio = ratio;
  if (src_simple(&data, SRC_SINC_MEDIUM_QUALITY, 1) != 0) return {};
  std::vector<float> filters(static_cast<size_t>(up * taps), 0.0f);
  for (int64_t i = 0; i < data.output_frames_gen; ++i) {
    const int64_t begin = i * down / up - half + 1;
    // The impulse that lies there, if any.
    const int64_t number = std::max<int64_t>(0, (begin - first + apart - 1) / apart);
    const int64_t tap = first + number * apart - begin;
    if (number >= down || tap < 0 || tap >= taps) continue;
    filters[static_cast<size_t>(i % up * taps + tap)] = answers[static_cast<size_t>(i)];
  }
  return filters;
}

}  // namespace

const Polyphase* Polyphase::Find(int64_t from, int64_t to) {
  static std::mutex& mutex = *new std::mutex;
  static auto& known = *new std::map<std::pair<int64_t, int64_t>, std::unique_ptr<Polyphase>>;
  if (to <= 0 || std::find(kUsualRates.begin(), kUsualRates.end(), from) == kUsualRates.end())
    return nullptr;
  const int64_t divisor = std::gcd(from, to), up = to / divisor, down = from / divisor;
  if (up > kMostFilters || down > kMostFilters) return nullptr;
  const std::lock_guard lock(mutex);
  const auto [entry, is_new] = known.try_emplace({up, down});
  if (is_new) {
    std::unique_ptr<Polyphase> made(new Polyphase(up, down));
    if (!made->filters_.empty()) entry->second = std::move(made);
  }
  return entry->second.get();
}

Polyphase::Polyphase(int64_t up, int64_t down) {
  const double growth = std::min(1.0, static_cast<double>(up) / static_cast<double>(down));
  half_ = static_cast<int64_t>(std::ceil(kReach / growth)) + 1;
  const int64_t taps = 2 * half_;
  const std::vector<float> read = ReadFilters(up, down, half_);
  if (read.empty()) return;
  const int64_t repeats = (kShortestPeriod + up - 1) / up;
  up_ = repeats * up;
  down_ = repeats * down;
  reach_ = taps + ((kFilters - 1) * down + up - 1) / up;
  const Shape shape{up_, down_, reach_};
  filters_.assign(static_cast<size_t>(shape.groups() * reach_ * kFilters), 0.0f);
  for (int64_t i = 0; i < up_; ++i) {
    const int64_t group = i / kFilters, begin = i * down_ / up_ - shape.place(group);
    for (int64_t tap = 0; tap < taps; ++tap) {
      filters_[static_cast<size_t>((group * reach_ + begin + tap) * kFilters + i % kFilters)] =
          read[static_cast<size_t>(i % up * taps + tap)];
    }
  }
}

std::vector<float> Polyphase::Apply(const std::vector<float>& samples) const {
  const Shape shape{up_, down_, reach_};
  const auto count = static_cast<int64_t>(samples.size());
  std::vector<float> outputs(static_cast<size_t>((2 * count * up_ + down_) / (2 * down_)));
  std::vector<Lanes> rows(static_cast<size_t>(2 * shape.rows()));
  std::vector<Lanes> made(static_cast<size_t>(2 * shape.groups() * kFilters));
  const auto convolve = HasAvx2() ? ConvolveByEight : ConvolveBy<Four>;
  const int64_t seen = (kPeriods - 1) * down_ + shape.rows();
  std::vector<float> padded;
  const auto wanted = static_cast<int64_t>(outputs.size());
  for (int64_t first = 0, begin = 1 - half_; first < wanted;
       first += kPeriods * up_, begin += kPeriods * down_) {
    const float* inputs = WithSilenceAround(samples, begin, seen, &padded);
    for (int64_t row = 0; row < shape.rows(); ++row) {
      for (int64_t period = 0; period < kPeriods; ++period) {
        rows[static_cast<size_t>(2 * row + period / kLanes)].at[period % kLanes] =
            inputs[period * down_ + row];
      }
    }
    convolve(shape, filters_.data(), rows.data(), made.data());
    for (int64_t period = 0; period < kPeriods; ++period) {
      const int64_t place = first + period * up_;
      for (int64_t i = 0; i < std::min(up_, wanted - place); ++i) {
        outputs[static_cast<size_t>(place + i)] =
            made[static_cast<size_t>(2 * i + period / kLanes)].at[period % kLanes];
      }
    }
  }
  return outputs;
}

}  // namespace t2t
