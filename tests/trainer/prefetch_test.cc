#include "trainer/prefetch.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "random/philox.h"

namespace t2t {
namespace {

void SleepMicroseconds(int64_t microseconds) {
  std::this_thread::sleep_for(std::chrono::microseconds(microseconds));
}

class PrefetchTest : public testing::TestWithParam<int64_t> {};

// Later items are often ready before earlier ones.
TEST_P(PrefetchTest, ItemsComeInTheirOrder) {
  constexpr int64_t kFirst = 5, kCount = 500;
  Prefetch<int64_t> items(kFirst, GetParam(), 8, [](int64_t k) {
    SleepMicroseconds(
        static_cast<int64_t>(Philox(RandomKey(1).With(static_cast<uint64_t>(k))).Below(300)));
    return k * k;
  });
  for (int64_t k = kFirst; k < kFirst + kCount; ++k) ASSERT_EQ(items.Next(), k * k);
}

#ifdef __linux__
TEST_P(PrefetchTest, WorkersYieldToTheReader) {
  const int own = getpriority(PRIO_PROCESS, 0);
  Prefetch<int> items(0, GetParam(), 2, [](int64_t) { return getpriority(PRIO_PROCESS, 0); });
  for (int k = 0; k < 20; ++k) EXPECT_EQ(items.Next(), std::min(own + 10, 19));
  EXPECT_EQ(getpriority(PRIO_PROCESS, 0), own);
}
#endif

TEST_P(PrefetchTest, EveryItemIsMadeOnceAndNoneFarAhead) {
  constexpr int64_t kDepth = 3, kCount = 300;
  std::vector<std::atomic<int>> made(kCount + 10);
  std::atomic<int64_t> taken = 0, farthest = 0;
  {
    Prefetch<int64_t> items(0, GetParam(), kDepth, [&](int64_t k) {
      ++made[static_cast<size_t>(k)];
      const int64_t ahead = k - taken.load();
      int64_t before = farthest.load();
      while (ahead > before && !farthest.compare_exchange_weak(before, ahead)) {
      }
      return k;
    });
    for (int64_t k = 0; k < kCount; ++k) {
      ASSERT_EQ(items.Next(), k);
      taken = k + 1;
    }
  }
  // An item is begun when fewer than kDepth are behind the reader, who may not have counted the last one yet.
  EXPECT_LE(farthest.load(), kDepth);
  for (size_t k = 0; k < kCount; ++k) EXPECT_EQ(made[k].load(), 1) << k;
}

TEST_P(PrefetchTest, EndsWhileItsWorkersWait) {
  for (int i = 0; i < 20; ++i) {
    std::atomic<int64_t> made = 0;
    Prefetch<int64_t> items(0, GetParam(), 2, [&](int64_t k) {
      ++made;
      return k;
    });
    int64_t full = 2;
    if (i % 2 == 0) {
      EXPECT_EQ(items.Next(), 0);
      ++full;
    }
    // All that fits is made, so that every worker waits.
    while (made.load() < full) SleepMicroseconds(50);
    SleepMicroseconds(200);
    EXPECT_EQ(made.load(), full);
  }
}

TEST_P(PrefetchTest, EndsWhileItsWorkersWork) {
  std::atomic<int64_t> begun = 0, ended = 0;
  {
    Prefetch<int64_t> items(0, GetParam(), 8, [&](int64_t k) {
      ++begun;
      SleepMicroseconds(3000);
      ++ended;
      return k;
    });
    while (begun.load() == 0) SleepMicroseconds(50);
  }
  EXPECT_EQ(begun.load(), ended.load()) << "a worker outlived the destructor";
}

INSTANTIATE_TEST_SUITE_P(Threads, PrefetchTest, testing::Values(1, 4, 16));

TEST(PrefetchOfPointersTest, ItemsNeedNotBeCopyable) {
  Prefetch<std::unique_ptr<int64_t>> items(0, 2, 4,
                                           [](int64_t k) { return std::make_unique<int64_t>(k); });
  for (int64_t k = 0; k < 50; ++k) EXPECT_EQ(*items.Next(), k);
}

}  // namespace
}  // namespace t2t
