#include "tensor2tensor/report/html.h"

#include "gtest/gtest.h"
#include "tensor2tensor/report/marked_text.h"

namespace t2t {
namespace {

TEST(EscapeHtml, LeavesNothingThatHtmlReads) {
  EXPECT_EQ(EscapeHtml("<a href=\"x\" on='y'>&</a>"),
            "&lt;a href=&quot;x&quot; on=&#39;y&#39;&gt;&amp;&lt;/a&gt;");
  EXPECT_EQ(EscapeHtml("né 日本\n\t"), "né 日本\n\t");
  EXPECT_EQ(EscapeHtml(absl::string_view("a\0b\x1b[31m\x7f", 9)),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD[31m\xEF\xBF\xBD");
  EXPECT_EQ(EscapeHtml("\xC3("), "\xEF\xBF\xBD(");
  EXPECT_EQ(Isolated("<"), "<bdi>&lt;</bdi>");
}

TEST(Numbers, AsPeopleWriteThem) {
  EXPECT_EQ(WithCommas(0), "0");
  EXPECT_EQ(WithCommas(999), "999");
  EXPECT_EQ(WithCommas(12606), "12,606");
  EXPECT_EQ(WithCommas(-1234567), "-1,234,567");
  EXPECT_EQ(WithCommas(-123), "-123");
  EXPECT_EQ(InWords(4100000), "4.1 million");
  EXPECT_EQ(InWords(1.5e9), "1.5 billion");
  EXPECT_EQ(InWords(12605.6), "12,606");
  EXPECT_EQ(Duration(42.3), "42 s");
  EXPECT_EQ(Duration(59.7), "1 min 0 s");
  EXPECT_EQ(Duration(355.1), "5 min 55 s");
  EXPECT_EQ(Duration(7384), "2 h 3 min");
  EXPECT_EQ(Fixed(-0.04, 1), "0.0");
  EXPECT_EQ(Fixed(-1.25, 1), "-1.2");
  EXPECT_EQ(Short(0.00025, 4), "0.00025");
}

TEST(MarkDifferences, ByWords) {
  const MarkedTexts marked = MarkDifferences("the cat sat on", "the dog sat");
  EXPECT_EQ(marked.prediction,
            "the <mark class=\"off\">cat</mark> sat <mark class=\"off\">on</mark>");
  EXPECT_EQ(marked.reference, "the <mark class=\"missing\">dog</mark> sat");
}

TEST(MarkDifferences, ByCharactersOfAWord) {
  const MarkedTexts marked = MarkDifferences("colour", "color");
  EXPECT_EQ(marked.prediction, "colo<mark class=\"off\">u</mark>r");
  EXPECT_EQ(marked.reference, "color");
}

TEST(MarkDifferences, JoinsNeighboursAndEscapesInside) {
  EXPECT_EQ(MarkDifferences("a <b> <c> d", "a d").prediction,
            "a <mark class=\"off\">&lt;b&gt; &lt;c&gt;</mark> d");
}

TEST(MarkDifferences, LeavesStrangersAlone) {
  EXPECT_EQ(MarkDifferences("red apple", "tomato").prediction, "red apple");
  EXPECT_EQ(MarkDifferences("tree", "house").reference, "house");  // they share an e
  EXPECT_EQ(MarkDifferences("", "a b").reference, "a b");
  EXPECT_EQ(MarkDifferences("same words", "same words").prediction, "same words");
}

TEST(ClosestReference, HasTheFewestEdits) {
  EXPECT_EQ(ClosestReference("abc", {"xyz", "abd", "abe"}), 1u);
  EXPECT_EQ(ClosestReference("abc", {"xyz"}), 0u);
}

}  // namespace
}  // namespace t2t
