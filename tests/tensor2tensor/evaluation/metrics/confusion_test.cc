#include "tensor2tensor/evaluation/metrics/confusion.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace t2t {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

ConfusionMatrix Animals() {
  ConfusionMatrix confusion;
  confusion.Add("cat", "cat", 3);
  confusion.Add("dog", "cat");
  confusion.Add("dog", "dog", 5);
  confusion.Add("eel", "dog", 2);
  return confusion;
}

TEST(ConfusionMatrix, CountsAndRates) {
  const ConfusionMatrix confusion = Animals();
  EXPECT_THAT(confusion.Labels(), ElementsAre("cat", "dog", "eel"));
  EXPECT_EQ(confusion.Count("dog", "cat"), 1);
  EXPECT_EQ(confusion.Count("cat", "dog"), 0);
  EXPECT_EQ(confusion.Count("gnu", "cat"), 0);
  EXPECT_EQ(confusion.total(), 11);
  const auto scores = confusion.Scores();
  ASSERT_EQ(scores.size(), 3u);
  EXPECT_EQ(scores[1].label, "dog");
  EXPECT_EQ(scores[1].support, 7);
  EXPECT_EQ(scores[1].predicted, 6);
  EXPECT_DOUBLE_EQ(scores[1].precision, 5.0 / 6);
  EXPECT_DOUBLE_EQ(scores[1].recall, 5.0 / 7);
  EXPECT_DOUBLE_EQ(scores[1].f1, 10.0 / 13);
  // Never a reference: nothing to recall, and nothing right.
  EXPECT_EQ(scores[2].support, 0);
  EXPECT_EQ(scores[2].recall, 0);
  EXPECT_EQ(scores[2].f1, 0);
  EXPECT_DOUBLE_EQ(confusion.Accuracy(), 8.0 / 11);
  EXPECT_DOUBLE_EQ(confusion.MacroF1(), (6.0 / 7 + 10.0 / 13) / 3);
}

TEST(ConfusionMatrix, RendersATable) {
  EXPECT_EQ(Animals().Render(80),
            "is \\ taken for     cat    dog   eel  recall\n"
            "cat                  3      1     .   75.0%\n"
            "dog                  .      5     2   71.4%\n"
            "eel                  .      .     .    0.0%\n"
            "precision       100.0%  83.3%  0.0%\n"
            "accuracy 72.73%, macro F1 54.21%, 11 examples, 3 classes\n");
}

TEST(ConfusionMatrix, ListsConfusionsWhereTheTableIsTooWide) {
  EXPECT_EQ(Animals().Render(40),
            "class  count  precision  recall     F1\n"
            "cat        4     100.0%   75.0%  85.7%\n"
            "dog        7      83.3%   71.4%  76.9%\n"
            "eel        0       0.0%    0.0%   0.0%\n"
            "most frequent confusions:\n"
            "  dog taken for eel: 2\n"
            "  cat taken for dog: 1\n"
            "accuracy 72.73%, macro F1 54.21%, 11 examples, 3 classes\n");
}

TEST(ConfusionMatrix, LabelsCannotSteerTheTerminal) {
  ConfusionMatrix confusion;
  confusion.Add("\x1b[2J\n", "猫猫猫猫猫猫猫猫猫猫猫猫");
  confusion.Add("", "\xff");
  const std::string text = confusion.Render(200);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\xff")));
  EXPECT_THAT(text, HasSubstr("?[2J?"));
  EXPECT_THAT(text, HasSubstr("猫猫猫猫猫猫猫猫猫…"));
  EXPECT_THAT(text, HasSubstr("\"\""));
}

TEST(ConfusionMatrix, EmptyAndMany) {
  EXPECT_THAT(ConfusionMatrix().Render(), HasSubstr("0 examples, 0 classes"));
  ConfusionMatrix confusion;
  for (int i = 0; i < 1000; ++i) confusion.Add(absl::StrCat(i), absl::StrCat((i * 7) % 1000));
  const std::string text = confusion.Render();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1 + 1000 + 1 + 20 + 1);
}

}  // namespace
}  // namespace t2t
