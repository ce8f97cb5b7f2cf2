#include "tensor2tensor/evaluation/from_torch.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <new>
#include <stdexcept>

namespace t2t {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Message(const absl::Status& status) { return std::string(status.message()); }

TEST(FromTorch, GivesWhatTheWorkReturns) {
  EXPECT_TRUE(FromTorch([] { return absl::OkStatus(); }).ok());
  EXPECT_EQ(FromTorch([] { return absl::NotFoundError("no such run"); }),
            absl::NotFoundError("no such run"));
}

TEST(FromTorch, AnErrorOfLibTorchKeepsItsReasonAndLosesItsStack) {
  const absl::Status status = FromTorch([] {
    at::ones({2, 3}).mm(at::ones({2, 3}));
    return absl::OkStatus();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_THAT(Message(status), AllOf(HasSubstr("LibTorch: "), HasSubstr("2x3 and 2x3"),
                                     Not(HasSubstr("Exception raised from")),
                                     Not(HasSubstr("frame #")), Not(HasSubstr(".so"))));
}

TEST(FromTorch, ADeviceOutOfMemorySaysWhatToDo) {
  const absl::Status status = FromTorch([]() -> absl::Status {
    throw c10::OutOfMemoryError({__func__, __FILE__, __LINE__}, "CUDA out of memory");
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(Message(status), AllOf(HasSubstr("CUDA out of memory"), HasSubstr("tokens_per_batch"),
                                     Not(HasSubstr("frame #"))));
}

// The bug: SentencePiece's FLAGS_minloglevel lay over a flag of LibTorch, and the process was aborted
// (see sentencepiece_wrapper.cc).
#ifndef T2T_SANITIZED  // a sanitizer ends the process instead
TEST(FromTorch, TheProcessorsMemoryIsADevicesToo) {
  const absl::Status status = FromTorch([] {
    at::empty({int64_t{1} << 50}, at::kDouble);
    return absl::OkStatus();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
  EXPECT_THAT(Message(status), HasSubstr("tokens_per_batch"));
}
#endif

TEST(FromTorch, OtherExceptionsEndHereToo) {
  EXPECT_EQ(FromTorch([]() -> absl::Status { throw std::bad_alloc(); }).code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(FromTorch([]() -> absl::Status { throw std::runtime_error("the reason"); }),
            absl::InternalError("the reason"));
  EXPECT_EQ(FromTorch([]() -> absl::Status { throw 3; }).code(), absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace t2t
