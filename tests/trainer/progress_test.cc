#include "trainer/progress.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <memory>
#include <string>

namespace t2t {
namespace {

// A display whose clock is a variable and whose output is a file in memory.
class ProgressTest : public ::testing::Test {
 protected:
  ProgressTest() : out_(std::tmpfile()) {}
  ~ProgressTest() override { std::fclose(out_); }

  std::unique_ptr<Progress> Make(bool terminal, int64_t columns = 60) {
    ProgressOptions options;
    options.columns = columns;
    return std::make_unique<Progress>(
        out_, terminal, [this] { return now_; }, options);
  }
  // What was written since the last call.
  std::string Written() {
    std::fflush(out_);
    const long end = std::ftell(out_);
    std::string text(static_cast<size_t>(end - read_), '\0');
    std::fseek(out_, read_, SEEK_SET);
    EXPECT_EQ(std::fread(text.data(), 1, text.size(), out_), text.size());
    std::fseek(out_, end, SEEK_SET);
    read_ = end;
    return text;
  }

  std::FILE* out_;
  long read_ = 0;
  double now_ = 1000;
};

TEST_F(ProgressTest, RedrawsOneLineOnATerminalAndClearsIt) {
  const auto progress = Make(true);
  progress->Update(0, "loss 3.2");
  EXPECT_EQ(Written(), "\r  0% [--------------------] 0:00 | loss 3.2\x1b[K");
  now_ += 0.05;
  progress->Update(0.1, "loss 3.1");  // too soon to draw again
  EXPECT_EQ(Written(), "");
  now_ += 59.95;
  progress->Update(0.25, "loss 2.0");
  EXPECT_EQ(Written(), "\r 25% [#####---------------] 1:00, 3:00 left | loss 2.0\x1b[K");
  progress->PrintLine("step 100: WER 31 %");
  EXPECT_EQ(Written(),
            "\r\x1b[Kstep 100: WER 31 %\n"
            "\r 25% [#####---------------] 1:00, 3:00 left | loss 2.0\x1b[K");
  now_ += 180;
  progress->Update(1, "loss 1.0");
  EXPECT_EQ(Written(), "\r100% [####################] 4:00, 0:00 left | loss 1.0\x1b[K");
  progress->Finish("trained");
  EXPECT_EQ(Written(), "\r\x1b[Ktrained\n");
}

TEST_F(ProgressTest, WritesPlainLinesNowAndThenElsewhere) {
  const auto progress = Make(false, 20);  // the width is a terminal's matter
  progress->Update(0.5, "loss 3.2 and much more text");
  for (int second = 1; second <= 20; ++second) {
    now_ += 1;
    progress->Update(0.5 + 0.01 * second, "x");
  }
  progress->PrintLine("evaluated");
  progress->Finish("");
  EXPECT_EQ(Written(),
            " 50% 0:00 | loss 3.2 and much more text\n"
            " 60% 0:10, 0:40 left | x\n"
            " 70% 0:20, 0:30 left | x\n"
            "evaluated\n");
}

TEST_F(ProgressTest, CountsWithoutATotal) {
  const auto progress = Make(true);
  progress->Update(-1, "12 records");
  now_ += 3700;
  progress->Update(-1, "99 records");
  EXPECT_EQ(Written(), "\r0:00 | 12 records\x1b[K\r1:01:40 | 99 records\x1b[K");
}

// From 0.9 to 0.95 in 10 s: 10 s are left, not half a second.
TEST_F(ProgressTest, DoesNotTakeAResumedRunForAFastOne) {
  const auto progress = Make(true);
  progress->Update(0.9, "");
  Written();
  now_ += 10;
  progress->Update(0.95, "");
  EXPECT_EQ(Written(), "\r 95% [###################-] 0:10, 0:10 left\x1b[K");
}

TEST_F(ProgressTest, CutsByColumnsAndKeepsUtf8Whole) {
  // Before the text stand 9 columns; 19 may be used, each character of the text takes two.
  const auto progress = Make(true, 20);
  progress->Update(-1, "日本語日本語日本語");
  EXPECT_EQ(Written(), "\r0:00 | 日本語日本語\x1b[K");
  // An accent of its own takes no column.
  now_ += 1;
  progress->Update(-1, "e\u0301e\u0301e\u0301 3456789012");
  EXPECT_EQ(Written(), "\r0:01 | e\u0301e\u0301e\u0301 34567890\x1b[K");
}

TEST_F(ProgressTest, LetsNoDataReachTheTerminalRaw) {
  const auto progress = Make(true);
  progress->Update(-1,
                   "a\x1b[2Jb\nc\rd\xff"
                   "e\u202ef");
  EXPECT_EQ(Written(), "\r0:00 | a [2Jb c d?e f\x1b[K");
}

TEST_F(ProgressTest, ClearsWhenItIsDestroyed) {
  Make(true)->Update(0.5, "");
  EXPECT_EQ(Written(), "\r 50% [##########----------] 0:00\x1b[K\r\x1b[K");
  Make(true)->Finish("");
  EXPECT_EQ(Written(), "");
}

TEST(FormatDurationTest, IsShortAtEveryLength) {
  EXPECT_EQ(FormatDuration(0), "0:00");
  EXPECT_EQ(FormatDuration(7.4), "0:07");
  EXPECT_EQ(FormatDuration(59.9), "1:00");
  EXPECT_EQ(FormatDuration(351), "5:51");
  EXPECT_EQ(FormatDuration(3723), "1:02:03");
  EXPECT_EQ(FormatDuration(3 * 86400 + 4 * 3600 + 59), "3d 04h");
  EXPECT_EQ(FormatDuration(-1), "--");
  EXPECT_EQ(FormatDuration(std::nan("")), "--");
  EXPECT_EQ(FormatDuration(HUGE_VAL), "--");
}

TEST(IsTerminalTest, AFileIsNone) {
  std::FILE* file = std::tmpfile();
  EXPECT_FALSE(IsTerminal(file));
  std::fclose(file);
}

}  // namespace
}  // namespace t2t
