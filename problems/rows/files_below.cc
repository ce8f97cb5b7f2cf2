#include "problems/rows/files_below.h"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "files/folder.h"
#include "registry/status_macros.h"
#include "registry/suggest.h"

namespace t2t {
namespace {

namespace fs = std::filesystem;

bool IsPattern(absl::string_view part) {
  return part.find_first_of("*?[") != absl::string_view::npos;
}

// The paths that fit the parts from `next` on, below `path`.
absl::Status Expand(const std::string& path, const std::vector<std::string>& parts, size_t next,
                    std::vector<std::string>* found) {
  if (next == parts.size()) {
    // Of any depth only files are meant: a folder's would come once more with it.
    const bool deep =
        parts.back() == "*" && std::find(parts.begin(), parts.end(), "**") != parts.end();
    std::error_code code;
    if (deep ? fs::is_regular_file(path, code) : Exists(path)) found->push_back(path);
    return absl::OkStatus();
  }
  const std::string& part = parts[next];
  const auto below = [&](const std::string& name) {
    return path.empty() ? name : absl::EndsWith(path, "/") ? path + name : path + "/" + name;
  };
  if (!IsPattern(part)) return Expand(below(part), parts, next + 1, found);
  if (part == "**") T2T_RETURN_IF_ERROR(Expand(path, parts, next + 1, found));
  std::error_code error;
  if (!fs::is_directory(path.empty() ? "." : path, error)) return absl::OkStatus();
  T2T_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(path.empty() ? "." : path));
  for (const std::string& name : names) {
    if (part == "**") {
      if (name[0] != '.' && fs::is_directory(fs::symlink_status(below(name), error)))
        T2T_RETURN_IF_ERROR(Expand(below(name), parts, next, found));
    } else if (fnmatch(part.c_str(), name.c_str(), FNM_PERIOD) == 0) {
      T2T_RETURN_IF_ERROR(Expand(below(name), parts, next + 1, found));
    }
  }
  return absl::OkStatus();
}

absl::Status AddFilesBelow(const std::string& folder, const std::string& relative,
                           std::vector<std::string>* files) {
  T2T_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(folder));
  for (const std::string& name : names) {
    if (name[0] == '.') continue;
    const std::string path = absl::StrCat(folder, "/", name);
    std::error_code error;
    if (fs::is_directory(fs::symlink_status(path, error))) {
      T2T_RETURN_IF_ERROR(AddFilesBelow(path, relative + name + "/", files));
    } else if (fs::is_regular_file(path, error)) {
      files->push_back(relative + name);
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<std::string>> FilesBelow(const std::string& folder) {
  std::vector<std::string> files;
  T2T_RETURN_IF_ERROR(AddFilesBelow(folder, "", &files));
  return files;
}

bool HasEnding(const std::string& path, const std::vector<std::string>& endings) {
  const std::string ending = absl::AsciiStrToLower(fs::path(path).extension().string());
  return std::find(endings.begin(), endings.end(), ending) != endings.end();
}

absl::StatusOr<std::vector<std::string>> ExpandPattern(const std::string& folder,
                                                       const std::string& pattern) {
  std::string path =
      (fs::path(folder) / pattern).lexically_normal().string();  // an absolute one stays itself
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  std::vector<std::string> found;
  if (Exists(path)) {  // also one whose name has a '['
    found.push_back(path);
  } else if (IsPattern(pattern)) {
    // The folder itself is no pattern, whatever it is called.
    const bool absolute = fs::path(pattern).is_absolute();
    std::vector<std::string> parts = absl::StrSplit(pattern, '/', absl::SkipEmpty());
    if (parts.back() == "**") parts.push_back("*");
    T2T_RETURN_IF_ERROR(Expand(absolute ? "/" : folder, parts, 0, &found));
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
  }
  if (!found.empty()) return found;
  const fs::path parent = fs::path(path).parent_path();
  const absl::StatusOr<std::vector<std::string>> beside = NamesIn(parent.string());
  return absl::NotFoundError(absl::StrCat(
      path, ": ", IsPattern(pattern) ? "no file fits" : "does not exist",
      beside.ok() && !beside->empty() ? Suggestion(fs::path(path).filename().string(), *beside)
                                      : ""));
}

}  // namespace t2t
