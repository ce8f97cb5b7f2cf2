#include "problems/folder/find_tables.h"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "files/folder.h"
#include "problems/rows/files_below.h"
#include "problems/rows/open_rows.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

namespace fs = std::filesystem;

// "train", "valid" or "test" where one of the name's words says so.
std::string SplitOfName(const std::string& name) {
  static const auto* const words = new std::map<std::string, std::string>{
      {"train", "train"},      {"training", "train"}, {"valid", "valid"},
      {"validation", "valid"}, {"val", "valid"},      {"dev", "valid"},
      {"test", "test"},        {"eval", "test"},      {"t10k", "test"}};
  for (const absl::string_view word :
       absl::StrSplit(absl::AsciiStrToLower(name), absl::ByAnyChar("._- /"))) {
    const auto found = words->find(std::string(word));
    if (found != words->end()) return found->second;
  }
  return "";
}

bool IsAside(const std::string& name) {
  const std::string upper = absl::AsciiStrToUpper(name);
  for (const char* prefix : {"README", "LICENSE", "LICENCE", "COPYING", "CHANGELOG", "MANIFEST"}) {
    if (absl::StartsWith(upper, prefix)) return true;
  }
  return false;
}

// The name without its words of a split, and with the digits of a shard as one: what files of one table have in common.
std::string Family(const std::string& name) {
  std::string family;
  for (const absl::string_view word : absl::StrSplit(name, absl::ByAnyChar("._- /"))) {
    if (SplitOfName(std::string(word)).empty())
      absl::StrAppend(&family,
                      word.find_first_not_of("0123456789") == absl::string_view::npos ? "#" : word,
                      ".");
  }
  return family;
}

class Finder {
 public:
  Finder(std::string folder, const std::vector<std::string>& endings)
      : folder_(std::move(folder)), endings_(endings) {}

