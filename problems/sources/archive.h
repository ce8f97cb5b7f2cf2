// Unpacks archives that come from elsewhere: tar with any compression, zip, and Debian packages.
//
//   T2T_RETURN_IF_ERROR(UnpackArchive("cmu-pronouncing-dictionary-3.0.0.tgz", "unpacked"));
//
// Nothing is written outside the folder, whatever the archive says: absolute names, "..", links
// that lead outside, files behind a link, hard links and devices are refused.
#ifndef T2T_PROBLEMS_SOURCES_ARCHIVE_H_
#define T2T_PROBLEMS_SOURCES_ARCHIVE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace t2t {

struct UnpackOptions {
  // Entries that are not below this folder of the archive are passed over; "" = none is.
  std::string only = {};
  int64_t max_bytes = int64_t{32} << 30;
};

// Into the folder, which must be new or empty. File modes and owners are not taken over. Errors:
// DataLoss with the archive and the entry; what was unpacked until then stays.
absl::Status UnpackArchive(const std::string& path, const std::string& folder,
                           const UnpackOptions& options = {});

}  // namespace t2t

#endif  // T2T_PROBLEMS_SOURCES_ARCHIVE_H_
