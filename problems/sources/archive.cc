#include "problems/sources/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "files/atomic_file.h"
#include "files/file_descriptor.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

using Reader = std::unique_ptr<archive, int (*)(archive*)>;

absl::Status ArchiveError(archive* reader, const std::string& path) {
  const char* why = archive_error_string(reader);
  return absl::DataLossError(absl::StrCat(path, ": ", why == nullptr ? "not an archive" : why));
}

// "./a//b/" -> {a, b}. Errors: an absolute name or one with "..".
absl::StatusOr<std::vector<std::string>> CleanParts(absl::string_view name) {
  if (absl::StartsWith(name, "/")) return absl::DataLossError("its name is absolute");
  if (absl::StrContains(name, '\0')) return absl::DataLossError("its name has a zero byte");
  std::vector<std::string> parts;
  for (const absl::string_view part : absl::StrSplit(name, '/')) {
    if (part == "..") return absl::DataLossError("its name leads out of the folder");
    if (!part.empty() && part != ".") parts.emplace_back(part);
  }
  return parts;
}

// Unpacks entries below one folder, and remembers the links that it made.
class Unpacker {
 public:
  Unpacker(std::string folder, const UnpackOptions& options)
      : folder_(std::move(folder)),
        only_(options.only.empty() ? "" : options.only + "/"),
        bytes_left_(options.max_bytes) {}

  absl::Status UnpackAll(archive* reader, const std::string& path) {
    archive_entry* entry = nullptr;
    while (true) {
      const int code = archive_read_next_header(reader, &entry);
      if (code == ARCHIVE_EOF) return absl::OkStatus();
      if (code != ARCHIVE_OK && code != ARCHIVE_WARN) return ArchiveError(reader, path);
      const char* name = archive_entry_pathname(entry);
      if (name == nullptr) return absl::DataLossError(absl::StrCat(path, ": an entry has no name"));
      T2T_RETURN_IF_ERROR(
          Annotate(UnpackEntry(reader, entry, name), absl::StrCat(path, ": entry '", name, "'")));
    }
  }

 private:
  absl::Status UnpackEntry(archive* reader, archive_entry* entry, const char* name) {
    T2T_ASSIGN_OR_RETURN(const std::vector<std::string> parts, CleanParts(name));
    if (parts.empty()) return absl::OkStatus();
    if (!absl::StartsWith(absl::StrJoin(parts, "/"), only_)) return absl::OkStatus();
    // The folder was empty, so that the only links in it are ours.
    std::string relative;
    for (size_t i = 0; i < parts.size(); ++i) {
      absl::StrAppend(&relative, i == 0 ? "" : "/", parts[i]);
      if (links_.count(relative) != 0)
        return absl::DataLossError("it lies behind a link of the archive");
    }
    const std::string target = absl::StrCat(folder_, "/", relative);
    if (archive_entry_hardlink(entry) != nullptr) return absl::DataLossError("it is a hard link");
    const auto type = archive_entry_filetype(entry);
    if (type == AE_IFDIR) return MakeFolders(target);
    T2T_RETURN_IF_ERROR(MakeFolders(target.substr(0, target.rfind('/'))));
    if (type == AE_IFREG) return UnpackFile(reader, target);
    if (type != AE_IFLNK)
      return absl::DataLossError("it is neither a file nor a folder nor a link");
    const char* link = archive_entry_symlink(entry);
    T2T_RETURN_IF_ERROR(CheckLink(link == nullptr ? "" : link, parts.size() - 1));
    if (symlink(link, target.c_str()) != 0) return ErrnoStatus("make the link", target);
    links_.insert(relative);
    return absl::OkStatus();
  }

