// Rows of folders: files by the folders in which they stand, and LibriSpeech's layout.
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "problems/readers/line_reader.h"
#include "problems/rows/files_below.h"
#include "problems/rows/formats.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

namespace fs = std::filesystem;

class FileFolder : public RowReader {
 public:
  FileFolder(std::string folder, std::vector<std::string> files)
      : folder_(std::move(folder)), files_(std::move(files)) {}

  absl::StatusOr<bool> Next(Row* row) override {
    if (next_ >= files_.size()) return false;
    const std::string& file = files_[next_++];
    row->place = absl::StrCat(folder_, "/", file);
    row->key.clear();
    row->cells.clear();
    row->further.clear();
    row->status = absl::OkStatus();
    row->cells["file"] = fs::absolute(row->place).string();
    row->cells["name"] = fs::path(file).stem().string();
    const size_t slash = file.find('/');
    if (slash != std::string::npos) row->cells["class"] = file.substr(0, slash);
    return true;
  }
  std::string main_column() const override { return "file"; }

 private:
  std::string folder_;
  std::vector<std::string> files_;  // relative to the folder, sorted
  size_t next_ = 0;
};

class LibriSpeech : public RowReader {
 public:
  LibriSpeech(std::string folder, std::vector<std::string> lists)
      : folder_(std::move(folder)), lists_(std::move(lists)) {}

  absl::StatusOr<bool> Next(Row* row) override {
    absl::string_view line;
    while (true) {
      if (lines_ == nullptr) {
        if (next_ >= lists_.size()) return false;
        T2T_ASSIGN_OR_RETURN(LineReader lines,
                             LineReader::Open(absl::StrCat(folder_, "/", lists_[next_++])));
        lines_ = std::make_unique<LineReader>(std::move(lines));
      }
      T2T_ASSIGN_OR_RETURN(const bool more, lines_->Next(&line));
      if (more && absl::StripAsciiWhitespace(line).empty()) continue;
      if (more) break;
      lines_ = nullptr;
    }
    row->place = absl::StrCat(lines_->path(), ":", lines_->number());
    row->cells.clear();
    row->further.clear();
    row->status = absl::OkStatus();
    const size_t space = line.find(' ');
    row->key = std::string(line.substr(0, space));
    if (space == absl::string_view::npos) {
      row->status = absl::DataLossError("must be 'ID TEXT'");
      return true;
    }
    row->cells["id"] = row->key;
    row->cells["text"] = std::string(line.substr(space + 1));
    row->cells["file"] =
        (fs::absolute(lines_->path()).parent_path() / absl::StrCat(row->key, ".flac")).string();
    const size_t dash = row->key.find('-'), second = row->key.find('-', dash + 1);
    if (second == std::string::npos) {
      row->status =
          absl::DataLossError(absl::StrCat("'", row->key, "' is not SPEAKER-CHAPTER-NUMBER"));
      return true;
    }
    row->cells["speaker"] = row->key.substr(0, dash);
    row->cells["chapter"] = row->key.substr(dash + 1, second - dash - 1);
    return true;
  }

 private:
  std::string folder_;
  std::vector<std::string> lists_;
  size_t next_ = 0;
  std::unique_ptr<LineReader> lines_;
};

}  // namespace

RowsOrStatus OpenFileFolder(const std::string& path, const RowOptions& options) {
  T2T_ASSIGN_OR_RETURN(std::vector<std::string> all, FilesBelow(path));
  std::vector<std::string> files;
  for (std::string& file : all) {
    if (options.endings.empty() || HasEnding(file, options.endings)) {
      files.push_back(std::move(file));
    } else if (options.left_out) {
      options.left_out(absl::StrCat("a file '",
                                    absl::AsciiStrToLower(fs::path(file).extension().string()),
                                    "' in the folder"));
    }
  }
  if (files.empty()) {
    return absl::NotFoundError(
        absl::StrCat(path, ": holds no file",
                     options.endings.empty()
                         ? ""
                         : absl::StrCat(" of the endings ", absl::StrJoin(options.endings, " "))));
  }
  return std::make_unique<FileFolder>(path, std::move(files));
}

RowsOrStatus OpenLibriSpeech(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(std::vector<std::string> all, FilesBelow(path));
  std::vector<std::string> lists;
  for (std::string& file : all) {
    if (absl::EndsWith(file, ".trans.txt")) lists.push_back(std::move(file));
  }
  if (lists.empty()) {
    return absl::NotFoundError(absl::StrCat(
        path,
        ": is not of LibriSpeech's layout: it holds no SPEAKER/CHAPTER/SPEAKER-CHAPTER.trans.txt"));
  }
  return std::make_unique<LibriSpeech>(path, std::move(lists));
}

}  // namespace t2t
