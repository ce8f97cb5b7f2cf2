#include <archive.h>
#include <archive_entry.h>

#include <filesystem>
#include <string>
#include <vector>

#include "files/checksum.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "problems/sources/download.h"
#include "problems/sources/process.h"
#include "problems/sources/source.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {
namespace {

using testing::HasSubstr;

// A .tgz with package/index.js, as npm packs it.
std::string PackNpm(const std::string& path, const std::string& content) {
  archive* writer = archive_write_new();
  archive_write_set_format_ustar(writer);
  archive_write_add_filter_gzip(writer);
  archive_write_open_filename(writer, path.c_str());
  archive_entry* entry = archive_entry_new();
  archive_entry_set_pathname(entry, "package/index.js");
  archive_entry_set_perm(entry, 0644);
  archive_entry_set_filetype(entry, AE_IFREG);
  archive_entry_set_size(entry, static_cast<int64_t>(content.size()));
  archive_write_header(writer, entry);
  archive_write_data(writer, content.data(), content.size());
  archive_entry_free(entry);
  archive_write_close(writer);
  archive_write_free(writer);
  return path;
}

Source NpmSource() {
  Source source;
  source.name = "words";
  source.npm_package = "@some/word-list";
  source.npm_version = "1.2.3";
  source.folder = "package";
  source.needs = {"index.js"};
  return source;
}

struct Fixture {
  Fixture() {
    options.cache_folder = folder / "cache";
    options.offline = true;
    options.source_used = [this](const SourceRecord& record) { used.push_back(record); };
  }
  ScratchFolder folder;
  GenerateOptions options;
  std::vector<SourceRecord> used;
};

TEST(FetchSource, TakesAGivenFolderOrPackageRoot) {
  Fixture f;
  f.folder.Write("mine/package/index.js", "x");
  for (const char* given : {"mine", "mine/package"}) {
    f.options.source_paths["words"] = f.folder / given;
    const auto folder = FetchSource(NpmSource(), f.options);
    ASSERT_TRUE(folder.ok()) << folder.status();
    EXPECT_TRUE(std::filesystem::exists(*folder + "/index.js"));
  }
  ASSERT_EQ(f.used.size(), 2u);
  EXPECT_EQ(f.used[0].origin, "given: " + (f.folder / "mine"));
  f.options.source_paths["words"] = f.folder / "absent";
  EXPECT_THAT(FetchSource(NpmSource(), f.options).status().message(),
              HasSubstr("absent: there is no index.js in it"));
}

TEST(FetchSource, TakesAGivenArchive) {
  Fixture f;
  f.options.source_paths["words"] = PackNpm(f.folder / "mine.tgz", "given");
  const auto folder = FetchSource(NpmSource(), f.options);
  ASSERT_TRUE(folder.ok()) << folder.status();
  EXPECT_EQ(*ReadFile(*folder + "/index.js"), "given");
}

TEST(FetchSource, OfflineSaysWhatToPutWhereAndThenFindsIt) {
  Fixture f;
  const absl::Status status = FetchSource(NpmSource(), f.options).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(status.message(),
              HasSubstr("get some-word-list-1.2.3.tgz by 'npm pack @some/word-list@1.2.3'"));
  EXPECT_THAT(status.message(), HasSubstr("put the file into " + (f.folder / "cache/downloads")));
  EXPECT_THAT(status.message(), HasSubstr("--source words=PATH"));

  const std::string archive =
      PackNpm(f.folder / "cache/downloads/some-word-list-1.2.3.tgz", "from the cache");
  for (int again = 0; again < 2; ++again) {
    const auto folder = FetchSource(NpmSource(), f.options);
    ASSERT_TRUE(folder.ok()) << folder.status();
    EXPECT_EQ(*ReadFile(*folder + "/index.js"), "from the cache");
    // Unpacked once; the archive is needed no more.
    std::filesystem::remove(archive);
  }
  ASSERT_EQ(f.used.size(), 2u);
  EXPECT_EQ(f.used[0].sha256.size(), 64u);
  EXPECT_EQ(f.used[1].sha256, f.used[0].sha256);
  EXPECT_EQ(f.used[1].date, f.used[0].date);
}

TEST(FetchSource, DoesNotTakeAnArchiveWithAnotherHash) {
  Fixture f;
  std::filesystem::create_directories(f.folder / "cache/downloads");
  const std::string archive = PackNpm(f.folder / "cache/downloads/some-word-list-1.2.3.tgz", "x");
  Source source = NpmSource();
  source.sha256 = std::string(64, '0');
  EXPECT_EQ(FetchSource(source, f.options).status().code(), absl::StatusCode::kFailedPrecondition);
  source.sha256 = *Sha256HexOfFile(archive);
  EXPECT_TRUE(FetchSource(source, f.options).ok());
}

TEST(FetchSource, UnpacksAgainWhatWasLeftHalfDone) {
  Fixture f;
  std::filesystem::create_directories(f.folder / "cache/downloads");
  PackNpm(f.folder / "cache/downloads/some-word-list-1.2.3.tgz", "whole");
  f.folder.Write("cache/sources/words-1.2.3.partial/package/index.js", "half");
  f.folder.Write("cache/sources/words-1.2.3/package/index.js", "no record of where it came from");
  const auto folder = FetchSource(NpmSource(), f.options);
  ASSERT_TRUE(folder.ok()) << folder.status();
  EXPECT_EQ(*ReadFile(*folder + "/index.js"), "whole");
}

TEST(FetchSource, FetchesAnAddress) {
  Fixture f;
  f.options.offline = false;
  const std::string archive = PackNpm(f.folder / "list.tgz", "by address");
  Source source = NpmSource();
  source.npm_package.clear();
  source.npm_version.clear();
  source.url = "file://" + archive;
  source.sha256 = std::string(64, '0');
  EXPECT_THAT(FetchSource(source, f.options).status().message(), HasSubstr("instead of 0000"));
  source.sha256 = *Sha256HexOfFile(archive);
  const auto folder = FetchSource(source, f.options);
  ASSERT_TRUE(folder.ok()) << folder.status();
  EXPECT_EQ(*ReadFile(*folder + "/index.js"), "by address");
  source.url = "file:///nonexistent/list2.tgz";
  source.name = "other";
  EXPECT_THAT(FetchSource(source, f.options).status().message(),
              HasSubstr("source 'other' cannot be fetched"));
}

TEST(DownloadUrl, ContinuesAnInterruptedFile) {
  const ScratchFolder folder;
  const std::string content = "0123456789";
  const std::string url = "file://" + folder.Write("remote", content);
  folder.Write("local.part", "01234");
  ASSERT_TRUE(DownloadUrl(url, Sha256Hex(content), folder / "local", nullptr).ok());
  EXPECT_EQ(*ReadFile(folder / "local"), content);
  EXPECT_FALSE(std::filesystem::exists(folder / "local.part"));
  // A damaged part is noticed by the hash and removed, so that the next call begins anew.
  folder.Write("local.part", "xxxxx");
  EXPECT_EQ(DownloadUrl(url, Sha256Hex(content), folder / "local", nullptr).code(),
            absl::StatusCode::kDataLoss);
  EXPECT_TRUE(DownloadUrl(url, Sha256Hex(content), folder / "local", nullptr).ok());
}

TEST(RunProcess, KeepsOutputAndReportsFailure) {
  const ScratchFolder folder;
  EXPECT_EQ(*RunProcess({"pwd"}, folder.path()), folder.path() + "\n");
  // Arguments are not seen by a shell.
  EXPECT_EQ(*RunProcess({"echo", "$HOME; ls", "*"}, folder.path()), "$HOME; ls *\n");
  EXPECT_THAT(RunProcess({"ls", "--no-such-option"}, folder.path()).status().message(),
              HasSubstr("ended with status 2: ls: unrecognized option"));
  EXPECT_EQ(RunProcess({"t2t-no-such-program"}, folder.path()).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_FALSE(RunProcess({"pwd"}, folder / "absent").ok());
  // Much output neither blocks the program nor fills the memory.
  const auto output = RunProcess({"seq", "1", "200000"}, folder.path());
  ASSERT_TRUE(output.ok()) << output.status();
  EXPECT_LE(output->size(), size_t{16} << 10);
  EXPECT_THAT(*output, testing::EndsWith("199999\n200000\n"));
}

}  // namespace
}  // namespace t2t