  // A link may climb at most to the folder itself, and only at its beginning: behind another part
  // ".." might be that of a link elsewhere. The folders above it are true ones, so counting is
  // exact.
  static absl::Status CheckLink(absl::string_view link, size_t depth) {
    if (link.empty() || link[0] == '/')
      return absl::DataLossError(absl::StrCat("it is a link to '", link, "'"));
    size_t climbed = 0;
    bool beginning = true;
    for (const absl::string_view part : absl::StrSplit(link, '/')) {
      if (part == "..") {
        if (!beginning || ++climbed > depth) {
          return absl::DataLossError(
              absl::StrCat("it is a link out of the folder, to '", link, "'"));
        }
      } else if (!part.empty() && part != ".") {
        beginning = false;
      }
    }
    return absl::OkStatus();
  }

  absl::Status UnpackFile(archive* reader, const std::string& target) {
    T2T_ASSIGN_OR_RETURN(FileDescriptor file,
                         FileDescriptor::Open(target, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW));
    buffer_.resize(size_t{1} << 18);
    while (true) {
      const la_ssize_t size = archive_read_data(reader, buffer_.data(), buffer_.size());
      if (size == 0) return file.Close();
      if (size < 0) return ArchiveError(reader, target);
      bytes_left_ -= size;
      if (bytes_left_ < 0) return absl::DataLossError("the archive is larger than what is allowed");
      T2T_RETURN_IF_ERROR(file.Write({buffer_.data(), static_cast<size_t>(size)}));
    }
  }

  std::string folder_;
  std::string only_;  // with '/' at its end, or ""
  int64_t bytes_left_;
  std::set<std::string> links_;
  std::string buffer_;
};

// A Debian package is an ar archive that holds the files in data.tar.xz (deb(5)): the inner archive
// is read through the outer one.
struct InnerStream {
  archive* outer;
  std::string buffer;
};

la_ssize_t ReadInner(archive* inner, void* data, const void** bytes) {
  auto* stream = static_cast<InnerStream*>(data);
  const la_ssize_t size =
      archive_read_data(stream->outer, stream->buffer.data(), stream->buffer.size());
  if (size < 0) archive_set_error(inner, EIO, "%s", archive_error_string(stream->outer));
  *bytes = stream->buffer.data();
  return size < 0 ? -1 : size;
}

absl::Status UnpackDebianPackage(archive* outer, const std::string& path, Unpacker* unpacker) {
  archive_entry* entry = nullptr;
  while (archive_read_next_header(outer, &entry) == ARCHIVE_OK) {
    const char* name = archive_entry_pathname(entry);
    if (name == nullptr || !absl::StartsWith(name, "data.tar")) continue;
    const Reader inner(archive_read_new(), archive_read_free);
    archive_read_support_filter_all(inner.get());
    archive_read_support_format_tar(inner.get());
    InnerStream stream = {outer, std::string(size_t{1} << 16, '\0')};
    if (archive_read_open(inner.get(), &stream, nullptr, ReadInner, nullptr) != ARCHIVE_OK) {
      return ArchiveError(inner.get(), path);
    }
    return unpacker->UnpackAll(inner.get(), path);
  }
  return absl::DataLossError(
      absl::StrCat(path, ": not a whole Debian package (no data.tar in it)"));
}

}  // namespace

absl::Status UnpackArchive(const std::string& path, const std::string& folder,
                           const UnpackOptions& options) {
  T2T_RETURN_IF_ERROR(MakeFolders(folder));
  const Reader reader(archive_read_new(), archive_read_free);
  archive_read_support_filter_all(reader.get());
  archive_read_support_format_tar(reader.get());
  archive_read_support_format_zip(reader.get());
  archive_read_support_format_ar(reader.get());
  if (archive_read_open_filename(reader.get(), path.c_str(), size_t{1} << 18) != ARCHIVE_OK) {
    return ArchiveError(reader.get(), path);
  }
  Unpacker unpacker(folder, options);
  char magic[8] = {};
  std::ifstream(path, std::ios::binary).read(magic, sizeof(magic));
  if (absl::string_view(magic, sizeof(magic)) == "!<arch>\n") {
    return UnpackDebianPackage(reader.get(), path, &unpacker);
  }
  return unpacker.UnpackAll(reader.get(), path);
}

}  // namespace t2t