  absl::StatusOr<FoundTables> Find() {
    T2T_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(folder_));
    all_ = names;
    for (const std::string& name : names) {
      std::error_code error;
      if (name[0] == '.' || IsAside(name)) continue;
      if (fs::is_directory(fs::path(folder_) / name, error)) {
        folders_.push_back(name);
      } else {
        files_.push_back(name);
      }
    }
    for (const auto find : {&Finder::RowFiles, &Finder::SideBySide, &Finder::Folders}) {
      T2T_ASSIGN_OR_RETURN(const bool found, (this->*find)());
      if (found) return found_;
    }
    return absl::NotFoundError(
        absl::StrCat(folder_, ": holds nothing that looks like data",
                     names.empty() ? "" : absl::StrCat("; it holds ", absl::StrJoin(names, ", ")),
                     "; see `t2t list formats`"));
  }

 private:
  // What has a main column alone can stand beside others.
  static bool IsWhole(const std::string& format) {
    return format != "lines" && format != "npy" && format != "idx";
  }

  std::string FormatOf(const std::string& name) const {
    const auto format = FindRowFormat((fs::path(folder_) / name).string());
    return format.ok() ? (*format)->name : "";
  }

  // Tables of their own: those of the most frequent format.
  absl::StatusOr<bool> RowFiles() {
    std::map<std::string, std::vector<std::string>> by_format;
    for (const std::string& name : files_) {
      const std::string format = FormatOf(name);
      if (!format.empty() && IsWhole(format)) by_format[format].push_back(name);
    }
    if (by_format.empty()) return false;
    auto most = by_format.begin();
    for (auto it = by_format.begin(); it != by_format.end(); ++it) {
      if (it->second.size() > most->second.size()) most = it;
    }
    for (const auto& [format, names] : by_format) {
      if (format != most->first)
        found_.unused.insert(found_.unused.end(), names.begin(), names.end());
    }
    TakeFiles(most->second, "");
    found_.why = absl::StrCat("files of the format ", most->first);
    return true;
  }

  // One table for each split, or one for all where no name tells a split.
  void TakeFiles(const std::vector<std::string>& names, const std::string& column) {
    std::map<std::string, std::vector<std::string>> by_split;
    for (const std::string& name : names) by_split[SplitOfName(name)].push_back(name);
    const bool given = by_split.count("train") != 0;
    if (!given) by_split = {{"", names}};
    for (auto& [split, files] : by_split) {
      if (split.empty() && given) {
        found_.unused.insert(found_.unused.end(), files.begin(), files.end());
        continue;
      }
      auto table = std::find_if(found_.tables.begin(), found_.tables.end(),
                                [&, name = split](const FoundTable& t) { return t.split == name; });
      if (table == found_.tables.end()) table = found_.tables.insert(table, {split, {}});
      table->parts.emplace_back(column, Pattern(files));
    }
    const auto order = [](const FoundTable& t) {
      return t.split == "train" ? 0 : t.split == "valid" ? 1 : 2;
    };
    std::sort(found_.tables.begin(), found_.tables.end(),
              [&](const FoundTable& a, const FoundTable& b) { return order(a) < order(b); });
  }

  // What all have in common with '*' between, where that means them and no other; else their names.
  std::vector<std::string> Pattern(const std::vector<std::string>& names) const {
    if (names.size() == 1) return names;
    const std::string& first = names[0];
    size_t before = first.size(), behind = first.size(), shortest = first.size();
    for (const std::string& name : names) {
      shortest = std::min(shortest, name.size());
      const auto same = std::mismatch(first.begin(), first.end(), name.begin(), name.end()).first;
      const auto end =
          std::mismatch(first.rbegin(), first.rend(), name.rbegin(), name.rend()).first;
      before = std::min(before, static_cast<size_t>(same - first.begin()));
      behind = std::min(behind, static_cast<size_t>(end - first.rbegin()));
    }
    before = std::min(before, shortest);
    behind = std::min(behind, shortest - before);
    const std::string pattern = first.substr(0, before) + "*" + first.substr(first.size() - behind);
    std::vector<std::string> meant;
    for (const std::string& name : all_) {
      if (fnmatch(pattern.c_str(), name.c_str(), FNM_PERIOD) == 0) meant.push_back(name);
    }
    return meant == names ? std::vector<std::string>{pattern} : names;
  }

  // Files that are one column each: of one stem and several endings, or several arrays.
  absl::StatusOr<bool> SideBySide() {
    std::map<std::string, std::vector<std::string>> arrays, texts, endings;  // by the column's name
    for (const std::string& name : files_) {
      const std::string format = FormatOf(name);
      const size_t dot = name.rfind('.');
      const std::string word = Family(name).substr(0, Family(name).find('.'));
      if (format == "npy" || format == "idx") {
        arrays[word].push_back(name);  // "train-images-idx3-ubyte" -> "images"
      } else if (format == "lines") {
        texts[word].push_back(name);
      } else if (format.empty() && dot != std::string::npos && dot > 0 && !IsMediaFile(name)) {
        endings[name.substr(dot + 1)].push_back(name);
      }
    }
    // Of the endings those whose files have the same stems: train.en and train.de, but not notes.md beside them.
    std::map<std::vector<std::string>, std::map<std::string, std::vector<std::string>>> by_stems;
    for (const auto& [ending, names] : endings) {
      std::vector<std::string> stems;
      for (const std::string& name : names) stems.push_back(name.substr(0, name.rfind('.')));
      by_stems[stems][ending] = names;
    }
    endings.clear();
    for (const auto& [stems, columns] : by_stems) {
      if (columns.size() > endings.size()) endings = columns;
    }
    for (const auto* columns : {&arrays, &endings, &texts}) {
      if (columns->size() < 2) continue;
      const size_t many = columns->begin()->second.size();
      if (std::any_of(columns->begin(), columns->end(),
                      [&](const auto& column) { return column.second.size() != many; })) {
        continue;
      }
      for (const auto& [column, names] : *columns) TakeFiles(names, column);
      found_.why = "files side by side, a column each";
      return true;
    }
    return false;
  }

  bool IsMediaFile(const std::string& name) const { return HasEnding(name, endings_); }

  absl::StatusOr<bool> Folders() {
    std::vector<std::string> holding;
    for (const std::string& name : folders_) {
      T2T_ASSIGN_OR_RETURN(const auto files, FilesBelow((fs::path(folder_) / name).string()));
      const bool media = std::any_of(files.begin(), files.end(),
                                     [&](const std::string& f) { return IsMediaFile(f); });
      if (media || FormatOf(name) == "librispeech") holding.push_back(name);
    }
    if (holding.empty()) {
      if (std::none_of(files_.begin(), files_.end(),
                       [&](const std::string& f) { return IsMediaFile(f); }))
        return false;
    }
    const bool split = std::any_of(holding.begin(), holding.end(), [](const std::string& name) {
      return SplitOfName(name) == "train";
    });
    if (split || holding.size() == 1) {
      TakeFiles(holding, "");
    } else {
      found_.tables = {{"", {{"", {"."}}}}};
    }
    found_.why = "a folder of files";
    return true;
  }

  std::string folder_;
  const std::vector<std::string>& endings_;
  std::vector<std::string> all_, files_, folders_;
  FoundTables found_;
};

}  // namespace

absl::StatusOr<FoundTables> FindTables(const std::string& folder,
                                       const std::vector<std::string>& endings) {
  return Finder(folder, endings).Find();
}

}  // namespace t2t
