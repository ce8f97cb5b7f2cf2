#include "tensor2tensor/evaluation/metrics/edit_distance.h"

#include <algorithm>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "random/philox.h"

namespace t2t {
namespace {

using Numbers = std::vector<int>;
using ::testing::ElementsAre;

// The definition, without any table.
int64_t Definition(absl::Span<const int> a, absl::Span<const int> b) {
  if (a.empty()) return static_cast<int64_t>(b.size());
  if (b.empty()) return static_cast<int64_t>(a.size());
  return std::min({Definition(a.subspan(1), b.subspan(1)) + (a[0] == b[0] ? 0 : 1),
                   Definition(a.subspan(1), b) + 1, Definition(a, b.subspan(1)) + 1});
}

// What the edits make of the hypothesis; they must lead to the reference.
Numbers Applied(const Alignment& alignment, const Numbers& hypothesis, const Numbers& reference) {
  Numbers made;
  size_t i = 0, j = 0;
  for (const Edit edit : alignment.edits) {
    if (edit == Edit::kMatch) made.push_back(hypothesis.at(i));
    if (edit == Edit::kSubstitution || edit == Edit::kDeletion) made.push_back(reference.at(j));
    if (edit == Edit::kSubstitution) {
      EXPECT_NE(hypothesis.at(i), reference.at(j));
    }
    if (edit != Edit::kDeletion) ++i;
    if (edit != Edit::kInsertion) ++j;
  }
  EXPECT_EQ(i, hypothesis.size());
  EXPECT_EQ(j, reference.size());
  return made;
}

TEST(EditDistance, EqualsItsDefinitionAndItsAlignment) {
  Philox random(RandomKey(1).With("edit distance"));
  for (int round = 0; round < 400; ++round) {
    Numbers a(random.Below(7)), b(random.Below(7));
    for (int& value : a) value = static_cast<int>(random.Below(3));
    for (int& value : b) value = static_cast<int>(random.Below(3));
    const int64_t distance = Definition(a, b);
    EXPECT_EQ(EditDistance<int>(a, b), distance);
    EXPECT_EQ(EditDistance<int>(b, a), distance);
    const Alignment alignment = Align<int>(a, b);
    EXPECT_EQ(alignment.distance(), distance);
    EXPECT_EQ(alignment.matches + alignment.substitutions + alignment.insertions,
              int64_t(a.size()));
    EXPECT_EQ(alignment.matches + alignment.substitutions + alignment.deletions, int64_t(b.size()));
    EXPECT_EQ(Applied(alignment, a, b), b);
  }
}

TEST(EditDistance, Examples) {
  const std::string kitten = "kitten", sitting = "sitting";
  EXPECT_EQ(EditDistance<char>(kitten, sitting), 3);
  const Alignment alignment = Align<char>(kitten, sitting);
  EXPECT_EQ(alignment.substitutions, 2);
  EXPECT_EQ(alignment.deletions, 1);
  EXPECT_EQ(alignment.insertions, 0);
  EXPECT_THAT(Align<int>(Numbers{1, 2, 4}, Numbers{1, 2, 3, 4}).edits,
              ElementsAre(Edit::kMatch, Edit::kMatch, Edit::kDeletion, Edit::kMatch));
  EXPECT_THAT(Align<int>(Numbers{7, 7}, Numbers{}).edits,
              ElementsAre(Edit::kInsertion, Edit::kInsertion));
}

}  // namespace
}  // namespace t2t
