#include "files/atomic_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>
#include <utility>
#include <vector>

#include "files/tfrecord.h"
#include "tests/files/damage.h"

namespace t2t {
namespace {

using testing::HasSubstr;

// While it lives, no file of this process may grow over a number of bytes: to write() that is a
// full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    old_handler_ = ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &old_limit_);
    const struct rlimit limit = {bytes, old_limit_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &old_limit_);
    ::signal(SIGXFSZ, old_handler_);
  }

 private:
  struct rlimit old_limit_;
  void (*old_handler_)(int);
};

// Runs body, which must end itself by SIGKILL, in a child process.
template <typename Body>
void RunUntilKilled(Body body) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    body();
    ::_exit(1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
}

TEST(WriteFileAtomically, WritesReplacesAndLeavesNoTemporary) {
  const TestFolder folder;
  const std::string path = folder / "file";
  Philox random(RandomKey(1).With("atomic"));
  for (const size_t size : {0, 1, 1000, 262143, 262144, 262145, 3000000}) {
    const std::string bytes = RandomBytes(random, size);
    ASSERT_TRUE(WriteFileAtomically(path, bytes).ok());
    EXPECT_TRUE(ReadFile(path).value() == bytes) << size;
    EXPECT_EQ(folder.CountFiles(), 1);
  }
}

TEST(WriteFileAtomically, NamesTheFileWhoseFolderIsMissing) {
  const TestFolder folder;
  const absl::Status status = WriteFileAtomically(folder / "none/file", "x");
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("none/file"));
}

TEST(WriteFileAtomically, FailsWhereAFolderHasTheName) {
  const TestFolder folder;
  ASSERT_TRUE(MakeFolders(folder / "taken/inside").ok());
  EXPECT_FALSE(WriteFileAtomically(folder / "taken", "x").ok());
  EXPECT_EQ(folder.CountFiles(), 1);
  EXPECT_FALSE(ReadFile(folder / "taken").ok());
}

TEST(AtomicFile, JoinsPiecesOfEverySize) {
  const TestFolder folder;
  Philox random(RandomKey(1).With("pieces"));
  auto file = AtomicFile::Create(folder / "file").value();
  std::string whole;
  for (int i = 0; i < 200; ++i) {
    const std::string piece = RandomBytes(random, random.Below(i % 50 == 0 ? 600000 : 5000));
    ASSERT_TRUE(file->Append(piece).ok());
    whole += piece;
  }
  EXPECT_EQ(file->size(), static_cast<int64_t>(whole.size()));
  EXPECT_FALSE(std::filesystem::exists(folder / "file"));
  ASSERT_TRUE(file->Commit().ok());
  EXPECT_TRUE(ReadFile(folder / "file").value() == whole);
}

TEST(AtomicFile, RemovesTheTemporaryIfNothingWasCommitted) {
  const TestFolder folder;
  {
    auto file = AtomicFile::Create(folder / "file").value();
    ASSERT_TRUE(file->Append("half").ok());
    EXPECT_EQ(folder.CountFiles(), 1);
  }
  EXPECT_EQ(folder.CountFiles(), 0);
}

TEST(AtomicFile, FullDiskIsAnErrorAndKeepsTheOldFile) {
  const TestFolder folder;
  ASSERT_TRUE(WriteFileAtomically(folder / "file", "old").ok());
  absl::Status small, large, again;
  {
    const FileSizeLimit limit(10000);
    small = WriteFileAtomically(folder / "file", std::string(20000, 'x'));  // Fails in Commit.
    auto file = AtomicFile::Create(folder / "file").value();
    large = file->Append(std::string(1000000, 'x'));  // Fails in Append.
    again = file->Commit();
    EXPECT_EQ(folder.CountFiles(), 1) << "the temporary is there after the error";
  }
  EXPECT_THAT(std::string(small.message()), HasSubstr(folder / "file"));
  EXPECT_THAT(std::string(small.message()), HasSubstr("File too large"));
  EXPECT_FALSE(large.ok());
  EXPECT_EQ(again, large);
  EXPECT_EQ(ReadFile(folder / "file").value(), "old");
  EXPECT_EQ(folder.CountFiles(), 1);
}

