#include "tensor2tensor/library/device.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/cuda.h>

#include <algorithm>
#include <thread>

namespace t2t {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(ChooseDevice, TheProcessorIsAlwaysThere) {
  EXPECT_EQ(*ChooseDevice("cpu"), c10::Device(c10::kCPU));
}

TEST(ChooseDevice, CudaIsTakenWhereItIs) {
  const auto chosen = ChooseDevice("auto"), cuda = ChooseDevice("cuda");
  ASSERT_TRUE(chosen.ok()) << chosen.status();
  if (torch::cuda::is_available()) {
    EXPECT_TRUE(chosen->is_cuda());
    EXPECT_TRUE(cuda->is_cuda());
    return;
  }
  EXPECT_TRUE(chosen->is_cpu());
  ASSERT_EQ(cuda.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(cuda.status().message()), HasSubstr("CUDA"));
}

// The bug: any word was taken for cuda.
TEST(ChooseDevice, AnUnknownOneIsToldWithThoseThatThereAre) {
  for (const std::string name : {"gpu", "cdua", "", "CPU", "cuda:1"}) {
    const auto device = ChooseDevice(name);
    ASSERT_EQ(device.status().code(), absl::StatusCode::kInvalidArgument) << name;
    EXPECT_THAT(
        std::string(device.status().message()),
        AllOf(HasSubstr("'" + name + "'"), HasSubstr("auto"), HasSubstr("cpu"), HasSubstr("cuda")));
  }
}

TEST(SetThreads, SetsAsManyAsAreSaidOrAllCores) {
  SetThreads(3);
  EXPECT_EQ(at::get_num_threads(), 3);
  SetThreads(0);
  EXPECT_EQ(at::get_num_threads(),
            static_cast<int>(std::max(1u, std::thread::hardware_concurrency())));
  SetThreads(1);
  EXPECT_EQ(at::get_num_threads(), 1);
}

}  // namespace
}  // namespace t2t
