#include "problems/shards/write_behind.h"

#include <atomic>
#include <chrono>
#include <numeric>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace t2t {
namespace {

TEST(WriteBehind, DoesTasksInTheirOrderInAnotherThread) {
  std::vector<int> done;
  std::thread::id thread;
  WriteBehind behind(10);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(behind
                    .Do(i % 20,
                        [&done, &thread, i] {
                          done.push_back(i);
                          thread = std::this_thread::get_id();
                          return absl::OkStatus();
                        })
                    .ok());
  }
  ASSERT_TRUE(behind.Finish().ok());
  std::vector<int> expected(1000);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(done, expected);
  EXPECT_NE(thread, std::this_thread::get_id());
}

TEST(WriteBehind, NoMoreWaitsThanIsAllowed) {
  std::atomic<int> given = 0, done = 0;
  WriteBehind behind(5);
  for (int i = 0; i < 200; ++i) {
    ++given;
    ASSERT_TRUE(behind
                    .Do(1,
                        [&] {
                          EXPECT_LE(given - done, 6);  // five in the queue and one before its door
                          if (done % 50 == 0)
                            std::this_thread::sleep_for(std::chrono::milliseconds(5));
                          ++done;
                          return absl::OkStatus();
                        })
                    .ok());
  }
  ASSERT_TRUE(behind.Finish().ok());
  EXPECT_EQ(done, 200);
}

TEST(WriteBehind, TheFirstErrorComesBackAndNothingIsDoneBehindIt) {
  std::atomic<int> done = 0;
  WriteBehind behind(3);
  absl::Status status;
  for (int i = 0; i < 1000 && status.ok(); ++i) {
    status = behind.Do(1, [&done, i] {
      ++done;
      return i == 7 ? absl::DataLossError("the seventh") : absl::OkStatus();
    });
  }
  EXPECT_EQ(status.message(), "the seventh");
  EXPECT_EQ(behind.Finish().message(), "the seventh");
  EXPECT_EQ(behind.Do(1, [] { return absl::OkStatus(); }).message(), "the seventh");
  EXPECT_EQ(done, 8);
}

TEST(WriteBehind, ItsEndDropsWhatWaits) {
  std::atomic<int> done = 0;
  {
    WriteBehind behind(100);
    for (int i = 0; i < 50; ++i) {
      ASSERT_TRUE(behind
                      .Do(1,
                          [&] {
                            std::this_thread::sleep_for(std::chrono::milliseconds(20));
                            ++done;
                            return absl::OkStatus();
                          })
                      .ok());
    }
  }
  const int after = done;
  EXPECT_LT(after, 50);
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  EXPECT_EQ(done, after);
}

}  // namespace
}  // namespace t2t
