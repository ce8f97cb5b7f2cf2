#include "problems/shards/hash_ledger.h"

#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace t2t {
namespace {

// More keys than are in memory at once; a third of them twice, a few thrice.
TEST(HashLedger, FindsEveryRepetitionInAnyNumberOfParts) {
  for (const int keys : {0, 1, 50, 1'200'000}) {
    auto ledger = HashLedger::Make();
    ASSERT_TRUE(ledger.ok()) << ledger.status();
    std::map<std::vector<uint64_t>, int> expected;
    for (int i = 0; i < keys; ++i)
      ASSERT_TRUE((*ledger)->Add(absl::StrCat("key", i), static_cast<uint64_t>(i)).ok());
    for (int i = 0; i < keys; i += 3) {
      ASSERT_TRUE((*ledger)->Add(absl::StrCat("key", i), static_cast<uint64_t>(keys + i)).ok());
      std::vector<uint64_t> tags = {static_cast<uint64_t>(i), static_cast<uint64_t>(keys + i)};
      if (i % 30'000 == 0) {
        ASSERT_TRUE((*ledger)->Add(absl::StrCat("key", i), 7).ok());
        tags.push_back(7);
      }
      ++expected[tags];
    }
    for (int again = 0; again < 2; ++again) {
      std::map<std::vector<uint64_t>, int> found;
      ASSERT_TRUE((*ledger)
                      ->ForEachRepeated([&](const std::vector<uint64_t>& tags) { ++found[tags]; })
                      .ok());
      EXPECT_EQ(found, expected) << keys;
    }
    const auto first = (*ledger)->FirstRepeated();
    ASSERT_TRUE(first.ok());
    ASSERT_EQ(first->has_value(), keys > 0);
    if (keys > 0) {
      EXPECT_EQ((*first)->first, 0u);
      EXPECT_EQ((*first)->second, static_cast<uint64_t>(keys));
    }
  }
}

}  // namespace
}  // namespace t2t
