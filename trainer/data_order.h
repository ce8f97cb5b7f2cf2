// The order of examples as a pure function of (seed, problem, epoch, place): nothing is remembered but where
// one is.
//
// An epoch permutes the blocks of a data set (neighbours on the disk) and deals them into windows; a window's
// rows are permuted among themselves. Every example stands in an epoch exactly once.
#ifndef T2T_TRAINER_DATA_ORDER_H_
#define T2T_TRAINER_DATA_ORDER_H_

#include <cstdint>
#include <vector>

#include "random/philox.h"

namespace t2t {

class DataOrder {
 public:
  // `key` names seed and problem. `window` examples are mixed with each other; reading goes in blocks of
  // `block` neighbours.
  DataOrder(int64_t size, RandomKey key, int64_t window, int64_t block = 64);
  int64_t windows() const { return windows_; }
  // The examples of a window in their order; window in [0, windows()).
  std::vector<int64_t> Window(int64_t epoch, int64_t window) const;

 private:
  int64_t size_, blocks_, block_, blocks_per_window_, windows_;
  RandomKey key_;
};

}  // namespace t2t

#endif  // T2T_TRAINER_DATA_ORDER_H_
