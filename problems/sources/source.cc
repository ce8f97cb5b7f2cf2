#include "problems/sources/source.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "files/atomic_file.h"
#include "files/checksum.h"
#include "files/file_descriptor.h"
#include "problems/sources/archive.h"
#include "problems/sources/download.h"
#include "problems/sources/process.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

namespace fs = std::filesystem;

void Report(const GenerateOptions& options, const std::string& what) {
  if (options.progress) options.progress(what, 0, 0);
}

bool HasAll(const std::string& folder, const Source& source) {
  std::error_code error;
  return std::all_of(source.needs.begin(), source.needs.end(), [&](const std::string& file) {
    return fs::exists(folder + "/" + file, error);
  });
}

// `root` itself or the package's folder in it, whichever has the files; "" when neither does.
std::string FolderIn(const std::string& root, const Source& source) {
  for (const std::string& folder : {absl::StrCat(root, "/", source.folder), root}) {
    if (HasAll(folder, source)) return folder;
  }
  return "";
}

absl::Status RemoveAll(const std::string& path) {
  std::error_code error;
  fs::remove_all(path, error);
  return error ? absl::UnavailableError(absl::StrCat("cannot remove ", path, ": ", error.message()))
               : absl::OkStatus();
}

absl::Status Move(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) return ErrnoStatus("rename", from);
  return absl::OkStatus();
}

// "cldr-annotations-full-48.2.0.tgz": the name that `npm pack` gives.
std::string NpmArchive(const Source& source) {
  return absl::StrCat(absl::StrReplaceAll(source.npm_package, {{"@", ""}, {"/", "-"}}), "-",
                      source.npm_version, ".tgz");
}

// What an error tells the user to get.
std::string WhatToGet(const Source& source) {
  std::vector<std::string> ways;
  if (!source.debian_package.empty()) {
    ways.push_back(absl::StrCat("install the Debian package ", source.debian_package));
    ways.push_back(absl::StrCat("get its file by 'apt-get download ", source.debian_package, "'"));
  }
  if (!source.npm_package.empty()) {
    ways.push_back(absl::StrCat("get ", NpmArchive(source), " by 'npm pack ", source.npm_package,
                                "@", source.npm_version, "'"));
  }
  if (!source.url.empty()) ways.push_back(absl::StrCat("get ", source.url));
  return absl::StrJoin(ways, ", or ");
}

// One source's places in the cache.
class Cache {
 public:
  Cache(const Source& source, const GenerateOptions& options)
      : source_(source),
        options_(options),
        downloads_(options.cache_folder + "/downloads"),
        unpacked_(absl::StrCat(options.cache_folder, "/sources/", source.name,
                               source.npm_version.empty() ? "" : "-" + source.npm_version)) {}

  absl::StatusOr<std::string> Fetch() {
    T2T_RETURN_IF_ERROR(MakeFolders(downloads_));
    T2T_RETURN_IF_ERROR(MakeFolders(options_.cache_folder + "/sources"));
    T2T_ASSIGN_OR_RETURN(const FileLock lock, FileLock::Acquire(unpacked_ + ".lock"));
    const absl::StatusOr<SourceRecord> record = ReadRecord();
    if (const std::string folder = FolderIn(unpacked_, source_); record.ok() && !folder.empty()) {
      if (options_.source_used) options_.source_used(*record);
      return folder;
    }
    std::string archive = FindArchive();
    std::string origin = absl::StrCat("file ", fs::path(archive).filename().string());
    if (archive.empty()) {
      if (options_.offline) {
        return absl::FailedPreconditionError(absl::StrCat(
            "source '", source_.name,
            "' is not there and nothing is downloaded (offline): ", WhatToGet(source_),
            "; put the file into ", downloads_, " or give --source ", source_.name, "=PATH"));
      }
      T2T_ASSIGN_OR_RETURN(archive, Download(&origin));
    }
    return Unpack(archive, origin);
  }

