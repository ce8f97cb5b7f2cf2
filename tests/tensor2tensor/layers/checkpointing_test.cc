#include "tensor2tensor/layers/checkpointing.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tensor2tensor/layers/dropout.h"
#include "tests/tensor2tensor/layers/expect_close.h"

namespace t2t {
namespace {

struct Computed {
  at::Tensor out;
  std::vector<at::Tensor> grads;  // of x, memory, weight
  uint32_t site;
  int64_t calls;
};

// Three parts with dropout one behind the other, all with the same weight and memory.
Computed Go(bool checkpointed, bool with_memory) {
  at::manual_seed(4);
  at::Tensor x = at::randn({3, 5, 8}).requires_grad_(), weight = at::randn({8, 8}).requires_grad_();
  at::Tensor memory = with_memory ? at::randn({3, 5, 8}).requires_grad_() : at::Tensor();
  int64_t calls = 0;
  const auto part = [&](const std::vector<at::Tensor>& in, ForwardContext& context) {
    ++calls;
    at::Tensor y = DropoutAdd(in[0], at::tanh(at::matmul(in[0], weight)), 0.3, context);
    if (in[1].defined()) y = y + DropoutAdd({}, in[1] * y, 0.3, context);
    return y;
  };
  ForwardContext context;
  context.training = true;
  context.row_keys = {1, 2, 3};
  at::Tensor y = x;
  for (int i = 0; i < 3; ++i) {
    y = checkpointed ? Checkpointed(part, {y, memory}, {weight}, context)
                     : part({y, memory}, context);
  }
  Computed run{y.detach(), {}, context.site, 0};
  (y * y).sum().backward();
  run.grads = {x.grad(), with_memory ? memory.grad() : at::Tensor(), weight.grad()};
  run.calls = calls;
  return run;
}

class CheckpointingTest : public ::testing::TestWithParam<bool> {};  // with a memory

TEST_P(CheckpointingTest, EqualsThePlainComputation) {
  const Computed plain = Go(false, GetParam()), again = Go(true, GetParam());
  ExpectClose(again.out, plain.out);
  EXPECT_EQ(again.site, plain.site);
  EXPECT_EQ(plain.calls, 3);
  EXPECT_EQ(again.calls, 6);
  for (size_t i = 0; i < plain.grads.size(); ++i) {
    SCOPED_TRACE(i);
    ExpectClose(again.grads[i], plain.grads[i], 1e-3);
  }
}

INSTANTIATE_TEST_SUITE_P(Memory, CheckpointingTest, ::testing::Bool());

TEST(Checkpointing, WithoutGradientsThePartRunsOnce) {
  const at::NoGradGuard no_grad;
  int64_t calls = 0;
  ForwardContext context;
  Checkpointed(
      [&](const std::vector<at::Tensor>& in, ForwardContext&) {
        ++calls;
        return in[0] * 2;
      },
      {at::ones({1})}, {}, context);
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace t2t
