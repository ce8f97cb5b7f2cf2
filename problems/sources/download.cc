#include "problems/sources/download.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "files/checksum.h"
#include "files/file_descriptor.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

struct Transfer {
  int fd = -1;
  curl_off_t begin = 0;  // bytes that an earlier call has left
  std::string what;
  const std::function<void(absl::string_view, int64_t, int64_t)>* progress = nullptr;
};

size_t WriteBody(char* data, size_t size, size_t count, void* context) {
  const size_t bytes = size * count;
  size_t done = 0;
  while (done < bytes) {
    const ssize_t wrote = write(static_cast<Transfer*>(context)->fd, data + done, bytes - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) break;
    done += static_cast<size_t>(wrote);
  }
  return done;  // anything less than `bytes` stops the transfer with CURLE_WRITE_ERROR
}

int ReportProgress(void* context, curl_off_t total, curl_off_t now, curl_off_t, curl_off_t) {
  const auto* transfer = static_cast<Transfer*>(context);
  if (*transfer->progress && now > 0) {
    (*transfer->progress)(transfer->what, transfer->begin + now,
                          total > 0 ? transfer->begin + total : 0);
  }
  return 0;
}

absl::Status Fetch(const std::string& url, const std::string& part,
                   const std::function<void(absl::string_view, int64_t, int64_t)>& progress) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  Transfer transfer;
  transfer.fd = open(part.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (transfer.fd < 0) return ErrnoStatus("create", part);
  struct stat status = {};
  if (fstat(transfer.fd, &status) == 0) transfer.begin = status.st_size;
  transfer.what = absl::StrCat("downloading ", url);
  transfer.progress = &progress;
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
  char why[CURL_ERROR_SIZE] = {};
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, why);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT, 30L);
  // A transfer that stands still for a minute is given up; the part stays for the next call.
  curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_TIME, 60L);
  curl_easy_setopt(curl.get(), CURLOPT_RESUME_FROM_LARGE, transfer.begin);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, WriteBody);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl.get(), CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFOFUNCTION, ReportProgress);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFODATA, &transfer);
  const CURLcode code = curl_easy_perform(curl.get());
  // A server that does not continue files, or a part that is whole already: begin anew.
  const bool cannot_resume = transfer.begin > 0 && code != CURLE_OK &&
                             (code == CURLE_RANGE_ERROR || code == CURLE_BAD_DOWNLOAD_RESUME ||
                              code == CURLE_HTTP_RETURNED_ERROR);
  close(transfer.fd);
  if (code == CURLE_OK) return absl::OkStatus();
  if (cannot_resume) {
    std::remove(part.c_str());
    return Fetch(url, part, progress);
  }
  return absl::UnavailableError(
      absl::StrCat("cannot download ", url, ": ", why[0] != '\0' ? why : curl_easy_strerror(code)));
}

}  // namespace

absl::Status DownloadUrl(const std::string& url, const std::string& sha256, const std::string& path,
                         const std::function<void(absl::string_view, int64_t, int64_t)>& progress) {
  const std::string part = path + ".part";
  T2T_RETURN_IF_ERROR(Fetch(url, part, progress));
  if (!sha256.empty()) {
    T2T_ASSIGN_OR_RETURN(const std::string hash, Sha256HexOfFile(part));
    if (hash != sha256) {
      std::remove(part.c_str());
      return absl::DataLossError(
          absl::StrCat(url, ": its sha256 is ", hash, " instead of ", sha256));
    }
  }
  if (std::rename(part.c_str(), path.c_str()) != 0) return ErrnoStatus("rename", part);
  return absl::OkStatus();
}

}  // namespace t2t
