#include "modalities/codecs/polyphase.h"

#include <samplerate.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <mutex>
#include <numeric>
#include <utility>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(T2T_SANITIZED)
// Without fused products: the same bits on every machine. Sanitizers do not get along with the resolvers.
#define T2T_POLYPHASE_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define T2T_POLYPHASE_CLONES
#endif

namespace t2t {
namespace {

// Sums that go on side by side: a compiler keeps them in vectors, and enough of these that none waits for the one before.
constexpr int64_t kLanes = 32;  // 4 vectors of 8
// Inputs on either side of an output that the filter reaches where the rate grows: 22438 steps of a 491st (libsamplerate's
// mid_qual_coeffs.h), and one for rounding.
constexpr double kReach = 22438.0 / 491 + 1;
constexpr std::array<int64_t, 11> kUsualRates = {8000,  11025, 12000, 16000, 22050, 24000,
                                                 32000, 44100, 48000, 88200, 96000};
// The larger number of a ratio, at most: 11025 to 16000 is 640 to 441.
constexpr int64_t kMostFilters = 640;

// outputs[i] = the product of filter i mod up and the taps inputs behind i * down / up.
T2T_POLYPHASE_CLONES void Convolve(const float* inputs, const float* filters, int64_t taps,
                                   int64_t up, int64_t down, int64_t count, float* outputs) {
  int64_t phase = 0, place = 0;  // i mod up; i * down / up
  const int64_t whole = down / up, rest = down % up;
  int64_t fraction = 0;  // i * down mod up
  for (int64_t i = 0; i < count; ++i) {
    const float* in = inputs + place;
    const float* filter = filters + phase * taps;
    float sums[kLanes];
    for (int64_t lane = 0; lane < kLanes; ++lane) sums[lane] = in[lane] * filter[lane];
    for (int64_t k = kLanes; k < taps; k += kLanes) {
      for (int64_t lane = 0; lane < kLanes; ++lane) sums[lane] += in[k + lane] * filter[k + lane];
    }
    // Written out: a loop over ever fewer of them goes through memory and takes longer than the products.
    float s[8];
    for (int64_t lane = 0; lane < 8; ++lane)
      s[lane] = (sums[lane] + sums[lane + 8]) + (sums[lane + 16] + sums[lane + 24]);
    outputs[i] = ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
    if (++phase == up) phase = 0;
    place += whole;
    fraction += rest;
    if (fraction >= up) {
      fraction -= up;
      ++place;
    }
  }
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
    if (made->ReadFilters()) entry->second = std::move(made);
  }
  return entry->second.get();
}

Polyphase::Polyphase(int64_t up, int64_t down) : up_(up), down_(down) {
  const double growth = std::min(1.0, static_cast<double>(up) / static_cast<double>(down));
  half_ = static_cast<int64_t>(std::ceil(kReach / growth)) + 1;
  taps_ = (2 * half_ + kLanes - 1) / kLanes * kLanes;
  filters_.assign(static_cast<size_t>(up * taps_), 0.0f);
}

// Output i lies at input i * down / up and depends on the inputs from floor(that) - half + 1 on. One impulse at each remainder
// by `down` meets every filter at every one of its taps once; they stand so far apart that no output sees two.
bool Polyphase::ReadFilters() {
  const int64_t apart = (2 * half_ + 2 + down_ - 1) / down_ * down_ + 1;
  const int64_t first = 2 * half_;
  std::vector<float> impulses(static_cast<size_t>(first + down_ * apart + 2 * half_), 0.0f);
  for (int64_t i = 0; i < down_; ++i) impulses[static_cast<size_t>(first + i * apart)] = 1.0f;
  const double ratio = static_cast<double>(up_) / static_cast<double>(down_);
  std::vector<float> answers(
      static_cast<size_t>(std::ceil(static_cast<double>(impulses.size()) * ratio)) + 16);
  SRC_DATA data{};
  data.data_in = impulses.data();
  data.input_frames = static_cast<long>(impulses.size());
  data.data_out = answers.data();
  data.output_frames = static_cast<long>(answers.size());
  data.src_ratio = ratio;
  if (src_simple(&data, SRC_SINC_MEDIUM_QUALITY, 1) != 0) return false;
  for (int64_t i = 0; i < data.output_frames_gen; ++i) {
    const int64_t begin = i * down_ / up_ - half_ + 1;
    // The impulse that lies there, if any.
    const int64_t number = std::max<int64_t>(0, (begin - first + apart - 1) / apart);
    const int64_t tap = first + number * apart - begin;
    if (number >= down_ || tap < 0 || tap >= 2 * half_) continue;
    filters_[static_cast<size_t>(i % up_ * taps_ + tap)] = answers[static_cast<size_t>(i)];
  }
  return true;
}

std::vector<float> Polyphase::Apply(const std::vector<float>& samples) const {
  const auto count = static_cast<int64_t>(samples.size());
  // The first output's filter begins half - 1 before the sound.
  std::vector<float> padded(static_cast<size_t>(count + half_ + taps_), 0.0f);
  std::copy(samples.begin(), samples.end(), padded.begin() + (half_ - 1));
  std::vector<float> outputs(static_cast<size_t>(count * up_ / down_));
  Convolve(padded.data(), filters_.data(), taps_, up_, down_, static_cast<int64_t>(outputs.size()),
           outputs.data());
  return outputs;
}

}  // namespace t2t
