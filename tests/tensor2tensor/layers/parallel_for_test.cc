#include "tensor2tensor/layers/parallel_for.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

namespace t2t {
namespace {

class ParallelForTest : public testing::Test {
 protected:
  ParallelForTest() { at::set_num_threads(2); }
  ~ParallelForTest() override { at::set_num_threads(1); }
};

TEST_F(ParallelForTest, EveryNumberComesOnce) {
  for (int64_t count : {0, 1, 2, 3, 7, 100, 100000}) {
    for (int64_t grain : {1, 8, 1000}) {
      std::vector<std::atomic<int>> calls(static_cast<size_t>(count));
      ParallelFor(count, grain, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) ++calls[static_cast<size_t>(i)];
      });
      for (const auto& n : calls) ASSERT_EQ(n, 1) << count << " by " << grain;
    }
  }
}

// Each part waits until the other has begun: one after the other they would wait for ever.
TEST_F(ParallelForTest, PartsRunAtTheSameTime) {
  std::atomic<int> begun = 0, met = 0;
  ParallelFor(2, 1, [&](int64_t begin, int64_t end) {
    ASSERT_EQ(end, begin + 1);
    ++begun;
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (begun < 2 && std::chrono::steady_clock::now() < give_up) std::this_thread::yield();
    met += begun == 2;
  });
  EXPECT_EQ(met, 2);
}

TEST_F(ParallelForTest, ALoopWithinALoopIsOnePart) {
  std::atomic<int> inner = 0;
  ParallelFor(2, 1, [&](int64_t, int64_t) {
    ParallelFor(1000, 1, [&](int64_t begin, int64_t end) {
      ++inner;
      EXPECT_EQ(end - begin, 1000);
    });
  });
  EXPECT_EQ(inner, 2);
}

// oneDNN plans a convolution for all threads, but within a part there is one: gradients were not whole, or a thread waited
// for ever for one that was not there. It shows on threads that have computed nothing yet.
TEST_F(ParallelForTest, AConvolutionWithinAPartIsWhole) {
  for (const int64_t channels : {1, 3, 32}) {
    SCOPED_TRACE(channels);
    const at::Tensor images = at::randn({30, channels, 64, 64}),
                     weight = at::randn({32, channels, 3, 3});
    const auto gradients = [&](int64_t part) {
      at::Tensor x = (images.narrow(0, 15 * part, 15) * 1.0).detach().requires_grad_();
      at::Tensor w = weight.detach().clone().requires_grad_();
      at::relu(at::conv2d(x, w, {}, 2, 1)).square().sum().backward();
      return std::vector<at::Tensor>{x.grad(), w.grad()};
    };
    at::set_num_threads(1);
    const std::vector<std::vector<at::Tensor>> expected = {gradients(0), gradients(1)};
    at::set_num_threads(2);
    std::vector<std::vector<at::Tensor>> found(2);
    std::thread([&] {  // its loops have new threads
      ParallelFor(2, 1, [&](int64_t begin, int64_t) {
        found[static_cast<size_t>(begin)] = gradients(begin);
      });
      EXPECT_EQ(at::get_num_threads(), 2);  // all are there again
    })
        .join();
    for (size_t part = 0; part < 2; ++part) {
      ASSERT_EQ(found[part].size(), 2u) << "one thread took both parts";
      for (size_t i = 0; i < 2; ++i) {
        EXPECT_TRUE(at::allclose(found[part][i], expected[part][i], 1e-3, 1e-2))
            << "part " << part << (i == 0 ? ", images" : ", weight");
      }
    }
  }
}

TEST_F(ParallelForTest, WithOneThreadItIsOnePart) {
  at::set_num_threads(1);
  int parts = 0;
  ParallelFor(1000, 1, [&](int64_t, int64_t) { ++parts; });
  EXPECT_EQ(parts, 1);
}

TEST_F(ParallelForTest, WhatAPartThrowsArrives) {
  EXPECT_THROW(ParallelFor(2, 1,
                           [](int64_t begin, int64_t) {
                             if (begin == 1) throw std::runtime_error("one");
                           }),
               std::runtime_error);
}

}  // namespace
}  // namespace t2t
