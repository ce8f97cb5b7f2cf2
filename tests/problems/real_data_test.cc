// The real packages: counts as they were measured in them. T2T_CACHE names the cache folder (`t2t
// datagen` fills it); nothing is downloaded here unless T2T_TEST_DOWNLOAD is set.
#include <cstdlib>
#include <map>
#include <set>
#include <string>

#include "gtest/gtest.h"
#include "problems/catalogue/register_problems.h"
#include "problems/shards/prepare.h"
#include "problems/shards/shard_reader.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {
namespace {

class RealData : public testing::Test {
 protected:
  // Prepares an instance; skips the test where its source is not there.
  void Prepare(const std::string& instance) {
    const char* cache = std::getenv("T2T_CACHE");
    if (cache == nullptr) GTEST_SKIP() << "T2T_CACHE is not set";
    GenerateOptions options;
    options.cache_folder = cache;
    options.offline = std::getenv("T2T_TEST_DOWNLOAD") == nullptr;
    Registry<ProblemFactory> problems("problem");
    ASSERT_TRUE(RegisterProblems(problems).ok());
    const auto problem = MakeProblem(problems, instance);
    ASSERT_TRUE(problem.ok()) << problem.status();
    auto manifest = PrepareData(**problem, options, folder_.path());
    if (absl::IsFailedPrecondition(manifest.status())) GTEST_SKIP() << manifest.status();
    ASSERT_TRUE(manifest.ok()) << manifest.status();
    manifest_ = *std::move(manifest);
    dataset_ = DatasetFolder(folder_.path(), instance);
  }
  int64_t Count(const std::string& split) const { return manifest_.FindSplit(split)->examples; }
  std::unique_ptr<SplitReader> Open(const std::string& split) const {
    return *SplitReader::Open(dataset_, split);
  }

  ScratchFolder folder_;
  DatasetManifest manifest_;
  std::string dataset_;
};

TEST_F(RealData, G2pCmudict) {
  Prepare("g2p_cmudict:stress=yes");
  if (IsSkipped() || HasFatalFailure()) return;
  EXPECT_EQ(Count("valid"), 6303);
  EXPECT_EQ(Count("test"), 12606);
  const auto train = Open("train");
  std::set<std::string> words, phones;
  int64_t pronunciations = train->size();
  for (int64_t i = 0; i < train->size(); ++i) {
    const Example example = *train->Read(i);
    words.insert(example.ports.at("word").bytes());
  }
  for (const char* split : {"valid", "test"}) {
    const auto reader = Open(split);
    for (int64_t i = 0; i < reader->size(); ++i) {
      const Example example = *reader->Read(i);
      EXPECT_EQ(words.count(example.ports.at("word").bytes()), 0u) << example.key;
      const auto more = example.alternatives.find("phones");
      pronunciations +=
          1 + (more == example.alternatives.end() ? 0 : static_cast<int64_t>(more->second.size()));
    }
  }
  EXPECT_EQ(words.size(), 107137u);
  EXPECT_EQ(pronunciations, 135155);
}

TEST_F(RealData, ImageFashionMnist) {
  Prepare("image_fashion_mnist");
  if (IsSkipped() || HasFatalFailure()) return;
  EXPECT_EQ(Count("train"), 55000);
  EXPECT_EQ(Count("valid"), 5000);
  EXPECT_EQ(Count("test"), 10000);
  std::map<std::string, int> classes;
  const auto test = Open("test");
  for (int64_t i = 0; i < test->size(); ++i) ++classes[test->Read(i)->ports.at("class").bytes()];
  EXPECT_EQ(classes.size(), 10u);
  EXPECT_EQ(classes["Ankle boot"], 1000);
}

TEST_F(RealData, CaptionEmoji) {
  Prepare("caption_emoji");
  if (IsSkipped() || HasFatalFailure()) return;
  EXPECT_EQ(manifest_.broken, 0);
  EXPECT_EQ(Count("train"), 2961);
  EXPECT_EQ(Count("valid"), 193);
  EXPECT_EQ(Count("test"), 192);
}

TEST_F(RealData, CaptionTuxpaint) {
  Prepare("caption_tuxpaint");
  if (IsSkipped() || HasFatalFailure()) return;
  EXPECT_EQ(manifest_.broken, 0);
  EXPECT_EQ(Count("train") + Count("valid") + Count("test"), 785);
  EXPECT_EQ(Count("train"), 627);
  EXPECT_EQ(Count("valid"), 86);
  EXPECT_EQ(Count("test"), 72);
}

}  // namespace
}  // namespace t2t
