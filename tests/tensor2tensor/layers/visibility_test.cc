#include "tensor2tensor/layers/visibility.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <limits>
#include <sstream>

#include "tests/tensor2tensor/layers/expect_close.h"

namespace t2t {
namespace {

// "1" may be seen, "0" not; lines of queries, blank lines between rows of the batch.
at::Tensor Seen(int64_t batch, const std::string& drawing) {
  std::vector<float> values;
  int64_t keys = 0;
  std::istringstream lines(drawing);
  for (std::string line; lines >> line;) {
    keys = static_cast<int64_t>(line.size());
    for (char c : line) values.push_back(c == '1' ? 0.0f : -std::numeric_limits<float>::infinity());
  }
  return at::tensor(values).view({batch, 1, -1, keys});
}

at::Tensor Valid(const std::vector<int64_t>& lengths, int64_t time) {
  return at::arange(time).unsqueeze(0) < at::tensor(lengths, at::kLong).unsqueeze(1);
}

AttentionMask Make(const Visibility& visibility, const at::Tensor& valid, int64_t queries,
                   int64_t keys, bool behind) {
  return MakeAttentionMask(visibility, valid, queries, keys, behind, at::TensorOptions(at::kFloat));
}

TEST(Visibility, CausalBlocksAreTheKernelsOrAMask) {
  EXPECT_EQ(Make(Visibility::Causal(2), {}, 5, 5, true).block, 2);
  EXPECT_FALSE(Make(Visibility::Causal(2), {}, 5, 5, true).additive.defined());
  // All lies in two blocks.
  EXPECT_TRUE(Make(Visibility::Causal(2), {}, 4, 4, true).causal);
  EXPECT_EQ(Make(Visibility::Causal(2), {}, 4, 4, true).block, 0);
  // The newest of several, and with padding before: a mask.
  ExpectClose(Make(Visibility::Causal(2), {}, 1, 5, false).additive, Seen(1, "00111"), 0);
  ExpectClose(Make(Visibility::Causal(2), {}, 1, 6, false).additive, Seen(1, "001111"), 0);
  ExpectClose(Make(Visibility::Causal(2), Valid({7, 4}, 7), 3, 7, false).additive,
              Seen(2, "0011100 0011110 0000111  0011000 0011000 0000000"), 0);
}

TEST(Visibility, FullWithoutPaddingNeedsNoMask) {
  const AttentionMask mask = Make(Visibility::Full(), {}, 3, 3, true);
  EXPECT_FALSE(mask.causal);
  EXPECT_FALSE(mask.additive.defined());
}

TEST(Visibility, FullHidesPadding) {
  ExpectClose(Make(Visibility::Full(), Valid({3, 1}, 3), 2, 3, true).additive, Seen(2, "111 100"));
}

TEST(Visibility, CausalIsTheKernelsOwn) {
  for (const at::Tensor& valid : {at::Tensor(), Valid({3, 1}, 3)}) {
    const AttentionMask mask = Make(Visibility::Causal(), valid, 3, 3, true);
    EXPECT_TRUE(mask.causal);
    EXPECT_FALSE(mask.additive.defined());
  }
}

TEST(Visibility, CausalOverACache) {
  ExpectClose(Make(Visibility::Causal(), {}, 2, 5, false).additive, Seen(1, "11110 11111"));
  EXPECT_FALSE(Make(Visibility::Causal(), {}, 1, 5, false).additive.defined());
}

TEST(Visibility, CausalWithPaddingInFront) {  // two prefix slots, the second row has one of them
  const at::Tensor valid =
      at::tensor({1, 1, 1, 1, 1, 0, 1, 1}, at::kLong).view({2, 4}).to(at::kBool);
  ExpectClose(Make(Visibility::Causal(), valid, 2, 4, false).additive,
              Seen(2, "1110 1111  1010 1011"));
  ExpectClose(Make(Visibility::Causal(), valid, 1, 4, false).additive, Seen(2, "1111  1011"));
  const AttentionMask whole = Make(Visibility::Causal(), valid, 4, 4, false);
  EXPECT_FALSE(whole.causal);
  ExpectClose(whole.additive, Seen(2, "1000 1100 1110 1111  1000 1000 1010 1011"));
}

TEST(Visibility, Prefix) {
  ExpectClose(Make(Visibility::Prefix(2), {}, 4, 4, false).additive,
              Seen(1, "1100 1100 1110 1111"));
  const at::Tensor valid =
      at::tensor({1, 1, 1, 1, 1, 0, 1, 0}, at::kLong).view({2, 4}).to(at::kBool);
  ExpectClose(Make(Visibility::Prefix(2), valid, 4, 4, false).additive,
              Seen(2, "1100 1100 1110 1111  1000 1000 1010 1010"));
}

}  // namespace
}  // namespace t2t
