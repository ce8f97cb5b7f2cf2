#include "trainer/run_log.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "files/tfrecord.h"

namespace t2t {
namespace {

namespace fs = std::filesystem;

class RunLogTest : public ::testing::Test {
 protected:
  RunLogTest() {
    std::string name = (fs::temp_directory_path() / "t2t_run_log_XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  ~RunLogTest() override { fs::remove_all(folder_); }

  std::string Text() const {
    std::ifstream file(folder_ / "run" / "log.jsonl");
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  std::unique_ptr<RunLog> Open(bool tensorboard) const {
    auto log = RunLog::Open((folder_ / "run").string(), tensorboard);
    EXPECT_TRUE(log.ok()) << log.status();
    return *std::move(log);
  }

  fs::path folder_;
};

TEST_F(RunLogTest, AppendsLinesOverSeveralRuns) {
  for (int step = 1; step <= 2; ++step) {
    const auto log = Open(false);
    ASSERT_TRUE(log->Write({{"step", step}, {"loss", 0.5}}).ok());
  }
  EXPECT_EQ(Text(), "{\"loss\":0.5,\"step\":1}\n{\"loss\":0.5,\"step\":2}\n");
  EXPECT_FALSE(fs::exists(folder_ / "run" / "events"));
}

TEST_F(RunLogTest, SurvivesWhatJsonCannotSay) {
  const auto log = Open(false);
  ASSERT_TRUE(log->Write({{"loss", std::nan("")}, {"text", "a\xff\nb"}}).ok());
  EXPECT_EQ(Text(), "{\"loss\":null,\"text\":\"a\uFFFD\\nb\"}\n");
}

TEST_F(RunLogTest, DropsRecordsOfLaterSteps) {
  const auto log = Open(false);
  EXPECT_TRUE(log->DropAfter(3).ok());  // no file yet
  EXPECT_FALSE(fs::exists(log->path()));
  for (int step = 1; step <= 5; ++step) ASSERT_TRUE(log->Write({{"step", step}}).ok());
  ASSERT_TRUE(log->Write({{"event", "stopped"}}).ok());
  std::ofstream(log->path(), std::ios::app) << "{\"step\": 2, \"lo";  // cut by a full disk
  ASSERT_TRUE(log->DropAfter(3).ok());
  EXPECT_EQ(Text(), "{\"step\":1}\n{\"step\":2}\n{\"step\":3}\n{\"event\":\"stopped\"}\n");
  ASSERT_TRUE(log->Write({{"step", 4}}).ok());  // and goes on in the new file
  EXPECT_EQ(Text(),
            "{\"step\":1}\n{\"step\":2}\n{\"step\":3}\n{\"event\":\"stopped\"}\n{\"step\":4}\n");
}

TEST_F(RunLogTest, ShowsScalarsToTensorBoardWithTheNextRecord) {
  const auto log = Open(true);
  ASSERT_TRUE(log->Scalar("loss/g2p", 7, 1.5).ok());
  ASSERT_TRUE(log->Scalar("loss/g2p", 8, 1.25).ok());
  ASSERT_TRUE(log->Write({{"step", 8}}).ok());
  int files = 0;
  for (const auto& entry : fs::directory_iterator(folder_ / "run" / "events")) {
    ++files;
    const auto reader = RecordReader::Open(entry.path().string());
    ASSERT_TRUE(reader.ok()) << reader.status();
    EXPECT_EQ((*reader)->size(), 3);  // the version, two scalars
  }
  EXPECT_EQ(files, 1);
}

TEST_F(RunLogTest, SaysWhereItCannotWrite) {
  std::ofstream(folder_ / "file") << "x";
  const auto log = RunLog::Open((folder_ / "file").string(), false);
  ASSERT_FALSE(log.ok());
  EXPECT_NE(std::string(log.status().message()).find((folder_ / "file").string()),
            std::string::npos)
      << log.status();
}

}  // namespace
}  // namespace t2t
