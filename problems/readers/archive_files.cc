#include "problems/readers/archive_files.h"

#include <archive.h>
#include <archive_entry.h>

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "problems/readers/line_reader.h"

namespace t2t {

absl::StatusOr<std::map<std::string, std::string>> ReadArchiveFiles(
    const std::string& path, const std::function<bool(absl::string_view name)>& wanted) {
  const std::unique_ptr<archive, int (*)(archive*)> reader(archive_read_new(), archive_read_free);
  archive_read_support_filter_all(reader.get());
  archive_read_support_format_tar(reader.get());
  archive_read_support_format_zip(reader.get());
  const auto damaged = [&](const std::string& name) {
    const char* why = archive_error_string(reader.get());
    return absl::DataLossError(absl::StrCat(path, ": ", name, name.empty() ? "" : ": ",
                                            why == nullptr ? "it ends too early" : why));
  };
  if (archive_read_open_filename(reader.get(), path.c_str(), size_t{1} << 20) != ARCHIVE_OK)
    return damaged("");
  std::map<std::string, std::string> files;
  while (true) {
    archive_entry* entry = nullptr;
    const int code = archive_read_next_header(reader.get(), &entry);
    if (code == ARCHIVE_EOF) return files;
    if (code != ARCHIVE_OK && code != ARCHIVE_WARN) return damaged("");
    const char* name_or_null = archive_entry_pathname(entry);
    const std::string name = name_or_null == nullptr ? "" : name_or_null;
    if (archive_entry_filetype(entry) != AE_IFREG || !wanted(name)) continue;
    std::string content;
    std::string buffer(size_t{1} << 16, '\0');
    while (true) {
      const la_ssize_t got = archive_read_data(reader.get(), buffer.data(), buffer.size());
      if (got < 0) return damaged(name);
      if (got == 0) break;
      content.append(buffer.data(), static_cast<size_t>(got));
      if (static_cast<int64_t>(content.size()) > kMostRecordBytes) {
        return absl::DataLossError(
            absl::StrCat(path, ": ", name, ": more than ", kMostRecordBytes, " bytes"));
      }
    }
    files[name] = std::move(content);
  }
}

}  // namespace t2t
