#include "trainer/data_order.h"

#include <algorithm>
#include <numeric>

#include "registry/check.h"

namespace t2t {

DataOrder::DataOrder(int64_t size, RandomKey key, int64_t window, int64_t block)
    : size_(size), block_(std::min(block, std::max<int64_t>(window, 1))), key_(key) {
  T2T_CHECK(size > 0 && window > 0 && block > 0) << size << " " << window << " " << block;
  blocks_ = (size_ + block_ - 1) / block_;
  blocks_per_window_ = std::max<int64_t>(window / block_, 1);
  windows_ = (blocks_ + blocks_per_window_ - 1) / blocks_per_window_;
}

std::vector<int64_t> DataOrder::Window(int64_t epoch, int64_t window) const {
  T2T_CHECK(window >= 0 && window < windows_) << window << " of " << windows_;
  std::vector<int64_t> blocks(static_cast<size_t>(blocks_));
  std::iota(blocks.begin(), blocks.end(), 0);
  const RandomKey epoch_key = key_.With("order").With(static_cast<uint64_t>(epoch));
  Philox(epoch_key.With("blocks")).Shuffle(blocks);
  std::vector<int64_t> rows;
  const int64_t first = window * blocks_per_window_;
  for (int64_t i = first; i < std::min(blocks_, first + blocks_per_window_); ++i) {
    const int64_t begin = blocks[static_cast<size_t>(i)] * block_;
    for (int64_t row = begin; row < std::min(size_, begin + block_); ++row) rows.push_back(row);
  }
  Philox(epoch_key.With("rows").With(static_cast<uint64_t>(window))).Shuffle(rows);
  return rows;
}

}  // namespace t2t
