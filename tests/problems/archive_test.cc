#include "problems/sources/archive.h"

#include <archive.h>
#include <archive_entry.h>

#include <filesystem>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {
namespace {

using testing::HasSubstr;

struct Item {
  std::string name;
  std::string content;
  std::string symlink = {};
  std::string hardlink = {};
  bool device = false;
};

// Writes an archive; `format` is what libarchive calls it: "ustar", "zip", "ar".
std::string Pack(const std::vector<Item>& items, const std::string& path,
                 const char* format = "ustar", bool gzip = false) {
  archive* writer = archive_write_new();
  archive_write_set_format_by_name(writer, format);
  if (gzip) archive_write_add_filter_gzip(writer);
  EXPECT_EQ(archive_write_open_filename(writer, path.c_str()), ARCHIVE_OK);
  for (const Item& item : items) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, item.name.c_str());
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_filetype(entry, item.device            ? AE_IFCHR
                                      : item.symlink.empty() ? AE_IFREG
                                                             : AE_IFLNK);
    if (!item.symlink.empty()) archive_entry_set_symlink(entry, item.symlink.c_str());
    if (!item.hardlink.empty()) archive_entry_set_hardlink(entry, item.hardlink.c_str());
    archive_entry_set_size(entry, static_cast<int64_t>(item.content.size()));
    EXPECT_EQ(archive_write_header(writer, entry), ARCHIVE_OK) << archive_error_string(writer);
    archive_write_data(writer, item.content.data(), item.content.size());
    archive_entry_free(entry);
  }
  archive_write_close(writer);
  archive_write_free(writer);
  return path;
}

std::string Content(const std::string& path) { return *ReadFile(path); }

TEST(UnpackArchive, UnpacksTarGzipAndZip) {
  for (const char* format : {"ustar", "zip"}) {
    const ScratchFolder folder;
    const std::string path =
        Pack({{"./package/index.js", "hello"}, {"package/deep/er/x", std::string(1 << 20, 'x')}},
             folder / "a", format, std::string(format) == "ustar");
    ASSERT_TRUE(UnpackArchive(path, folder / "out").ok()) << UnpackArchive(path, folder / "out2");
    EXPECT_EQ(Content(folder / "out/package/index.js"), "hello");
    EXPECT_EQ(Content(folder / "out/package/deep/er/x").size(), size_t{1} << 20);
  }
}

TEST(UnpackArchive, UnpacksTheDataOfADebianPackage) {
  const ScratchFolder folder;
  const std::string data =
      Pack({{"./usr/share/x/file", "inside"}}, folder / "data.tar.gz", "ustar", true);
  const std::string control =
      Pack({{"./control", "Package: x"}}, folder / "control.tar.gz", "ustar", true);
  const std::string deb = Pack({{"debian-binary", "2.0\n"},
                                {"control.tar.gz", Content(control)},
                                {"data.tar.gz", Content(data)}},
                               folder / "x.deb", "arbsd");
  const absl::Status status = UnpackArchive(deb, folder / "out");
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(Content(folder / "out/usr/share/x/file"), "inside");
  EXPECT_FALSE(std::filesystem::exists(folder / "out/control"));
  const std::string empty = Pack({{"debian-binary", "2.0\n"}}, folder / "y.deb", "arbsd");
  EXPECT_THAT(UnpackArchive(empty, folder / "out2").message(), HasSubstr("no data.tar"));
}

TEST(UnpackArchive, WritesNothingOutsideItsFolder) {
  const std::vector<std::vector<Item>> attacks = {
      {{"../evil", "x"}},
      {{"a/../../evil", "x"}},
      {{"a/..", "x"}},
      {{"/tmp/t2t-evil", "x"}},
      {{"link", "", "/etc"}},
      {{"link", "", ".."}},
      {{"a/link", "", "../../evil"}},
      {{"here", "", "."}, {"here/x", "x"}},
      {{"a/b/link", "", "../.."}, {"second", "", "a/b/link/../evil"}},
      {{"link", "", "target"}, {"link", "x"}},
      {{"hard", "", "", "/etc/passwd"}},
      {{"hard", "", "", "other"}},
      {{"device", "", "", "", true}},
  };
  for (const std::vector<Item>& attack : attacks) {
    const ScratchFolder folder;
    std::filesystem::create_directories(folder / "in/out");
    const std::string path = Pack(attack, folder / "a.tar");
    const absl::Status status = UnpackArchive(path, folder / "in/out/folder");
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << attack.back().name << ": " << status;
    EXPECT_THAT(status.message(), HasSubstr("a.tar: entry '" + attack.back().name.substr(0, 4)));
    EXPECT_FALSE(std::filesystem::exists(folder / "evil"));
    EXPECT_FALSE(std::filesystem::exists(folder / "in/evil"));
    EXPECT_FALSE(std::filesystem::exists(folder / "in/out/evil"));
    EXPECT_FALSE(std::filesystem::exists("/tmp/t2t-evil"));
  }
}

TEST(UnpackArchive, KeepsLinksThatStayInside) {
  const ScratchFolder folder;
  const std::string path =
      Pack({{"a/file", "content"}, {"b/link", "", "../a/file"}}, folder / "a.tar");
  const absl::Status status = UnpackArchive(path, folder / "out");
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(Content(folder / "out/b/link"), "content");
}

// What is not asked for cannot be in the way either.
TEST(UnpackArchive, PassesOverWhatIsNotAskedFor) {
  const ScratchFolder folder;
  const std::string path = Pack({{"./a/b/file", "content"},
                                 {"./a/bb/file", "other"},
                                 {"./var/link", "", "/usr/share/elsewhere"}},
                                folder / "a.tar");
  EXPECT_FALSE(UnpackArchive(path, folder / "all").ok());
  const absl::Status status = UnpackArchive(path, folder / "out", {.only = "a/b"});
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(Content(folder / "out/a/b/file"), "content");
  EXPECT_FALSE(std::filesystem::exists(folder / "out/a/bb"));
  EXPECT_FALSE(std::filesystem::exists(folder / "out/var"));
}

TEST(UnpackArchive, RefusesTooMuchAndDamagedArchives) {
  const ScratchFolder folder;
  const std::string path = Pack({{"x", std::string(5000, 'x')}}, folder / "a.tgz", "ustar", true);
  EXPECT_THAT(UnpackArchive(path, folder / "small", {.max_bytes = 4999}).message(),
              HasSubstr("larger than what is allowed"));
  EXPECT_THAT(UnpackArchive(folder.Write("text", "not an archive"), folder / "t").message(),
              HasSubstr("text: "));
  EXPECT_FALSE(UnpackArchive(folder / "absent", folder / "t").ok());
  const std::string whole = Content(path);
  for (size_t size = 0; size < whole.size() - 8; ++size) {
    EXPECT_FALSE(UnpackArchive(folder.Write("cut.tgz", whole.substr(0, size)), folder / "cut").ok())
        << size;
  }
}

}  // namespace
}  // namespace t2t
