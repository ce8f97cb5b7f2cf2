#include "problems/readers/compressed.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "problems/readers/input_file.h"
#include "registry/status_macros.h"

namespace t2t {

absl::StatusOr<std::string> ReadMaybeCompressed(const std::string& path, int64_t max_bytes) {
  T2T_ASSIGN_OR_RETURN(const std::unique_ptr<InputFile> file, InputFile::Open(path));
  std::string content;
  while (true) {
    T2T_ASSIGN_OR_RETURN(const absl::string_view piece, file->Next());
    if (piece.empty()) return content;
    content.append(piece.data(), piece.size());
    if (static_cast<int64_t>(content.size()) > max_bytes) {
      return absl::DataLossError(
          absl::StrCat(path, ": more than ", max_bytes, " bytes when decompressed"));
    }
  }
}

}  // namespace t2t
