// Downloads a file by its address.
//
//   T2T_RETURN_IF_ERROR(DownloadUrl(url, "cache/x.tgz", {.sha256 = "ca16...", .progress = show}));
#ifndef T2T_PROBLEMS_SOURCES_DOWNLOAD_H_
#define T2T_PROBLEMS_SOURCES_DOWNLOAD_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace t2t {

struct DownloadOptions {
  std::string sha256 = {};  // "" = anything
  std::function<void(absl::string_view what, int64_t done, int64_t total)> progress = {};
  std::vector<double> waits = {1, 4, 16};  // seconds before each further try when the network fails
};

// Into PATH.part, then to PATH once its sha256 is right. A part that was left by an interruption is
// continued, unless nothing tells whether it belongs to the same file (no sha256). It is begun anew
// where its whole is wrong, or the server cannot continue it. Errors: Unavailable with what the
// network said at last; NotFound with the server's refusal; DataLoss with both hashes; what the
// disk says.
absl::Status DownloadUrl(const std::string& url, const std::string& path,
                         const DownloadOptions& options);

}  // namespace t2t

#endif  // T2T_PROBLEMS_SOURCES_DOWNLOAD_H_