TEST(AtomicFile, FullDiskLeavesNoShardOfRecords) {
  const TestFolder folder;
  {
    const FileSizeLimit limit(10000);
    auto writer = RecordWriter::Create(folder / "shard").value();
    ASSERT_TRUE(writer->Append(std::string(20000, 'x')).ok());
    EXPECT_FALSE(writer->Commit().ok());
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "shard"));
}

TEST(AtomicFile, AKilledWriterLeavesNothingUnderTheFinalName) {
  const TestFolder folder;
  RunUntilKilled([&] {
    auto file = AtomicFile::Create(folder / "file").value();
    (void)file->Append(std::string(1000000, 'x'));
    auto writer = RecordWriter::Create(folder / "shard").value();
    (void)writer->Append(std::string(1000000, 'x'));
    ::raise(SIGKILL);
  });
  EXPECT_FALSE(std::filesystem::exists(folder / "file"));
  EXPECT_FALSE(std::filesystem::exists(folder / "shard"));
  EXPECT_EQ(folder.CountFiles(), 2);  // The two temporaries; a new writer is not hindered by them.
  ASSERT_TRUE(WriteFileAtomically(folder / "file", "x").ok());
  EXPECT_EQ(ReadFile(folder / "file").value(), "x");
}

TEST(AppendLine, AppendsWholeLines) {
  const TestFolder folder;
  ASSERT_TRUE(AppendLine(folder / "log", R"({"step": 1})").ok());
  ASSERT_TRUE(AppendLine(folder / "log", "").ok());
  EXPECT_EQ(ReadFile(folder / "log").value(), "{\"step\": 1}\n\n");
  EXPECT_TRUE(absl::IsInvalidArgument(AppendLine(folder / "log", "a\nb")));
}

TEST(AppendLine, ACutLineDoesNotSpoilTheNext) {
  const TestFolder folder;
  WriteRaw(folder / "log", "whole\ncut");
  ASSERT_TRUE(AppendLine(folder / "log", "next").ok());
  EXPECT_EQ(ReadFile(folder / "log").value(), "whole\ncut\nnext\n");
}

TEST(AppendLine, FullDiskIsAnError) {
  const absl::Status status = AppendLine("/dev/full", "line");
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("/dev/full: No space left on device"));
}

TEST(AppendLine, LinesOfSeveralThreadsDoNotMix) {
  const TestFolder folder;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        EXPECT_TRUE(AppendLine(folder / "log", std::string(300, static_cast<char>('a' + t))).ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::ifstream log(folder / "log");
  int lines = 0;
  for (std::string line; std::getline(log, line); ++lines) {
    EXPECT_EQ(line, std::string(300, line.empty() ? '?' : line[0]));
  }
  EXPECT_EQ(lines, 200);
}

TEST(MakeFolders, MakesAllAndRefusesAFile) {
  const TestFolder folder;
  EXPECT_TRUE(MakeFolders(folder / "a/b/c").ok());
  EXPECT_TRUE(MakeFolders(folder / "a/b/c").ok());
  EXPECT_TRUE(std::filesystem::is_directory(folder / "a/b/c"));
  WriteRaw(folder / "file", "");
  const absl::Status status = MakeFolders(folder / "file/d");
  EXPECT_THAT(std::string(status.message()), HasSubstr("file/d"));
}

TEST(RemoveAll, RemovesAFolderWithAllInIt) {
  const TestFolder folder;
  ASSERT_TRUE(MakeFolders(folder / "a/b").ok());
  WriteRaw(folder / "a/b/file", "x");
  WriteRaw(folder / "kept", "x");
  ASSERT_TRUE(ReplaceLink(folder / "kept", folder / "a/link").ok());
  EXPECT_TRUE(RemoveAll(folder / "a").ok());
  EXPECT_FALSE(std::filesystem::exists(folder / "a"));
  EXPECT_TRUE(std::filesystem::exists(folder / "kept")) << "behind a link nothing is removed";
  EXPECT_TRUE(RemoveAll(folder / "a").ok());
  EXPECT_THAT(std::string(RemoveAll(folder / std::string(300, 'x')).message()),
              HasSubstr("cannot remove " + (folder / "xxx")));
}

TEST(Rename, ReplacesAFileButNoFullFolder) {
  const TestFolder folder;
  WriteRaw(folder / "new", "new");
  WriteRaw(folder / "old", "old");
  ASSERT_TRUE(Rename(folder / "new", folder / "old").ok());
  EXPECT_EQ(ReadFile(folder / "old").value(), "new");
  ASSERT_TRUE(MakeFolders(folder / "part").ok());
  ASSERT_TRUE(MakeFolders(folder / "full/inside").ok());
  EXPECT_FALSE(Rename(folder / "part", folder / "full").ok());
  EXPECT_TRUE(Rename(folder / "part", folder / "whole").ok());
  const absl::Status status = Rename(folder / "absent", folder / "whole");
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("absent to "));
}

