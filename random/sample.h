// SampleInOrder: some of many, every choice equally likely, in their order.
#ifndef T2T_RANDOM_SAMPLE_H_
#define T2T_RANDOM_SAMPLE_H_

#include <cstdint>
#include <vector>

#include "random/philox.h"

namespace t2t {

// `count` of the numbers 0 .. size - 1 in rising order; all of them where count is 0 or not below size.
// Knuth, "The Art of Computer Programming", volume 2, 3.4.2, algorithm S.
inline std::vector<int64_t> SampleInOrder(int64_t size, int64_t count, RandomKey key) {
  if (count <= 0 || count > size) count = size;
  Philox random(key);
  std::vector<int64_t> chosen;
  for (int64_t i = 0; i < size; ++i) {
    const int64_t wanted = count - static_cast<int64_t>(chosen.size());
    if (random.Below(static_cast<uint64_t>(size - i)) < static_cast<uint64_t>(wanted))
      chosen.push_back(i);
  }
  return chosen;
}

}  // namespace t2t

#endif  // T2T_RANDOM_SAMPLE_H_
