#include "problems/sources/download.h"

#include <curl/curl.h>
#include <fcntl.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "files/atomic_file.h"
#include "files/checksum.h"
#include "files/file_descriptor.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

struct Transfer {
  FileDescriptor* part = nullptr;
  curl_off_t begin = 0;  // bytes that an earlier try has left
  absl::Status written;
  std::string what;
  const DownloadOptions* options = nullptr;
};

size_t WriteBody(char* data, size_t size, size_t count, void* context) {
  auto* transfer = static_cast<Transfer*>(context);
  transfer->written = transfer->part->Write({data, size * count});
  return transfer->written.ok() ? size * count : 0;
}

int ReportProgress(void* context, curl_off_t total, curl_off_t now, curl_off_t, curl_off_t) {
  const auto* transfer = static_cast<Transfer*>(context);
  if (transfer->options->progress && now > 0) {
    transfer->options->progress(transfer->what, transfer->begin + now,
                                total > 0 ? transfer->begin + total : 0);
  }
  return 0;
}

// Unavailable is what may pass. Where the server cannot continue the part, or says that it is whole
// already, the result is OK: its hash tells.
absl::Status ResultOf(CURLcode code, int64_t http, const std::string& message) {
  switch (code) {
    case CURLE_OK:
    case CURLE_RANGE_ERROR:
    case CURLE_BAD_DOWNLOAD_RESUME:
      return absl::OkStatus();
    case CURLE_HTTP_RETURNED_ERROR:
      if (http == 416) return absl::OkStatus();
      if (http >= 500 || http == 408 || http == 429) return absl::UnavailableError(message);
      return absl::NotFoundError(message);
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return absl::UnavailableError(message);
    default:
      return absl::NotFoundError(message);
  }
}

absl::Status Fetch(const std::string& url, int64_t begin, FileDescriptor* part,
                   const DownloadOptions& options) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  Transfer transfer = {part, begin, absl::OkStatus(), absl::StrCat("downloading ", url), &options};
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
  char why[CURL_ERROR_SIZE] = {};
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, why);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT, 30L);
  // A transfer that stands still for a minute is given up.
  curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_TIME, 60L);
  curl_easy_setopt(curl.get(), CURLOPT_RESUME_FROM_LARGE, transfer.begin);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, WriteBody);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl.get(), CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFOFUNCTION, ReportProgress);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFODATA, &transfer);
  const CURLcode code = curl_easy_perform(curl.get());
  T2T_RETURN_IF_ERROR(transfer.written);
  long http = 0;  // NOLINT(runtime/int): curl's type
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &http);
  return ResultOf(
      code, http,
      absl::StrCat("cannot download ", url, ": ", why[0] != '\0' ? why : curl_easy_strerror(code)));
}

}  // namespace

absl::Status DownloadUrl(const std::string& url, const std::string& path,
                         const DownloadOptions& options) {
  const std::string part = path + ".part";
  for (size_t tries = 0;;) {
    const int flags = O_WRONLY | O_CREAT | (options.sha256.empty() ? O_TRUNC : O_APPEND);
    T2T_ASSIGN_OR_RETURN(FileDescriptor file, FileDescriptor::Open(part, flags));
    T2T_ASSIGN_OR_RETURN(const int64_t begin, file.Size());
    const absl::Status fetched = Fetch(url, begin, &file, options);
    if (absl::IsUnavailable(fetched) && tries < options.waits.size()) {
      const double seconds = options.waits[tries++];
      if (options.progress) {
        options.progress(absl::StrCat(fetched.message(), "; once more in ", seconds, " s"), 0, 0);
      }
      std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
      continue;
    }
    T2T_RETURN_IF_ERROR(fetched);
    T2T_RETURN_IF_ERROR(file.Sync());
    T2T_RETURN_IF_ERROR(file.Close());
    if (options.sha256.empty()) return Rename(part, path);
    T2T_ASSIGN_OR_RETURN(const std::string hash, Sha256HexOfFile(part));
    if (hash == options.sha256) return Rename(part, path);
    T2T_RETURN_IF_ERROR(RemoveAll(part));
    if (begin > 0) continue;  // what was there was not the beginning of this file
    return absl::DataLossError(
        absl::StrCat(url, ": its sha256 is ", hash, " instead of ", options.sha256));
  }
}

}  // namespace t2t
