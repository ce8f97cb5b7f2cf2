// Downloads a file by its address.
//
//   T2T_RETURN_IF_ERROR(DownloadUrl(url, sha256, "cache/x.tgz", options.progress));
#ifndef T2T_PROBLEMS_SOURCES_DOWNLOAD_H_
#define T2T_PROBLEMS_SOURCES_DOWNLOAD_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace t2t {

// Into PATH.part, which a later call continues when it was interrupted, then to PATH once its
// sha256 is right ("" = anything). A wrong hash removes the part. Errors: Unavailable with what the
// network said; DataLoss with both hashes.
absl::Status DownloadUrl(const std::string& url, const std::string& sha256, const std::string& path,
                         const std::function<void(absl::string_view, int64_t, int64_t)>& progress);

}  // namespace t2t

#endif  // T2T_PROBLEMS_SOURCES_DOWNLOAD_H_
