#include "registry/suggest.h"

#include <gtest/gtest.h>

namespace t2t {
namespace {

TEST(NearestNameTest, FindsWhatWasMeant) {
  const std::vector<std::string> names = {"transformer_tiny", "transformer_small", "copy",
                                          "reverse", "image_stripes"};
  EXPECT_EQ(NearestName("revers", names), "reverse");
  EXPECT_EQ(NearestName("revesre", names), "reverse");  // neighbours swapped
  EXPECT_EQ(NearestName("trasnformer_tiny", names), "transformer_tiny");
  EXPECT_EQ(NearestName("copy", names), "copy");
  EXPECT_EQ(NearestName("stripes", names), "image_stripes");  // a part of the name
  EXPECT_EQ(NearestName("qqqqqq", names), "");
  EXPECT_EQ(NearestName("", names), "");
  EXPECT_EQ(NearestName("copy", {}), "");
}

// Optimal string alignment: a swap of neighbours is one change, so that it wins over two.
TEST(NearestNameTest, ASwapCountsOne) { EXPECT_EQ(NearestName("abdc", {"abxx", "abcd"}), "abcd"); }

TEST(SuggestionTest, NamesTheNearestOrElseWhatThereIs) {
  EXPECT_EQ(Suggestion("revers", {"copy", "reverse"}), "; did you mean 'reverse'?");
  EXPECT_EQ(Suggestion("qqqqqq", {"copy", "reverse"}), "; known: copy, reverse");
  EXPECT_EQ(Suggestion("x", {}), "");
}

TEST(SuggestionTest, ListsNoMoreThanTwenty) {
  std::vector<std::string> names;
  for (int i = 10; i < 40; ++i) names.push_back("name" + std::to_string(i));
  const std::string text = Suggestion("completely different", names);
  EXPECT_NE(text.find("name29, ..."), std::string::npos) << text;
  EXPECT_EQ(text.find("name30"), std::string::npos) << text;
}

}  // namespace
}  // namespace t2t
