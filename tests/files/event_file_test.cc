#include "files/event_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <filesystem>

#include "absl/strings/escaping.h"
#include "files/tfrecord.h"
#include "tests/files/damage.h"

namespace t2t {
namespace {

// Serialized by tensorboard 2.21 (tensorboard.compat.proto.event_pb2); its EventFileLoader reads
// our files.
const char kVersionEvent[] = "0900002040fc54d9411a0d627261696e2e4576656e743a32";
const char kScalarEvent[] = "0900005040fc54d94110ac022a0d0a0b0a046c6f73731500002040";

std::vector<std::string> Records(const std::string& path) {
  const auto reader = RecordReader::Open(path);
  EXPECT_TRUE(reader.ok()) << reader.status();
  std::vector<std::string> records;
  for (int64_t i = 0; reader.ok() && i < (*reader)->size(); ++i) {
    records.push_back(absl::BytesToHexString((*reader)->Read(i).value()));
  }
  return records;
}

TEST(EventWriter, GoldenBytes) {
  const TestFolder folder;
  const auto writer = EventWriter::Create(folder / "run/events", 1700000000.5).value();
  EXPECT_THAT(writer->path(),
              testing::StartsWith(folder / "run/events/events.out.tfevents.1700000000."));
  EXPECT_THAT(Records(writer->path()), testing::ElementsAre(kVersionEvent));
  ASSERT_TRUE(writer->Scalar("loss", 300, 2.5, 1700000001.25).ok());
  EXPECT_EQ(Records(writer->path()).size(), 1u) << "nothing is written before Flush";
  ASSERT_TRUE(writer->Flush().ok());
  EXPECT_THAT(Records(writer->path()), testing::ElementsAre(kVersionEvent, kScalarEvent));
}

TEST(EventWriter, ManyScalarsReachTheFileWithoutFlush) {
  const TestFolder folder;
  std::string path;
  {
    const auto writer = EventWriter::Create(folder.path(), 1.0).value();
    path = writer->path();
    for (int64_t step = 0; step < 5000; ++step) {
      ASSERT_TRUE(writer->Scalar("loss", step, 1.0 / static_cast<double>(step + 1), 1.0).ok());
    }
    EXPECT_GT(std::filesystem::file_size(path), 100000u);
  }
  EXPECT_EQ(Records(path).size(), 5001u);
}

TEST(EventWriter, TwoWritersOfOneSecondHaveTwoFiles) {
  const TestFolder folder;
  const auto a = EventWriter::Create(folder.path(), 5.0).value();
  const auto b = EventWriter::Create(folder.path(), 5.5).value();
  EXPECT_NE(a->path(), b->path());
  EXPECT_EQ(folder.CountFiles(), 2);
}

TEST(EventWriter, AFullDiskLeavesWholeRecords) {
  const TestFolder folder;
  const auto writer = EventWriter::Create(folder.path(), 1.0).value();
  ASSERT_TRUE(writer->Scalar("a", 1, 1.0, 1.0).ok());
  ASSERT_TRUE(writer->Flush().ok());
  ASSERT_TRUE(writer->Scalar("b", 2, 2.0, 1.0).ok());
  void (*const old_handler)(int) = ::signal(SIGXFSZ, SIG_IGN);
  struct rlimit old_limit;
  ::getrlimit(RLIMIT_FSIZE, &old_limit);
  const struct rlimit limit = {std::filesystem::file_size(writer->path()) + 10, old_limit.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &limit);
  const absl::Status status = writer->Flush();
  ::setrlimit(RLIMIT_FSIZE, &old_limit);
  ::signal(SIGXFSZ, old_handler);
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr(writer->path()));
  EXPECT_EQ(Records(writer->path()).size(), 2u);
  ASSERT_TRUE(writer->Scalar("c", 3, 3.0, 1.0).ok());
  ASSERT_TRUE(writer->Flush().ok());
  EXPECT_EQ(Records(writer->path()).size(), 3u);
}

TEST(EventWriter, AFileInPlaceOfTheFolderIsAnError) {
  const TestFolder folder;
  WriteRaw(folder / "file", "");
  EXPECT_FALSE(EventWriter::Create(folder / "file", 1.0).ok());
}

}  // namespace
}  // namespace t2t