  // Unpacks an archive into the cache and records where it came from.
  absl::StatusOr<std::string> Unpack(const std::string& archive, const std::string& origin) {
    Report(options_, absl::StrCat("unpacking ", fs::path(archive).filename().string()));
    T2T_ASSIGN_OR_RETURN(const std::string hash, Sha256HexOfFile(archive));
    const std::string partial = unpacked_ + ".partial";
    T2T_RETURN_IF_ERROR(RemoveAll(partial));
    T2T_RETURN_IF_ERROR(UnpackArchive(archive, partial));
    if (FolderIn(partial, source_).empty()) {
      return absl::NotFoundError(
          absl::StrCat(archive, " has no ", absl::StrJoin(source_.needs, ", ")));
    }
    const SourceRecord record = {
        source_.name, origin, hash,
        absl::FormatTime(absl::RFC3339_sec, absl::Now(), absl::UTCTimeZone())};
    const nlohmann::ordered_json json = {{"name", record.name},
                                         {"origin", record.origin},
                                         {"sha256", record.sha256},
                                         {"date", record.date}};
    T2T_RETURN_IF_ERROR(WriteFileAtomically(partial + "/t2t-source.json", json.dump(2) + "\n"));
    T2T_RETURN_IF_ERROR(RemoveAll(unpacked_));
    T2T_RETURN_IF_ERROR(Move(partial, unpacked_));
    if (options_.source_used) options_.source_used(record);
    return FolderIn(unpacked_, source_);
  }

 private:
  absl::StatusOr<SourceRecord> ReadRecord() const {
    T2T_ASSIGN_OR_RETURN(const std::string text, ReadFile(unpacked_ + "/t2t-source.json"));
    const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
    SourceRecord record;
    for (const auto& [key, field] :
         {std::pair("name", &record.name), std::pair("origin", &record.origin),
          std::pair("sha256", &record.sha256), std::pair("date", &record.date)}) {
      if (!json.is_object() || !json.contains(key) || !json[key].is_string()) {
        return absl::DataLossError("t2t-source.json is damaged");
      }
      *field = json[key].get<std::string>();
    }
    if (!source_.sha256.empty() && record.sha256 != source_.sha256) {
      return absl::DataLossError("the cache holds another version");
    }
    return record;
  }

  bool HashFits(const std::string& path) const {
    if (source_.sha256.empty()) return true;
    const absl::StatusOr<std::string> hash = Sha256HexOfFile(path);
    return hash.ok() && *hash == source_.sha256;
  }

