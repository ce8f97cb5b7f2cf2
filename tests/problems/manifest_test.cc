#include "problems/shards/manifest.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "problems/shards/prepare.h"
#include "random/philox.h"
#include "tests/problems/numbers_problem.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {
namespace {

using testing::HasSubstr;

TEST(Manifest, DamageIsNoticed) {
  const ScratchFolder folder;
  const auto manifest = PrepareData(Numbers(20), {}, folder.path());
  ASSERT_TRUE(manifest.ok());
  const std::string json = ManifestToJson(*manifest);
  EXPECT_EQ(ManifestToJson(*ManifestFromJson(json)), json);
  for (size_t size = 0; size + 2 < json.size(); size += 3) {
    EXPECT_FALSE(ManifestFromJson(json.substr(0, size)).ok()) << size;
  }
  Philox random(RandomKey(1).With("manifest"));
  for (int i = 0; i < 3000; ++i) {
    std::string damaged = json;
    for (int k = 0; k < 2; ++k)
      damaged[random.Below(damaged.size())] = static_cast<char>(random.Below(256));
    ManifestFromJson(damaged).IgnoreError();  // must neither crash nor throw
  }
  const std::string dataset = DatasetFolder(folder.path(), "numbers:base=10");
  const std::string shard = dataset + "/" + manifest->FindSplit("train")->shards[0].file;
  std::string bytes = *ReadFile(shard);
  bytes[bytes.size() / 2] ^= 1;
  ASSERT_TRUE(WriteFileAtomically(shard, bytes).ok());
  EXPECT_THAT(VerifyShards(dataset, *manifest).message(), HasSubstr(shard + ": its sha256 is "));
}

// Their sum overflowed.
TEST(Manifest, CountsThatNoDataSetCanHaveAreDamage) {
  const auto error = [](const std::string& total, const std::string& a, const std::string& b) {
    DatasetManifest manifest;
    manifest.problem = "p";
    manifest.splits = {
        {"train", 3, {{"a", 1, 10, std::string(64, '0')}, {"b", 2, 10, std::string(64, '0')}}}};
    std::string json = ManifestToJson(manifest);
    const auto replace = [&](const std::string& from, const std::string& to) {
      const size_t at = json.find(from);
      ASSERT_NE(at, std::string::npos) << from;
      json.replace(at, from.size(), to);
    };
    replace("\"examples\": 3", "\"examples\": " + total);
    replace("\"examples\": 1", "\"examples\": " + a);
    replace("\"examples\": 2", "\"examples\": " + b);
    return std::string(ManifestFromJson(json).status().message());
  };
  EXPECT_EQ(error("3", "1", "2"), "");
  EXPECT_THAT(error("3", "9223372036854775807", "9223372036854775807"),
              HasSubstr("too many examples"));
  EXPECT_THAT(error("3", "5", "-2"), HasSubstr("examples = -2 is negative"));
  EXPECT_THAT(error("18446744073709551615", "1", "2"), HasSubstr("is negative"));
}

TEST(DatasetFolder, IsSafeAndDistinct) {
  EXPECT_EQ(DatasetFolder("data", "translate:lang=it"), "data/translate-lang=it");
  EXPECT_EQ(DatasetFolder("data", "../a b"), "data/%2E.%2Fa%20b");
  EXPECT_LT(DatasetFolder("data", std::string(500, 'x')).size(), 200u);
  EXPECT_NE(DatasetFolder("data", std::string(500, 'x')),
            DatasetFolder("data", std::string(501, 'x')));
}

}  // namespace
}  // namespace t2t
