// Samples of a sound around which it is silent.
#ifndef T2T_MODALITIES_CODECS_SILENCE_AROUND_H_
#define T2T_MODALITIES_CODECS_SILENCE_AROUND_H_

#include <algorithm>
#include <cstdint>
#include <vector>

namespace t2t {

// `count` samples from `begin` on, which may be negative: in their place where all are the sound's,
// else in `copy`, with zeros for those that it does not have.
inline const float* WithSilenceAround(const std::vector<float>& samples, int64_t begin,
                                      int64_t count, std::vector<float>* copy) {
  const auto size = static_cast<int64_t>(samples.size()), end = begin + count;
  if (begin >= 0 && end <= size) return samples.data() + begin;
  copy->assign(static_cast<size_t>(count), 0.0f);
  const int64_t first = std::clamp<int64_t>(begin, 0, size);
  const int64_t last = std::clamp<int64_t>(end, first, size);
  std::copy(samples.begin() + first, samples.begin() + last, copy->begin() + (first - begin));
  return copy->data();
}

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_SILENCE_AROUND_H_
