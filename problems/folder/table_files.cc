#include "problems/folder/table_files.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "files/checksum.h"
#include "problems/rows/files_below.h"
#include "problems/rows/open_rows.h"
#include "registry/status_macros.h"

namespace t2t {

namespace {

// What the manifest says and nothing reads. Only GenBank has features; a file whose format is not known says so when it is read.
absl::Status CheckUsed(const FolderManifest& manifest, const std::vector<RowFile>& files) {
  const bool names_files = std::any_of(manifest.ports.begin(), manifest.ports.end(),
                                       [](const FolderPort& port) { return port.is_file; });
  if (!manifest.base.empty() && !names_files) {
    return absl::InvalidArgumentError(
        absl::StrCat("data.folder = ", manifest.base,
                     " would do nothing: no port is of files, whose names cells hold"));
  }
  if (manifest.feature.empty()) return absl::OkStatus();
  std::string other;
  for (const RowFile& file : files) {
    for (const auto& [column, path] : file.parts) {
      const auto format = FindRowFormat(path, manifest.format);
      if (!format.ok() || (*format)->name == "genbank") return absl::OkStatus();
      other = absl::StrCat(path, " is ", (*format)->name);
    }
  }
  return absl::InvalidArgumentError(
      absl::StrCat("data.feature = ", manifest.feature,
                   " would do nothing: only genbank has features, and ", other));
}

}  // namespace

absl::StatusOr<std::vector<RowFile>> ExpandTables(const std::string& folder,
                                                  const FolderManifest& manifest) {
  std::vector<RowFile> files;
  std::set<std::tuple<std::string, std::string, std::string>> met;  // split, column and path
  for (const FolderTable& table : manifest.tables) {
    const size_t first = files.size();
    for (const auto& [column, patterns] : table.parts) {
      std::vector<std::string> paths;
      for (const std::string& pattern : patterns) {
        T2T_ASSIGN_OR_RETURN(const std::vector<std::string> found, ExpandPattern(folder, pattern));
        paths.insert(paths.end(), found.begin(), found.end());
      }
      for (const std::string& path : paths) {
        if (met.emplace(table.split, column, path).second) continue;
        return absl::InvalidArgumentError(
            absl::StrCat(path, ": is named twice by data",
                         column.empty() ? "" : absl::StrCat(" as the column '", column, "'")));
      }
      if (column == table.parts.begin()->first) {
        for (size_t i = 0; i < paths.size(); ++i) files.push_back({table.split, {}});
      } else if (paths.size() != files.size() - first) {
        return absl::InvalidArgumentError(absl::StrCat(
            "column '", column, "' has ", paths.size(), " files and '", table.parts.begin()->first,
            "' ", files.size() - first, ": they must be as many"));
      }
      for (size_t i = 0; i < paths.size(); ++i)
        files[first + i].parts.emplace_back(column, std::move(paths[i]));
    }
  }
  T2T_RETURN_IF_ERROR(CheckUsed(manifest, files));
  return files;
}

absl::StatusOr<std::string> HashOf(const std::string& path, const FolderManifest& manifest) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) return Sha256HexOfFile(path);
  T2T_ASSIGN_OR_RETURN(std::vector<std::string> names, FilesBelow(path));
  std::vector<std::string> endings;
  for (const FolderPort& port : manifest.ports)
    endings.insert(endings.end(), port.endings.begin(), port.endings.end());
  if (!endings.empty()) {       // else every file is a row
    endings.push_back(".txt");  // LibriSpeech's lists
    names.erase(std::remove_if(names.begin(), names.end(),
                               [&](const std::string& name) { return !HasEnding(name, endings); }),
                names.end());
  }
  return Sha256Hex(absl::StrJoin(names, "\n"));
}

std::string IdsFile(const std::string& folder, const FolderPort& port) {
  return port.ids.file.empty() ? "" : (std::filesystem::path(folder) / port.ids.file).string();
}

std::vector<std::string> PathsOf(const std::string& folder, const FolderManifest& manifest,
                                 const std::vector<RowFile>& files) {
  std::vector<std::string> paths;
  for (const RowFile& file : files) {
    for (const auto& [column, path] : file.parts) paths.push_back(path);
  }
  for (const FolderPort& port : manifest.ports) {
    const std::string path = IdsFile(folder, port);
    if (!path.empty()) paths.push_back(path);
  }
  return paths;
}

}  // namespace t2t