TEST(ReplaceLink, PointsToTheNewTarget) {
  const TestFolder folder;
  ASSERT_TRUE(MakeFolders(folder / "step-1").ok());
  ASSERT_TRUE(MakeFolders(folder / "step-2").ok());
  ASSERT_TRUE(ReplaceLink("step-1", folder / "last").ok());
  EXPECT_EQ(std::filesystem::read_symlink(folder / "last"), "step-1");
  ASSERT_TRUE(ReplaceLink("step-2", folder / "last").ok());
  EXPECT_EQ(std::filesystem::read_symlink(folder / "last"), "step-2");
  EXPECT_EQ(folder.CountFiles(), 3);
  EXPECT_FALSE(ReplaceLink("step-1", folder / "step-2").ok()) << "a real folder must stay";
  EXPECT_EQ(folder.CountFiles(), 3);
}

TEST(FileLock, OneHolderAtATime) {
  const TestFolder folder;
  const std::string path = folder / "lock";
  {
    const auto lock = FileLock::Acquire(path);
    ASSERT_TRUE(lock.ok());
    const auto second = FileLock::TryAcquire(path);
    EXPECT_TRUE(absl::IsUnavailable(second.status())) << second.status();
    EXPECT_THAT(std::string(second.status().message()), HasSubstr(path));
  }
  EXPECT_TRUE(FileLock::TryAcquire(path).ok());
}

TEST(RemoveTemporaries, LeavesAllButWhatAKilledWriterLeft) {
  const TestFolder folder;
  RunUntilKilled([&] {
    const auto file = AtomicFile::Create(folder / "killed");
    if (file.ok()) ::raise(SIGKILL);
  });
  ASSERT_TRUE(ReplaceLink("nowhere", folder / "last.tmp-123-4").ok());
  ASSERT_TRUE(WriteFileAtomically(folder / "mine.tmp-notes", "kept").ok());
  EXPECT_EQ(folder.CountFiles(), 3);
  ASSERT_TRUE(RemoveTemporaries(folder.path()).ok());
  EXPECT_EQ(folder.CountFiles(), 1);
  EXPECT_TRUE(std::filesystem::exists(folder / "mine.tmp-notes"));
  EXPECT_TRUE(RemoveTemporaries(folder / "not there").ok());
}

TEST(FileLock, MovedLockStaysHeld) {
  const TestFolder folder;
  auto lock = FileLock::Acquire(folder / "lock").value();
  {
    const FileLock moved = std::move(lock);
    EXPECT_FALSE(FileLock::TryAcquire(folder / "lock").ok());
  }
  EXPECT_TRUE(FileLock::TryAcquire(folder / "lock").ok());
}

TEST(FileLock, AcquireWaitsForTheHolder) {
  const TestFolder folder;
  std::atomic<bool> waits = false, taken = false;
  std::thread waiter;
  {
    const auto lock =
        FileLock::Acquire(folder / "lock", [] { FAIL() << "nobody holds it"; }).value();
    waiter = std::thread([&] {
      EXPECT_TRUE(FileLock::Acquire(folder / "lock", [&] { waits = true; }).ok());
      taken = true;
    });
    while (!waits) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_FALSE(taken);
  }
  waiter.join();
  EXPECT_TRUE(taken);
}

TEST(FileLock, AKilledHolderReleasesIt) {
  const TestFolder folder;
  RunUntilKilled([&] {
    const auto lock = FileLock::Acquire(folder / "lock");
    if (lock.ok()) ::raise(SIGKILL);
  });
  EXPECT_TRUE(FileLock::TryAcquire(folder / "lock").ok());
}

}  // namespace
}  // namespace t2t
