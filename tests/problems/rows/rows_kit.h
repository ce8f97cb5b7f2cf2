// What a file gives as rows, for the tests of formats.
#ifndef T2T_TESTS_PROBLEMS_ROWS_ROWS_KIT_H_
#define T2T_TESTS_PROBLEMS_ROWS_ROWS_KIT_H_

#include <archive.h>
#include <archive_entry.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "problems/rows/open_rows.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {

struct ReadRows {
  std::vector<Row> rows;
  absl::Status end;  // what ended the reading
};

inline ReadRows RowsOf(absl::StatusOr<std::unique_ptr<RowReader>> reader) {
  ReadRows read;
  read.end = reader.status();
  if (!reader.ok()) return read;
  Row row;
  while (true) {
    const auto more = (*reader)->Next(&row);
    read.end = more.status();
    if (!more.ok() || !*more) return read;
    read.rows.push_back(row);
  }
}

inline ReadRows RowsOf(const std::string& path, const std::string& format = "") {
  return RowsOf(OpenRows(path, {}, format));
}

// One row as "cell=text cell=text ", further values behind '|'.
inline std::string Text(const Row& row) {
  std::string text;
  for (const auto& [name, value] : row.cells) {
    absl::StrAppend(&text, name, "=", TextOfValue(value));
    const auto further = row.further.find(name);
    if (further != row.further.end()) {
      for (const Value& next : further->second) absl::StrAppend(&text, "|", TextOfValue(next));
    }
    text += ' ';
  }
  return text;
}

// The bytes compressed by libarchive's filter of that name: "gzip", "zstd", "xz", "bzip2"; or a tar of the files.
inline std::string Archived(const std::string& filter,
                            const std::vector<std::pair<std::string, std::string>>& files,
                            bool tar = true) {
  std::string out(size_t{1} << 24, '\0');
  size_t used = 0;
  archive* writer = archive_write_new();
  if (!filter.empty()) archive_write_add_filter_by_name(writer, filter.c_str());
  if (tar) {
    archive_write_set_format_pax_restricted(writer);
  } else {
    archive_write_set_format_raw(writer);
  }
  archive_write_set_bytes_in_last_block(writer, 1);
  EXPECT_EQ(archive_write_open_memory(writer, out.data(), out.size(), &used), ARCHIVE_OK);
  for (const auto& [name, bytes] : files) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(bytes.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    EXPECT_EQ(archive_write_header(writer, entry), ARCHIVE_OK);
    archive_write_data(writer, bytes.data(), bytes.size());
    archive_entry_free(entry);
  }
  archive_write_close(writer);
  archive_write_free(writer);
  out.resize(used);
  return out;
}

}  // namespace t2t

#endif  // T2T_TESTS_PROBLEMS_ROWS_ROWS_KIT_H_
