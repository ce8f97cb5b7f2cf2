#include <archive.h>
#include <archive_entry.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "files/checksum.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "problems/sources/process.h"
#include "problems/sources/source.h"
#include "tests/problems/http_server.h"
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

TEST(FetchSource, FindsTheFilesAtTheRootOfAnArchive) {
  Fixture f;
  f.options.source_paths["words"] = PackNpm(f.folder / "mine.tgz", "given");
  Source source = NpmSource();
  source.folder = "somewhere/else";
  source.needs = {"package/index.js"};
  const auto folder = FetchSource(source, f.options);
  ASSERT_TRUE(folder.ok()) << folder.status();
  EXPECT_EQ(*ReadFile(*folder + "/package/index.js"), "given");
}

// A given archive was unpacked into the root of the file system.
TEST(FetchSource, WithoutACacheFolderOnlyAFolderCanBeUsed) {
  Fixture f;
  f.options.cache_folder = "";
  EXPECT_THAT(std::string(FetchSource(NpmSource(), f.options).status().message()),
              HasSubstr("needs a cache folder"));
  f.options.source_paths["words"] = PackNpm(f.folder / "mine.tgz", "given");
  EXPECT_THAT(std::string(FetchSource(NpmSource(), f.options).status().message()),
              HasSubstr("needs a cache folder"));
  f.folder.Write("mine/index.js", "x");
  f.options.source_paths["words"] = f.folder / "mine";
  EXPECT_TRUE(FetchSource(NpmSource(), f.options).ok());
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

// Programs that stand in for apt-get, npm and dpkg-query: shell scripts in front of PATH.
class Programs {
 public:
  Programs() : path_(std::getenv("PATH")) {
    setenv("PATH", absl::StrCat(folder_.path(), ":", path_).c_str(), 1);
  }
  ~Programs() { setenv("PATH", path_.c_str(), 1); }

  void Write(const std::string& name, const std::string& script) const {
    std::filesystem::permissions(folder_.Write(name, "#!/bin/sh\n" + script),
                                 std::filesystem::perms::owner_all);
  }

 private:
  ScratchFolder folder_;
  std::string path_;
};

Source DebianSource() {
  return {
      .name = "words", .debian_package = "word-list", .folder = "package", .needs = {"index.js"}};
}

std::string UriOf(const std::string& path) {
  return absl::StrCat("echo \"'file://", path,
                      "' word-list_1.2_all.deb 99 SHA256:", *Sha256HexOfFile(path), "\"\n");
}

TEST(FetchSource, DownloadsADebianPackageByItsAddress) {
  Fixture f;
  const Programs programs;
  f.options.offline = false;
  // A part that an interrupted call left is continued.
  const std::string remote = PackNpm(f.folder / "remote", "by apt");
  f.folder.Write("cache/downloads/word-list_1.2_all.deb.part", ReadFile(remote)->substr(0, 50));
  programs.Write("apt-get", "echo a warning >&2\n" + UriOf(remote));
  const auto folder = FetchSource(DebianSource(), f.options);
  ASSERT_TRUE(folder.ok()) << folder.status();
  EXPECT_EQ(*ReadFile(*folder + "/index.js"), "by apt");
  ASSERT_EQ(f.used.size(), 1u);
  EXPECT_EQ(f.used[0].origin, "Debian package word-list, word-list_1.2_all.deb");
  EXPECT_EQ(f.used[0].sha256, *Sha256HexOfFile(remote));
}

TEST(FetchSource, LeavesToAptWhatItsAddressDoesNotGive) {
  Fixture f;
  const Programs programs;
  f.options.offline = false;
  const std::string remote = PackNpm(f.folder / "remote", "by apt");
  for (const std::string address : {"'mirror+http://x/y'", "'file:///nonexistent/y'"}) {
    programs.Write("apt-get", "case \"$*\" in *print-uris*) echo \"" + address +
                                  " word-list_1.2_all.deb 99 SHA256:00\";; *) cp " + remote +
                                  " word-list_1.2_all.deb;; esac\n");
    const auto folder = FetchSource(DebianSource(), f.options);
    ASSERT_TRUE(folder.ok()) << folder.status();
    EXPECT_EQ(*ReadFile(*folder + "/index.js"), "by apt");
    std::filesystem::remove_all(f.options.cache_folder);
  }
  programs.Write("apt-get",
                 "case \"$*\" in *print-uris*) echo \"'file:///nonexistent/y' "
                 "word-list_1.2_all.deb 99 SHA256:00\";; *) echo no network; exit 1;; esac\n");
  const std::string message(FetchSource(DebianSource(), f.options).status().message());
  EXPECT_THAT(message, HasSubstr("cannot download file:///nonexistent/y"));
  EXPECT_THAT(message, HasSubstr("no network"));
}

// The lists of a fresh machine are empty.
TEST(FetchSource, UpdatesTheListsOfAptOnceWhenRootAndElseSaysSo) {
  Fixture f;
  const Programs programs;
  f.options.offline = false;
  std::vector<std::string> said;
  f.options.progress = [&](absl::string_view what, int64_t, int64_t) { said.emplace_back(what); };
  const std::string remote = PackNpm(f.folder / "remote", "by apt"), log = f.folder / "log";
  programs.Write("apt-get",
                 "echo \"$1\" >>" + log + "\nif grep -q update " + log + "; then\n" +
                     UriOf(remote) +
                     "else echo 'E: Unable to locate package word-list'; exit 100; fi\n");
  const auto folder = FetchSource(DebianSource(), f.options);
  if (geteuid() == 0) {
    ASSERT_TRUE(folder.ok()) << folder.status();
    EXPECT_EQ(*ReadFile(log), "download\nupdate\ndownload\n");
    EXPECT_THAT(said, testing::Contains("running apt-get update"));
  } else {
    EXPECT_THAT(std::string(folder.status().message()), HasSubstr("run 'apt-get update' as root"));
  }
  programs.Write(
      "apt-get",
      "test $1 = update || { echo 'E: Unable to locate package word-list'; exit 100; }\n");
  std::filesystem::remove_all(f.options.cache_folder);
  const std::string message(FetchSource(DebianSource(), f.options).status().message());
  EXPECT_THAT(message, HasSubstr("run 'apt-get update' as root"));
  EXPECT_THAT(message, HasSubstr("Unable to locate package word-list"));
}

TEST(FetchSource, JoinsTheTranslationsOfAllArchivesThatAptKnows) {
  Fixture f;
  const Programs programs;
  f.options.offline = false;
  const Source source = {
      .name = "descriptions_it", .apt_language = "it", .needs = {"Translation-it"}};
  const std::string log = f.folder / "log";
  programs.Write("apt-get",
                 "echo \"$*\" >>" + log +
                     "\nfor option in \"$@\"; do case \"$option\" in Dir::State::lists=*) "
                     "lists=${option#*=};; esac; done\n"
                     "echo 'Package: a' >$lists/x_dists_bookworm_main_i18n_Translation-it\n"
                     "echo 'Package: b' >$lists/x_dists_security_main_i18n_Translation-it\n"
                     "echo 'Package: c' >$lists/x_dists_bookworm_main_i18n_Translation-en\n");
  for (int i = 0; i < 2; ++i) {
    const auto folder = FetchSource(source, f.options);
    ASSERT_TRUE(folder.ok()) << folder.status();
    EXPECT_EQ(*ReadFile(*folder + "/Translation-it"), "Package: a\n\nPackage: b\n\n");
    EXPECT_FALSE(std::filesystem::exists(*folder + "/lists"));
    EXPECT_EQ(f.used.back().origin, "apt's Translation-it, which changes by nature");
    EXPECT_EQ(f.used.back().sha256, *Sha256HexOfFile(*folder + "/Translation-it"));
    EXPECT_NE(f.used.back().date, "");
  }
  const std::string calls = *ReadFile(log);
  EXPECT_THAT(calls, HasSubstr("update"));
  EXPECT_THAT(calls, HasSubstr("Acquire::Languages=it"));
  EXPECT_EQ(std::count(calls.begin(), calls.end(), '\n'), 1) << "asked once";
}

TEST(FetchSource, SaysWhatIsMissingWhereAptHasNoTranslation) {
  Fixture f;
  const Programs programs;
  const Source source = {
      .name = "descriptions_xx", .apt_language = "xx", .needs = {"Translation-xx"}};
  const auto message = [&] {
    return std::string(FetchSource(source, f.options).status().message());
  };
  EXPECT_THAT(message(), HasSubstr("give its folder by --source descriptions_xx=FOLDER"));
  f.options.offline = false;
  programs.Write("apt-get", "true\n");
  EXPECT_THAT(message(),
              HasSubstr("no archive that apt knows has descriptions in the language 'xx'"));
  programs.Write("apt-get", "echo no network; exit 100\n");
  EXPECT_THAT(message(), HasSubstr("no network"));
  f.folder.Write("mine/Translation-xx", "Package: a\n");
  f.options.source_paths["descriptions_xx"] = f.folder / "mine";
  EXPECT_TRUE(FetchSource(source, f.options).ok());
  f.options.source_paths["descriptions_xx"] = f.folder / "mine/Translation-xx";
  EXPECT_THAT(message(), HasSubstr("there is no Translation-xx in it"));
}

TEST(FetchSource, DownloadsAnNpmPackageByItsAddress) {
  Fixture f;
  const Programs programs;
  f.options.offline = false;
  const std::string remote = PackNpm(f.folder / "remote", "by npm");
  Source source = NpmSource();
  source.sha256 = *Sha256HexOfFile(remote);
  HttpServer server([&](const std::string&) {
    const std::string bytes = *ReadFile(remote);
    return absl::StrCat("HTTP/1.1 200 OK\r\nContent-Length: ", bytes.size(), "\r\n\r\n", bytes);
  });
  programs.Write("npm",
                 "test \"$*\" = 'view --silent @some/word-list@1.2.3 dist.tarball' && echo " +
                     server.url() + "\n");
  const auto folder = FetchSource(source, f.options);
  ASSERT_TRUE(folder.ok()) << folder.status();
  EXPECT_EQ(*ReadFile(*folder + "/index.js"), "by npm");
  EXPECT_EQ(f.used[0].origin, "npm package @some/word-list@1.2.3");
}

// Without a hash in the source only npm can tell whether the file is right.
TEST(FetchSource, LeavesToNpmWhatHasNoHash) {
  Fixture f;
  const Programs programs;
  f.options.offline = false;
  const std::string remote = PackNpm(f.folder / "remote", "packed");
  programs.Write("npm", "case $1 in view) echo http://127.0.0.1:1/x;; pack) cp " + remote +
                            " some-word-list-1.2.3.tgz;; esac\n");
  const auto folder = FetchSource(NpmSource(), f.options);
  ASSERT_TRUE(folder.ok()) << folder.status();
  EXPECT_EQ(*ReadFile(*folder + "/index.js"), "packed");
}

Source WheelSource() {
  return {.name = "words",
          .pypi_package = "Some.Word-list",
          .pypi_version = "1.2",
          .folder = "package",
          .needs = {"index.js"}};
}

constexpr char kWheel[] = "some_word_list-1.2-py3-none-any.whl";

// The report goes to the file behind --report.
std::string PipReport(const std::string& url, const std::string& sha256) {
  return absl::StrCat(
      "echo \"$*\" >>calls; while test \"$1\" != --report; do shift; done\n"
      "cat >\"$2\" <<END\n{\"install\": [{\"download_info\": {\"url\": \"",
      url, "\", \"archive_info\": {\"hashes\": {\"sha256\": \"", sha256, "\"}}}}]}\nEND\n");
}

TEST(FetchSource, DownloadsAWheelByTheAddressThatPipGives) {
  Fixture f;
  const Programs programs;
  f.options.offline = false;
  const std::string remote = PackNpm(f.folder / "remote", "by pip");
  HttpServer server([&](const std::string&) {
    const std::string bytes = *ReadFile(remote);
    return absl::StrCat("HTTP/1.1 200 OK\r\nContent-Length: ", bytes.size(), "\r\n\r\n", bytes);
  });
  programs.Write("pip3",
                 "test \"$*\" = \"install --dry-run --quiet --ignore-installed --no-deps "
                 "--only-binary :all: --report $PWD/pip-report.json Some.Word-list==1.2\" "
                 "|| exit 3\n" +
                     PipReport(absl::StrCat(server.url(), "/", kWheel), *Sha256HexOfFile(remote)));
  const auto folder = FetchSource(WheelSource(), f.options);
  ASSERT_TRUE(folder.ok()) << folder.status();
  EXPECT_EQ(*ReadFile(*folder + "/index.js"), "by pip");
  ASSERT_EQ(f.used.size(), 1u);
  EXPECT_EQ(f.used[0].origin, "Python package Some.Word-list==1.2");
  EXPECT_EQ(f.used[0].sha256, *Sha256HexOfFile(remote));
  EXPECT_TRUE(std::filesystem::exists(f.folder / "cache/downloads" + "/" + kWheel));
}

TEST(FetchSource, LeavesToPipWhatItsAddressDoesNotGive) {
  Fixture f;
  const Programs programs;
  f.options.offline = false;
  const std::string remote = PackNpm(f.folder / "remote", "by pip");
  const std::string copy = absl::StrCat("cp ", remote, " ", kWheel, "\n");
  // An old pip that knows no report, and an address that does not answer.
  for (const std::string& install :
       {std::string("echo 'no such option: --report'; exit 2\n"),
        PipReport(absl::StrCat("file:///nonexistent/", kWheel), std::string(64, '0'))}) {
    programs.Write("pip3", "if test $1 = download; then " + copy + "else " + install + "fi\n");
    const auto folder = FetchSource(WheelSource(), f.options);
    ASSERT_TRUE(folder.ok()) << folder.status();
    EXPECT_EQ(*ReadFile(*folder + "/index.js"), "by pip");
    std::filesystem::remove_all(f.options.cache_folder);
  }
  Source other = WheelSource();
  other.sha256 = std::string(64, '1');
  EXPECT_THAT(std::string(FetchSource(other, f.options).status().message()),
              HasSubstr("its sha256 is not 1111"));
  programs.Write("pip3", "echo no network; exit 1\n");
  EXPECT_THAT(std::string(FetchSource(WheelSource(), f.options).status().message()),
              HasSubstr("no network"));
}

TEST(FetchSource, OfflineTellsOfAWheelAndTakesItFromTheDownloads) {
  Fixture f;
  EXPECT_THAT(std::string(FetchSource(WheelSource(), f.options).status().message()),
              HasSubstr("get its wheel by 'pip3 download --quiet --no-deps --only-binary :all: "
                        "Some.Word-list==1.2'; put the file into " +
                        (f.folder / "cache/downloads")));
  std::filesystem::create_directories(f.folder / "cache/downloads");
  for (const char* other : {"some_word_list-1.2.1-py3-none-any.whl", "word_list-1.2-py3.whl",
                            "some_word_list-1.2-py3-none-any.whl.part"}) {
    PackNpm(f.folder / "cache/downloads" + "/" + other, "another");
  }
  EXPECT_FALSE(FetchSource(WheelSource(), f.options).ok());
  for (const char* name : {kWheel, "Some.Word-list-1.2.tar.gz"}) {
    const std::string archive = PackNpm(f.folder / "cache/downloads" + "/" + name, name);
    const auto folder = FetchSource(WheelSource(), f.options);
    ASSERT_TRUE(folder.ok()) << name << folder.status();
    EXPECT_EQ(*ReadFile(*folder + "/index.js"), name);
    std::filesystem::remove(archive);
    std::filesystem::remove_all(f.folder / "cache/sources");
  }
}

// Nothing was recorded of an installed package but its name.
TEST(FetchSource, RecordsVersionAndHashOfAnInstalledPackage) {
  Fixture f;
  const Programs programs;
  programs.Write("dpkg-query", "test \"$3\" = word-list && printf 1.2-3\n");
  Source source = DebianSource();
  source.folder = f.folder.path().substr(1) + "/installed";
  source.needs = {"index.js", "more"};
  f.folder.Write("installed/index.js", "abc");
  f.folder.Write("installed/more/file", "x");
  const auto folder = FetchSource(source, f.options);
  ASSERT_TRUE(folder.ok()) << folder.status();
  EXPECT_EQ(*folder, f.folder / "installed");
  ASSERT_EQ(f.used.size(), 1u);
  EXPECT_EQ(f.used[0].origin, "installed Debian package word-list 1.2-3");
  // printf abc >index.js; sha256sum index.js | sha256sum
  EXPECT_EQ(f.used[0].sha256, "b1936a297e99bdd41cb3d0958cae67ffacd5ddf5ff98fd943946ca89075c9e89");
}

// Every use unpacked it again, under the eyes of whoever was reading.
TEST(FetchSource, AGivenArchiveIsUnpackedOnce) {
  Fixture f;
  f.options.source_paths["words"] = PackNpm(f.folder / "mine.tgz", "given");
  const auto first = FetchSource(NpmSource(), f.options);
  ASSERT_TRUE(first.ok()) << first.status();
  const auto time = std::filesystem::last_write_time(*first + "/index.js");
  std::filesystem::rename(f.folder / "mine.tgz", f.folder / "moved.tgz");
  f.options.source_paths["words"] = f.folder / "moved.tgz";
  EXPECT_EQ(*FetchSource(NpmSource(), f.options), *first);
  EXPECT_EQ(std::filesystem::last_write_time(*first + "/index.js"), time);
  ASSERT_EQ(f.used.size(), 2u);
  EXPECT_EQ(f.used[0].name, "words");
  EXPECT_EQ(f.used[1].origin, "given: " + (f.folder / "moved.tgz"));
  EXPECT_EQ(f.used[1].sha256, f.used[0].sha256);
  // Another archive has a folder of its own, and what is not whole is unpacked again.
  f.options.source_paths["words"] = PackNpm(f.folder / "other.tgz", "other");
  EXPECT_EQ(*ReadFile(*FetchSource(NpmSource(), f.options) + "/index.js"), "other");
  EXPECT_EQ(*ReadFile(*first + "/index.js"), "given");
  std::filesystem::remove(*first + "/index.js");
  f.options.source_paths["words"] = f.folder / "moved.tgz";
  EXPECT_EQ(*ReadFile(*FetchSource(NpmSource(), f.options) + "/index.js"), "given");
}

TEST(FetchSource, SaysThatItWaitsForAnotherProcess) {
  Fixture f;
  PackNpm(f.folder / "mine.tgz", "x");
  std::filesystem::create_directories(f.folder / "cache/downloads");
  std::filesystem::create_directories(f.folder / "cache/sources");
  std::filesystem::rename(f.folder / "mine.tgz",
                          f.folder / "cache/downloads/some-word-list-1.2.3.tgz");
  auto lock = FileLock::Acquire(f.folder / "cache/sources/words-1.2.3.lock");
  ASSERT_TRUE(lock.ok()) << lock.status();
  std::vector<std::string> said;
  f.options.progress = [&](absl::string_view what, int64_t, int64_t) {
    said.emplace_back(what);
    lock = absl::CancelledError("released");  // the other process is done
  };
  EXPECT_TRUE(FetchSource(NpmSource(), f.options).ok());
  EXPECT_THAT(said, testing::ElementsAre("waiting for another process that fetches words",
                                         "unpacking some-word-list-1.2.3.tgz"));
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