  // An archive that is in the download folder already, put there by us or by the user; "" when
  // none.
  std::string FindArchive() const {
    std::vector<std::string> found;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(downloads_, error)) {
      const std::string name = entry.path().filename().string();
      const bool debian = !source_.debian_package.empty() && absl::EndsWith(name, ".deb") &&
                          absl::StartsWith(name, source_.debian_package + "_");
      const bool npm = !source_.npm_package.empty() && name == NpmArchive(source_);
      const bool url = !source_.url.empty() && name == fs::path(source_.url).filename().string();
      if ((debian || ((npm || url) && HashFits(entry.path().string()))) &&
          entry.is_regular_file(error)) {
        found.push_back(entry.path().string());
      }
    }
    return found.empty() ? "" : *std::max_element(found.begin(), found.end());
  }

  absl::StatusOr<std::string> Download(std::string* origin) {
    std::vector<std::string> reasons;
    const auto attempt = [&](const std::string& what, auto get) -> std::string {
      *origin = what;
      absl::StatusOr<std::string> path = get();
      if (path.ok()) return *std::move(path);
      reasons.push_back(absl::StrCat(what, ": ", path.status().message()));
      return "";
    };
    std::string path;
    if (!source_.debian_package.empty()) {
      path = attempt("Debian package " + source_.debian_package, [&] { return DownloadDebian(); });
    }
    if (path.empty() && !source_.npm_package.empty()) {
      path = attempt(absl::StrCat("npm package ", source_.npm_package, "@", source_.npm_version),
                     [&] { return DownloadNpm(); });
    }
    if (path.empty() && !source_.url.empty()) {
      const std::string target =
          absl::StrCat(downloads_, "/", fs::path(source_.url).filename().string());
      path = attempt(source_.url, [&]() -> absl::StatusOr<std::string> {
        T2T_RETURN_IF_ERROR(DownloadUrl(source_.url, source_.sha256, target, options_.progress));
        return target;
      });
    }
    if (!path.empty()) return path;
    return absl::UnavailableError(absl::StrCat(
        "source '", source_.name, "' cannot be fetched (", absl::StrJoin(reasons, "; "), "). Or ",
        WhatToGet(source_), " and put the file into ", downloads_, ", or give --source ",
        source_.name, "=PATH"));
  }

  // Runs a program that downloads one file into an empty folder, so that a cut file is never taken.
  absl::StatusOr<std::string> RunDownloader(const std::vector<std::string>& arguments,
                                            const std::string& suffix) {
    Report(options_, absl::StrCat("running ", absl::StrJoin(arguments, " ")));
    const std::string scratch = absl::StrCat(downloads_, "/", source_.name, ".fetching");
    T2T_RETURN_IF_ERROR(RemoveAll(scratch));
    T2T_RETURN_IF_ERROR(MakeFolders(scratch));
    T2T_RETURN_IF_ERROR(RunProcess(arguments, scratch).status());
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(scratch, error)) {
      if (!absl::EndsWith(entry.path().filename().string(), suffix)) continue;
      const std::string target = absl::StrCat(downloads_, "/", entry.path().filename().string());
      T2T_RETURN_IF_ERROR(Move(entry.path().string(), target));
      T2T_RETURN_IF_ERROR(RemoveAll(scratch));
      return target;
    }
    return absl::NotFoundError(
        absl::StrCat("'", absl::StrJoin(arguments, " "), "' left no *", suffix));
  }

  absl::StatusOr<std::string> DownloadDebian() {
    absl::StatusOr<std::string> path =
        RunDownloader({"apt-get", "download", source_.debian_package}, ".deb");
    if (absl::IsAborted(path.status())) {
      return Annotate(path.status(),
                      "if the package lists are missing or old, run 'apt-get update' as root");
    }
    return path;
  }

  absl::StatusOr<std::string> DownloadNpm() {
    T2T_ASSIGN_OR_RETURN(
        const std::string path,
        RunDownloader({"npm", "pack", "--ignore-scripts", "--silent",
                       absl::StrCat(source_.npm_package, "@", source_.npm_version)},
                      ".tgz"));
    if (HashFits(path)) return path;
    T2T_ASSIGN_OR_RETURN(const std::string hash, Sha256HexOfFile(path));
    T2T_RETURN_IF_ERROR(RemoveAll(path));
    return absl::DataLossError(
        absl::StrCat("its sha256 is ", hash, " instead of ", source_.sha256));
  }

  const Source& source_;
  const GenerateOptions& options_;
  std::string downloads_;
  std::string unpacked_;
};

absl::StatusOr<std::string> UseGivenPath(const Source& source, const std::string& path,
                                         const GenerateOptions& options) {
  std::error_code error;
  if (fs::is_regular_file(path, error)) {
    T2T_ASSIGN_OR_RETURN(const std::string hash, Sha256HexOfFile(path));
    Source given = source;
    given.name = absl::StrCat(source.name, "-given-", hash.substr(0, 12));
    given.npm_version.clear();
    given.sha256.clear();
    T2T_RETURN_IF_ERROR(MakeFolders(options.cache_folder + "/sources"));
    T2T_ASSIGN_OR_RETURN(
        const FileLock lock,
        FileLock::Acquire(absl::StrCat(options.cache_folder, "/sources/", given.name, ".lock")));
    return Cache(given, options).Unpack(path, "given: " + path);
  }
  const std::string folder = FolderIn(path, source);
  if (folder.empty()) {
    return absl::NotFoundError(absl::StrCat("--source ", source.name, "=", path, ": there is no ",
                                            absl::StrJoin(source.needs, ", "), " in it"));
  }
  if (options.source_used) options.source_used({source.name, "given: " + path, "", ""});
  return folder;
}

}  // namespace

absl::StatusOr<std::string> FetchSource(const Source& source, const GenerateOptions& options) {
  if (const auto given = options.source_paths.find(source.name);
      given != options.source_paths.end()) {
    return UseGivenPath(source, given->second, options);
  }
  if (!source.debian_package.empty() && HasAll("/" + source.folder, source)) {
    if (options.source_used) {
      options.source_used(
          {source.name, absl::StrCat("installed Debian package ", source.debian_package), "", ""});
    }
    return "/" + source.folder;
  }
  if (options.cache_folder.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("source '", source.name, "' needs a cache folder"));
  }
  return Cache(source, options).Fetch();
}

}  // namespace t2t
