#include "tensor2tensor/layers/kv_cache.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/tensor2tensor/layers/expect_close.h"

namespace t2t {
namespace {

// Keys and values of one position that say which row and time they belong to.
at::Tensor Slot(const std::vector<double>& rows) {
  return at::tensor(rows, at::kFloat).view({-1, 1, 1, 1});
}

at::Tensor Step(KvCache& cache, const std::vector<double>& rows) {
  const auto [keys, values] = cache.Append(0, Slot(rows), -Slot(rows));
  EXPECT_TRUE(at::equal(keys, -values));
  cache.Extend(1, {});
  return keys.squeeze();
}

at::Tensor Floats(const std::vector<double>& values, at::IntArrayRef sizes) {
  return at::tensor(values, at::kFloat).view(sizes);
}

TEST(KvCache, AppendsForksReordersCompactsAndTruncates) {
  KvCache cache(1, 2, 1, 8, 1, at::TensorOptions(at::kFloat));
  ExpectClose(Step(cache, {1, 2}), Floats({1, 2}, {2}));
  cache.Select(at::tensor({1, 0, 1}, at::kLong), false);  // fork and reorder
  EXPECT_EQ(cache.rows(), 3);
  ExpectClose(Step(cache, {20, 10, 21}), Floats({2, 20, 1, 10, 2, 21}, {3, 2}));
  cache.Select(at::tensor({2}, at::kLong), false);  // compact
  ExpectClose(Step(cache, {3}), Floats({2, 21, 3}, {3}));
  cache.Truncate(1);
  EXPECT_EQ(cache.length(), 1);
  ExpectClose(Step(cache, {7}), Floats({2, 7}, {2}));
}

TEST(KvCache, ValidityMovesWithItsRows) {
  KvCache cache(1, 2, 1, 6, 1, at::TensorOptions(at::kFloat));
  EXPECT_FALSE(cache.Valid(1).defined());
  cache.Append(0, at::zeros({2, 1, 3, 1}), at::zeros({2, 1, 3, 1}));
  cache.Extend(3, at::tensor({1, 1, 1, 1, 0, 0}, at::kLong).view({2, 3}).to(at::kBool));
  ExpectClose(cache.Valid(1), Floats({1, 1, 1, 1, 1, 0, 0, 1}, {2, 4}));
  cache.Select(at::tensor({1, 1, 0}, at::kLong), false);
  Step(cache, {1, 2, 3});
  ExpectClose(cache.Valid(1), Floats({1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1}, {3, 5}));
  cache.Truncate(2);
  ExpectClose(cache.Valid(2), Floats({1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1}, {3, 4}));
}

TEST(KvCache, TheMemoryMovesUnlessItIsTheSame) {
  KvCache cache(1, 2, 1, 4, 1, at::TensorOptions(at::kFloat));
  cache.layer(0).memory_keys = Slot({5, 6});
  cache.layer(0).memory_values = Slot({5, 6});
  cache.memory_mask = Slot({5, 6});
  cache.origin = at::tensor({5, 6}, at::kLong).view({2, 1, 1});
  const at::Tensor kept = cache.layer(0).memory_keys;
  cache.Select(at::tensor({0, 1}, at::kLong), true);
  EXPECT_TRUE(cache.layer(0).memory_keys.is_same(kept));
  cache.Select(at::tensor({1, 1, 0}, at::kLong), false);
  ExpectClose(cache.layer(0).memory_keys.squeeze(), Floats({6, 6, 5}, {3}));
  ExpectClose(cache.layer(0).memory_values.squeeze(), Floats({6, 6, 5}, {3}));
  ExpectClose(cache.memory_mask.squeeze(), Floats({6, 6, 5}, {3}));
  ExpectClose(cache.origin.squeeze(), Floats({6, 6, 5}, {3}));
}

}  // namespace
}  // namespace t2t
