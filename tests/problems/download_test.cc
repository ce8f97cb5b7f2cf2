#include "problems/sources/download.h"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "files/checksum.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/problems/http_server.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kContent[] = "0123456789";

// The byte at which a request wants to go on; 0 = from the beginning.
size_t Begin(const std::string& request) {
  const size_t at = request.find("Range: bytes=");
  return at == std::string::npos ? 0 : std::strtoul(request.c_str() + at + 13, nullptr, 10);
}

std::string Response(const std::string& status, const std::string& body,
                     const std::string& headers = "") {
  return absl::StrCat("HTTP/1.1 ", status, "\r\nContent-Length: ", body.size(),
                      "\r\nConnection: close\r\n", headers, "\r\n", body);
}

// What a server that can continue files answers.
std::string Continue(const std::string& request) {
  const std::string content = kContent;
  const size_t begin = Begin(request);
  if (begin == 0) return Response("200 OK", content);
  if (begin >= content.size()) {
    return Response("416 Range Not Satisfiable", "", "Content-Range: bytes */10\r\n");
  }
  return Response("206 Partial Content", content.substr(begin),
                  absl::StrCat("Content-Range: bytes ", begin, "-9/10\r\n"));
}

class Download : public testing::Test {
 protected:
  absl::Status Get(const std::string& url) { return DownloadUrl(url, folder_ / "local", options_); }
  // Gets it from a server, and notes where each request began.
  absl::Status GetFrom(const HttpServer::Respond& respond) {
    const HttpServer server([&](const std::string& request) {
      begins_.push_back(Begin(request));
      return respond(request);
    });
    return Get(server.url());
  }
  void LeavePart(const std::string& bytes) { folder_.Write("local.part", bytes); }
  bool HasPart() const { return std::filesystem::exists(folder_ / "local.part"); }
  std::string Local() const { return ReadFile(folder_ / "local").value_or("none"); }

  ScratchFolder folder_;
  DownloadOptions options_ = {.sha256 = Sha256Hex(kContent), .waits = {0, 0}};
  std::vector<size_t> begins_;
};

TEST_F(Download, ContinuesAnInterruptedFileAndShowsWhereItIs) {
  std::vector<int64_t> done;
  options_.progress = [&](absl::string_view, int64_t at, int64_t total) {
    done.push_back(at);
    EXPECT_TRUE(total == 0 || total == 10) << total;
  };
  LeavePart("01234");
  EXPECT_EQ(GetFrom(Continue), absl::OkStatus());
  EXPECT_THAT(begins_, ElementsAre(5));
  EXPECT_EQ(Local(), kContent);
  EXPECT_FALSE(HasPart());
  ASSERT_FALSE(done.empty());
  EXPECT_EQ(done.back(), 10);
}

TEST_F(Download, APartThatIsWholeIsTaken) {
  LeavePart(kContent);
  EXPECT_EQ(GetFrom(Continue), absl::OkStatus());
  EXPECT_THAT(begins_, ElementsAre(10));
  EXPECT_EQ(Local(), kContent);
}

TEST_F(Download, BeginsAnewWhereThePartIsOfAnotherFile) {
  for (const char* part : {"xxxxx", "a part longer than the file"}) {
    begins_.clear();
    LeavePart(part);
    EXPECT_EQ(GetFrom(Continue), absl::OkStatus());
    EXPECT_THAT(begins_, ElementsAre(std::string(part).size(), 0));
    EXPECT_EQ(Local(), kContent);
  }
}

TEST_F(Download, BeginsAnewWhereTheServerCannotContinue) {
  LeavePart("01234");
  EXPECT_EQ(GetFrom([](const std::string&) { return Response("200 OK", kContent); }),
            absl::OkStatus());
  EXPECT_EQ(Local(), kContent);
}

// Every error of the server removed what was there.
TEST_F(Download, ARefusalKeepsThePart) {
  for (const char* refusal : {"403 Forbidden", "404 Not Found", "503 Service Unavailable"}) {
    LeavePart("01234");
    const absl::Status status =
        GetFrom([&](const std::string&) { return Response(refusal, "an error's page"); });
    EXPECT_THAT(std::string(status.message()),
                HasSubstr(absl::StrCat("error: ", std::string(refusal).substr(0, 3))));
    EXPECT_EQ(*ReadFile(folder_ / "local.part"), "01234") << refusal;
  }
  // Only the last of them may pass: two tries more.
  EXPECT_EQ(begins_.size(), 5u);
}

TEST_F(Download, ACutConnectionIsContinuedAfterAWait) {
  std::vector<std::string> said;
  options_.progress = [&](absl::string_view what, int64_t, int64_t) {
    if (absl::StrContains(what, "once more")) said.emplace_back(what);
  };
  EXPECT_EQ(GetFrom([&](const std::string& request) {
              const std::string whole = Continue(request);
              return begins_.size() < 3 ? whole.substr(0, whole.size() - 3) : whole;
            }),
            absl::OkStatus());
  EXPECT_THAT(begins_, ElementsAre(0, 7, 7));
  EXPECT_EQ(Local(), kContent);
  EXPECT_THAT(said, ElementsAre(HasSubstr("once more in 0 s"), HasSubstr("once more in 0 s")));
}

TEST_F(Download, GivesUpAfterTheLastWaitAndKeepsThePart) {
  const absl::Status status = GetFrom([&](const std::string& request) {
    const std::string whole = Continue(request);
    return whole.substr(0, whole.size() - 1);
  });
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_EQ(begins_.size(), 3u);
  EXPECT_EQ(*ReadFile(folder_ / "local.part"), "012345678");
}

// It was continued, and a file that had changed since became a mixture of both.
TEST_F(Download, WithoutAHashNoPartIsContinued) {
  options_.sha256 = "";
  LeavePart("of an older file");
  EXPECT_EQ(GetFrom(Continue), absl::OkStatus());
  EXPECT_THAT(begins_, ElementsAre(0));
  EXPECT_EQ(Local(), kContent);
}

TEST_F(Download, AWrongHashIsAnErrorAndLeavesNothing) {
  options_.sha256 = std::string(64, '0');
  const absl::Status status = GetFrom(Continue);
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              HasSubstr(absl::StrCat(Sha256Hex(kContent), " instead of 0000")));
  EXPECT_FALSE(HasPart());
  EXPECT_EQ(Local(), "none");
}

TEST_F(Download, TakesFilesOfThisMachine) {
  LeavePart("01234");
  EXPECT_EQ(Get("file://" + folder_.Write("remote", kContent)), absl::OkStatus());
  EXPECT_EQ(Local(), kContent);
  EXPECT_FALSE(Get("file://" + (folder_ / "absent")).ok());
  EXPECT_FALSE(Get("nonsense://x").ok());
}

}  // namespace
}  // namespace t2t
